"""Moves that the state of a complaint forbids are refused before it is checked whose complaint it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from accounts.models import Team, User
from complaints.lifecycle import assign, converse, diagnose, engine, promises, resolve, risk
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls, rating
from complaints.lifecycle.ending import conclude, merge, withdraw
from complaints.lifecycle.remedies import carry_out
from complaints.models import Approval, Clock, Complaint, Message, Task
from complaints.rights.actors import CUSTOMER, Actor, person
from complaints.terms.errors import LifecycleError, StaleComplaint
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle import moves_attempts as attempts
from complaints.tests.lifecycle.moves_attempts import ATTEMPTS, LATER

pytestmark = pytest.mark.django_db
People = dict[str, User]
DAY = timedelta(days=1)
STRANGERS = {"agent": "specialist", "supervisor": "quality", "department": "specialist"}
"""People who have a role for such moves but are in another team. They too are told of the state."""


def says(act: Callable[[], object]) -> tuple[int, str]:
    """Return the status and the message of a refusal. The test fails if nothing is refused."""
    with pytest.raises(LifecycleError) as refusal:
        act()
    return refusal.value.status, refusal.value.message


# --- Complaints in states ---
def legal(complaint: Complaint) -> Complaint:
    """Add a legal flag as the keyword rules set it."""
    complaint.flags.create(flag="legal", set_at=MONDAY)
    return complaint


def not_upheld(people: People) -> Complaint:
    return factories.found(people["agent"], finding={"finding": "not_upheld"})


def explained(people: People) -> Complaint:
    return resolve.explain(not_upheld(people), by=person(people["agent"]), at=LATER, body="Worn")


def partly(people: People) -> Complaint:
    return attempts.make_good_is_open(factories.resolved(people["agent"]), people)


def rated_partly(people: People) -> Complaint:
    """The customer rated it `partly` on their page, so a person still has to call."""
    complaint = factories.resolved(people["agent"])
    return rating.rate(complaint, factories.PARTLY, by=CUSTOMER, at=LATER)


def withdrawn(people: People) -> Complaint:
    return withdraw.withdraw(factories.diagnosed(people["agent"]), by=CUSTOMER, at=LATER)


def beside_a_closed_one(people: People) -> Complaint:
    factories.closed(people["agent"], people["agent2"])
    return factories.diagnosed(people["agent"])


def merged(people: People, days: int) -> Complaint:
    """Return a complaint that was merged this many days ago."""
    at = MONDAY - days * DAY
    source, into = (factories.receive(people["agent"], at=at) for _number in range(2))
    return merge.merge(source, into, by=person(people["agent"]), at=at)


def kept(people: People) -> Complaint:
    complaint = attempts.has_promise(factories.diagnosed(people["agent"]), people)
    pk = attempts.promise_of(complaint)
    return promises.keep(complaint, pk, by=person(people["agent"]), at=LATER)


def flagged(people: People, flag: str) -> Complaint:
    complaint = factories.diagnosed(people["agent"])
    return risk.flag_risk(complaint, by=person(people["agent"]), at=LATER, flag=flag, reason="Seen")


def asked_for_review(people: People) -> Complaint:
    complaint = factories.called_back(people["agent"], people["agent2"])
    return attempts.has_request(complaint, people)


def with_task(people: People, *done: str) -> Complaint:
    """Return a complaint with a task of the warehouse, after these moves."""
    complaint = attempts.has_department_task(factories.diagnosed(people["agent"]), people)
    for move in done:
        who = "agent" if move == "cancel-task" else "warehouse"
        ATTEMPTS[move](complaint, person(people[who]))
    return complaint


def with_waiting_task(people: People) -> Complaint:
    """Return a complaint with a second task, which waits until the desk has finished the first."""
    complaint = attempts.has_desk_task(factories.diagnosed(people["agent"]), people)
    first = attempts.task_of(complaint)
    Task.objects.create(
        complaint=complaint,
        handling=complaint.handlings.get(),
        title="Then look again",
        team=Team.objects.get(code="WAREHOUSE"),
        after=first,
        created_at=MONDAY,
    )
    return complaint


def waiting(step: Callable[..., object]) -> attempts.Attempt:
    return lambda c, by: step(Task.objects.get(complaint=c, after__isnull=False), by=by, at=LATER)


def cancel_remedy(complaint: Complaint, by: Actor) -> object:
    return carry_out.cancel_task(Task.objects.get(), by=by, at=LATER, reason="No")


def playbook_begun(people: People) -> Complaint:
    complaint = factories.diagnosed(people["agent"])
    attempts.start_playbook(complaint, person(people["agent"]))
    return complaint


class Case(NamedTuple):
    move: str
    who: str
    words: str
    arrange: Callable[[People], Complaint]
    attempt: attempts.Attempt | None = None


def of_agent(step: Callable[..., Complaint], **extra: Any) -> Callable[[People], Complaint]:
    return lambda people: step(people["agent"], **extra)


def offered(people: People) -> Complaint:
    return factories.offered(people["agent"])[0]


CASES = [
    Case("acknowledge", "agent", "no way to reach", of_agent(factories.receive, customer=factories.nobody())),
    Case("start-diagnosis", "agent", "already been started", of_agent(factories.diagnosed)),
    Case("finding", "agent", "finding cannot be changed", offered),
    Case("finding", "agent", "finding cannot be changed", explained),
    Case("remedies", "agent", "Take it back first", offered),
    Case("remedies", "agent", "Offers wait", lambda p: legal(factories.found(p["agent"]))),
    Case("explain", "agent", "Only a complaint that is not upheld", of_agent(factories.found)),
    Case("explain", "agent", "explanation is already out", explained),
    Case("explain", "agent", "holds it back", lambda p: legal(not_upheld(p))),
    Case("withdraw-offer", "agent", "no offer to take back", of_agent(factories.found)),
    Case("choose", "agent", "no open offer", of_agent(factories.found)),
    Case("choose", "customer", "no open offer", of_agent(factories.chosen)),
    Case("reject", "agent", "no open offer", of_agent(factories.found)),
    Case("reject", "customer", "no open offer", of_agent(factories.chosen)),
    Case("wait", "agent", "Only experts and supervisors", lambda p: legal(factories.found(p["agent"]))),
    Case("resume", "agent", "not waiting for an answer", of_agent(factories.diagnosed)),
    Case("resume", "agent", "not waiting for an answer", offered),
    Case("resolve", "agent", "Final answers wait", lambda p: legal(factories.carried_out(p["agent"]))),
    Case("callback", "callback", "No callback is open", partly),
    Case("make-good-done", "callback", "No make-good is open", of_agent(factories.resolved)),
    Case("rate", "customer", "nothing to rate", partly),
    Case("rate", "customer", "already given us your rating", rated_partly),
    Case("escalate", "supervisor2", "top tier", of_agent(factories.receive, risk_flags=["safety"])),
    Case("de-escalate", "supervisor", "first tier", of_agent(factories.diagnosed)),
    Case("conclude", "supervisor", "not been carried out yet", of_agent(factories.chosen)),
    Case("conclude-deadlock", "manager", "A deadlock requires", offered),
    Case("withdraw", "agent", "already been withdrawn", withdrawn),
    Case("withdraw", "customer", "already been withdrawn", withdrawn),
    Case("merge", "agent", "The other complaint is closed", beside_a_closed_one),
    Case("unmerge", "supervisor", "not merged", lambda p: factories.closed(p["agent"], p["agent2"])),
    Case("unmerge", "supervisor", "within 7 days", lambda p: merged(p, 8)),
    Case("reopen", "supervisor", "Undo the merge", lambda p: merged(p, 1)),
    Case("reopen", "customer", "Undo the merge", lambda p: merged(p, 1)),
    Case(
        "reopen",
        "supervisor",
        "more than 30 days",
        lambda p: factories.closed(p["agent"], p["agent2"], at=MONDAY - 31 * DAY),
    ),
    Case("keep-promise", "agent", "already been marked as kept", kept),
    Case("extend", "agent", "not running", lambda p: factories.called_back(p["agent"], p["agent2"])),
    Case("flag-risk", "agent", "already flagged", lambda p: flagged(p, "external")),
    Case("confirm-risk", "supervisor", "already been confirmed", lambda p: flagged(p, "vulnerable")),
    Case("confirm-risk", "supervisor", "not flagged", of_agent(factories.diagnosed)),
    Case("clear-risk", "supervisor", "not flagged", of_agent(factories.diagnosed)),
    Case("admit", "supervisor", "not confidential", of_agent(factories.diagnosed)),
    Case("take", "agent2", "has already taken it", of_agent(factories.diagnosed)),
    Case(
        "release",
        "supervisor",
        "Nobody is assigned",
        lambda p: attempts.is_unassigned(factories.diagnosed(p["agent"]), p),
    ),
    Case("message", "agent", "Only experts and supervisors", lambda p: legal(factories.found(p["agent"]))),
    Case("playbook", "agent", "already been started", playbook_begun),
    Case("review", "agent", "already waiting for approval", asked_for_review),
    Case("accept-task", "warehouse", "has already accepted it", lambda p: with_task(p, "accept-task")),
    Case("accept-task", "warehouse", "already been sent back", lambda p: with_task(p, "reject-back-task")),
    Case("accept-task", "warehouse", "has to wait until", with_waiting_task, waiting(carry_out.accept_task)),
    Case("finish-task", "warehouse", "done or cancelled", lambda p: with_task(p, "finish-task")),
    Case("finish-task", "warehouse", "done or cancelled", lambda p: with_task(p, "cancel-task")),
    Case("finish-task", "warehouse", "has to wait until", with_waiting_task, waiting(carry_out.finish_task)),
    Case(
        "reject-back-task", "warehouse", "already been sent back", lambda p: with_task(p, "reject-back-task")
    ),
    Case("cancel-task", "agent", "done or cancelled", lambda p: with_task(p, "finish-task")),
    Case("cancel-task", "agent", "Take the offer back", of_agent(factories.chosen), cancel_remedy),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.move}: {case.words}" for case in CASES])
def test_the_state_forbids_it_to_everybody(people: People, case: Case) -> None:
    complaint = case.arrange(people)
    attempt = case.attempt or ATTEMPTS[case.move]
    right = CUSTOMER if case.who == "customer" else person(people[case.who])
    strangers = [person(people[STRANGERS[right.role]])] if right.role in STRANGERS else []
    for by in (right, *strangers):
        status, words = says(lambda by=by: attempt(Complaint.objects.get(pk=complaint.pk), by))  # type: ignore[misc]
        assert status == 409
        assert case.words in words


# --- The engine ---
def test_what_changed_while_a_step_worked_is_not_overwritten(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])

    def work() -> None:
        with engine.move("note", complaint, by=person(people["agent"]), at=LATER) as turn:
            Complaint.objects.filter(pk=complaint.pk).update(version=turn.complaint.version + 1)
            turn.event("note", "Lost")

    assert says(work)[0] == StaleComplaint.status
    assert not complaint.events.filter(kind="note").exists()


def test_a_change_that_no_entry_tells_of_is_not_kept(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])

    def work() -> None:
        with engine.move("release", complaint, by=person(people["agent"]), at=LATER) as turn:
            turn.change(assignee=None)

    with pytest.raises(RuntimeError):
        work()
    assert Complaint.objects.get().assignee == people["agent"]


def test_what_a_role_never_does_is_said_before_the_stage(people: People) -> None:
    complaint = factories.closed(people["agent"], people["agent2"])
    act = lambda: assign.take(complaint, by=person(people["manager"]), at=LATER)  # noqa: E731
    assert says(act) == (403, "Your role cannot do this.")


def test_of_two_complaints_too_the_role_comes_first(people: People) -> None:
    first, second = (factories.diagnosed(people["agent"]) for _number in range(2))
    status, words = says(lambda: merge.merge(first, second, by=person(people["manager"]), at=LATER))
    assert (status, words) == (403, "Your role cannot do this.")


# --- In the steps themselves ---
def test_only_the_ends_of_ones_own_role_are_concluded(people: People) -> None:
    complaint = factories.resolved(people["agent"])
    for who, outcome in (("manager", "out_of_scope"), ("supervisor", "deadlock_external")):
        act = lambda who=who, outcome=outcome: conclude.conclude(  # type: ignore[misc]  # noqa: E731
            complaint, by=person(people[who]), at=LATER, outcome=outcome, reason="R"
        )
        assert says(act) == (403, "Your role cannot do this."), "the role is checked before the stage"


def test_one_message_of_the_customer_arrives_once(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    send = lambda: converse.write_in(complaint, by=CUSTOMER, at=LATER, body="Hello", key="form-1")  # noqa: E731
    send()
    assert says(send) == (409, "We have already received this message.")
    assert Message.objects.filter(complaint=complaint, event__kind="message_in").count() == 1


@pytest.mark.parametrize("step", [assign.take, diagnose.start_diagnosis])
def test_a_second_handling_is_for_somebody_else_of_the_same_team(
    people: People, step: Callable[..., object]
) -> None:
    people["agent"].teams.add(Team.objects.get(code="SL-LOGI"))
    complaint = factories.resolved(people["agent"])
    calls.record_callback(complaint, factories.UNSATISFIED, by=person(people["callback"]), at=LATER)
    status, words = says(lambda: step(complaint, by=person(people["agent"]), at=LATER))
    assert (status, "somebody else" in words) == (403, True)


def test_a_clock_that_has_ended_is_not_extended_any_more(people: People) -> None:
    agent, lead = person(people["agent"]), person(people["supervisor"])
    complaint = factories.carried_out(people["agent"])
    asked = attempts.ask_for_time(complaint, agent)
    again = lambda: attempts.ask_for_time(complaint, agent)  # noqa: E731
    assert says(again) == (409, "A decision on this has already been requested.")
    Clock.objects.filter(pk=asked.snapshot["clock_id"]).delete()
    decide = lambda: decisions.decide(asked, by=lead, at=LATER, approve=True)  # noqa: E731
    assert says(decide) == (409, "This clock has ended in the meantime, so there is nothing to extend.")


def test_an_escalation_is_not_granted_where_nothing_is_escalated(people: People) -> None:
    complaint = attempts.has_request(factories.diagnosed(people["agent"]), people)
    Complaint.objects.filter(pk=complaint.pk).update(stage="callback")
    act = lambda: decisions.decide(  # noqa: E731
        Approval.objects.get(), by=person(people["supervisor"]), at=LATER, approve=True
    )
    status, words = says(act)
    assert (status, "no longer in a stage" in words) == (409, True)
