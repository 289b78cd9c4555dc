"""The customer cannot be reached: three tries, a written notice, 72 hours (docs/clocks.md)."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import intake
from complaints.lifecycle.callback import attempts, calls
from complaints.models import Callback, CallbackAttempt, Clock, Complaint, Outbox
from complaints.rights.actors import person
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, SHANGHAI

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ONLY_PHONE = intake.CustomerData(name="周美玲", phone="100-0000-0001")


def attempt(
    complaint: Complaint, by: User, at: datetime, channel: str = "phone", result: str = "no_answer"
) -> None:
    calls.record_callback(complaint, {"result": result, "channel": channel}, by=person(by), at=at)


def unreached(people: dict[str, User], customer: intake.CustomerData = ONLY_PHONE) -> Complaint:
    """Return a complaint after three tries on a Monday: one in the morning, two in the afternoon."""
    complaint = factories.resolved(people["agent"], customer=customer)
    for hours in (1, 4, 7):
        attempt(complaint, people["callback"], MONDAY + hours * HOUR)
    return complaint


def kinds(complaint: Complaint) -> set[str]:
    return set(Clock.objects.live().filter(complaint=complaint).values_list("kind", flat=True))


def test_after_three_tries_the_customer_is_written_to_and_has_72_hours(people: dict[str, User]) -> None:
    complaint = unreached(people)
    assert Outbox.objects.filter(complaint=complaint, template="callback_notice").count() == 1
    assert kinds(complaint) == {"callback_notice"}
    assert Clock.objects.get(kind="callback_outcome").ended_as == "met"
    attempt(complaint, people["callback"], MONDAY + 11 * HOUR)
    assert Outbox.objects.filter(complaint=complaint, template="callback_notice").count() == 1
    noticed = MONDAY + 7 * HOUR
    sweep(noticed + 72 * HOUR - timedelta(seconds=1))
    complaint.refresh_from_db()
    assert complaint.stage == "callback"
    sweep(noticed + 72 * HOUR)
    sweep(noticed + 72 * HOUR)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.callback_outcome) == ("review", "unreachable")
    assert Callback.objects.get().csat_solution is None
    assert not Clock.objects.get(kind="callback_notice").breached_at


def test_tries_too_close_in_one_part_of_the_day_or_by_one_way_are_not_enough(people: dict[str, User]) -> None:
    both = intake.CustomerData(name="周美玲", phone="100-0000-0001", email="zhou@example.com")
    complaint = unreached(people, both)
    assert "callback_notice" not in kinds(complaint)
    attempt(complaint, people["callback"], MONDAY + 7.1 * HOUR, "email")
    assert "callback_notice" in kinds(complaint)


def tries(*local: tuple[int, int]) -> list[CallbackAttempt]:
    return [
        CallbackAttempt(at=datetime(2026, 11, day, hour, tzinfo=SHANGHAI), channel="phone", result="busy")
        for day, hour in local
    ]


def test_what_counts_as_a_try(people: dict[str, User]) -> None:
    customer = factories.receive(people["agent"], customer=ONLY_PHONE).customer
    assert attempts.used_up(tries((23, 9), (23, 12), (23, 18)), customer, SHANGHAI)
    assert not attempts.used_up(tries((23, 9), (23, 11), (23, 18)), customer, SHANGHAI)
    assert not attempts.used_up(tries((23, 9), (24, 9), (25, 9)), customer, SHANGHAI)
    later = tries((23, 9), (23, 12), (23, 18))
    later[1].result = "later"
    assert not attempts.used_up(later, customer, SHANGHAI)


def test_a_make_good_has_48_hours_of_its_own(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"])
    calls.record_callback(complaint, factories.PARTLY, by=person(people["callback"]), at=MONDAY + HOUR)
    assert kinds(complaint) == {"make_good"}
    assert Clock.objects.get(kind="make_good").due_at == MONDAY + 49 * HOUR
    calls.make_good_done(complaint, by=person(people["callback"]), at=MONDAY + 2 * HOUR, evidence="Sent")
    assert kinds(complaint) == {"callback", "callback_outcome"}
