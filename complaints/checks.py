"""`manage.py check --database default`: rows without which some complaints could not be routed."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from complaints.models import RoutingRule
from complaints.triage.routing import tiers_without_catch_all


@register(Tags.database)
def every_tier_has_a_route(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Report tiers without a catch-all routing rule.

    A database without any rules is not loaded yet and passes.
    """
    if "default" not in (databases or ()):
        return []
    if RoutingRule._meta.db_table not in connections["default"].introspection.table_names():
        return []
    rules = list(RoutingRule.objects.all())
    return [
        Error(
            f"There is no catch-all routing rule for tier {tier}.",
            hint="/settings/routing/",
            id="redress.E010",
        )
        for tier in (tiers_without_catch_all(rules) if rules else ())
    ]
