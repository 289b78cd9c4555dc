"""How often, when and by which way (phone or e-mail) a customer is tried before a written notice is sent.

The rules stand in docs/lifecycle.md, "Callback outcome". A call that was made can always be recorded,
whatever these rules say; `schedule.py` plans the next one.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo

from complaints.models import AttemptResult, CallbackAttempt, Customer
from complaints.terms.stages import Channel

SPACING = timedelta(hours=3)
TRIES, PARTS, WAYS = 3, 2, 2
"""What must be used up before the notice: failed tries (SPACING apart), parts of the day, and ways.

Two ways are asked only of customers who have both phone and e-mail.
"""
PART_BEGINS = (time(12), time(18))
FAILED = frozenset({AttemptResult.NO_ANSWER, AttemptResult.BUSY, AttemptResult.WRONG_NUMBER})


def part_of_day(moment: datetime, zone: tzinfo) -> int:
    """Return 0 for the morning, 1 from noon on, 2 from six in the evening on, by the time in `zone`."""
    return sum(moment.astimezone(zone).time() >= begins for begins in PART_BEGINS)


def counted(tries: Sequence[CallbackAttempt]) -> list[CallbackAttempt]:
    """Return the failed tries that count, oldest first: each at least SPACING after the last one counted."""
    found: list[CallbackAttempt] = []
    for attempt in sorted(tries, key=lambda each: each.at):
        if attempt.result in FAILED and (not found or attempt.at - found[-1].at >= SPACING):
            found.append(attempt)
    return found


def enough_calls(tries: Sequence[CallbackAttempt], zone: tzinfo) -> bool:
    """Return True if there were enough failed tries in enough parts of the day, whichever way was used."""
    failed = counted(tries)
    return len(failed) >= TRIES and len({part_of_day(attempt.at, zone) for attempt in failed}) >= PARTS


def used_up(tries: Sequence[CallbackAttempt], customer: Customer, zone: tzinfo) -> bool:
    """Return True after enough tries in enough parts of the day, by phone and e-mail if there are both."""
    ways = {attempt.channel for attempt in tries if attempt.result in FAILED}
    two_ways = bool(customer.phone and customer.email)
    return enough_calls(tries, zone) and (not two_ways or len(ways) >= WAYS)


def next_way(tries: Sequence[CallbackAttempt], customer: Customer) -> Channel:
    """Return the way for the next try: phone, or e-mail if the customer has no phone number.

    After tries by phone only, a customer with an e-mail address gets the last try, or the one after a wrong
    number, by e-mail.
    """
    if not customer.phone:
        return Channel.EMAIL
    failed = [attempt for attempt in tries if attempt.result in FAILED]
    by_phone_only = {attempt.channel for attempt in failed} == {Channel.PHONE}
    wrong = any(attempt.result == AttemptResult.WRONG_NUMBER for attempt in failed)
    other = customer.email and by_phone_only and (wrong or len(counted(tries)) >= TRIES - 1)
    return Channel.EMAIL if other else Channel.PHONE
