"""Draw the customer's page: for the customer with its forms, for staff as a preview without any."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from complaints.forms.portal import OtherForm, RateForm, ReopenForm, WithdrawForm, WriteForm
from complaints.lifecycle.callback import calls, rating
from complaints.lifecycle.ending import reopen
from complaints.models import Complaint, PlanState
from complaints.reads import portal
from complaints.sla import zones
from complaints.views import doors
from complaints.views.doors import Attempt
from ui import formats, organisation

PAGE = "complaints/portal/page.html"


def brand() -> str:
    return organisation.current().brand_name


def short(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Answer with a short page that says nothing about any complaint."""
    return render(request, template, {"brand_name": brand()} | (context or {}), status=status)


def show(
    request: HttpRequest,
    complaint: Complaint,
    *,
    token: str,
    bound: dict[str, Any] | None = None,
    attempt: Attempt = doors.FINE,
) -> HttpResponse:
    """Show the page with its forms. A refused form is shown as it was filled in."""
    context = _facts(complaint) | {
        "token": token,
        "refusal": attempt.message,
        "refused": attempt.status,
    }
    context |= _forms(complaint, context, bound or {})
    with timezone.override(zones.zone_for(complaint)):
        return render(request, PAGE, context, status=attempt.status)


def preview(request: HttpRequest, complaint: Complaint, *, status: int = 200) -> HttpResponse:
    """Show the page to staff: without a form and without the private link."""
    with timezone.override(zones.zone_for(complaint)):
        return render(request, PAGE, _facts(complaint) | {"preview": True}, status=status)


def _facts(complaint: Complaint) -> dict[str, Any]:
    at = doors.now()
    clock, answer = portal.promised(complaint, at), portal.final_answer(complaint)
    plan, pending = portal.plan_of(complaint), calls.open_callback(complaint)
    return {
        "brand_name": brand(),
        "complaint": complaint,
        "now": at,
        "pending": pending,
        "title": portal.headline(complaint, plan, pending),
        "steps": portal.track(portal.followed(complaint)),
        "clock": clock,
        "hears_by": zones.promised(clock).words if clock else "",
        "answer": answer,
        "answer_by": zones.promised(answer).words if answer else "",
        "zone": formats.zone_name(zones.zone_for(complaint)),
        "options": list(plan.options.all()) if plan and plan.state == PlanState.OFFERED else [],
        "chosen": next((o for o in plan.options.all() if o.chosen_at), None) if plan else None,
        "shared_tasks": portal.shared_tasks(complaint),
        "shared_files": portal.shared_files(complaint),
        "entries": portal.public_messages(complaint),
        "rated": pending is not None and rating.rated_by_link(pending),
        "again": pending is not None and pending.cycle > 1,
    }


def _forms(complaint: Complaint, facts: dict[str, Any], bound: dict[str, Any]) -> dict[str, Any]:
    may_rate = facts["pending"] and not facts["rated"]
    may_reopen = reopen.may_be_reopened(complaint, facts["now"])
    return {
        "rate_form": (bound.get("rate") or RateForm()) if may_rate else None,
        "pick_form": bound.get("pick"),
        "other_form": bound.get("other") or OtherForm(),
        "write_form": bound.get("write") or WriteForm(initial={"key": secrets.token_urlsafe(16)}),
        "withdraw_form": bound.get("withdraw") or WithdrawForm(),
        "reopen_form": (bound.get("reopen") or ReopenForm()) if may_reopen else None,
    }
