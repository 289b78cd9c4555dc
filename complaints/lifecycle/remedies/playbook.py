"""Tick items of the checklist, and open the tasks of a playbook."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.lifecycle.diagnose import current_diagnosis
from complaints.lifecycle.remedies import carry_out
from complaints.models import (
    ChecklistTick,
    Complaint,
    Playbook,
    PlaybookStep,
    Task,
)
from complaints.reads import playbooks
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, MoveNotAllowed


def tick(complaint: Complaint, item_id: int, *, done: bool, by: Actor, at: datetime) -> Complaint:
    """Tick an item of the checklist in this round, or untick it. Ticking it twice has no further effect."""
    with engine.move("tick", complaint, by=by, at=at) as turn:
        turn.is_move = False
        item = next((item for item in playbooks.checklist_of(turn.complaint) if item.pk == item_id), None)
        if item is None:
            raise MissingDetail({"item": [_("This item is not on the complaint's checklist.")]})
        assert turn.user is not None
        if not done:
            ChecklistTick.objects.filter(handling=turn.handling, item=item).delete()
            return complaint
        _row, made = ChecklistTick.objects.get_or_create(
            handling=turn.handling, item=item, defaults={"by": turn.user, "at": at}
        )
        if made:
            text = {"name_en": item.text_en, "name_zh": item.text_zh, "name_hant": item.text_hant}
            turn.event("ticked", item=text)
    return complaint


def start(
    complaint: Complaint, playbook_id: int, *, by: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """Open the tasks of a playbook that fits the complaint, in their order. It can be done once a round."""

    def not_started(turn: engine.Turn) -> None:
        steps = PlaybookStep.objects.filter(playbook=playbook_id)
        if playbooks.is_started(steps, playbooks.started_steps(turn.handling)):
            raise MoveNotAllowed(_("The tasks of this playbook have already been started."))

    with engine.move("playbook", complaint, by=by, at=at, version=version, ready=not_started) as turn:
        diagnosis = current_diagnosis(turn.handling)
        fit = playbooks.fitting(turn.complaint, diagnosis.problem_type if diagnosis else None)
        playbook = next((one for one in fit if one.pk == playbook_id), None)
        if playbook is None or not playbook.steps.all():
            raise MissingDetail({"playbook": [_("Choose a playbook with tasks that fits this complaint.")]})
        names = {f"name_{part}": getattr(playbook, f"name_{part}") for part in ("en", "zh", "hant")}
        turn.event("playbook_started", playbook=playbook.code, name=names)
        _open_tasks(turn, playbook)
    return complaint


def _open_tasks(turn: engine.Turn, playbook: Playbook) -> None:
    previous: Task | None = None
    for step in playbook.steps.all():
        previous = carry_out.open_task(
            turn,
            title=step.title,
            team=step.team or turn.complaint.team,
            owner=None if step.team else turn.complaint.assignee,
            blocking=step.blocking,
            after=previous if step.after_previous else None,
            step=step,
        )
