"""A statutory deadline is extended only with a reason, an approval and after telling the customer (L-13)."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import converse, extend, resolve
from complaints.lifecycle.approvals import decisions
from complaints.models import Approval, Clock, Complaint, PolicyRule, StatutoryPack
from complaints.rights.actors import person
from complaints.sla.statutory import duty
from complaints.sweeps import due_clocks
from complaints.terms.errors import MissingDetail, MoveNotAllowed
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, SHANGHAI
from complaints.tests.lifecycle.statutory.test_statutory import BY_AUTHORITY, DAY, DUE, HOUR, only, taken

pytestmark = pytest.mark.django_db
People = dict[str, User]
DAY_30, DAY_60 = DUE + 15 * DAY, DUE + 45 * DAY


@pytest.fixture(autouse=True)
def our_own_promises_move_nobody(people: People) -> None:
    """Keep missed clocks from escalating, so that the assignee keeps the complaint while days pass."""
    PolicyRule.objects.update(escalate=False)


def told(complaint: Complaint, people: People, at: datetime, purpose: str = "holding") -> int:
    by = person(people["specialist"])
    return converse.message(complaint, by=by, at=at, body="It takes longer", purpose=purpose).pk


def ask(
    complaint: Complaint,
    people: People,
    at: datetime,
    *,
    due_at: datetime | None = None,
    message: int | None = None,
) -> Approval:
    return extend.extend(
        complaint,
        by=person(people["specialist"]),
        at=at,
        clock="statutory",
        due_at=due_at,
        reason="The carrier searches",
        customer_told=told(complaint, people, at) if message is None else message,
    )


def granted(complaint: Complaint, people: People, at: datetime) -> None:
    request = ask(complaint, people, at)
    decisions.decide(request, by=person(people["supervisor2"]), at=at + HOUR, approve=True)


def test_by_the_packs_steps_only_and_the_original_stays(people: People) -> None:
    complaint = taken(people)
    granted(complaint, people, MONDAY + 10 * DAY)
    assert (only(complaint).due_at, only(complaint).original_due_at) == (DAY_30, DUE)
    granted(complaint, people, MONDAY + 20 * DAY)
    assert (only(complaint).due_at, only(complaint).original_due_at) == (DAY_60, DUE)
    with pytest.raises(MoveNotAllowed):
        ask(complaint, people, MONDAY + 40 * DAY)
    events = complaint.events.filter(kind="extended", text__details__clock="statutory")
    assert events.count() == 2


def test_the_day_may_be_named_and_no_other_is_taken(people: People) -> None:
    complaint, at = taken(people), MONDAY + DAY
    message = told(complaint, people, at)
    for wrong in (DAY_30 - DAY, DAY_30 + timedelta(microseconds=1), DAY_60):
        with pytest.raises(MissingDetail) as refused:
            ask(complaint, people, at, due_at=wrong, message=message)
        assert list(refused.value.errors) == ["due_at"]
    named = datetime(2026, 12, 23, 12, 0, tzinfo=SHANGHAI)
    request = ask(complaint, people, at, due_at=named, message=message)
    assert datetime.fromisoformat(request.snapshot["new_due"]) == DAY_30


def test_without_a_word_to_the_customer_or_a_reason_there_is_none(people: People) -> None:
    complaint = taken(people)
    with pytest.raises(MissingDetail) as refused:
        extend.extend(
            complaint,
            by=person(people["specialist"]),
            at=MONDAY + DAY,
            clock="statutory",
            due_at=None,
            reason="",
            customer_told=None,
        )
    assert set(refused.value.errors) == {"reason", "customer_told"}


def test_not_after_the_original_date(people: People) -> None:
    complaint = taken(people)
    message = told(complaint, people, MONDAY + DAY)
    with pytest.raises(MoveNotAllowed):
        ask(complaint, people, DUE, message=message)
    with pytest.raises(MoveNotAllowed):
        ask(complaint, people, DUE + HOUR, message=message)


def test_a_pack_with_a_holding_day_needs_a_holding_message(people: People) -> None:
    StatutoryPack.objects.filter(code="CN-GENERIC-15D").update(holding_day=10)
    complaint, at = taken(people), MONDAY + DAY
    reply = told(complaint, people, at, purpose="reply")
    with pytest.raises(MissingDetail) as refused:
        ask(complaint, people, at, message=reply)
    assert list(refused.value.errors) == ["customer_told"]
    assert ask(complaint, people, at).state == "pending"
    pack = duty.pack_of(only(complaint))
    assert pack is not None
    assert duty.holding_due(pack, only(complaint)) == DUE - 5 * DAY
    assert duty.holding_sent(complaint) == at
    assert only(complaint).is_live


def test_what_an_authority_set_is_not_ours_to_move(people: People) -> None:
    StatutoryPack.objects.filter(code="CN-GENERIC-15D").update(unit="")
    complaint = factories.diagnosed(people["specialist"], **BY_AUTHORITY, authority_due_at=MONDAY + 5 * DAY)
    assert only(complaint).subject_type == ""
    with pytest.raises(MoveNotAllowed):
        ask(complaint, people, MONDAY + DAY)


def test_an_extension_granted_after_the_deadline_leaves_the_breach(people: People) -> None:
    complaint = taken(people)
    request = ask(complaint, people, DUE - HOUR)
    due_clocks.sweep(DUE + HOUR)
    decisions.decide(request, by=person(people["supervisor2"]), at=DUE + 2 * HOUR, approve=True)
    assert (only(complaint).breached_at, only(complaint).due_at) == (DUE, DAY_30)


def test_a_pending_extension_falls_away_with_the_final_answer(people: People) -> None:
    complaint = factories.carried_out(people["specialist"], **BY_AUTHORITY)
    request = ask(complaint, people, MONDAY + HOUR)
    by = person(people["specialist"])
    resolve.resolve(complaint, by=by, at=MONDAY + 2 * HOUR, final_answer="Refunded")
    request.refresh_from_db()
    assert (request.state, only(complaint).state) == ("expired", "met")


def test_our_own_promises_are_extended_as_before(people: People) -> None:
    complaint, at = taken(people), MONDAY + HOUR
    due = Clock.objects.get(complaint=complaint, kind="resolution").due_at + DAY
    request = extend.extend(
        complaint,
        by=person(people["specialist"]),
        at=at,
        clock="resolution",
        due_at=due,
        reason="Parts",
        customer_told=told(complaint, people, at, purpose="reply"),
    )
    decisions.decide(request, by=person(people["supervisor2"]), at=at + HOUR, approve=True)
    assert Clock.objects.get(complaint=complaint, kind="resolution").due_at == due
    assert only(complaint).due_at == DUE
