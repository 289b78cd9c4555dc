"""Teams, categories and remedies as sections of the settings, with the checks of their rows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from accounts.roles import TeamKind
from complaints.models import Category, Complaint, Remedy, RoutingRule, SquadSeat
from complaints.models.organisation import OTHER_CATEGORY
from complaints.reads.playbooks import RECORD_LABELS
from complaints.setup.document import Row, Section, Writing
from complaints.terms.errors import Problems
from complaints.terms.input import MAX_TEXT, clean_text
from complaints.terms.stages import Stage

CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
NAMES = ("name_en", "name_zh", "name_hant")
MOST_MONEY = 99_999_999_999
"""The largest amount of money that can be entered, in minor units."""


@dataclass(frozen=True)
class Table:
    """A table whose rows have a code. `refers` are columns that name a row of the same table by its code.

    `check` notes problems that the model's `full_clean` does not find. It gets the changed row and the old
    one.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    check: Callable[[Any, Any, Problems], None]
    refers: tuple[str, ...] = ()

    @property
    def rows(self) -> "models.Manager[Any]":
        return self.model._default_manager

    def current(self) -> dict[str, Row]:
        found = self.rows.select_related(*self.refers).order_by("code")
        # Rows that others refer to come first, so that they are written first.
        ordered = sorted(found, key=lambda row: any(getattr(row, name) for name in self.refers))
        return {row.code: self.row_of(row) for row in ordered}

    def row_of(self, row: Any) -> Row:
        def value(name: str) -> Any:
            found = getattr(row, name)
            return getattr(found, "code", None) if name in self.refers else found

        return {name: value(name) for name in self.columns}

    def write(self, code: str, row: Row, how: Writing) -> None:
        self.save(code, row)

    def save(self, code: str, given: Mapping[str, Any]) -> Any:
        """Create or change a row. Raises MissingDetail with all that is wrong, by column."""
        before = self.rows.filter(code=code).first()
        changed = self.rows.filter(code=code).first() or self.model(code=code)
        problems = Problems()
        if before is None and not (len(code) <= 20 and CODE.fullmatch(code)):
            problems.add("code", _("Use only letters from A to Z, digits and dashes."))
        for name in self.columns:
            if name in given:
                setattr(changed, name, self._value(problems, name, given[name]))
        try:
            changed.full_clean(validate_constraints=False)
        except ValidationError as wrong:
            for name, texts in wrong.message_dict.items():
                if name not in problems.errors:
                    problems.errors[name] = list(texts)
        if not problems.errors:
            self.check(changed, before, problems)
        problems.check()
        changed.save()
        return changed

    def _value(self, problems: Problems, name: str, value: Any) -> Any:
        if name in self.refers:
            found = self.rows.filter(code=value).first() if isinstance(value, str) and value else None
            if value and found is None:
                problems.add(name, _("There is no category with this code."))
            return found
        if isinstance(self.model._meta.get_field(name), models.CharField):
            return clean_text(problems, name, value, limit=MAX_TEXT)
        return value


def _check_team(team: Team, before: Team | None, problems: Problems) -> None:
    is_handling = team.kind == TeamKind.HANDLING
    if is_handling and team.tier is None:
        problems.add("tier", _("A handling team needs a tier."))
    if not is_handling and team.tier is not None:
        problems.add("tier", _("Only handling teams have a tier."))
    if before is None:
        return
    routes = RoutingRule.objects.filter(team=before)
    moved = (team.kind, team.tier) != (before.kind, before.tier)
    if before.is_active and not team.is_active and routes.exists():
        text = _("Routing rules still send complaints to this team. First let them go to another team.")
        problems.add("is_active", text)
    if before.is_active and not team.is_active and SquadSeat.objects.filter(team=before, is_active=True):
        problems.add("is_active", _("A seat of the flash squad is filled from this team. Change it first."))
    if moved and routes.exists():
        field = "kind" if team.kind != before.kind else "tier"
        text = _("Routing rules send complaints of another tier to this team. First change those rules.")
        problems.add(field, text)
    elif moved and Complaint.objects.filter(team=before).exclude(stage=Stage.CLOSED).exists():
        field = "kind" if team.kind != before.kind else "tier"
        problems.add(field, _("This team has open complaints, so its kind and tier stay."))


def _check_category(category: Category, before: Category | None, problems: Problems) -> None:
    parent, asked = category.parent, category.required_record
    if not isinstance(asked, list) or not all(isinstance(name, str) for name in asked):
        problems.add("required_record", _("This must be a list of texts."))
    elif not set(asked) <= set(RECORD_LABELS):
        problems.add("required_record", _("Choose one of the values offered."))
    if category.code == OTHER_CATEGORY and (not category.is_leaf or not category.is_active or parent):
        problems.add("is_active", _("This category takes what fits no other, so it stays in use."))
        return
    if parent is not None and (parent.is_leaf or parent.pk == category.pk):
        problems.add("parent", _("Choose a branch."))
    elif parent is not None and not category.is_leaf:
        problems.add("parent", _("A branch stands at the top of the tree."))
    elif parent is not None and category.is_active and not parent.is_active:
        problems.add("is_active", _("Its branch is retired. First bring the branch back."))
    elif parent is not None and before is None and not category.code.startswith(f"{parent.code}-"):
        text = _("The code must begin with %(code)s-, so that rules for the branch cover this category.")
        problems.add("code", text % {"code": parent.code})
    if category.attribution and not category.is_leaf:
        problems.add("attribution", _("Only categories below a branch have an area of cause."))
    if before is None or before.is_leaf == category.is_leaf:
        return
    if category.is_leaf and category.children.exists():
        problems.add("is_leaf", _("This branch has categories below it."))
    elif not category.is_leaf and Complaint.objects.filter(category=before).exists():
        problems.add("is_leaf", _("Complaints are filed under this category, so it cannot become a branch."))


def _check_remedy(remedy: Remedy, before: Remedy | None, problems: Problems) -> None:
    if remedy.cost_minor is not None and remedy.cost_minor > MOST_MONEY:
        problems.add("cost_minor", _("This amount is too large."))


TEAMS = Table(Team, (*NAMES, "kind", "tier", "is_active"), _check_team)
CATEGORIES = Table(
    Category,
    (*NAMES, "parent", "is_leaf", "attribution", "required_record", "is_active"),
    _check_category,
    refers=("parent",),
)
REMEDIES = Table(
    Remedy,
    (
        *(*NAMES, "type", "cost_minor", "ladder_step", "promise_en", "promise_zh", "promise_hant"),
        *("is_cash", "is_principled", "is_active"),
    ),
    _check_remedy,
)


def section(name: str, title: Any, table: Table) -> Section:
    return Section(name, title, frozenset(table.columns), table.current, table.write)


SECTIONS = [
    section("teams", gettext_lazy("Teams"), TEAMS),
    section("categories", gettext_lazy("Categories"), CATEGORIES),
    section("remedies", gettext_lazy("Remedies"), REMEDIES),
]
