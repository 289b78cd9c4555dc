"""Wait for the customer or a department, and act when no answer comes."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.lifecycle import converse, engine
from complaints.lifecycle.remedies import carry_out
from complaints.models import Clock, Complaint, Direction, Plan, PlanState, Purpose, Task, Wait
from complaints.models.plan import SystemTask
from complaints.notices import notify
from complaints.rights.actors import SYSTEM, Actor
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.stages import WaitingOn

ON = (WaitingOn.CUSTOMER.value, WaitingOn.DEPARTMENT.value)


def wait(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    on: str,
    question: str = "",
    task: int | None = None,
    version: int | None = None,
) -> Complaint:
    """Wait for the customer or a department.

    A wait for the customer sends a question and pauses the clocks that can pause. For a department `task` is
    the id of an open task; nothing pauses, because the customer is still waiting for us.
    """
    with engine.move("wait", complaint, by=by, at=at, version=version, ready=_may_ask(on)) as turn:
        problems = Problems()
        problems.one_of("on", on, ON)
        asked = None
        if on == WaitingOn.CUSTOMER:
            question = converse.check_words(problems, turn, "question", question)
        elif on == WaitingOn.DEPARTMENT:
            asked = Task.objects.filter(complaint=turn.complaint, pk=task or 0).first()
            if asked is None or not asked.is_unfinished:
                problems.add("task", _("Choose an open task of this complaint."))
        problems.check()
        if on == WaitingOn.CUSTOMER:
            event = converse.write(turn, question, Purpose.QUESTION)
            turn.wait(WaitingOn.CUSTOMER, converse.QUESTION, event.pk)
        elif asked is not None:
            turn.wait(WaitingOn.DEPARTMENT, carry_out.SUBJECT, asked.pk)
            turn.event("waiting", asked.title, on=on, task=asked.pk)
    return complaint


def _may_ask(on: str) -> "engine.Ready":
    def ready(turn: engine.Turn) -> None:
        if on == WaitingOn.CUSTOMER:
            converse.may_write(turn)

    return ready


def resume(complaint: Complaint, *, by: Actor, at: datetime, version: int | None = None) -> Complaint:
    """Stop waiting for an answer and go on. An offer stays with the customer until answered or taken back."""
    with engine.move("resume", complaint, by=by, at=at, version=version, ready=_waits) as turn:
        turn.stop_waiting(WaitingOn.CUSTOMER, converse.QUESTION)
        turn.stop_waiting(WaitingOn.DEPARTMENT)
        turn.event("resumed")
    return complaint


def _waits(turn: engine.Turn) -> None:
    is_open = Wait.objects.filter(complaint=turn.complaint, until__isnull=True)
    questions = is_open.filter(on=WaitingOn.CUSTOMER, cause=converse.QUESTION)
    if not questions.exists() and not is_open.filter(on=WaitingOn.DEPARTMENT).exists():
        raise MoveNotAllowed(_("This complaint is not waiting for an answer."))


def remind(turn: engine.Turn, clock: Clock) -> None:
    """Send the customer a friendly reminder, because a question or an offer has had no answer."""
    event = turn.message(
        "reminded", "", direction=Direction.OUT, purpose=Purpose.AUTOMATIC, by_person=False, signed=SYSTEM
    )
    notify.tell_customer("reminder", complaint=turn.complaint, at=turn.at, event=event)


def gave_no_answer(turn: engine.Turn, clock: Clock) -> None:
    """End the wait after seven days without an answer (docs/clocks.md, "Clocks", `customer_wait`).

    The offer expires, the clocks run again, and the assignee gets a task: decide what to do next. The
    complaint never closes by itself.
    """
    complaint = turn.complaint
    for plan in Plan.objects.filter(handling=turn.handling):
        if plan.state == PlanState.OFFERED:
            plan.expired_at = turn.at
            plan.save(update_fields=["expired_at"])
    turn.stop_waiting(WaitingOn.CUSTOMER)
    turn.event("customer_silent")
    carry_out.open_task(
        turn,
        title=SystemTask.CUSTOMER_SILENT,
        team=complaint.team,
        owner=complaint.assignee,
        blocking=False,
        shared=False,
    )
