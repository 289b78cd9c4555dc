"""The moves of the stage resolve: offer, choice, explanation, claims, tasks, resolution."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms import resolve as forms
from complaints.lifecycle import resolve
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Complaint, Handling, Plan, PlanState
from complaints.reads import one_complaint
from complaints.views.doors import Request
from complaints.views.steps import on_complaint


@login_required
@require_POST
def offer(request: Request, number: str) -> HttpResponse:
    def said(complaint: Complaint, plan: Plan) -> str:
        if plan.state == PlanState.WAITING:
            return _("This is above your limit, so a decision has been requested.")
        return _("The offer is with the customer.")

    return on_complaint(
        request,
        number,
        forms.OfferForm(request.POST),
        lambda c, form, who: offers.offer(c, form.offer_data(), **who.versioned),
        key="remedies",
        said=said,
    )


@login_required
@require_POST
def withdraw_offer(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        forms.ReasonForm(request.POST),
        lambda c, form, who: offers.withdraw_offer(c, reason=form.cleaned_data["reason"], **who.versioned),
        key="withdraw",
        said=_("The offer has been withdrawn and the customer has been told."),
    )


@login_required
@require_POST
def choose(request: Request, number: str) -> HttpResponse:
    def form_of(complaint: Complaint) -> forms.ChooseForm:
        handling = Handling.objects.get(complaint=complaint, round=complaint.round)
        return forms.ChooseForm(request.POST, handling=handling)

    return on_complaint(
        request,
        number,
        form_of,
        lambda c, form, who: offers.choose(
            c,
            form.cleaned_data["option"] or 0,
            channel=form.cleaned_data["channel"],
            evidence=form.cleaned_data["evidence"],
            **who.versioned,
        ),
        key="choose",
        said=_("The choice is recorded and its task has been opened."),
    )


@login_required
@require_POST
def reject(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        forms.RejectForm(request.POST),
        lambda c, form, who: offers.reject(
            c,
            reason=form.cleaned_data["reason"],
            counter_proposal=form.cleaned_data["counter_proposal"],
            **who.versioned,
        ),
        key="reject",
        said=_("The refusal is recorded. Make a new offer."),
    )


@login_required
@require_POST
def explain(request: Request, number: str) -> HttpResponse:
    def said(complaint: Complaint, _result: object) -> str:
        waits = complaint.waiting_on == "approval"
        return _("A decision has been requested.") if waits else _("The explanation is with the customer.")

    return on_complaint(
        request,
        number,
        forms.ExplainForm(request.POST),
        lambda c, form, who: resolve.explain(
            c,
            body=form.cleaned_data["body"],
            no_visual_reason=form.cleaned_data["no_visual_reason"],
            **who.versioned,
        ),
        key="explain",
        said=said,
    )


@login_required
@require_POST
def claim(request: Request, number: str, claim: int) -> HttpResponse:
    return on_complaint(
        request,
        number,
        forms.ClaimForm(request.POST),
        lambda c, form, who: resolve.settle_claim(
            c,
            claim,
            disposition=form.cleaned_data["disposition"],
            reason=form.cleaned_data["reason"],
            **who.signed,
        ),
        key="claim",
        said=_("The claim is settled."),
    )


@login_required
@require_POST
def add_task(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        lambda c: forms.TaskForm(request.POST, tasks=one_complaint.tasks_of_complaint(c)),
        lambda c, form, who: carry_out.add_task(c, **form.task_data(), **who.signed),
        key="task",
        said=_("The team has been asked."),
    )


@login_required
@require_POST
def finish(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        forms.ResolveForm(request.POST),
        lambda c, form, who: resolve.resolve(
            c, final_answer=form.cleaned_data["final_answer"], **who.versioned
        ),
        key="resolve",
        said=_("Resolved. The callback is due within 24 hours."),
    )
