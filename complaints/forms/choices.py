"""Choices that are read from rows, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Team
from accounts.roles import TeamKind
from complaints.models import Category, Remedy

Choices = list[tuple[Any, Any]]


def labelled(choices: Iterable[tuple[Any, Any]], blank: Any) -> Choices:
    """Return the choices after a first entry with an empty value, labelled `blank`."""
    return [("", f"– {blank} –"), *choices]


def categories(blank: Any) -> Choices:
    """Return the leaves of the category tree, grouped by branch."""
    leaves = Category.objects.filter(is_leaf=True, is_active=True).select_related("parent")
    groups: dict[str, Choices] = {}
    for leaf in leaves:
        groups.setdefault(leaf.parent.name if leaf.parent else leaf.name, []).append((leaf.code, leaf.name))
    return [("", f"– {blank} –"), *groups.items()]


def remedies(blank: Any) -> Choices:
    """Return the active remedies in the order of the catalogue (`ladder_step`, then code)."""
    return labelled([(r.code, r.name) for r in Remedy.objects.filter(is_active=True)], blank)


def helping_teams(blank: Any) -> Choices:
    """Return the active departments and handling teams, which can be asked for work."""
    teams = Team.objects.filter(is_active=True, kind__in=[TeamKind.DEPARTMENT, TeamKind.HANDLING])
    return labelled([(team.code, team.name) for team in sorted(teams, key=lambda t: t.kind)], blank)
