"""Find active people by role, to notify, ask or choose them."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import TOP_TIER, Role


def with_roles(*roles: str) -> QuerySet[User]:
    return User.objects.filter(role__in=roles, is_active=True)


def agents() -> QuerySet[User]:
    return User.objects.filter(role=Role.AGENT, is_active=True)


def experts() -> QuerySet[User]:
    """Return the active agents of the top tier."""
    return agents().filter(tier=TOP_TIER)


def supervisors() -> QuerySet[User]:
    return User.objects.filter(role=Role.SUPERVISOR, is_active=True)


def managers() -> QuerySet[User]:
    return User.objects.filter(role=Role.MANAGER, is_active=True)
