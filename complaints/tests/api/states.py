"""Makes complaints in the states that the tables of the HTTP interface name, with the ids of their rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Team, User
from complaints.lifecycle import assign, attach, engine, escalate, promises, wait
from complaints.lifecycle.callback import calls
from complaints.lifecycle.ending import merge
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import (
    Approval,
    Claim,
    Complaint,
    ParticipantRole,
    PlanOption,
    RiskFlag,
    Squad,
    SquadMember,
    SquadSeat,
    Task,
)
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

People = dict[str, User]
LATER = MONDAY + timedelta(hours=1)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
"""A picture of one pixel."""


@dataclass
class Made:
    complaint: Complaint
    ids: dict[str, int] = field(default_factory=dict)

    def address(self, operation: str, path: str) -> str:
        """Fill the parameters of an address with the ids of what was made."""
        of = operation.partition("_")[0]
        codes = {"teams": "TECH", "categories": "LOG", "remedies": "FULL"}
        ids = {**self.ids, "id": self.ids.get(of, 0), "number": self.complaint.number, "code": codes.get(of)}
        return path.format(**ids, username="agent2")


def make(state: str, people: People, kind: str = "own") -> Made:
    """Make a complaint in this state.

    An `own` complaint is the agent's, a `foreign` one belongs to online's team, and a `confidential` one is
    the agent's.
    """
    by: User = people["agent"]
    extra: dict[str, Any] = {}
    if kind == "foreign":
        by, extra = people["online"], {"channel": "web"}
    elif kind == "confidential":
        extra = {"confidential": True}
    complaint = STATES[state](by, people, extra)
    complaint.refresh_from_db()
    found = {
        "claim": Claim.objects.filter(complaint=complaint),
        "option": PlanOption.objects.filter(plan__handling__complaint=complaint),
        "tasks": Task.objects.filter(complaint=complaint),
        "approvals": Approval.objects.filter(complaint=complaint),
        "attachments": complaint.attachments.all(),
    }
    ids = {
        name: rows.values_list("pk", flat=True).order_by("pk").first() or 0 for name, rows in found.items()
    }
    return Made(complaint, ids | {"customers": complaint.customer_id})


def intake(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint = factories.receive(by, **extra)
    return complaint if complaint.assignee else assign.take(complaint, by=person(by), at=MONDAY)


def plain(factory: Callable[..., Any]) -> Callable[[User, People, dict[str, Any]], Complaint]:
    def made(by: User, people: People, extra: dict[str, Any]) -> Complaint:
        found = factory(by, **extra)
        return found[0] if isinstance(found, tuple) else found

    return made


def not_upheld(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    return factories.found(by, finding={"finding": "not_upheld"}, **extra)


def make_good(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint = factories.resolved(by, **extra)
    return calls.record_callback(complaint, factories.PARTLY, by=person(people["supervisor"]), at=LATER)


def deadlocked(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint = factories.found(by, **extra)
    for _offer in range(3):
        offers.offer(complaint, factories.OFFER, by=person(by), at=LATER)
        offers.reject(complaint, by=CUSTOMER, at=LATER, reason="No")
    return complaint


def waiting(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint = factories.diagnosed(by, **extra)
    return wait.wait(complaint, by=person(by), at=LATER, on="customer", question="Which?")


def promised(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint, due = factories.diagnosed(by, **extra), LATER + timedelta(hours=2)
    promises.promise(complaint, by=person(by), at=LATER, text="A call", due_at=due)
    return complaint


def unassigned(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint = intake(by, people, extra)
    return assign.release(complaint, by=person(people["supervisor"]), at=MONDAY)


def went_up(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint, sends = factories.diagnosed(by, **extra), person(people["supervisor"])
    return escalate.escalate(complaint, by=sends, at=LATER, reason="Skill", tried="All", ask="Help")


def flagged(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint = factories.diagnosed(by, **extra)
    RiskFlag.objects.create(complaint=complaint, flag="vulnerable", set_at=MONDAY)
    return complaint


def squad(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint = factories.diagnosed(by, **extra)
    called = Squad.objects.create(complaint=complaint, called_at=MONDAY, called_by=by)
    seat = SquadSeat.objects.get(team__code="WAREHOUSE")
    SquadMember.objects.create(squad=called, seat=seat, user=people["warehouse"])
    engine.involve(complaint, ParticipantRole.SQUAD, at=MONDAY, user=people["warehouse"])
    return complaint


def merged(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    source, into = intake(by, people, extra), factories.receive(by, **extra)
    return merge.merge(source, into, by=person(people["supervisor"]), at=LATER)


def with_file(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    complaint = factories.diagnosed(by, **extra)
    attach.attach(complaint, ContentFile(PNG, "bowl.png"), by=person(by), at=LATER)
    return complaint


def with_task(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    """Return a complaint with a task of the warehouse, or of the tech team if it is a foreign one."""
    complaint = factories.diagnosed(by, **extra)
    code = "TECH" if by == people["online"] else "WAREHOUSE"
    carry_out.add_task(complaint, by=person(by), at=LATER, title="Look", team=Team.objects.get(code=code))
    return complaint


def caller(people: People, extra: dict[str, Any]) -> User:
    """Return a callback agent, or for a confidential complaint somebody who may see it."""
    return people["supervisor" if "confidential" in extra else "callback"]


def called_back(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    return factories.called_back(by, caller(people, extra), **extra)


def closed(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    return factories.closed(by, caller(people, extra), **extra)


def asked(by: User, people: People, extra: dict[str, Any]) -> Complaint:
    return factories.offered(by, offer=factories.BIG_OFFER, **extra)[0]


STATES: dict[str, Callable[[User, People, dict[str, Any]], Complaint]] = {
    "-": intake,
    "intake": intake,
    "unassigned": unassigned,
    "diagnose": plain(factories.diagnosed),
    "flagged": flagged,
    "went_up": went_up,
    "waiting": waiting,
    "promised": promised,
    "task": with_task,
    "file": with_file,
    "squad": squad,
    "resolve": plain(factories.found),
    "not_upheld": not_upheld,
    "offered": plain(factories.offered),
    "asked": asked,
    "deadlocked": deadlocked,
    "callback": plain(factories.resolved),
    "make_good": make_good,
    "review": called_back,
    "merged": merged,
    "closed": closed,
}
