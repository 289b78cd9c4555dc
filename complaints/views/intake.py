"""Log a complaint; while the agent types, suggest category, severity and team."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Team
from complaints.forms.first_contact import CallForm
from complaints.lifecycle import first_contact, intake
from complaints.models import Category, ClockKind, Complaint, Customer
from complaints.reads import missing
from complaints.rights import authority, duties
from complaints.rights.actors import person
from complaints.sla.targets import matching_rule, target_for
from complaints.terms.errors import NotSetUp, Problems
from complaints.terms.input import MAX_DESCRIPTION, amount_minor
from complaints.terms.stages import ON_THE_LINE, Channel, Emotion, Flag, Reach, Severity
from complaints.triage import routing, severity_matrix
from complaints.triage.suggest import suggest
from complaints.views import detail, doors
from complaints.views.caller import look_up
from complaints.views.doors import Attempt, Request
from ui.answers import see_other


@login_required
def log(request: Request) -> HttpResponse:
    """Show and take the form. One button logs the complaint, another logs it as solved on the call."""
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
    said = _("%(number)s is logged and resolved.") if solved else _("%(number)s is logged.")
    return detail.done(request, made[0], said % {"number": made[0].number})


def _page(request: Request, form: CallForm, result: Attempt = doors.FINE) -> HttpResponse:
    text = str(form["description"].value() or "")
    context = {
        "form": form,
        "refusal": result.message,
        "gaps": missing.for_receipt(),
        "may_solve": person(request.user).is_agent,
        "solving": form.is_bound and (form.solved_errors or form.solved_filled),
        "limit": authority.authority_of(request.user).limit_minor,
        "caller": look_up(request.user, request.POST),
        "triage": _suggestion(
            text, str(form["channel"].value() or ""), str(form["loss_amount"].value() or ""), doors.now()
        ),
    }
    return render(request, "complaints/intake/page.html", context, status=result.status)


@login_required
@require_POST
def triage(request: Request) -> HttpResponse:
    """Show what the triage rules suggest for the text so far, with the reasons."""
    posted = request.POST
    text, channel, loss = (posted.get(name, "") for name in ("description", "channel", "loss_amount"))
    context = {"triage": _suggestion(text, channel, loss, doors.now())}
    return render(request, "complaints/intake/_triage.html", context)


def _suggestion(text: str, channel: str, loss: str, at: datetime) -> dict[str, Any]:
    """Return category, severity, flags and team, the words that led to them, and the resulting deadlines."""
    problems = Problems()
    suggestion = suggest(text[:MAX_DESCRIPTION], channel, amount_minor(problems, "loss", loss))
    grade = severity_matrix.grade(suggestion.gravity, suggestion.reach, by_hand=None, flags=suggestion.flags)
    channel = channel if channel in Channel.values else Channel.PHONE
    tier = routing.starting_tier(grade.severity, set(suggestion.flags), set())
    return {
        "empty": not text.strip(),
        "suggestion": suggestion,
        "category": Category.objects.filter(code=suggestion.category).first(),
        "severity": grade.severity,
        "reach": Reach(suggestion.reach).label,
        "feeling": Emotion(suggestion.emotion).label,
        "flags": [Flag(flag).label for flag in suggestion.flags],
        "team": _team(tier, channel, suggestion.category),
        "tier": tier,
        "words": sorted({reason.word for reason in suggestion.reasons}),
        "promises": _promises(channel, grade.severity, at),
    }


def _team(tier: int, channel: str, category_code: str) -> Team | None:
    try:
        return routing.team_for(tier, channel=channel, category_code=category_code, region=None)
    except routing.NoRoute:
        return None


def _promises(channel: str, severity: Severity, at: datetime) -> list[tuple[str, datetime]]:
    """Return (label, deadline) of the clocks that a complaint logged now would get."""
    imagined = Complaint(channel=channel, severity=severity, customer=Customer())
    kinds = [ClockKind.FIRST_RESPONSE, ClockKind.PLAN, ClockKind.RECOVERY, ClockKind.RESOLUTION]
    if channel in ON_THE_LINE:
        kinds.remove(ClockKind.FIRST_RESPONSE)
    try:
        rule = matching_rule(imagined)
        targets = [(kind, target_for(imagined, kind, rule)) for kind in kinds]
    except NotSetUp:
        return []
    return [(str(kind.label), t.calendar.working.add(at, t.duration)) for kind, t in targets if t]
