"""Read the rows of many complaints together: each kind in one query, and equal rows as the same object."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from accounts.models import Team, User
from complaints.models import CalendarVersion, Category, Clock, ClockPause, Complaint, PolicyRule
from complaints.rows.bulk import keep_related


def by_complaint(rows: Iterable[Clock]) -> dict[int, list[Clock]]:
    """Return the clocks by complaint id, in the given order, with their pauses, calendars and rules."""
    found = list(rows)
    share_grants(found)
    of = {clock.complaint_id for clock in found}
    pauses = ClockPause.objects.filter(clock__complaint__in=of, clock__ended_as__isnull=True)
    keep_related(found, "pauses", pauses, "clock_id")
    grouped: dict[int, list[Clock]] = defaultdict(list)
    for clock in found:
        grouped[clock.complaint_id].append(clock)
    return grouped


def share_references(complaints: list[Complaint]) -> None:
    """Attach teams, assignees and categories to complaints, with one query for each kind."""
    for name, model in (("team", Team), ("assignee", User), ("category", Category)):
        field: Any = Complaint._meta.get_field(name)
        ids = {key for complaint in complaints if (key := getattr(complaint, f"{name}_id"))}
        rows = model._default_manager.in_bulk(ids)
        for complaint in complaints:
            key = getattr(complaint, f"{name}_id")
            field.set_cached_value(complaint, rows[key] if key else None)


def share_grants(found: Iterable[Clock]) -> None:
    """Attach calendars and rules to clocks, with one query for each kind.

    Clocks with the same calendar get the same object, because setting up a calendar takes time.
    """
    listed = list(found)
    versions = CalendarVersion.objects.in_bulk({clock.calendar_id for clock in listed})
    rules = PolicyRule.objects.in_bulk({clock.rule_id for clock in listed if clock.rule_id})
    calendar, rule = Clock._meta.get_field("calendar"), Clock._meta.get_field("rule")
    for clock in listed:
        calendar.set_cached_value(clock, versions[clock.calendar_id])
        if clock.rule_id:
            rule.set_cached_value(clock, rules[clock.rule_id])
