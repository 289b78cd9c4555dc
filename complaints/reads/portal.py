"""The customer's view of their own complaint: never notes, staff names or other complaints."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import (
    Attachment,
    Callback,
    Clock,
    ClockKind,
    Complaint,
    Direction,
    Message,
    Plan,
    PlanState,
    Purpose,
    Task,
)
from complaints.notices import outside
from complaints.terms.stages import Outcome, Stage, stage_index

PROMISES = {
    Stage.INTAKE: (ClockKind.FIRST_RESPONSE, ClockKind.REPLY, ClockKind.UPDATE),
    Stage.DIAGNOSE: (ClockKind.FIRST_RESPONSE, ClockKind.REPLY, ClockKind.UPDATE, ClockKind.RESOLUTION),
    Stage.RESOLVE: (ClockKind.FIRST_RESPONSE, ClockKind.REPLY, ClockKind.UPDATE, ClockKind.RESOLUTION),
    Stage.CALLBACK: (ClockKind.REPLY, ClockKind.CALLBACK),
    Stage.REVIEW: (ClockKind.REPLY,),
}
"""The clocks whose deadline is shown to the customer, by stage."""


def plan_of(complaint: Complaint) -> Plan | None:
    return (
        Plan.objects.filter(handling__complaint=complaint, handling__round=complaint.round)
        .prefetch_related("options__remedy")
        .order_by("-version")
        .first()
    )


def shared_tasks(complaint: Complaint) -> list[Task]:
    """Return the shared tasks of this round. The customer sees only their titles."""
    tasks = Task.objects.filter(complaint=complaint, handling__round=complaint.round, shared=True)
    return list(tasks.exclude(state=Task.State.CANCELLED).select_related("option__remedy", "step"))


def shared_files(complaint: Complaint) -> list[Attachment]:
    """Return the files shared with the customer, oldest first, but none of a complaint merged into this."""
    found = Attachment.objects.filter(complaint=complaint, shared=True)
    return [attachment for attachment in found if outside.may_leave(attachment.content_type)]


@dataclass(frozen=True)
class Step:
    """One step of the track. `state` is "done", "now" or ""."""

    label: str
    state: str


def track(complaint: Complaint) -> list[Step]:
    """Return the five stages in plain words."""
    labels = [
        _("We have your complaint"),
        _("We find out what happened"),
        _("We agree how to put it right and do it"),
        _("We check that you are satisfied"),
        _("We learn from it"),
    ]
    now = stage_index(complaint.stage)
    return [Step(label, "done" if n < now else "now" if n == now else "") for n, label in enumerate(labels)]


def followed(complaint: Complaint) -> Complaint:
    """Return the complaint whose progress the customer sees: this one, or the one it was merged into."""
    while complaint.merged_into is not None:
        complaint = complaint.merged_into
    return complaint


def promised(complaint: Complaint, at: datetime) -> Clock | None:
    """Return the clock of our next promise, or None.

    A promise whose time has passed is returned too, so that the page admits that we are late.
    """
    kinds = PROMISES.get(Stage(complaint.stage), ())
    running = Clock.objects.live().filter(complaint=complaint, kind__in=kinds, paused_since__isnull=True)
    return running.select_related("calendar", "rule").order_by("due_at").first()


def final_answer(complaint: Complaint) -> Clock | None:
    """Return the clock by which a law or an authority requires our final answer, or None if none is owed.

    A deadline that has passed is returned too, so that the page admits that we are late.
    """
    owed = Clock.objects.live().filter(complaint=complaint, kind=ClockKind.STATUTORY)
    return owed.select_related("calendar", "rule").order_by("due_at").first()


def headline(complaint: Complaint, plan: Plan | None, callback: Callback | None) -> str:
    """Return the heading of the page, which says what happens next."""
    if complaint.outcome == Outcome.DUPLICATE:
        return _("We handle your complaint together with another report")
    if complaint.outcome == Outcome.WITHDRAWN:
        return _("You have withdrawn your complaint")
    if complaint.stage == Stage.RESOLVE:
        if plan is not None and plan.state == PlanState.OFFERED:
            return _("How shall we put it right?")
        if plan is not None and plan.state == PlanState.CHOSEN:
            return _("We are carrying out what you chose")
        return _("We are working on a way to put it right")
    if complaint.stage == Stage.CALLBACK:
        return _("Is it settled?") if callback else _("We are making it good")
    return {
        Stage.INTAKE: _("We have your complaint"),
        Stage.DIAGNOSE: _("We are finding out what happened"),
        Stage.REVIEW: _("Your complaint is settled"),
        Stage.CLOSED: _("Your complaint is closed"),
    }[Stage(complaint.stage)]


def public_messages(complaint: Complaint) -> list[dict[str, Any]]:
    """Return the messages in both directions, oldest first.

    Calls and automatic messages appear as a short line, because their text is for staff.
    """
    messages = (
        Message.objects.filter(complaint__in=complaint.family_ids(), complaint__customer=complaint.customer)
        .exclude(direction=Direction.INTERNAL)
        .select_related("event__text")
        .order_by("at", "pk")
    )
    return [_entry(message) for message in messages]


def _entry(message: Message) -> dict[str, Any]:
    text = message.event.text
    entry: dict[str, Any] = {
        "at": message.at,
        "mine": message.direction == Direction.IN,
        "short": "",
        "body": text.body,
    }
    if message.direction == Direction.IN:
        if message.event.kind == "rated":
            entry["scores"] = text.details
        return entry
    short = _short(message)
    if short:
        return entry | {"short": short, "body": ""}
    if message.purpose == Purpose.OFFER:
        entry["options"] = text.details.get("options") or []
    return entry | {"label": _label(message)}


def _short(message: Message) -> str:
    """Return the line that replaces a text that is not for the customer; "" if the text is shown."""
    if message.event.kind == "call":
        return _("We called you") if message.by_person else _("We tried to call you")
    if message.event.kind == "acknowledged":
        return _("We confirmed that your complaint arrived")
    return _("Automatic notice") if not message.by_person else ""


def _label(message: Message) -> str:
    if message.event.kind == "offer_withdrawn":
        return _("We withdrew the offer")
    return {
        Purpose.OFFER: _("Our offer"),
        Purpose.EXPLANATION: _("Our explanation"),
        Purpose.FINAL: _("Our answer"),
        Purpose.QUESTION: _("Our question"),
    }.get(Purpose(message.purpose), _("Our message"))
