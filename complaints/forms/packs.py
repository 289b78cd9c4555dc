"""The form of one statutory pack."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.forms.choices import labelled
from complaints.forms.policies import condition_choices, on_page, read_condition
from complaints.models import ALWAYS_CODE, Calendar, PackReceipt, PackUnit, StatutoryPack
from complaints.sla.policies.conditions import FIELD_WORDS
from complaints.sla.statutory.duty import MATCHED_ON
from complaints.sla.statutory.packs import LANGUAGES
from ui.names import in_language

PLAIN = (
    *("name_en", "name_zh", "name_hant", "order", "unit", "length", "timezone", "receipt"),
    *("to_open_day", "holding_day", "effective_from", "effective_to"),
)


def _number(label: Any, **extra: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "min": 1})
    return forms.IntegerField(label=label, required=False, widget=widget, **extra)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


def _lines(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class PackForm(StepForm):
    optional = (
        *("name_hant", "holding_day", "extensions", "effective_from", "effective_to"),
        *("clauses_en", "clauses_zh", "clauses_hant"),
    )
    code = forms.CharField(
        label=pgettext_lazy("of a row", "Code"), required=False, help_text=_("Letters, digits and dashes.")
    )
    name_en = forms.CharField(label=_("English"), required=False)
    name_zh = forms.CharField(label=_("Simplified Chinese"), required=False)
    name_hant = forms.CharField(label=_("Traditional Chinese"), required=False)
    order = _number(_("Place in the order"), help_text=_("The first pack that matches applies."))
    unit = forms.ChoiceField(label=_("Counted in"), required=False, choices=PackUnit.choices)
    length = _number(_("How many"))
    timezone = forms.CharField(label=_("Time zone"), required=False, help_text=_("For example Asia/Shanghai"))
    calendar = forms.ChoiceField(label=_("Business days of"), required=False, choices=[])
    receipt = forms.ChoiceField(label=_("Day 0"), required=False, choices=PackReceipt.choices)
    to_open_day = forms.BooleanField(
        label=_("A last day on which this calendar is closed moves to the next open day"), required=False
    )
    holding_day = _number(_("Holding message within"), help_text=_("In the same unit."))
    extensions = forms.CharField(
        label=_("May be extended by"), required=False, help_text=_("In order, for example 15, 30 or 15 × 2.")
    )
    clauses_en = _lines(_("English"))
    clauses_zh = _lines(_("Simplified Chinese"))
    clauses_hant = _lines(_("Traditional Chinese"))
    effective_from = _day(_("In effect from"))
    effective_to = _day(_("In effect until"))
    reason = forms.CharField(label=_("Why does it change?"), required=False)

    def __init__(self, *args: Any, pack: StatutoryPack | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(pack) | kwargs.get("initial", {})
        super().__init__(*args, auto_id="pack_%s", **kwargs)
        fields: dict[str, Any] = self.fields
        for field in MATCHED_ON:
            fields[field] = forms.ChoiceField(
                label=FIELD_WORDS[field], required=False, choices=condition_choices(field)
            )
        calendars = Calendar.objects.exclude(code=ALWAYS_CODE).order_by("code")
        named = [(each.code, in_language(each, "name")) for each in calendars]
        fields["calendar"].choices = labelled(named, gettext("every day"))
        self.mark_optional()

    @property
    def names(self) -> list[BoundField]:
        return [self["name_en"], self["name_zh"], self["name_hant"]]

    @property
    def conditions(self) -> list[BoundField]:
        return [self[field] for field in MATCHED_ON]

    @property
    def clauses(self) -> list[BoundField]:
        return [self[f"clauses_{language}"] for language in LANGUAGES]

    def given(self) -> dict[str, Any]:
        """Return the fields in the form in which `packs.save` takes them."""
        data = self.cleaned_data
        names = (*PLAIN, "code", "calendar", "extensions", *(f"clauses_{each}" for each in LANGUAGES))
        match = {field: read_condition(field, data[field]) for field in MATCHED_ON if data[field]}
        return {name: data[name] for name in names} | {"match": match}


def _initial(pack: StatutoryPack | None) -> dict[str, Any]:
    if pack is None:
        return {"unit": PackUnit.CALENDAR_DAYS, "receipt": PackReceipt.RECEIPT, "order": 1}
    found: dict[str, Any] = {name: getattr(pack, name) for name in PLAIN}
    found |= {field: on_page(value) for field, value in pack.match.items()}
    found["calendar"] = pack.calendar.code if pack.calendar else ""
    found["extensions"] = ", ".join(
        str(more) if times == 1 else f"{more} × {times}" for more, times in pack.extensions
    )
    for language in LANGUAGES:
        found[f"clauses_{language}"] = "\n".join(clause.get(language, "") for clause in pack.clauses).strip()
    return found
