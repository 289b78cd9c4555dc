"""Find active people by role, to notify, ask or choose them."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import TOP_TIER, Role

ADMINISTRATORS = Q(role=Role.ADMIN, is_active=True)


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


def administrators() -> QuerySet[User]:
    return User.objects.filter(ADMINISTRATORS)


def matching(words: str) -> QuerySet[User]:
    """Return the people whose username, name or mail address contains these words, active ones first."""
    found = User.objects.prefetch_related("teams").order_by("-is_active", "role", "username")
    if not words:
        return found
    named = Q(name_en__icontains=words) | Q(name_zh__icontains=words)
    return found.filter(named | Q(username__icontains=words) | Q(email__icontains=words))
