"""Find what an organisation still lacks before complaints can be received."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, RoutingRule
from complaints.models.organisation import OTHER_CATEGORY
from complaints.sla import targets
from complaints.triage.routing import tiers_without_catch_all


class Gap(NamedTuple):
    """Something that is missing: what, and the name of the page on which it is added."""

    what: str | Promise
    page: str


def for_receipt() -> list[Gap]:
    """Return what must be added before a complaint can be received. Reads four small tables."""
    gaps = []
    if not Category.objects.filter(code=OTHER_CATEGORY, is_active=True).exists():
        gaps.append(Gap(_("The category OTHER, which takes what fits no other category"), "categories"))
    rules = list(RoutingRule.objects.all())
    if tiers_without_catch_all(rules):
        gaps.append(Gap(_("A routing rule for each tier that says which team gets all the rest"), "routing"))
    policy = targets.policy_now()
    table = list(policy.rules.all()) if policy else []
    if not any(not rule.match for rule in table):
        gaps.append(Gap(_("An SLA policy with a rule for everything else"), "policies"))
    known = targets.calendars_now()
    wanted = {"ALWAYS"} | {code for rule in table for _minutes, code in rule.targets.values()}
    if wanted - known.keys():
        gaps.append(Gap(_("The calendars by which deadlines are counted"), "calendars"))
    return gaps
