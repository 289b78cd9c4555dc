"""The customer's own page behind a private link: status, choice, messages, rating. There is no sign-in."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from complaints.forms.portal import OtherForm, PickForm, RateForm, ReopenForm, WithdrawForm, WriteForm
from complaints.lifecycle import converse
from complaints.lifecycle.callback import calls, rating
from complaints.lifecycle.ending import reopen
from complaints.lifecycle.ending import withdraw as steps
from complaints.lifecycle.remedies import offers
from complaints.models import Complaint, PlanState
from complaints.reads import portal
from complaints.rights import access
from complaints.rights.actors import CUSTOMER
from complaints.terms.stages import Channel, Stage
from complaints.views import doors
from complaints.views.doors import Attempt
from ui import organisation
from ui.answers import done_at

COOKIE = "portal_language"
Private = Callable[[HttpRequest, Complaint], HttpResponse]


def private(view: Private) -> Callable[[HttpRequest, str], HttpResponse]:
    """Find the complaint by its link, use the customer's language, and keep the link out of caches.

    The views are exempt from the CSRF check. A request is authorised by the unguessable link alone and never
    by a cookie, so a forged request gains nothing. Besides, browsers send no origin under `no-referrer` that
    the check could compare.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        wished = request.GET.get("lang", "") or request.COOKIES.get(COOKIE, "")
        known = dict(settings.LANGUAGES)
        try:
            complaint = access.get_complaint_by_token(token)
        except Http404:
            _speak(request, wished if wished in known else translation.get_language() or "en")
            response = render(request, "complaints/portal/gone.html", {"brand_name": _brand()}, status=404)
        else:
            _speak(request, wished if wished in known else complaint.customer.language)
            response = view(request, complaint)
        if request.GET.get("lang") in known:
            response.set_cookie(COOKIE, wished, path="/p/", httponly=True, samesite="Lax")
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _speak(request: HttpRequest, language: str) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language() or language


def _brand() -> str:
    return organisation.current().brand_name


@private
@require_safe
def page(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    return _show(request, complaint)


@private
@require_POST
def choose(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    form = PickForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: offers.choose(
            complaint,
            form.cleaned_data["option"] or 0,
            by=CUSTOMER,
            at=doors.now(),
            channel=Channel.WEB,
            evidence=_("Chosen on the customer’s own page"),
        ),
    )
    return _answer(
        request, complaint, {"pick": form}, attempt, _("Thank you. We will carry out what you chose.")
    )


@private
@require_POST
def reject(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    form = OtherForm(request.POST)
    attempt = doors.attempt(form, lambda: _refuse(complaint, form.cleaned_data))
    text = _("Thank you. We will look for another solution and let you know.")
    return _answer(request, complaint, {"other": form}, attempt, text)


def _refuse(complaint: Complaint, said: dict[str, Any]) -> None:
    offers.reject(
        complaint,
        by=CUSTOMER,
        at=doors.now(),
        reason=said["reason"],
        counter_proposal=said["counter_proposal"],
    )


@private
@require_POST
def write(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    form = WriteForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: converse.write_in(
            complaint,
            by=CUSTOMER,
            at=doors.now(),
            body=form.cleaned_data["body"],
            key=form.cleaned_data["key"],
        ),
    )
    return _answer(request, complaint, {"write": form}, attempt, _("Your message has arrived."))


@private
@require_POST
def withdraw(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    form = WithdrawForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: steps.withdraw(complaint, by=CUSTOMER, at=doors.now(), reason=form.cleaned_data["reason"]),
    )
    return _answer(request, complaint, {"withdraw": form}, attempt, _("Your complaint has been withdrawn."))


@private
@require_POST
def open_again(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    form = ReopenForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: reopen.reopen(complaint, by=CUSTOMER, at=doors.now(), reason=form.cleaned_data["reason"]),
    )
    return _answer(
        request,
        complaint,
        {"reopen": form},
        attempt,
        _("Your complaint is open again. You do not need to repeat anything."),
    )


@private
@require_POST
def rate(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    form = RateForm(request.POST)
    attempt = doors.attempt(form, lambda: rating.rate(complaint, form.answers(), at=doors.now()))
    if complaint.stage == Stage.DIAGNOSE:
        text = _(
            "Thank you for telling us. A senior team will take it up. You do not need to repeat anything."
        )
    elif complaint.stage == Stage.CALLBACK:
        text = _("Thank you. We will call you about what is still missing.")
    else:
        text = _("Thank you for your answer.")
    return _answer(request, complaint, {"rate": form}, attempt, text)


def _answer(
    request: HttpRequest, complaint: Complaint, bound: dict[str, Any], attempt: Attempt, text: str
) -> HttpResponse:
    if not attempt.done:
        return _show(request, access.get_complaint_by_token(complaint.token), bound, attempt)
    return done_at(request, text, "complaints:portal", complaint.token)


def _show(
    request: HttpRequest,
    complaint: Complaint,
    bound: dict[str, Any] | None = None,
    attempt: Attempt = doors.FINE,
) -> HttpResponse:
    at, bound = doors.now(), bound or {}
    plan, pending = portal.plan_of(complaint), calls.open_callback(complaint)
    rated = pending is not None and rating.rated_by_link(pending)
    context: dict[str, Any] = {
        "brand_name": _brand(),
        "complaint": complaint,
        "now": at,
        "title": portal.headline(complaint, plan, pending),
        "steps": portal.track(portal.followed(complaint)),
        "clock": portal.promised(complaint, at),
        "answer_by": portal.final_answer_by(complaint, at),
        "options": list(plan.options.all()) if plan and plan.state == PlanState.OFFERED else [],
        "chosen": next((o for o in plan.options.all() if o.chosen_at), None) if plan else None,
        "shared_tasks": portal.shared_tasks(complaint),
        "entries": portal.public_messages(complaint),
        "rated": rated,
        "again": pending is not None and pending.cycle > 1,
        "rate_form": (bound.get("rate") or RateForm()) if pending and not rated else None,
        "pick_form": bound.get("pick"),
        "other_form": bound.get("other") or OtherForm(),
        "write_form": bound.get("write") or WriteForm(initial={"key": secrets.token_urlsafe(16)}),
        "withdraw_form": bound.get("withdraw") or WithdrawForm(),
        "reopen_form": (bound.get("reopen") or ReopenForm())
        if reopen.may_be_reopened(complaint, at)
        else None,
        "refusal": attempt.message,
        "refused": attempt.status,
    }
    return render(request, "complaints/portal/page.html", context, status=attempt.status)
