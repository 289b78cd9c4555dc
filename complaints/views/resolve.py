"""The moves of the stage resolve: offer, choice, explanation, claims, tasks, resolution."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms import resolve as forms
from complaints.forms.base import StepForm
from complaints.lifecycle import resolve
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Complaint, Handling, PlanState
from complaints.reads import one_complaint
from complaints.rights import access
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Request


def _run(
    request: Request,
    complaint: Complaint,
    key: str,
    form: StepForm,
    step: Callable[[], object],
    text: Callable[[], str],
) -> HttpResponse:
    """Run a step. If it is refused, the workspace shows the form under `key` as it was filled in."""
    result = doors.attempt(form, step)
    if not result.done:
        return detail.show(request, complaint, bound={key: form}, attempt=result)
    return detail.done(request, complaint, text())


@login_required
@require_POST
def offer(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = forms.OfferForm(request.POST)
    made = []
    at, by = doors.now(), person(request.user)

    def step() -> None:
        made.append(offers.offer(complaint, form.offer_data(), by=by, at=at, version=form.seen_version))

    def text() -> str:
        waits = made[0].state == PlanState.WAITING
        return (
            _("This is above your limit, so a decision has been requested.")
            if waits
            else _("The offer is with the customer.")
        )

    return _run(request, complaint, "remedies", form, step, text)


@login_required
@require_POST
def withdraw_offer(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = forms.ReasonForm(request.POST)
    at, by = doors.now(), person(request.user)

    def step() -> None:
        reason = form.cleaned_data["reason"]
        offers.withdraw_offer(complaint, by=by, at=at, reason=reason, version=form.seen_version)

    return _run(
        request,
        complaint,
        "withdraw",
        form,
        step,
        lambda: _("The offer has been withdrawn and the customer has been told."),
    )


@login_required
@require_POST
def choose(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    handling = Handling.objects.get(complaint=complaint, round=complaint.round)
    form = forms.ChooseForm(request.POST, handling=handling)
    at, by = doors.now(), person(request.user)

    def step() -> None:
        data = form.cleaned_data
        offers.choose(
            complaint,
            data["option"] or 0,
            by=by,
            at=at,
            channel=data["channel"],
            evidence=data["evidence"],
            version=form.seen_version,
        )

    return _run(
        request,
        complaint,
        "choose",
        form,
        step,
        lambda: _("The choice is recorded and its task has been opened."),
    )


@login_required
@require_POST
def reject(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = forms.RejectForm(request.POST)
    at, by = doors.now(), person(request.user)

    def step() -> None:
        data = form.cleaned_data
        offers.reject(
            complaint,
            by=by,
            at=at,
            reason=data["reason"],
            counter_proposal=data["counter_proposal"],
            version=form.seen_version,
        )

    return _run(
        request, complaint, "reject", form, step, lambda: _("The refusal is recorded. Make a new offer.")
    )


@login_required
@require_POST
def explain(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = forms.ExplainForm(request.POST)
    at, by = doors.now(), person(request.user)

    def step() -> None:
        data = form.cleaned_data
        resolve.explain(
            complaint,
            by=by,
            at=at,
            body=data["body"],
            no_visual_reason=data["no_visual_reason"],
            version=form.seen_version,
        )

    def text() -> str:
        waits = complaint.waiting_on == "approval"
        return _("A decision has been requested.") if waits else _("The explanation is with the customer.")

    return _run(request, complaint, "explain", form, step, text)


@login_required
@require_POST
def claim(request: Request, number: str, claim: int) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = forms.ClaimForm(request.POST)
    at, by = doors.now(), person(request.user)

    def step() -> None:
        data = form.cleaned_data
        resolve.settle_claim(
            complaint, claim, by=by, at=at, disposition=data["disposition"], reason=data["reason"]
        )

    return _run(request, complaint, "claim", form, step, lambda: _("The claim is settled."))


@login_required
@require_POST
def add_task(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = forms.TaskForm(request.POST, tasks=one_complaint.tasks_of_complaint(complaint))
    at, by = doors.now(), person(request.user)

    def step() -> None:
        carry_out.add_task(complaint, by=by, at=at, **form.task_data())

    return _run(request, complaint, "task", form, step, lambda: _("The team has been asked."))


@login_required
@require_POST
def finish(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = forms.ResolveForm(request.POST)
    at, by = doors.now(), person(request.user)

    def step() -> None:
        answer = form.cleaned_data["final_answer"]
        resolve.resolve(complaint, by=by, at=at, final_answer=answer, version=form.seen_version)

    return _run(
        request, complaint, "resolve", form, step, lambda: _("Resolved. The callback is due within 24 hours.")
    )
