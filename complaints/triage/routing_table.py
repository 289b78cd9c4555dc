"""Change the routing rules. Each tier keeps a catch-all, and every rule can be reached."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import changes
from accounts.models import Team
from accounts.roles import TeamKind, Tier
from complaints.models import Category, RoutingRule
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, Problems, RoleMayNot, StaleVersion
from complaints.terms.stages import Channel, Region
from complaints.triage.routing import covers, tiers_without_catch_all

_ASIDE = 10_000
"""Added to all orders before they are renumbered, because no two rules may share an order at any moment."""


def rules() -> list[RoutingRule]:
    """Return all rules in order, with their teams."""
    return list(RoutingRule.objects.select_related("team").order_by("order"))


def add(data: Mapping[str, Any], *, by: Actor, at: datetime) -> RoutingRule:
    """Add a rule at the last position where it can be reached: above the first rule that covers it."""
    with _changing(by, at) as table:
        rule = RoutingRule()
        _take(rule, data)
        wider = (place for place, other in enumerate(table) if covers(other, rule))
        table.insert(next(wider, len(table)), rule)
    return rule


def edit(rule_id: int, data: Mapping[str, Any], *, by: Actor, at: datetime) -> RoutingRule:
    """Change a rule. It keeps its position."""
    with _changing(by, at) as table:
        rule = _find(table, rule_id)
        _take(rule, data)
    return rule


def delete(rule_id: int, *, by: Actor, at: datetime) -> None:
    with _changing(by, at) as table:
        table.remove(_find(table, rule_id))


def shift(rule_id: int, *, up: bool, by: Actor, at: datetime) -> None:
    """Move a rule one position up or down among those of its tier. The outermost one stays where it is."""
    with _changing(by, at) as table:
        rule = _find(table, rule_id)
        own = [other for other in table if other.tier == rule.tier]
        place = own.index(rule) + (-1 if up else 1)
        if 0 <= place < len(own):
            here, there = table.index(rule), table.index(own[place])
            table[here], table[there] = table[there], table[here]


@contextmanager
def _changing(by: Actor, at: datetime) -> Iterator[list[RoutingRule]]:
    """Lock the table, let the caller change it as a list, then check it as a whole, write it and record it.

    Raises RoleMayNot (403), StaleVersion (409) after a change by somebody else, and MissingDetail.
    """
    if by.role not in duties.EDIT_RULES:
        raise RoleMayNot(_("Only managers can change the routing rules."))
    try:
        with transaction.atomic():
            locked = RoutingRule.objects.select_for_update(of=("self",)).select_related("team")
            table = list(locked.order_by("order"))
            before = _stored(table)
            yield table
            check_table(table)
            RoutingRule.objects.filter(pk__in=before.keys() - {rule.pk for rule in table}).delete()
            _write(table)
            _record(before, _stored(table), by, at)
    except IntegrityError:
        raise StaleVersion(_("Somebody changed the rules while you were working on them.")) from None


def _stored(table: Sequence[RoutingRule]) -> dict[int, dict[str, Any]]:
    """Return the values of each rule by its id."""
    return {
        rule.pk: {
            "tier": rule.tier,
            "channel": rule.channel,
            "category": rule.branch,
            "region": rule.region,
            "team": rule.team.code,
            "order": rule.order,
        }
        for rule in table
    }


def _record(
    before: Mapping[int, dict[str, Any]], after: Mapping[int, dict[str, Any]], by: Actor, at: datetime
) -> None:
    """Record what happened to each rule, but not that rules shifted because one was added or deleted."""
    moved_along = before.keys() != after.keys()
    for pk in {**before, **after}:
        old, new = before.get(pk), after.get(pk)
        if old is not None and new is not None and moved_along:
            old = old | {"order": new["order"]}
        key = str((new or old or {}).get("team"))
        changes.record("routing", key, old, new, by=by.user, at=at)


def _find(table: Sequence[RoutingRule], rule_id: int) -> RoutingRule:
    found = next((rule for rule in table if rule.pk == rule_id), None)
    if found is None:
        raise StaleVersion(_("This rule is not there any more."))
    return found


def _take(rule: RoutingRule, data: Mapping[str, Any]) -> None:
    """Check the input and set it on the rule. Raises MissingDetail."""
    problems = Problems()
    if data.get("tier") not in Tier.values:
        problems.add("tier", _("Choose one of the values offered."))
    for name, choices in (("channel", Channel.values), ("region", Region.values)):
        problems.one_of(name, data.get(name) or choices[0], choices)
    branch = str(data.get("branch") or "")
    if branch and not Category.objects.filter(code=branch).exists():
        problems.add("branch", _("There is no category with this code."))
    team = Team.objects.filter(code=str(data.get("team") or ""), kind=TeamKind.HANDLING).first()
    if team is None or not team.is_active or team.tier != data.get("tier"):
        problems.add("team", _("Choose an active team of this tier."))
    problems.check()
    assert team is not None
    rule.tier, rule.team, rule.branch = data["tier"], team, branch
    rule.channel, rule.region = data.get("channel") or "", data.get("region") or ""


def check_table(table: Sequence[RoutingRule]) -> None:
    """Raise MissingDetail unless every tier has a catch-all and every rule can be reached."""
    missing = tiers_without_catch_all(table)
    if missing:
        text = _("Tier %(tier)d needs a catch-all rule: one without channel, category and region.")
        raise MissingDetail({"rules": [text % {"tier": tier} for tier in missing]})
    for place, below in enumerate(table):
        above = next((rule for rule in table[:place] if covers(rule, below)), None)
        if above is not None:
            text = _(
                "The rule for %(team)s would never be reached: a rule above it matches everything it matches."
            )
            raise MissingDetail({"rules": [text % {"team": below.team.name}]})


def _write(table: Sequence[RoutingRule]) -> None:
    """Number the rules from 1 in the order of the list."""
    moved = [(place, rule) for place, rule in enumerate(table, start=1) if rule.order != place]
    for place, rule in moved:
        if rule.pk:
            RoutingRule.objects.filter(pk=rule.pk).update(order=_ASIDE + place)
    for place, rule in enumerate(table, start=1):
        rule.order = place
        rule.save()
