"""The page of one complaint: its story, the panel of its stage with the next action, and its context."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.forms.base import StepForm
from complaints.forms.callback import CallbackForm, MakeGoodForm
from complaints.forms.converse import MessageForm
from complaints.forms.diagnose import FindingForm
from complaints.forms.escalate import AssignForm, EscalateForm
from complaints.forms.flash import SquadForm, squad_texts
from complaints.forms.grade import EditForm
from complaints.forms.pauses import PauseForm
from complaints.forms.resolve import (
    ChooseForm,
    ClaimForm,
    ExplainForm,
    OfferForm,
    ReasonForm,
    RejectForm,
    ResolveForm,
    TaskForm,
)
from complaints.forms.review import ReviewForm
from complaints.lifecycle import diagnose, escalate, flash, resolve, review
from complaints.lifecycle.callback import attempts, calls
from complaints.lifecycle.remedies import offers
from complaints.models import (
    Approval,
    ApprovalState,
    Callback,
    Clock,
    Complaint,
    Handling,
    PlanState,
)
from complaints.models.clock import PAUSING, ClockKind
from complaints.reads import one_complaint, playbooks, story, task_lists
from complaints.rights import access, authority, standings
from complaints.rights.actors import person
from complaints.sla.statutory import duty
from complaints.sweeps import long_pauses
from complaints.terms.stages import ESCALATING_STAGES, CallbackOutcome, Finding, Stage, stage_index
from complaints.views import doors, more
from complaints.views.doors import Attempt, Request

HEAD_CLOCKS = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION, ClockKind.CALLBACK)
HEAD_WHILE_LIVE = (ClockKind.PICKUP, ClockKind.PLAN, ClockKind.RECOVERY)


@login_required
@require_GET
def page(request: Request, number: str) -> HttpResponse:
    return show(request, access.get_complaint_for(request.user, number))


def done(request: HttpRequest, complaint: Complaint, text: str) -> HttpResponse:
    """Answer after a step: a message and the complaint, or the start page if the user lost sight of it."""
    user = request.user
    visible = access.visible_to(user).filter(pk=complaint.pk).exists()  # type: ignore[arg-type]
    messages.success(request, text)
    if missed := escalate.missed_and_raised(complaint):
        words = _("The deadline “%(clock)s” had already passed, so %(number)s moved up to: %(tier)s.")
        facts = {
            "clock": missed.get_kind_display(),
            "number": complaint.number,
            "tier": complaint.tier_name,
        }
        messages.warning(request, words % facts)
    response = redirect(complaint) if visible else redirect("complaints:home")
    response.status_code = 303
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = response["Location"]
        return answer
    return response


def show(
    request: HttpRequest,
    complaint: Complaint,
    *,
    bound: dict[str, StepForm] | None = None,
    attempt: Attempt = doors.FINE,
) -> HttpResponse:
    """Show the workspace. A refused form is shown as it was filled in, with what was wrong."""
    complaint = access.get_complaint_for(request.user, str(complaint.number))  # type: ignore[arg-type]
    context = workspace(request, complaint, bound or {}) | {"refusal": attempt.message}
    return doors.page_or_part(
        request,
        "complaints/detail/page.html",
        "complaints/detail/_workspace.html",
        context,
        status=attempt.status,
    )


def workspace(request: HttpRequest, complaint: Complaint, bound: dict[str, StepForm]) -> dict[str, Any]:
    """Return the context of all three panes.

    `bound` holds refused forms by their key; every other form is fresh.
    """
    user: Any = request.user
    at = doors.now()
    handling = Handling.objects.get(complaint=complaint, round=complaint.round)
    moves = standings.allowed_moves(person(user), complaint)
    clocks, tasks = one_complaint.clocks_of(complaint), one_complaint.tasks_of_complaint(complaint)
    pending = list(
        Approval.objects.filter(complaint=complaint, state=ApprovalState.PENDING).select_related(
            "requested_by"
        )
    )
    squad = flash.latest_squad(complaint)
    paused_long = any(clock.paused_long for clock in clocks)
    menu = more.menu(complaint, moves, at, bound)
    return live_parts(user, complaint, clocks, at) | {
        "handling": handling,
        "moves": moves,
        "clocks": clocks,
        "pausing": PAUSING,
        "may_look": paused_long and long_pauses.may_look(person(user), complaint),
        "pause_form": bound.get("pause") or PauseForm(),
        "panel": _panel(user, complaint, handling, bound, moves, pending),
        "pending_approvals": pending,
        "message_form": bound.get("message") or MessageForm(complaint=complaint, initial={"kind": "reply"}),
        "squad": squad,
        "squad_form": bound.get("squad") or SquadForm(initial=squad_texts(squad)),
        "answer_owed": duty.is_open(complaint) and complaint.stage not in ESCALATING_STAGES,
        "escalate_form": bound.get("escalate") or EscalateForm(initial={"version": complaint.version}),
        "assign_form": bound.get("assign")
        or AssignForm(complaint=complaint, initial={"version": complaint.version}),
        "task_form": bound.get("task") or TaskForm(initial={"blocking": True}, tasks=tasks),
        "task_done": bound.get("task_done"),
        "more": menu,
        "promises": list(complaint.promises.all()),
        "family": one_complaint.merged_with(user, complaint),
        "more_open": any(entry["form"] for entry in menu),
        "edit_form": bound.get("edit") or ("edit" in moves and EditForm(complaint=complaint)),
        "open_panel": next((key for key in ("escalate", "assign", "task", "edit") if key in bound), ""),
        "tasks": tasks,
        "task_rows": task_lists.task_rows(user, complaint, tasks),
        "task_step": bound.get("task_step"),
        "earlier": one_complaint.earlier_complaints(user, complaint),
        "reasons": story.reasons(complaint),
    }


def live_parts(user: Any, complaint: Complaint, clocks: list[Clock], at: datetime) -> dict[str, Any]:
    """Return what an open page refreshes by itself: the head with its clocks, and the story."""
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


def _panel(
    user: Any,
    complaint: Complaint,
    handling: Handling,
    bound: dict[str, StepForm],
    moves: set[str],
    pending: list[Approval],
) -> dict[str, Any]:
    """Return the forms and facts of the current stage. `template` names the part that draws them."""
    fresh = {"version": complaint.version}
    builders = {
        Stage.DIAGNOSE: _diagnose_panel,
        Stage.RESOLVE: _resolve_panel,
        Stage.CALLBACK: _callback_panel,
        Stage.REVIEW: _review_panel,
        Stage.CLOSED: _closed_panel,
    }
    panel: dict[str, Any] = {
        "template": f"complaints/{complaint.stage}/_panel.html",
        "diagnosis": diagnose.current_diagnosis(handling),
        "plan": offers.latest_plan(handling),
    }
    build = builders.get(Stage(complaint.stage))
    return panel | (build(user, complaint, handling, bound, fresh) if build else {})


def _diagnose_panel(
    user: Any, complaint: Complaint, handling: Handling, bound: Any, fresh: Any
) -> dict[str, Any]:
    initial = fresh | {
        "desired_outcome": complaint.desired_outcome,
        "scene": complaint.place and f"{complaint.place}: ",
    }
    still_wrong = Callback.objects.filter(
        handling__complaint=complaint, outcome=CallbackOutcome.UNSATISFIED
    ).order_by("-finished_at")
    return {
        "form": bound.get("finding") or FindingForm(initial=initial),
        "still_wrong": still_wrong.values_list("still_wrong", flat=True).first(),
        "checklist": playbooks.checklist(complaint, handling),
        "playbooks": playbooks.fitting_rows(complaint, handling, None),
    }


def _resolve_panel(
    user: Any, complaint: Complaint, handling: Handling, bound: Any, fresh: Any
) -> dict[str, Any]:
    diagnosis, plan = diagnose.current_diagnosis(handling), offers.latest_plan(handling)
    own = authority.authority_of(user)
    not_upheld = diagnosis is not None and diagnosis.finding == Finding.NOT_UPHELD
    chosen = plan is not None and plan.state == PlanState.CHOSEN
    return {
        "not_upheld": not_upheld,
        "playbooks": playbooks.fitting_rows(
            complaint, handling, diagnosis.problem_type if diagnosis else None
        ),
        "settled": chosen or bool(handling.explained_at),
        "offer_form": bound.get("remedies") or OfferForm(initial=fresh),
        "explain_form": bound.get("explain") or ExplainForm(initial=fresh),
        "choose_form": bound.get("choose")
        or ChooseForm(handling=handling, initial=fresh | {"channel": "phone"}),
        "reject_form": bound.get("reject") or RejectForm(initial=fresh),
        "withdraw_form": bound.get("withdraw") or ReasonForm(initial=fresh),
        "resolve_form": bound.get("resolve") or ResolveForm(initial=fresh),
        "claim_form": bound.get("claim") or ClaimForm(),
        "missing": resolve.missing_for_resolution(complaint, handling),
        "claims": list(complaint.all_claims()),
        "authority": own,
        "authority_words": authority.in_words(own),
        "accepted": authority.accepted_minor(complaint),
        "approved_limit": authority.approved_limit_minor(handling),
        "reopened": bound.keys() & {"reject", "withdraw", "remedies", "explain"},
    }


def _callback_panel(
    user: Any, complaint: Complaint, handling: Handling, bound: Any, fresh: Any
) -> dict[str, Any]:
    own = handling.resolved_by_id == user.pk
    pending = calls.open_callback(complaint)
    way = attempts.next_way(list(pending.attempts.all()), complaint.customer) if pending else None
    return {
        "form": bound.get("callback") or CallbackForm(initial=fresh | {"channel": way}),
        "make_good_form": bound.get("make_good") or MakeGoodForm(initial=fresh),
        "callback": pending,
        "last_callback": handling.callbacks.order_by("-cycle").first(),
        "can_call": not own or not calls.others_may_call(complaint, user),
    }


def _review_panel(
    user: Any, complaint: Complaint, handling: Handling, bound: Any, fresh: Any
) -> dict[str, Any]:
    return {
        "form": bound.get("review") or ReviewForm(initial=fresh | {"cause": complaint.category.code}),
        "required_form": review.required_form(complaint),
        "review": review.current_review(complaint),
    }


def _closed_panel(
    user: Any, complaint: Complaint, handling: Handling, bound: Any, fresh: Any
) -> dict[str, Any]:
    return {"review": review.current_review(complaint)}
