"""How often, when and by which ways a customer is called before a written notice goes out (lifecycle.md).

Contact hours and spacing plan the tries; a call that was made can always be recorded. When the next one is
planned stands in `call_plan.py`.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo

from complaints.models import AttemptResult, CallbackAttempt, Customer
from complaints.terms.stages import Channel

SPACING = timedelta(hours=3)
TRIES, PARTS, WAYS = 3, 2, 2
"""Tries at least SPACING apart, in so many parts of the day, by so many ways where there are so many."""
PART_BEGINS = (time(12), time(18))
FAILED = frozenset({AttemptResult.NO_ANSWER, AttemptResult.BUSY, AttemptResult.WRONG_NUMBER})


def part_of_day(moment: datetime, zone: tzinfo) -> int:
    """0 in the morning, 1 from noon, 2 from six in the evening, where the customer is."""
    return sum(moment.astimezone(zone).time() >= begins for begins in PART_BEGINS)


def counted(tries: Sequence[CallbackAttempt]) -> list[CallbackAttempt]:
    """The failed tries that stand far enough apart, oldest first."""
    found: list[CallbackAttempt] = []
    for attempt in sorted(tries, key=lambda each: each.at):
        if attempt.result in FAILED and (not found or attempt.at - found[-1].at >= SPACING):
            found.append(attempt)
    return found


def enough_calls(tries: Sequence[CallbackAttempt], zone: tzinfo) -> bool:
    """Whether there were enough tries in enough parts of the day, by whatever way."""
    failed = counted(tries)
    return len(failed) >= TRIES and len({part_of_day(attempt.at, zone) for attempt in failed}) >= PARTS


def used_up(tries: Sequence[CallbackAttempt], customer: Customer, zone: tzinfo) -> bool:
    """Whether enough was tried."""
    ways = {attempt.channel for attempt in tries if attempt.result in FAILED}
    two_ways = bool(customer.phone and customer.email)
    return enough_calls(tries, zone) and (not two_ways or len(ways) >= WAYS)


def next_way(tries: Sequence[CallbackAttempt], customer: Customer) -> Channel:
    """By phone, where there is one; the other way at the last try, after a wrong number, or when it lacks."""
    if not customer.phone:
        return Channel.EMAIL
    failed = [attempt for attempt in tries if attempt.result in FAILED]
    by_phone_only = {attempt.channel for attempt in failed} == {Channel.PHONE}
    wrong = any(attempt.result == AttemptResult.WRONG_NUMBER for attempt in failed)
    other = customer.email and by_phone_only and (wrong or len(counted(tries)) >= TRIES - 1)
    return Channel.EMAIL if other else Channel.PHONE
