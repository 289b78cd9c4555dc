"""Complaints to race on, brought to the stage that a race needs. Each has a customer of its own."""

from itertools import count
from typing import Any

from accounts.models import Team, User
from complaints.lifecycle import assign, converse, escalate, extend, flash, intake, promises, review
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls
from complaints.lifecycle.ending import merge
from complaints.lifecycle.remedies import carry_out
from complaints.models import Approval, Clock, Complaint, ImprovementAction, Task
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.races.kit import DAY, HOUR, LATER, Scene

People = dict[str, User]
_customers = count(1)
MANAGERS_OFFER: dict[str, Any] = {
    "options": [{"kind": "FULL", "amount": "5000.00", "description": "Everything"}],
    "single_option_reason": "Nothing else helps",
}
"""An offer above a supervisor's limit: both managers are asked, one decides."""
HUGE_OFFER: dict[str, Any] = {
    "options": [{"kind": "FULL", "amount": "20000.01", "description": "Everything"}],
    "single_option_reason": "Nothing else helps",
}


def new_customer() -> intake.CustomerData:
    """Return a new customer, because earlier accepted remedies limit what may be offered to the same one."""
    number = next(_customers)
    phone = f"101-{number // 10000:04d}-{number % 10000:04d}"
    return intake.CustomerData(name="周美玲", phone=phone, email=f"zhou{number}@example.com")


def one(people: People, stage: str = "intake", **extra: Any) -> Scene:
    """Return one complaint in a stage, assigned to `agent`."""
    extra.setdefault("customer", new_customer())
    made = factories.in_stage(stage, people["agent"], people["agent2"], **extra)
    return Scene(people, made)


def unassigned(people: People) -> Scene:
    scene = one(people)
    assign.release(scene.complaint, by=scene.by("agent"), at=MONDAY)
    return scene


def wrote_in(people: People) -> Scene:
    """Return a complaint whose customer has written; `said` is the id of the message."""
    scene = one(people, "diagnose")
    said = converse.write_in(scene.complaint, by=CUSTOMER, at=LATER, body="You are very kind")
    return Scene(people, scene.complaint, more={"said": said.pk})


def on_tier_two(people: People) -> Scene:
    scene = one(people, "diagnose")
    words = {"reason": "R", "tried": "T", "ask": "A"}
    escalate.escalate(scene.complaint, by=scene.by("supervisor"), at=LATER, **words)
    return scene


def offered(people: People, offer: dict[str, Any] = factories.OFFER) -> Scene:
    complaint, plan = factories.offered(people["agent"], offer=offer, customer=new_customer())
    return Scene(people, complaint, more={"plan": plan, "approval": _pending(complaint)})


def squad_lacks_two(people: People) -> Scene:
    """Return a complaint with a flash squad whose diagnosis is written."""
    scene = one(people, "diagnose")
    flash.call(scene.complaint, by=scene.by("agent"), at=LATER)
    flash.fill(scene.complaint, by=scene.by("agent"), at=LATER, diagnosis="D")
    return scene


def asked_for_money(people: People) -> Scene:
    return offered(people, MANAGERS_OFFER)


def asked_for_two_managers(people: People) -> Scene:
    return offered(people, HUGE_OFFER)


def _pending(complaint: Complaint) -> Approval | None:
    return Approval.objects.filter(complaint=complaint, state="pending").first()


def asked_to_escalate(people: People) -> Scene:
    scene = one(people, "diagnose")
    words = {"reason": "R", "tried": "T", "ask": "A"}
    escalate.escalate(scene.complaint, by=scene.by("agent"), at=LATER, **words)
    scene.more["approval"] = approval = _pending(scene.complaint)
    assert approval is not None
    assert approval.due_at is not None
    scene.at = approval.requested_at + 2 * (approval.due_at - approval.requested_at)
    Clock.objects.filter(complaint=scene.complaint).exclude(kind="approval").delete()
    return scene


def asked_for_more_time(people: People) -> Scene:
    scene = carried_out(people)
    told = converse.message(scene.complaint, by=scene.by("agent"), at=LATER, body="It takes longer")
    scene.more["approval"] = extend.extend(
        scene.complaint,
        by=scene.by("agent"),
        at=LATER,
        clock="resolution",
        due_at=MONDAY + 20 * DAY,
        reason="The part is late",
        customer_told=told.message.pk,
    )
    return scene


def chosen(people: People) -> Scene:
    complaint = factories.chosen(people["agent"], customer=new_customer())
    return Scene(people, complaint, more={"task": Task.objects.get(complaint=complaint)})


def carried_out(people: People) -> Scene:
    return Scene(people, factories.carried_out(people["agent"], customer=new_customer()))


def written_notice_out(people: People) -> Scene:
    """Return a complaint after three tries, at the moment when its 72 hours end."""
    only_phone = intake.CustomerData(name="周美玲", phone=new_customer().phone)
    complaint = factories.resolved(people["agent"], customer=only_phone)
    for hours in (1, 4, 7):
        data = {"result": "no_answer", "channel": "phone"}
        calls.record_callback(complaint, data, by=person(people["callback"]), at=MONDAY + hours * HOUR)
    return Scene(people, complaint, at=MONDAY + 7 * HOUR + 3 * DAY)


def task_for_warehouse(people: People) -> Scene:
    scene = one(people, "diagnose")
    warehouse = Team.objects.get(code="WAREHOUSE")
    second = person(_second_in_warehouse(warehouse))
    scene.more["task"] = carry_out.add_task(
        scene.complaint, by=scene.by("agent"), at=LATER, title="Look", team=warehouse
    )
    scene.more["second"] = second
    return scene


def _second_in_warehouse(team: Team) -> User:
    user, made = User.objects.get_or_create(username="warehouse-2", defaults={"role": "department"})
    if made:
        user.teams.add(team)
    return user


def promised(people: People) -> Scene:
    scene = one(people, "diagnose")
    due = LATER + HOUR
    promises.promise(scene.complaint, by=scene.by("agent"), at=LATER, text="I call at noon", due_at=due)
    scene.more["promise"] = scene.complaint.promises.get().pk
    scene.at = due
    Clock.objects.filter(complaint=scene.complaint).exclude(kind="promise").delete()
    return scene


def suspected_risk(people: People) -> Scene:
    return one(people, description="我要找律师起诉你们", gravity="")


def in_full_review(people: People) -> Scene:
    """Return a complaint whose full review waits for quality."""
    customer = new_customer()
    factories.receive(people["agent"], at=MONDAY - DAY, customer=customer)
    complaint = factories.called_back(people["agent"], people["agent2"], customer=customer)
    action = {"title": "More foam", "kind": "process", "owner": people["agent2"], "due_at": MONDAY + 9 * DAY}
    data = {**factories.FULL_REVIEW, "actions": [action]} | {"no_action_reason": ""}
    review.record_review(complaint, data, by=person(people["agent"]), at=LATER)
    return Scene(people, complaint, more={"approval": _pending(complaint)})


# --- Two complaints ---
def two(people: People, stage: str = "intake", **extra: Any) -> Scene:
    """Return two complaints of one customer with the same agent, the second one in this stage."""
    customer = new_customer()
    first = factories.receive(people["agent"], customer=customer, category="PRC-CHG")
    other = factories.in_stage(stage, people["agent"], people["agent2"], customer=customer, **extra)
    return Scene(people, first, other)


def two_the_other_carried_out(people: People) -> Scene:
    customer = new_customer()
    first = factories.receive(people["agent"], customer=customer)
    return Scene(people, first, factories.carried_out(people["agent"], customer=customer))


def two_with_task(people: People) -> Scene:
    """Return two complaints, the first with a task of the warehouse and a promise."""
    scene = task_for_warehouse(people)
    by = scene.by("agent")
    promises.promise(scene.complaint, by=by, at=LATER, text="I call", due_at=LATER + DAY)
    scene.more["promise"] = scene.complaint.promises.get().pk
    scene.other = factories.receive(people["agent"], customer=_same(scene.complaint))
    return scene


def _same(complaint: Complaint) -> intake.CustomerData:
    customer = complaint.customer
    return intake.CustomerData(name=customer.name, phone=customer.phone, email=customer.email)


def two_with_request(people: People) -> Scene:
    """Return two complaints, the first with a request for money."""
    scene = asked_for_money(people)
    scene.other = factories.receive(people["agent"], customer=_same(scene.complaint))
    return scene


def three(people: People) -> Scene:
    scene = two(people)
    scene.more["third"] = factories.receive(people["agent"], customer=_same(scene.complaint))
    return scene


def merged(people: People) -> Scene:
    """Return three complaints, the first merged into the second."""
    scene = three(people)
    merge.merge(scene.complaint, scene.other, by=scene.by("agent"), at=LATER)
    scene.at = LATER + HOUR
    return scene


def merged_with_task(people: People) -> Scene:
    scene = two_with_task(people)
    merge.merge(scene.complaint, scene.other, by=scene.by("agent"), at=LATER)
    scene.more["task"].refresh_from_db()
    scene.at = LATER + HOUR
    return scene


def improving(people: People) -> Scene:
    """Return a closed complaint with an improvement action that is not done."""
    scene = in_full_review(people)
    decisions.decide(scene.more["approval"], by=scene.by("quality"), at=LATER, approve=True)
    scene.more["action"] = ImprovementAction.objects.get(complaint=scene.complaint)
    return scene
