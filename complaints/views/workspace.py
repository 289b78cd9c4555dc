"""The context of one complaint's page: its head and timeline, its forms, and the panel of its stage."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from complaints.forms.base import StepForm
from complaints.forms.edit import EditForm
from complaints.forms.escalate import AssignForm, EscalateForm
from complaints.forms.flash import SquadForm, squad_texts
from complaints.forms.long_pauses import PauseForm
from complaints.forms.moves import ReasonOnly
from complaints.forms.resolve import (
    TaskForm,
)
from complaints.lifecycle import flash
from complaints.models import (
    Approval,
    ApprovalState,
    Clock,
    Complaint,
    Handling,
    Squad,
    Task,
)
from complaints.models.clock import PAUSING, ClockKind
from complaints.reads import customers, one_complaint, story, task_lists
from complaints.rights import duties, links, standings
from complaints.rights.actors import person
from complaints.sla.statutory import duty
from complaints.sweeps import long_pauses
from complaints.terms.moves import Standing
from complaints.terms.stages import ESCALATING_STAGES, Stage, stage_index
from complaints.views import doors, more
from complaints.views.composer import composers
from complaints.views.panels.facts import Facts
from complaints.views.panels.table import panel

HEAD_CLOCKS = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION, ClockKind.CALLBACK)
HEAD_WHILE_LIVE = (ClockKind.REPLY, ClockKind.PICKUP, ClockKind.PLAN, ClockKind.RECOVERY)


def workspace(request: HttpRequest, complaint: Complaint, bound: dict[str, StepForm]) -> dict[str, Any]:
    """Return the context of all three panes.

    `bound` holds refused forms by their key; every other form is fresh.
    """
    user: Any = request.user
    at = doors.now()
    handling = Handling.objects.get(complaint=complaint, round=complaint.round)
    moves = standings.allowed_moves(person(user), complaint)
    clocks, tasks = one_complaint.clocks_of(complaint), one_complaint.tasks_of_complaint(complaint)
    squad = flash.latest_squad(complaint)
    menu = more.menu(complaint, moves, at, bound)
    own = {
        "handling": handling,
        "moves": moves,
        "clocks": clocks,
        "pausing": PAUSING,
        "panel": panel(Facts(user, complaint, handling, bound)),
        "squad": squad,
        "composers": composers(complaint, moves, bound.get("message")),
        "more": menu,
        "more_open": any(entry["form"] for entry in menu),
        **_links(request, complaint, bound),
        "number_shown": customers.sees_number(user, complaint, moves, at),
        "may_reveal": user.role in duties.READ_CUSTOMERS,
        "open_panel": next((key for key in ("escalate", "assign", "task", "edit") if key in bound), ""),
        "tasks": tasks,
        "task_rows": task_lists.task_rows(user, complaint, tasks),
        "task_done": bound.get("task_done"),
        "task_step": bound.get("task_step"),
    }
    forms = _forms(complaint, moves, bound, tasks=tasks, squad=squad)
    return live_parts(user, complaint, clocks, at) | _around(user, complaint, clocks) | forms | own


def _links(request: HttpRequest, complaint: Complaint, bound: dict[str, StepForm]) -> dict[str, Any]:
    """Return the private links and the form that ends them, for supervisors of the complaint."""
    user: Any = request.user
    if not standings.has_any(person(user), complaint, {Standing.SUPERVISOR}):
        return {}
    return {
        "portal_links": links.valid_links(complaint, at=doors.now()),
        "end_links_form": bound.get("end_links") or ReasonOnly(complaint=complaint, user=user),
    }


def _around(user: User, complaint: Complaint, clocks: list[Clock]) -> dict[str, Any]:
    """Return what is shown around the panel: requests, promises, owed answers, related complaints."""
    pending = Approval.objects.filter(complaint=complaint, state=ApprovalState.PENDING)
    paused_long = any(clock.paused_long for clock in clocks)
    return {
        "pending_approvals": list(pending.select_related("requested_by")),
        "may_look": paused_long and long_pauses.may_look(person(user), complaint),
        "answer_owed": duty.is_open(complaint) and complaint.stage not in ESCALATING_STAGES,
        "promises": list(complaint.promises.all()),
        "family": one_complaint.merged_with(user, complaint),
        "earlier": one_complaint.earlier_complaints(user, complaint),
        "reasons": story.reasons(complaint),
    }


def _forms(
    complaint: Complaint,
    moves: set[str],
    bound: dict[str, StepForm],
    *,
    tasks: list[Task],
    squad: Squad | None,
) -> dict[str, StepForm]:
    """Return a form for each move that this person could make here, refused ones as they were filled in.

    A form is built only if its move is allowed, because building some of them reads teams or categories.
    """
    fresh = {"version": complaint.version}
    makers: dict[str, tuple[bool, Callable[[], StepForm]]] = {
        "pause": (True, PauseForm),
        "squad": (squad is not None, lambda: SquadForm(initial=squad_texts(squad))),
        "escalate": ("escalate" in moves, lambda: EscalateForm(initial=fresh)),
        "assign": ("assign" in moves, lambda: AssignForm(complaint=complaint, initial=fresh)),
        "task": ("add-task" in moves, lambda: TaskForm(initial={"blocking": True}, tasks=tasks)),
        "edit": ("edit" in moves, lambda: EditForm(complaint=complaint)),
    }
    return {
        f"{key}_form": bound.get(key) or make()
        for key, (is_open, make) in makers.items()
        if is_open or key in bound
    }


def live_parts(user: Any, complaint: Complaint, clocks: list[Clock], at: datetime) -> dict[str, Any]:
    """Return what an open page refreshes by itself: the head with its clocks, and the timeline."""
    return {
        "complaint": complaint,
        "now": at,
        "seen": f"{complaint.version}.{complaint.event_count}",
        "stages": _stages(complaint),
        "head_clocks": _head_clocks(complaint, clocks),
        "paused_long": any(clock.paused_long for clock in clocks),
        "entries": story.entries(one_complaint.timeline_of(complaint, user), user),
        "flags": list(complaint.flags.filter(cleared_at__isnull=True)),
    }


def _head_clocks(complaint: Complaint, clocks: list[Clock]) -> list[Clock]:
    """Return the clocks shown next to the stage rail: the last of each kind in this round.

    The earliest statutory clock is added if it is due before our own resolution clock.
    """
    shown = {
        clock.kind: clock
        for clock in clocks
        if clock.round == complaint.round
        and (clock.kind in HEAD_CLOCKS or (clock.kind in HEAD_WHILE_LIVE and clock.is_live))
    }
    resolution = shown.get(ClockKind.RESOLUTION)
    demanded = [
        clock
        for clock in clocks
        if clock.kind == ClockKind.STATUTORY
        and clock.is_live
        and (resolution is None or not resolution.is_live or clock.due_at < resolution.due_at)
    ]
    return [*shown.values(), *sorted(demanded, key=lambda clock: clock.due_at)[:1]]


def _stages(complaint: Complaint) -> list[tuple[str, str]]:
    """Return the rail: (label, "done" | "now" | "next") for each stage."""
    current = stage_index(complaint.stage)
    return [
        (str(stage.label), "done" if index < current else "now" if index == current else "next")
        for index, stage in enumerate(s for s in Stage if s != Stage.CLOSED)
    ]
