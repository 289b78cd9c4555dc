"""Log a complaint; while the agent types, suggest category, severity and team."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.first_contact import CallForm
from complaints.forms.intake import LogForm
from complaints.lifecycle import first_contact, intake, placing
from complaints.models import Category, ClockKind, Complaint
from complaints.reads import missing, scripts
from complaints.rights import authority, duties
from complaints.rights.actors import person
from complaints.terms.errors import NotSetUp
from complaints.terms.stages import ON_THE_LINE, Channel, Emotion, Flag, Reach
from complaints.views import detail, doors
from complaints.views.caller import look_up
from complaints.views.doors import Attempt, Request
from ui.answers import see_other

SHOWN = frozenset(
    {
        ClockKind.FIRST_RESPONSE,
        ClockKind.PLAN,
        ClockKind.RECOVERY,
        ClockKind.RESOLUTION,
        ClockKind.STATUTORY,
    }
)
"""The promises that the page shows while an agent types."""


@login_required
def log(request: Request) -> HttpResponse:
    """Show and accept the form. One button logs the complaint, another logs it as solved on the call."""
    if person(request.user).role not in duties.RECEIVE:
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, CallForm(initial={"channel": request.GET.get("channel", Channel.PHONE)}))
    form, solved = CallForm(request.POST), "solved" in request.POST
    made: list[Complaint] = []
    at, by = doors.now(), person(request.user)
    if earlier := form.already_logged(request.user):
        text = _("This form was already sent: %(number)s is logged, and nothing new has been recorded.")
        messages.info(request, text % {"number": earlier.number})
        return see_other(earlier.get_absolute_url())

    def step() -> None:
        receipt = form.receipt(submission_owner=request.user)
        if not solved:
            form.check_not_solved()
        made.append(
            first_contact.solve_at_once(receipt, form.solution(), by=by, at=at)
            if solved
            else intake.receive(receipt, by=by, at=at)
        )

    result = doors.attempt(form, step)
    if not result.done:
        return _page(request, form, result)
    if made[0].channel == Channel.PHONE and not made[0].customer.can_be_reached:
        messages.warning(request, _("There is no phone number and no e-mail: nobody can call back."))
    if made[0].channel in ON_THE_LINE and made[0].assignee is None:
        messages.info(request, _("Say to the customer: “%(words)s”") % {"words": scripts.handed_on(made[0])})
    said = _("%(number)s is logged and resolved.") if solved else _("%(number)s is logged.")
    return detail.done(request, made[0], said % {"number": made[0].number})


def _page(request: Request, form: CallForm, result: Attempt = doors.FINE) -> HttpResponse:
    context = {
        "form": form,
        "refusal": result.message,
        "gaps": missing.for_receipt(),
        "may_solve": person(request.user).is_agent,
        "solving": form.is_bound and (form.solved_errors or form.solved_filled),
        "limit": authority.authority_of(request.user).limit_minor,
        "caller": look_up(request.user, request.POST),
        "triage": _suggestion(request, LogForm(request.POST or {"channel": form["channel"].value()})),
    }
    return render(request, "complaints/intake/page.html", context, status=result.status)


@login_required
@require_POST
def triage(request: Request) -> HttpResponse:
    """Show what the triage rules suggest for the text so far, with the reasons."""
    context = {"triage": _suggestion(request, LogForm(request.POST))}
    return render(request, "complaints/intake/_triage.html", context)


def _suggestion(request: Request, form: LogForm) -> dict[str, Any]:
    """Return category, severity, flags and team, the words that led to them, and the resulting deadlines.

    Nothing but the words is shown while the organisation lacks a policy or a route.
    """
    receipt, at = form.so_far(request.user), doors.now()
    try:
        found = placing.preview(receipt, by=person(request.user), at=at)
    except NotSetUp:
        return {"empty": True}
    given, placed = found.given, found.placed
    heard = placed.on_the_line and receipt.received_at is None
    return {
        "empty": not receipt.description.strip(),
        "suggestion": given.suggestion,
        "category": Category.objects.filter(code=given.category).first(),
        "severity": placed.triaged.grade.severity,
        "reach": Reach(receipt.reach or given.suggestion.reach).label,
        "feeling": Emotion(given.suggestion.emotion).label if given.suggestion.emotion else "",
        "flags": [Flag(flag).label for flag in sorted(placed.triaged.flags)],
        "team": placed.team,
        "tier": placed.tier,
        "words": sorted({reason.word for reason in given.suggestion.reasons}),
        "promises": [
            (str(promise.kind.label), promise.due_at)
            for promise in found.promises
            if promise.kind in SHOWN and not (heard and promise.kind == ClockKind.FIRST_RESPONSE)
        ],
    }
