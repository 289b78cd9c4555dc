"""How often, when and by which ways a customer is called before a written notice goes out (lifecycle.md).

Contact hours and spacing plan the tries; a call that was made can always be recorded.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone

from complaints.models import AttemptResult, CallbackAttempt, Customer

SPACING = timedelta(hours=3)
TRIES, PARTS, WAYS = 3, 2, 2
"""Tries at least SPACING apart, in so many parts of the day, by so many ways where there are so many."""
OPENS, CLOSES = time(9), time(20)
_PARTS = (time(12), time(18))
FAILED = frozenset({AttemptResult.NO_ANSWER, AttemptResult.BUSY, AttemptResult.WRONG_NUMBER})


def part_of_day(moment: datetime) -> int:
    """0 in the morning, 1 from noon, 2 from six in the evening, in the organisation's zone."""
    return sum(timezone.localtime(moment).time() >= begins for begins in _PARTS)


def counted(tries: Sequence[CallbackAttempt]) -> list[CallbackAttempt]:
    """The failed tries that stand far enough apart, oldest first."""
    found: list[CallbackAttempt] = []
    for attempt in sorted(tries, key=lambda each: each.at):
        if attempt.result in FAILED and (not found or attempt.at - found[-1].at >= SPACING):
            found.append(attempt)
    return found


def used_up(tries: Sequence[CallbackAttempt], customer: Customer) -> bool:
    """Whether enough was tried."""
    failed = counted(tries)
    ways = {attempt.channel for attempt in tries if attempt.result in FAILED}
    two_ways = bool(customer.phone and customer.email)
    return (
        len(failed) >= TRIES
        and len({part_of_day(attempt.at) for attempt in failed}) >= PARTS
        and (not two_ways or len(ways) >= WAYS)
    )


def next_try(tries: Sequence[CallbackAttempt], at: datetime) -> datetime:
    """When to try again: three hours on, in contact hours; a last one in a part of the day not tried yet."""
    failed = counted(tries)
    moment = _in_contact_hours(at + SPACING if tries else at)
    tried = {part_of_day(attempt.at) for attempt in failed}
    while len(failed) >= TRIES - 1 and len(tried) < PARTS and part_of_day(moment) in tried:
        moment = _next_part(moment)
    return moment


def _in_contact_hours(moment: datetime) -> datetime:
    local = timezone.localtime(moment)
    if local.time() < OPENS:
        return local.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0)
    if local.time() >= CLOSES:
        return (local + timedelta(days=1)).replace(hour=OPENS.hour, minute=0, second=0, microsecond=0)
    return local


def _next_part(moment: datetime) -> datetime:
    local = timezone.localtime(moment)
    begins = next((each for each in _PARTS if local.time() < each), None)
    if begins is None:
        return _in_contact_hours(local.replace(hour=CLOSES.hour, minute=0, second=0, microsecond=0))
    return local.replace(hour=begins.hour, minute=0, second=0, microsecond=0)
