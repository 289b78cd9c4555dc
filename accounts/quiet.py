"""Quiet hours: when a person's mail and webhooks wait, in the time of where they are."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from accounts.middleware import known_zone
from accounts.models import User


def quiet_ends(user: User, at: datetime) -> datetime | None:
    """When the quiet hours end that hold at this moment; None outside of them.

    They are [from, until) on the wall clock of the user's zone and may pass midnight.
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
