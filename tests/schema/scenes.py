"""For each operation: an object in a state in which the call succeeds, who may make it, and its body.

Random calls would hardly ever find a callback that is due, a merge to undo or a request to decide. The steps
themselves make these objects, and some of the calls are led to them.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Team
from complaints.api.views.sla import shown_policy
from complaints.lifecycle import attach, converse, escalate, flash, promises, wait
from complaints.lifecycle.callback import calls
from complaints.lifecycle.ending import merge
from complaints.lifecycle.remedies import carry_out
from complaints.models import Approval, Claim, Clock, Complaint, PlanOption, Promise, RiskFlag
from complaints.rights.actors import person
from complaints.sla import targets
from complaints.tests import factories
from complaints.tests.api import kit
from tests.schema.organisation_scenes import ORGANISATION
from tests.schema.world import Scene, World, one

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)


def read(complaint: Complaint, caller: str = "agent", **path: Any) -> Scene:
    return Scene(caller, {"number": complaint.number} | path)


def of_stage(
    make: Callable[..., Complaint], body: Any = None, caller: str = "agent", *by: str
) -> Callable[[World], Scene]:
    return lambda world: one(world.in_stage(make, *by), caller, body() if callable(body) else body)


def soon(**more: float) -> str:
    return (timezone.now() + timedelta(**more)).isoformat()


# --- Objects in a state ---
def offered(world: World, caller: str = "agent", **body: Any) -> Scene:
    complaint, plan = world.in_stage(factories.offered)
    option = PlanOption.objects.filter(plan=plan).latest("pk")
    return one(complaint, caller, body, option=option.pk)


def over_authority(world: World, caller: str, body: Any) -> Scene:
    complaint, _plan = world.in_stage(factories.offered, offer=factories.BIG_OFFER)
    approval = Approval.objects.get(complaint=complaint)
    return Scene(caller, {"id": approval.pk}, body)


def not_upheld(world: World) -> Complaint:
    return world.in_stage(factories.found, finding={"finding": "not_upheld"})


def with_task(world: World, caller: str, body: Any) -> Scene:
    complaint = world.in_stage(factories.diagnosed)
    team = Team.objects.get(code="WAREHOUSE")
    task = carry_out.add_task(complaint, by=person(world["agent"]), at=world.now, title="Look", team=team)
    return Scene(caller, {"id": task.pk}, body)


def waiting(world: World) -> Scene:
    complaint = world.in_stage(factories.diagnosed)
    wait.wait(complaint, by=person(world["agent"]), at=world.now, on="customer", question="Which?")
    return one(complaint, "agent")


def promised(world: World) -> Scene:
    complaint, due = world.in_stage(factories.diagnosed), world.now + timedelta(hours=2)
    promises.promise(complaint, by=person(world["agent"]), at=world.now, text="A call", due_at=due)
    return one(complaint, "agent", {"promise": Promise.objects.get(complaint=complaint).pk})


def told_of_delay(world: World) -> Scene:
    complaint = world.in_stage(factories.diagnosed)
    told = converse.message(complaint, by=person(world["agent"]), at=world.now, body="It takes until Friday")
    clock = Clock.objects.live().get(complaint=complaint, kind="resolution")
    due = (clock.due_at + timedelta(days=2)).isoformat()
    body = {
        "clock": "resolution",
        "due_at": due,
        "reason": "The maker answers then",
        "customer_told": told.pk,
    }
    return one(complaint, "agent", body)


def suspected(world: World) -> Scene:
    complaint = world.in_stage(factories.receive)
    RiskFlag.objects.create(complaint=complaint, flag="vulnerable", set_at=world.now)
    return one(complaint, "supervisor", {"flag": "vulnerable", "reason": "She is ninety"})


def make_good_open(world: World) -> Scene:
    complaint = world.in_stage(factories.resolved)
    calls.record_callback(complaint, factories.PARTLY, by=person(world["callback"]), at=world.now)
    return one(complaint, "agent", {"evidence": "Sent"})


def confidential(world: World) -> Scene:
    return one(world.in_stage(factories.receive, confidential=True), "supervisor", {"user": "specialist"})


def twins(world: World) -> tuple[Complaint, Complaint]:
    customer = world.customer()
    return (
        world.in_stage(factories.receive, customer=customer),
        world.in_stage(factories.receive, customer=customer),
    )


def to_merge(world: World) -> Scene:
    source, into = twins(world)
    return one(source, "agent", {"into": into.number})


def merged(world: World) -> Scene:
    source, into = twins(world)
    merge.merge(source, into, by=person(world["agent"]), at=world.now)
    return one(source, "supervisor", {"reason": "Two events"})


def went_up(world: World) -> Scene:
    complaint = world.in_stage(factories.diagnosed)
    escalate.escalate(complaint, by=person(world["supervisor"]), at=world.now, reason="S", tried="A", ask="H")
    return one(complaint, "supervisor2", {"reason": "Easy", "guidance": "Refund"})


def squad_at_work(world: World) -> Scene:
    complaint = world.in_stage(factories.diagnosed)
    flash.call(complaint, by=person(world["agent"]), at=world.now)
    return one(complaint, "agent", {"plan": "Send another one"})


def with_claim(world: World) -> Scene:
    complaint = not_upheld(world)
    claim = Claim.objects.get(complaint=complaint)
    return one(complaint, "agent", {"disposition": "declined", "reason": "Worn"}, claim=claim.pk)


def with_file(world: World) -> Scene:
    complaint = world.in_stage(factories.receive)
    kept = attach.attach(complaint, ContentFile(PNG, "bowl.png"), by=person(world["agent"]), at=world.now)
    return read(complaint, id=kept.pk)


def of_customer(caller: str = "agent", body: Any = None) -> Callable[[World], Scene]:
    return lambda world: Scene(caller, {"id": world.in_stage(factories.receive).customer_id}, body)


def reading(caller: str, **query: str) -> Callable[[World], Scene]:
    return lambda world: Scene(caller, query=query)


def policy(world: World) -> Scene:
    found = targets.policy_now()
    assert found is not None
    rules = [
        {name: value for name, value in rule.items() if name != "order"}
        for rule in shown_policy(found)["rules"]
    ]
    rules[-1]["name_en"] = f"All others, as of {world.now:%H:%M:%S}"  # an edit without a change is refused
    return Scene("manager", body={"reason": "A better name", "rules": rules})


ESCALATION = {"reason": "Skill", "tried": "All", "ask": "Help"}
EVIDENCE = {"channel": "phone", "evidence": "She said so"}
RISK = {"flag": "external", "reason": "She wrote to 12315"}
CUSTOMER = {"name": "李梅", "phone": "100-0000-0001", "email": "li@example.com", "segment": "loyal"}
SCENES: dict[str, Callable[[World], Scene]] = {
    **ORGANISATION,
    "complaints_receive": lambda world: Scene("agent", body=kit.RECEIPT),
    "complaints_list": reading("agent", ordering="severity"),
    "complaints_read": lambda world: read(world.in_stage(factories.offered)[0]),
    "complaints_edit": of_stage(factories.receive, {"place": "At home"}),
    "complaints_acknowledge": of_stage(factories.receive, {"body": "I look into it"}),
    "complaints_start_diagnosis": of_stage(factories.receive),
    "complaints_finding": of_stage(factories.diagnosed, kit.DIAGNOSIS),
    "complaints_remedies": of_stage(factories.found, kit.OFFER),
    "complaints_remedies_accept": lambda world: offered(world, **EVIDENCE),
    "complaints_remedies_reject": lambda world: offered(world, reason="Too little"),
    "complaints_withdraw_offer": lambda world: one(
        world.in_stage(factories.offered)[0], "agent", {"reason": "Sold"}
    ),
    "complaints_claims_settle": with_claim,
    "complaints_explain": lambda world: one(not_upheld(world), "agent", {"body": "Worn by use"}),
    "complaints_resolve": of_stage(factories.carried_out, {"final_answer": "The refund is paid."}),
    "complaints_callback": of_stage(factories.resolved, kit.CALLBACK, "callback"),
    "complaints_make_good_done": make_good_open,
    "complaints_review": of_stage(factories.called_back, kit.REVIEW, "agent", "agent", "callback"),
    "complaints_conclude": of_stage(
        factories.receive, {"outcome": "out_of_scope", "reason": "Praise"}, "supervisor"
    ),
    "complaints_escalate": of_stage(factories.diagnosed, ESCALATION),
    "complaints_de_escalate": went_up,
    "complaints_wait": of_stage(factories.diagnosed, {"on": "customer", "question": "Which order?"}),
    "complaints_resume": waiting,
    "complaints_promise": of_stage(factories.receive, lambda: {"text": "A call", "due_at": soon(hours=3)}),
    "complaints_keep_promise": promised,
    "complaints_extend": told_of_delay,
    "complaints_assign": of_stage(
        factories.receive, {"assignee": "agent2", "reason": "Holiday"}, "supervisor"
    ),
    "complaints_flag_risk": of_stage(factories.receive, RISK),
    "complaints_confirm_risk": suspected,
    "complaints_clear_risk": suspected,
    "complaints_declare_conflict": of_stage(factories.receive, {"reason": "My cousin"}, "agent2"),
    "complaints_admit": confidential,
    "complaints_call_squad": of_stage(factories.diagnosed),
    "complaints_fill_squad": squad_at_work,
    "complaints_withdraw": of_stage(factories.receive, {"evidence": "By phone", "reason": "Settled"}),
    "complaints_merge": to_merge,
    "complaints_unmerge": merged,
    "complaints_reopen": of_stage(
        factories.closed, {"reason": "Broken again"}, "supervisor", "agent", "callback"
    ),
    "messages_list": lambda world: read(world.in_stage(factories.carried_out)),
    "messages_add": of_stage(
        factories.diagnosed, {"direction": "out", "channel": "email", "body": "On its way"}
    ),
    "timeline": lambda world: read(world.in_stage(factories.carried_out), "manager"),
    "attachments_list": lambda world: read(world.in_stage(factories.receive)),
    "attachments_add": of_stage(factories.receive, {"note": "The bowl"}),
    "attachments_read": with_file,
    "complaint_tasks_list": lambda world: read(world.in_stage(factories.chosen)),
    "complaint_tasks_add": of_stage(factories.diagnosed, {"title": "Look", "team": "WAREHOUSE"}),
    "tasks_list": reading("warehouse", state="open"),
    "tasks_accept": lambda world: with_task(world, "warehouse", {}),
    "tasks_done": lambda world: with_task(world, "warehouse", {"note": "Found"}),
    "tasks_reject_back": lambda world: with_task(world, "warehouse", {"reason": "Not ours"}),
    "tasks_cancel": lambda world: with_task(world, "agent", {"reason": "Not needed"}),
    "approvals_list": reading("supervisor", state="pending"),
    "approvals_approve": lambda world: over_authority(world, "supervisor", {"note": "Agreed"}),
    "approvals_reject": lambda world: over_authority(world, "supervisor", {"reason": "Too much"}),
    "approvals_withdraw": lambda world: over_authority(world, "agent", {}),
    "callbacks_list": reading("callback"),
    "customers_list": reading("agent", q="客户"),
    "customers_add": lambda world: Scene("agent", body=CUSTOMER),
    "customers_read": of_customer(),
    "customers_edit": of_customer(body={"segment": "at_risk"}),
    "customers_history": of_customer("manager"),
    "categories_list": reading("agent"),
    "teams_list": reading("warehouse"),
    "users_me": reading("admin"),
    "policies_read": reading("manager"),
    "policies_replace": policy,
    "calendars_list": reading("manager"),
    "calendars_change": lambda world: Scene(
        "manager", body={"code": "NIGHT", "reason": "As it was", "hours": {"0": "22:00-24:00"}}
    ),
    "triage_preview": lambda world: Scene("agent", body={"description": "包裹丢了", "channel": "phone"}),
    "reports_overview": reading("manager", group_by="week"),
}
