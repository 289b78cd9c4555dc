"""Quiet hours, during which a person's mail and webhooks wait."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from accounts.middleware import known_zone
from accounts.models import User


def quiet_ends(user: User, at: datetime) -> datetime | None:
    """Return when the user's current quiet hours end, in UTC, or None if `at` lies outside them.

    They are [from, until) by the wall clock in the user's time zone, and may pass midnight.
    """
    if user.quiet_from is None or user.quiet_until is None or user.quiet_from == user.quiet_until:
        return None
    local = timezone.localtime(at, known_zone(user.timezone) or timezone.get_default_timezone())
    now, since, until = local.time(), user.quiet_from, user.quiet_until
    inside = since <= now < until if since < until else now >= since or now < until
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if since > until and now >= since else local.date()
    return datetime.combine(day, until, tzinfo=local.tzinfo).astimezone(UTC)
