"""Routing: the tier and team of a complaint, by rules that managers edit (docs/lifecycle.md, "Routing")."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Team
from accounts.roles import Tier
from complaints.models import RoutingRule
from complaints.rows import lookups
from complaints.terms.errors import NotSetUp
from complaints.terms.stages import CRITICAL_FLAGS, Severity


class NoRoute(NotSetUp):
    """No rule matches. Saving the rules and `manage.py check` make sure that each tier has a catch-all."""

    code = "no_route"


def starting_tier(severity: str, flags: set[str], flags_by_person: set[str]) -> int:
    """Return tier 3 for a grave risk set by a person, 2 for critical, major or flagged complaints, else 1."""
    if flags_by_person & CRITICAL_FLAGS:
        return 3
    return 2 if severity in {Severity.CRITICAL, Severity.MAJOR} or flags else 1


def branches_of(category_code: str) -> list[str]:
    """Return the codes with which a rule can match this category: LOG-LATE matches LOG too."""
    parts = category_code.split("-")
    return ["-".join(parts[:length]) for length in range(1, len(parts) + 1)]


def rule_for(tier: int, *, channel: str, category_code: str, region: str | None) -> RoutingRule:
    """Return the first rule of the tier whose filled-in fields all match, with its team.

    Raises NoRoute (409).
    """
    table = RoutingRule.objects.filter(tier=tier).select_related("team").order_by("order")
    branches = {"", *branches_of(category_code)}
    fits = (
        rule
        for rule in lookups.once(("routes", tier), lambda: list(table))
        if rule.channel in {"", channel} and rule.branch in branches and rule.region in {"", region or ""}
    )
    found = next(fits, None)
    if found is None:
        raise NoRoute(
            _("No routing rule says which team gets this complaint on the tier “%(tier)s”.")
            % {"tier": Tier(tier).label}
        )
    return found


def team_for(tier: int, *, channel: str, category_code: str, region: str | None) -> Team:
    """Return the team for complaints of this kind on this tier. Raises NoRoute."""
    return rule_for(tier, channel=channel, category_code=category_code, region=region).team


def is_catch_all(rule: RoutingRule) -> bool:
    """Return True for a rule that matches everything on its tier."""
    return not (rule.channel or rule.branch or rule.region)


def covers(above: RoutingRule, below: RoutingRule) -> bool:
    """Return True if `above` matches all that `below` matches, so that `below` is never reached."""
    return (
        above.tier == below.tier
        and above.channel in {"", below.channel}
        and above.branch in {"", *branches_of(below.branch)}
        and above.region in {"", below.region}
    )


def tiers_without_catch_all(rules: Iterable[RoutingRule]) -> list[int]:
    """Return the tiers on which a complaint might find no team."""
    return sorted({1, 2, 3} - {rule.tier for rule in rules if is_catch_all(rule)})
