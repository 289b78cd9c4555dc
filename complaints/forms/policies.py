"""The form of one rule of the SLA policy, and a form to try the rules on a complaint."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.forms.base import StepForm
from complaints.forms.choices import Choices, categories, labelled
from complaints.forms.intake import LOCAL_MOMENT, moment_field
from complaints.models import Calendar, PolicyRule
from complaints.rights import access
from complaints.sla import targets
from complaints.sla.deadlines.simulate import Case, case_of
from complaints.sla.policies.conditions import DOMAIN, FIELD_WORDS, value_words
from complaints.terms.errors import MissingDetail
from complaints.terms.stages import Channel, Region, Segment, Severity
from complaints.triage import routing
from ui.names import in_language

UNKNOWN = "-"
"""How the page writes a condition that matches an unknown value."""
_WRITTEN = {True: "yes", False: "no", None: UNKNOWN}
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_BETWEEN = re.compile(r"[\s,;，；、%]+")


class Cell(NamedTuple):
    """The two fields of one clock.

    `default` is (minutes, calendar code) if the fields may stay empty, else None.
    """

    name: str
    minutes: BoundField
    calendar: BoundField
    default: tuple[int, str] | None
    as_of: str
    """The clock whose time this one takes if the fields stay empty, or ""."""


class RuleForm(StepForm):
    """The names, conditions, deadlines and warnings of a rule.

    `policy_checks` finds what is wrong with them.
    """

    optional = ("name_hant",)
    name_en = forms.CharField(label=_("English"), required=False)
    name_zh = forms.CharField(label=_("Simplified Chinese"), required=False)
    name_hant = forms.CharField(label=_("Traditional Chinese"), required=False)
    match = forms.CharField(required=False, widget=forms.HiddenInput)
    targets = forms.CharField(required=False, widget=forms.HiddenInput)
    place = forms.TypedChoiceField(
        label=_("Place in the order"), required=False, coerce=int, empty_value=None
    )
    escalate = forms.BooleanField(
        label=_("A missed deadline moves the complaint up a tier"), required=False, initial=True
    )
    warn = forms.CharField(
        label=_("Warnings, in percent of the time"),
        required=False,
        help_text=_("At most five, for example 50, 75, 90. Leave empty to warn nobody."),
    )
    reason = forms.CharField(label=_("Why does it change?"), required=False)

    def __init__(
        self, *args: Any, rules: Sequence[PolicyRule], rule: PolicyRule | None = None, **kwargs: Any
    ) -> None:
        fresh = rule or PolicyRule(warn=list(targets.DEFAULT_WARN))
        kwargs["initial"] = _initial(fresh, rule is not None) | kwargs.get("initial", {})
        super().__init__(*args, auto_id="rule_%s", **kwargs)
        fields: dict[str, Any] = self.fields
        fields["place"].choices = _places(rules, rule)
        for field in DOMAIN:
            fields[field] = forms.ChoiceField(
                label=FIELD_WORDS[field], required=False, choices=condition_choices(field)
            )
        calendars = _calendars()
        for kind in targets.POLICY_KINDS:
            name = str(targets.KIND_WORDS[kind])
            minutes = forms.NumberInput(attrs={"inputmode": "numeric", "min": 1})
            fields[f"minutes_{kind}"] = forms.IntegerField(
                label=gettext("%(clock)s: minutes") % {"clock": name}, required=False, widget=minutes
            )
            fields[f"calendar_{kind}"] = forms.CharField(
                label=gettext("%(clock)s: calendar") % {"clock": name},
                required=False,
                widget=forms.Select(choices=calendars),
            )
        self.mark_optional()

    @property
    def names(self) -> list[BoundField]:
        return [self["name_en"], self["name_zh"], self["name_hant"]]

    @property
    def conditions(self) -> list[BoundField]:
        return [self[field] for field in DOMAIN]

    @property
    def at_receipt(self) -> list[Cell]:
        return [self._cell(kind) for kind in targets.AT_RECEIPT]

    @property
    def later(self) -> list[Cell]:
        return [self._cell(kind) for kind in targets.LATER]

    def _cell(self, kind: str) -> Cell:
        minutes, calendar = self[f"minutes_{kind}"], self[f"calendar_{kind}"]
        other = targets.TARGET_OF.get(kind)
        as_of = str(targets.KIND_WORDS[other]) if other else ""
        return Cell(str(targets.KIND_WORDS[kind]), minutes, calendar, targets.FIXED.get(kind), as_of)

    def given(self) -> dict[str, Any]:
        """Return the fields as `policy_checks.take` expects them.

        Empty minutes leave that clock to later rules.
        """
        data = self.cleaned_data
        names = ("name_en", "name_zh", "name_hant", "escalate")
        return {name: data[name] for name in names} | {
            "match": {field: read_condition(field, data[field]) for field in DOMAIN if data[field]},
            "targets": {
                kind: (data[f"minutes_{kind}"], data[f"calendar_{kind}"])
                for kind in targets.POLICY_KINDS
                if data[f"minutes_{kind}"] is not None
            },
            "warn": [word for word in _BETWEEN.split(data["warn"]) if word],
        }


class RemoveForm(StepForm):
    reason = forms.CharField(label=_("Why is it deleted?"), required=False)


def _initial(rule: PolicyRule, exists: bool) -> dict[str, Any]:
    found = {name: getattr(rule, name) for name in ("name_en", "name_zh", "name_hant", "escalate")}
    found |= {"place": rule.order if exists else "", "warn": ", ".join(map(str, rule.warn))}
    found |= {field: _WRITTEN.get(value, value) for field, value in _known(rule)}
    for kind in targets.POLICY_KINDS:
        cell = rule.targets.get(kind)
        code = targets.FIXED[kind][1] if kind in targets.FIXED else ""
        found |= {f"minutes_{kind}": cell[0] if cell else None, f"calendar_{kind}": cell[1] if cell else code}
    return found


def _known(rule: PolicyRule) -> list[tuple[str, Any]]:
    return [(field, value) for field, value in rule.match.items() if field in DOMAIN]


def read_condition(field: str, written: str) -> object:
    """Return the value that a choice on the page stands for."""
    return next((value for value in DOMAIN[field] if _WRITTEN.get(value, value) == written), written)  # type: ignore[call-overload]


def on_page(value: Any) -> Any:
    """Return the form value that stands for a condition's value, the reverse of `read_condition`."""
    return _WRITTEN.get(value, value)


def condition_choices(field: str) -> Choices:
    choices = [(_WRITTEN.get(value, value), value_words(field, value)) for value in DOMAIN[field]]  # type: ignore[call-overload]
    return labelled(choices, gettext("any"))


def _places(rules: Sequence[PolicyRule], rule: PolicyRule | None) -> Choices:
    """Return the possible positions, each described by the rule before it."""
    others = [other for other in rules if rule is None or other.order != rule.order]
    named = [(1, gettext("1, first"))]
    for place, other in enumerate(others, start=2):
        named.append((place, gettext("%(place)d, after “%(name)s”") % {"place": place, "name": other.name}))
    return named if rule else labelled(named, gettext("last position where it can match"))


def _calendars() -> Choices:
    codes = [(c.code, f"{in_language(c, 'name')} ({c.code})") for c in Calendar.objects.order_by("code")]
    return labelled(codes, gettext("choose a calendar"))


class TryForm(StepForm):
    """A complaint to try the rules on: an existing one by its number, or one described by the fields."""

    optional = ("number", "segment", "region", "category")
    number = forms.CharField(
        label=_("Number of a complaint"),
        required=False,
        max_length=40,
        help_text=_("If you enter a number, the fields below are ignored."),
    )
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=Severity.choices)
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=Channel.choices)
    segment = forms.ChoiceField(label=_("Customer value"), required=False, choices=[])
    region = forms.ChoiceField(label=_("Region"), required=False, choices=[])
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[])
    external_authority = forms.BooleanField(label=_("An external authority is involved"), required=False)
    received_at = moment_field(_("Received at"))

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        now = timezone.localtime(at).strftime(LOCAL_MOMENT)
        first = {"severity": Severity.NORMAL, "channel": Channel.PHONE, "received_at": now}
        kwargs["initial"] = first | kwargs.get("initial", {})
        # With a prefix the name is unambiguous already: try-severity.
        super().__init__(*args, auto_id="%s" if kwargs.get("prefix") else "try_%s", **kwargs)
        self.user = user
        fields: dict[str, Any] = self.fields
        fields["segment"].choices = labelled(Segment.choices, gettext("not known"))
        fields["region"].choices = labelled(Region.choices, gettext("not known"))
        fields["category"].choices = categories(gettext("not set"))

    def case(self) -> Case:
        """Return the case to try. Raises MissingDetail with the fields that are wrong."""
        data = self.cleaned_data
        if data["number"].strip():
            return self._real(data["number"].strip())
        problems = {
            name: [gettext("This is required.")]
            for name in ("severity", "channel", "received_at")
            if not data[name]
        }
        if problems:
            raise MissingDetail(problems)
        if not EARLIEST <= data["received_at"] < LATEST:
            raise MissingDetail({"received_at": [gettext("Choose a time between the years 2000 and 2099.")]})
        external = data["external_authority"] or data["channel"] == Channel.REGULATOR
        return Case(
            facts={
                "severity": data["severity"],
                "channel": data["channel"],
                "segment": data["segment"] or None,
                "region": data["region"] or None,
                "external_authority": external,
            },
            started_at=data["received_at"],
            tier=routing.starting_tier(data["severity"], {"external"} if external else set(), set()),
            category=data["category"],
        )

    def _real(self, number: str) -> Case:
        try:
            return case_of(access.get_complaint_for(self.user, number))
        except Http404:
            text = gettext("There is no complaint with this number that you may see.")
            raise MissingDetail({"number": [text]}) from None
