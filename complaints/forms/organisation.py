"""The forms of a team, a department, a category and a remedy. `setup/edit.py` checks the input."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Team
from accounts.roles import TeamKind, Tier
from complaints.forms.base import StepForm
from complaints.forms.choices import labelled
from complaints.forms.limits import amount_text
from complaints.models import Category, Remedy
from complaints.models.organisation import Attribution
from complaints.setup.document import Row
from complaints.setup.edit import version_of
from complaints.setup.tables import CATEGORIES, REMEDIES, TEAMS
from complaints.terms.errors import MissingDetail, Problems
from complaints.terms.input import amount_minor

LANGUAGES = {"en": _("English"), "zh": _("Simplified Chinese"), "hant": _("Traditional Chinese")}
LANG = {"en": "en", "zh": "zh-Hans", "hant": "zh-Hant"}


class RowForm(StepForm):
    """A row with a code and names in three languages. `row` is the stored row, or None for a new one."""

    extra: ClassVar[tuple[str, ...]] = ()
    tick_names: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ("name_hant",)
    code = forms.CharField(
        label=pgettext_lazy("of a row", "Code"),
        required=False,
        help_text=_("Letters A to Z, digits and dashes. It never changes."),
    )
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_(
            "Take the tick away to retire it: history keeps its name, and nobody can choose it any longer."
        ),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Row | None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = self.shown(row) | {"seen": version_of(row)} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for language, label in LANGUAGES.items():
            self._add_text(f"name_{language}", label, language)
        self.mark_optional()
        if row is not None:
            del self.fields["code"]

    def _add_text(self, name: str, label: Any, language: str) -> None:
        widget = forms.TextInput(attrs={"lang": LANG[language]})
        self.fields[name] = forms.CharField(label=label, required=False, widget=widget)

    def shown(self, row: Row) -> dict[str, Any]:
        """Return the values of a row as initial values of the form."""
        return {name: "" if value is None else value for name, value in row.items()}

    @property
    def names(self) -> list[forms.BoundField]:
        return [self[f"name_{language}"] for language in LANGUAGES]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in self.extra]

    @property
    def ticks(self) -> list[forms.BoundField]:
        """The boxes to tick, which stand below the columns of the other fields."""
        return [self[name] for name in self.tick_names]

    def given(self) -> dict[str, Any]:
        """Return the values by column. Raises MissingDetail for a malformed amount or number."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"seen", "version"}}


class TeamForm(RowForm):
    extra = ("kind", "tier")
    optional = ("name_hant", "tier")
    kind = forms.ChoiceField(label=_("What it does"), required=False, choices=[])
    tier = forms.TypedChoiceField(
        label=_("Tier"), coerce=int, empty_value=None, required=False, help_text=_("For handling teams only.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [choice for choice in TeamKind.choices if choice[0] != TeamKind.DEPARTMENT]
        fields["tier"].choices = labelled(Tier.choices, _("none"))


class DepartmentForm(RowForm):
    """A team that does tasks."""

    def given(self) -> dict[str, Any]:
        return super().given() | {"kind": TeamKind.DEPARTMENT.value, "tier": None}


class CategoryForm(RowForm):
    extra = ("parent", "attribution")
    optional = ("name_hant", "parent", "attribution")
    parent = forms.ChoiceField(
        label=_("Branch"),
        required=False,
        choices=[],
        help_text=_("Empty makes a branch. A category’s code begins with that of its branch and a dash."),
    )
    attribution = forms.ChoiceField(
        label=_("Area of the cause"),
        required=False,
        choices=[],
        help_text=_("Suggested in the review. Not for a branch."),
    )

    def __init__(self, *args: Any, row: Row | None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.was_leaf = None if row is None else bool(row["is_leaf"])
        fields: dict[str, Any] = self.fields
        branches = Category.objects.filter(is_leaf=False)
        fields["parent"].choices = labelled([(each.code, each.name) for each in branches], _("none"))
        fields["attribution"].choices = labelled(Attribution.choices, _("none"))

    def given(self) -> dict[str, Any]:
        found = super().given()
        is_leaf = bool(found["parent"]) if self.was_leaf is None else self.was_leaf
        return found | {"is_leaf": is_leaf, "parent": found["parent"] or None}


class RemedyForm(RowForm):
    extra = ("type", "cost", "ladder_step")
    tick_names = ("is_cash", "is_principled")
    optional = ("name_hant", "cost", "promise_en", "promise_zh", "promise_hant")
    type = forms.CharField(label=_("Kind"), required=False)
    cost = forms.CharField(
        label=_("Usual cost"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("Empty if it depends on the complaint."),
    )
    ladder_step = forms.IntegerField(
        label=_("Step of the ladder"),
        required=False,
        min_value=0,
        max_value=99,
        initial=0,
        help_text=_("Lower steps are offered first."),
    )
    is_cash = forms.BooleanField(label=_("Money that is paid out"), required=False)
    is_principled = forms.BooleanField(
        label=_("A concession of principle, which only managers grant"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, label in LANGUAGES.items():
            self._add_text(f"promise_{language}", label, language)
        self.mark_optional()

    def shown(self, row: Row) -> dict[str, Any]:
        cost = row["cost_minor"]
        return super().shown(row) | {"cost": "" if cost is None else amount_text(cost)}

    @property
    def promises(self) -> list[forms.BoundField]:
        return [self[f"promise_{language}"] for language in LANGUAGES]

    def given(self) -> dict[str, Any]:
        found = super().given()
        problems = Problems()
        cost = amount_minor(problems, "cost", found.pop("cost"))
        if found["ladder_step"] is None:
            found["ladder_step"] = 0
        problems.check()
        return found | {"cost_minor": cost}

    def take(self, problem: MissingDetail) -> None:
        """Show what is wrong with the cost at its own field, which has another name than the column."""
        moved = {"cost" if name == "cost_minor" else name: texts for name, texts in problem.errors.items()}
        super().take(MissingDetail(moved))


def row_of(row: Team | Category | Remedy) -> Row:
    """Return the values of a row in the form that its page and the record of changes use."""
    table = {Team: TEAMS, Category: CATEGORIES, Remedy: REMEDIES}[type(row)]
    return table.row_of(row)
