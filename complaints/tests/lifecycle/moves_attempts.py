"""For each move, complete and valid input, and the state a complaint needs before the move can succeed."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from accounts.models import Team, User
from complaints.lifecycle import (
    acknowledge,
    assign,
    conflict,
    converse,
    diagnose,
    edit,
    escalate,
    extend,
    flash,
    promises,
    resolve,
    review,
    risk,
    thanks,
    wait,
)
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls, rating
from complaints.lifecycle.ending import conclude, merge, reopen, withdraw
from complaints.lifecycle.remedies import carry_out, offers, playbook
from complaints.models import (
    Approval,
    ChecklistItem,
    Claim,
    Clock,
    ClockKind,
    Complaint,
    Direction,
    Message,
    PlanOption,
    Playbook,
    Promise,
    RiskFlag,
    Squad,
    SquadMember,
    SquadSeat,
    Task,
)
from complaints.rights.actors import CUSTOMER, Actor, person
from complaints.sla import clocks
from complaints.terms.stages import ESCALATING_STAGES, HANDLING_STAGES, OPEN_STAGES, Stage
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.moves_words import customer_wrote, has_promise, message_of

LATER = MONDAY + timedelta(hours=1)
USERNAMES = {
    "assignee": "agent",
    "team_agent": "agent2",
    "other_agent": "online",
    "callback_agent": "callback",
    "supervisor": "supervisor",
    "supervisor2": "supervisor2",
    "quality": "quality",
    "manager": "manager",
    "department": "warehouse",
    "admin": "admin",
    "expert": "expert",
    "moved_assignee": "agent",
}
"""`other_agent` logged the complaint. `moved_assignee` is its assignee after moving to another team."""
People = dict[str, User]
Prepare = Callable[[Complaint, People], Complaint]
Attempt = Callable[[Complaint, Actor], object]


def actor(who: str, people: People) -> Actor:
    if who == "customer":
        return CUSTOMER
    user = people[USERNAMES[who]]
    if who == "moved_assignee":
        user.teams.set([team("FL-INTL")])
    return person(user)


# --- What a move needs before it can succeed in its own stage ---
def offer_is_out(complaint: Complaint, people: People) -> Complaint:
    offers.offer(complaint, factories.OFFER, by=person(people["agent"]), at=LATER)
    return complaint


def is_not_upheld(complaint: Complaint, people: People) -> Complaint:
    data = {**factories.FINDING, "finding": "not_upheld"}
    return diagnose.record_finding(complaint, data, by=person(people["agent"]), at=LATER)


def may_be_resolved(complaint: Complaint, people: People) -> Complaint:
    return factories.carried_out(people["agent"])


def make_good_is_open(complaint: Complaint, people: People) -> Complaint:
    return calls.record_callback(complaint, factories.PARTLY, by=person(people["callback"]), at=LATER)


def is_unassigned(complaint: Complaint, people: People) -> Complaint:
    return assign.release(complaint, by=person(people["supervisor"]), at=LATER)


def went_up(complaint: Complaint, people: People) -> Complaint:
    """Escalate the complaint to tier 2, where nobody has picked it up yet."""
    by = person(people["supervisor"])
    return escalate.escalate(complaint, by=by, at=LATER, reason="Skill", tried="All", ask="Help")


def _has_task(complaint: Complaint, code: str) -> Complaint:
    """Add a task as it would exist in this stage if it was requested earlier and does not block `resolve`."""
    handling = complaint.handlings.get()
    Task.objects.create(
        complaint=complaint,
        handling=handling,
        title="Look",
        team=team(code),
        blocking=False,
        created_at=MONDAY,
    )
    return complaint


def has_department_task(complaint: Complaint, people: People) -> Complaint:
    return _has_task(complaint, "WAREHOUSE")


def has_desk_task(complaint: Complaint, people: People) -> Complaint:
    """Add a task for the team of `other_agent`, which the supervisor leads too."""
    return _has_task(complaint, "FL-ONLINE")


def asks_the_customer(complaint: Complaint, people: People) -> Complaint:
    return wait.wait(complaint, by=person(people["agent"]), at=LATER, on="customer", question="Which?")


def has_told_the_customer(complaint: Complaint, people: People) -> Complaint:
    """Tell the customer that it takes longer.

    In `review` the customer waits for nothing any more, so an update clock is started for the test.
    """
    converse.message(complaint, by=person(people["agent"]), at=LATER, body="It takes until Friday")
    if complaint.stage == Stage.REVIEW:
        clocks.start(complaint, ClockKind.UPDATE, LATER)
    return complaint


def has_suspicion(complaint: Complaint, people: People) -> Complaint:
    """Add a risk flag as a rule sets it, not confirmed by anybody."""
    RiskFlag.objects.create(complaint=complaint, flag="vulnerable", set_at=MONDAY)
    return complaint


def is_confidential(complaint: Complaint, people: People) -> Complaint:
    Complaint.objects.filter(pk=complaint.pk).update(confidential=True)
    return complaint


def has_twin(complaint: Complaint, people: People) -> Complaint:
    """Add another complaint of the same customer."""
    factories.receive(people["agent"])
    return complaint


def was_merged(complaint: Complaint, people: People) -> Complaint:
    source, into = factories.receive(people["agent"]), factories.receive(people["agent"])
    return merge.merge(source, into, by=person(people["agent"]), at=LATER)


def is_deadlocked(complaint: Complaint, people: People) -> Complaint:
    """Bring the complaint into a deadlock.

    In `resolve` by three refused offers, in `diagnose` because the customer said in the callback that they
    are not satisfied.
    """
    if complaint.stage == Stage.DIAGNOSE:
        other = factories.resolved(people["agent"])
        by = person(people["callback"])
        return calls.record_callback(other, factories.UNSATISFIED, by=by, at=LATER)
    for _number in range(3):
        offers.offer(complaint, factories.OFFER, by=person(people["agent"]), at=LATER)
        offers.reject(complaint, by=CUSTOMER, at=LATER, reason="No")
    return complaint


def has_request(complaint: Complaint, people: People) -> Complaint:
    """Add a request of a kind that can be pending in this stage, or else one that has expired."""
    agent = person(people["agent"])
    if complaint.stage == Stage.REVIEW:
        factories.receive(
            people["agent"], at=MONDAY - timedelta(days=1)
        )  # the same cause before, so that the review is a full one
        return review.record_review(complaint, factories.FULL_REVIEW, by=agent, at=LATER)
    if complaint.stage in ESCALATING_STAGES:
        return escalate.escalate(complaint, by=agent, at=LATER, reason="Skill", tried="All", ask="Help")
    Approval.objects.create(
        complaint=complaint,
        handling=complaint.handlings.get(),
        kind="escalation",
        state="expired",
        required_role="supervisor",
        reason="Skill",
        requested_by=people["agent"],
        requested_at=MONDAY,
        decided_at=MONDAY,
    )
    return complaint


def has_squad(complaint: Complaint, people: People) -> Complaint:
    """Add a flash squad that has been at work since an earlier stage, with a member from the warehouse."""
    squad = Squad.objects.create(complaint=complaint, called_at=MONDAY, called_by=people["agent"])
    seat = SquadSeat.objects.get(team__code="WAREHOUSE")
    SquadMember.objects.create(squad=squad, seat=seat, user=people["warehouse"])
    return complaint


EVERYWHERE = frozenset(Stage)
PREPARE: dict[str, tuple[Collection[str], Prepare]] = {
    "start-unassigned": (OPEN_STAGES, is_unassigned),
    "withdraw-offer": ({"resolve"}, offer_is_out),
    "choose": ({"resolve"}, offer_is_out),
    "reject": ({"resolve"}, offer_is_out),
    "explain": ({"resolve"}, is_not_upheld),
    "resolve": ({"resolve"}, may_be_resolved),
    "make-good-done": ({"callback"}, make_good_is_open),
    "take": (OPEN_STAGES, is_unassigned),
    "accept-task": (EVERYWHERE, has_department_task),
    "accept-desk-task": (EVERYWHERE, has_desk_task),
    "finish-task": (EVERYWHERE, has_department_task),
    "reject-back-task": (EVERYWHERE, has_department_task),
    "reject-back-desk-task": (EVERYWHERE, has_desk_task),
    "cancel-task": (EVERYWHERE, has_department_task),
    "fill-squad": (EVERYWHERE, has_squad),
    "resume": (HANDLING_STAGES, asks_the_customer),
    "keep-promise": (OPEN_STAGES, has_promise),
    "mark-thanks": (OPEN_STAGES, customer_wrote),
    "extend": (OPEN_STAGES, has_told_the_customer),
    "confirm-risk": (EVERYWHERE, has_suspicion),
    "clear-risk": (EVERYWHERE, has_suspicion),
    "declare-conflict": (EVERYWHERE, has_department_task),
    "admit": (EVERYWHERE, is_confidential),
    "merge": (EVERYWHERE, has_twin),
    "unmerge": ({"closed"}, was_merged),
    "conclude-deadlock": (HANDLING_STAGES, is_deadlocked),
    "de-escalate": (ESCALATING_STAGES, went_up),
    "message-after-escalation": (ESCALATING_STAGES, went_up),
    "note-after-escalation": (ESCALATING_STAGES, went_up),
    "approve": (EVERYWHERE, has_request),
}
VARIANT_OF = {
    "start-unassigned": "start-diagnosis",
    "accept-desk-task": "accept-task",
    "reject-back-desk-task": "reject-back-task",
    "conclude-deadlock": "conclude",
    "message-after-escalation": "message",
    "note-after-escalation": "note",
}
"""Rows of the table for a move in a special situation, in which other people may make it."""


# --- The moves with complete, valid input ---
def option_of(complaint: Complaint) -> int:
    options = PlanOption.objects.filter(plan__handling__complaint=complaint).order_by("-pk")
    return options.values_list("pk", flat=True).first() or 0


def team(code: str) -> Team:
    return Team.objects.get(code=code)


def task_of(complaint: Complaint) -> Task:
    return Task.objects.filter(complaint=complaint, option__isnull=True).get()


def twin_of(complaint: Complaint) -> Complaint:
    return Complaint.objects.exclude(pk=complaint.pk).get()


def promise_of(complaint: Complaint) -> int:
    return Promise.objects.filter(complaint=complaint).values_list("pk", flat=True).first() or 0


def ask_for_time(complaint: Complaint, by: Actor) -> Approval:
    running = Clock.objects.live().filter(complaint=complaint, kind__in=extend.EXTENDABLE)
    clock = running.exclude(kind="first_response").order_by("-due_at").first()
    told = Message.objects.filter(complaint=complaint, direction=Direction.OUT, by_person=True).last()
    return extend.extend(
        complaint,
        by=by,
        at=LATER,
        clock=clock.kind if clock else "resolution",
        due_at=(clock.due_at if clock else LATER) + timedelta(days=2),
        reason="The maker answers on Friday",
        customer_told=told.pk if told else None,
    )


def tick(complaint: Complaint, by: Actor) -> object:
    item = ChecklistItem.objects.filter(category=complaint.category).first()
    assert item is not None
    return playbook.tick(complaint, item.pk, done=True, by=by, at=LATER)


def start_playbook(complaint: Complaint, by: Actor) -> object:
    return playbook.start(complaint, Playbook.objects.get(code="LOGISTICS").pk, by=by, at=LATER)


def finish(name: str, complaint: Complaint, by: Actor) -> object:
    """Make one of the task moves that need a reason."""
    step = {"cancel": carry_out.cancel_task, "reject": carry_out.reject_back_task}[name]
    return step(task_of(complaint), by=by, at=LATER, reason="Not ours")


def conclude_as(outcome: str) -> Attempt:
    return lambda c, by: conclude.conclude(
        c, by=by, at=LATER, outcome=outcome, reason="Praise", letter="Our answer"
    )


def of_risk(step: Callable[..., object], flag: str) -> Attempt:
    return lambda c, by: step(c, by=by, at=LATER, flag=flag, reason="Names a lawyer")


ATTEMPTS: dict[str, Attempt] = {
    "acknowledge": lambda c, by: acknowledge.acknowledge(c, by=by, at=LATER, body="I look into it"),
    "start-diagnosis": lambda c, by: diagnose.start_diagnosis(c, by=by, at=LATER),
    "finding": lambda c, by: diagnose.record_finding(c, factories.FINDING, by=by, at=LATER),
    "remedies": lambda c, by: offers.offer(c, factories.OFFER, by=by, at=LATER),
    "explain": lambda c, by: resolve.explain(c, by=by, at=LATER, body="Worn"),
    "withdraw-offer": lambda c, by: offers.withdraw_offer(c, by=by, at=LATER, reason="Sold out"),
    "choose": lambda c, by: offers.choose(
        c, option_of(c), by=by, at=LATER, channel="phone", evidence="Said so"
    ),
    "reject": lambda c, by: offers.reject(c, by=by, at=LATER, reason="Too little"),
    "claim": lambda c, by: resolve.settle_claim(
        c, Claim.objects.get(complaint=c).pk, by=by, at=LATER, disposition="explained", reason="Shown"
    ),
    "tick": tick,
    "playbook": start_playbook,
    "add-task": lambda c, by: carry_out.add_task(c, by=by, at=LATER, title="Look", team=team("FL-ONLINE")),
    "accept-task": lambda c, by: carry_out.accept_task(task_of(c), by=by, at=LATER),
    "finish-task": lambda c, by: carry_out.finish_task(task_of(c), by=by, at=LATER),
    "reject-back-task": lambda c, by: finish("reject", c, by),
    "cancel-task": lambda c, by: finish("cancel", c, by),
    "wait": lambda c, by: wait.wait(c, by=by, at=LATER, on="customer", question="Which order?"),
    "resume": lambda c, by: wait.resume(c, by=by, at=LATER),
    "resolve": lambda c, by: resolve.resolve(c, by=by, at=LATER, final_answer="Done"),
    "callback": lambda c, by: calls.record_callback(c, factories.SATISFIED, by=by, at=LATER),
    "make-good-done": lambda c, by: calls.make_good_done(c, by=by, at=LATER, evidence="Sent"),
    "review": lambda c, by: review.record_review(c, factories.LIGHT_REVIEW, by=by, at=LATER),
    "escalate": lambda c, by: escalate.escalate(c, by=by, at=LATER, reason="Skill", tried="All", ask="Help"),
    "de-escalate": lambda c, by: escalate.de_escalate(c, by=by, at=LATER, reason="Easy", guidance="Refund"),
    "conclude": conclude_as("out_of_scope"),
    "conclude-deadlock": conclude_as("deadlock_external"),
    "withdraw": lambda c, by: withdraw.withdraw(c, by=by, at=LATER, evidence="By phone", reason="Settled"),
    "merge": lambda c, by: merge.merge(c, twin_of(c), by=by, at=LATER),
    "unmerge": lambda c, by: merge.unmerge(c, by=by, at=LATER, reason="Two events"),
    "reopen": lambda c, by: reopen.reopen(c, by=by, at=LATER, reason="Broken again"),
    "call-squad": lambda c, by: flash.call(c, by=by, at=LATER),
    "fill-squad": lambda c, by: flash.fill(c, by=by, at=LATER, plan="Send another one"),
    "promise": lambda c, by: promises.promise(
        c, by=by, at=LATER, text="A call", due_at=LATER + timedelta(hours=2)
    ),
    "keep-promise": lambda c, by: promises.keep(c, promise_of(c), by=by, at=LATER),
    "extend": ask_for_time,
    "flag-risk": of_risk(risk.flag_risk, "external"),
    "confirm-risk": of_risk(risk.confirm_risk, "vulnerable"),
    "clear-risk": of_risk(risk.clear_risk, "vulnerable"),
    "declare-conflict": lambda c, by: conflict.declare_conflict(
        c, by=by, at=LATER, reason="My cousin", task=task_of(c)
    ),
    "edit": lambda c, by: edit.edit(c, {"place": "At home"}, by=by, at=LATER),
    "admit": lambda c, by: conflict.admit(c, by=by, at=LATER, user=User.objects.get(username="specialist")),
    "take": lambda c, by: assign.take(c, by=by, at=LATER),
    "release": lambda c, by: assign.release(c, by=by, at=LATER),
    "assign": lambda c, by: assign.assign(c, by=by, at=LATER, team=team("FL-ONLINE")),
    "message": lambda c, by: converse.message(c, by=by, at=LATER, body="On its way"),
    "mark-thanks": lambda c, by: thanks.mark_thanks(c, by=by, at=LATER, message=message_of(c)),
    "note": lambda c, by: converse.note(c, by=by, at=LATER, body="Seen"),
    "write-in": lambda c, by: converse.write_in(c, by=by, at=LATER, body="Where is it?"),
    "rate": lambda c, by: rating.rate(c, factories.SATISFIED, by=by, at=LATER),
    "approve": lambda c, by: decisions.decide(
        Approval.objects.get(complaint=c), by=by, at=LATER, approve=True
    ),
}
ATTEMPTS |= {variant: ATTEMPTS.get(variant, ATTEMPTS[move]) for variant, move in VARIANT_OF.items()}


def prepared(name: str, stage: str, complaint: Complaint, people: People) -> Any:
    """Return the complaint in the state that this move needs, as far as this stage allows that."""
    stages, prepare = PREPARE.get(name, ((), None))
    case: Any = Complaint.objects.get(pk=complaint.pk)
    return prepare(case, people) if prepare is not None and stage in stages else case
