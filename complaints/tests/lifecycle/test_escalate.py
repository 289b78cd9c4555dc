"""Escalation is requested and approved, happens at once for some people, and is refused at the top tier."""

from datetime import timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import assign, converse, escalate
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import offers
from complaints.models import Approval, Clock, Complaint, Outbox
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def ask(
    complaint: Complaint, by: User, *, hours: float = 1, insists: bool = False, reason: str = "Skill"
) -> Complaint:
    return escalate.escalate(
        complaint,
        by=person(by),
        at=MONDAY + timedelta(hours=hours),
        reason=reason,
        tried="All",
        ask="Help",
        customer_insists=insists,
    )


def test_the_assignee_asks_and_stays_responsible_until_it_is_decided(people: dict[str, User]) -> None:
    complaint = ask(factories.diagnosed(people["agent"]), people["agent"])
    assert (complaint.tier, complaint.assignee, complaint.waiting_on) == (1, people["agent"], "approval")
    assert status_of(lambda: ask(complaint, people["agent"])) == 409
    decisions.decide(Approval.objects.get(), by=person(people["supervisor"]), at=LATER, approve=True)
    complaint.refresh_from_db()
    assert (complaint.tier, complaint.team.code, complaint.assignee) == (2, "SL-LOGI", None)
    assert (complaint.stage, complaint.highest_tier, complaint.waiting_on) == ("diagnose", 2, None)
    assert Clock.objects.live().get(kind="pickup").started_at == LATER
    assert Outbox.objects.filter(template="escalated", user=people["specialist"]).exists()


def test_nothing_but_the_pick_up_is_restarted(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    before = set(Clock.objects.exclude(kind="pickup").values_list("kind", "due_at", "ended_as"))
    ask(complaint, people["supervisor"])
    assert set(Clock.objects.exclude(kind="pickup").values_list("kind", "due_at", "ended_as")) == before


def test_a_supervisor_and_a_customer_who_insists_need_no_approval(people: dict[str, User]) -> None:
    assert ask(factories.receive(people["agent"]), people["supervisor"]).tier == 2
    assert ask(factories.receive(people["agent"]), people["agent"], insists=True).tier == 2


def test_a_supervisor_who_escalates_settles_what_was_asked(people: dict[str, User]) -> None:
    complaint = ask(factories.receive(people["agent"]), people["agent"])
    ask(complaint, people["supervisor"])
    assert Approval.objects.get().state == "superseded"
    assert complaint.tier == 2


def test_a_refused_request_is_not_repeated_within_four_hours_without_new_facts(
    people: dict[str, User],
) -> None:
    complaint = ask(factories.receive(people["agent"]), people["agent"])
    lead = person(people["supervisor"])
    decisions.decide(Approval.objects.get(), by=lead, at=LATER, approve=False, note="Try the carrier first")
    complaint.refresh_from_db()
    assert complaint.tier == 1
    assert status_of(lambda: ask(complaint, people["agent"], hours=4.9)) == 409
    converse.write_in(complaint, by=CUSTOMER, at=LATER, body="It caught fire")
    ask(complaint, people["agent"], hours=2)
    assert Approval.objects.filter(state="pending").count() == 1


def test_after_four_hours_it_may_be_asked_again(people: dict[str, User]) -> None:
    complaint = ask(factories.receive(people["agent"]), people["agent"])
    decisions.decide(
        Approval.objects.get(), by=person(people["supervisor"]), at=LATER, approve=False, note="No"
    )
    ask(complaint, people["agent"], hours=5)


def test_the_top_is_the_top(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], risk_flags=["safety"])
    assert complaint.tier == 3
    assert status_of(lambda: ask(complaint, people["supervisor2"])) == 409


def test_the_former_assignee_may_still_write_until_somebody_takes_it(people: dict[str, User]) -> None:
    complaint = ask(factories.receive(people["agent"]), people["agent"], insists=True)
    act = lambda: converse.message(complaint, by=person(people["agent"]), at=LATER, body="Handing over")  # noqa: E731
    act()
    assign.take(complaint, by=person(people["specialist"]), at=LATER)
    assert status_of(act) == 403


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_reasons_that_are_missing_or_cannot_be_kept_are_refused(people: dict[str, User], text: str) -> None:
    complaint = factories.receive(people["agent"])
    assert wrong_fields(lambda: ask(complaint, people["agent"], reason=text)) == {"reason"}


def test_what_is_asked_already_is_told_before_what_is_missing(people: dict[str, User]) -> None:
    complaint = ask(factories.receive(people["agent"]), people["agent"])
    assert status_of(lambda: ask(complaint, people["agent"], reason="")) == 409


def test_news_after_a_refusal_count_whatever_else_was_decided_since(people: dict[str, User]) -> None:
    agent, lead = person(people["agent"]), person(people["supervisor"])
    complaint = ask(factories.found(people["agent"]), people["agent"])
    decisions.decide(Approval.objects.get(), by=lead, at=LATER, approve=False, note="Try again")
    converse.write_in(complaint, by=CUSTOMER, at=LATER, body="It caught fire")
    offers.offer(complaint, factories.BIG_OFFER, by=agent, at=LATER)
    decisions.decide(Approval.objects.get(state="pending"), by=lead, at=LATER, approve=False, note="No")
    ask(complaint, people["agent"], hours=2)
    assert Approval.objects.filter(kind="escalation", state="pending").exists()
