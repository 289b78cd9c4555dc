"""Role, tier and team kinds, their names and order."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")
    DEPARTMENT = "department", _("Department")
    ADMIN = "admin", _("Administrator")


class Tier(models.IntegerChoices):
    FRONT_LINE = 1, _("Frontline")
    SPECIALIST = 2, _("Specialist")
    EXPERT = 3, _("Expert")


TOP_TIER = Tier.EXPERT


class TeamKind(models.TextChoices):
    """What a team does. Handling teams own complaints; the others help them."""

    HANDLING = "handling", _("Handling")
    CALLBACK = "callback", _("Callback")
    QUALITY = "quality", _("Quality")
    DEPARTMENT = "department", _("Department")


def next_tier(tier: int) -> int:
    """Return the next higher tier; for the top tier return the top tier."""
    return min(int(TOP_TIER), tier + 1)


def has_tier(role: str) -> bool:
    """Return True for roles whose people work on a tier."""
    return role == Role.AGENT
