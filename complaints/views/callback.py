"""The agenda of callbacks, and recording the result of a call."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import for_roles
from complaints.forms.callback import CallbackForm, MakeGoodForm
from complaints.lifecycle.callback import attempts, calls, schedule
from complaints.models import Callback, Complaint
from complaints.reads import callbacks
from complaints.rights import access, duties
from complaints.rights.actors import person
from complaints.sla import contact
from complaints.views import detail, doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at

staff = for_roles(*duties.HANDLE)


@staff
@require_safe
def agenda(request: Request) -> HttpResponse:
    return _show(request, request.GET.get("open", ""))


@staff
@require_POST
def record(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = CallbackForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: calls.record_callback(
            complaint,
            form.callback_data(),
            by=person(request.user),
            at=doors.now(),
            version=form.seen_version,
        ),
    )
    return _answer(request, complaint, "callback", form, attempt, _("The call is recorded."))


@staff
@require_POST
def make_good_done(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = MakeGoodForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: calls.make_good_done(
            complaint,
            by=person(request.user),
            at=doors.now(),
            evidence=form.cleaned_data["evidence"],
            version=form.seen_version,
        ),
    )
    return _answer(request, complaint, "make_good", form, attempt, _("Done. A new callback is planned."))


def _answer(
    request: Request, complaint: Complaint, key: str, form: Any, attempt: Attempt, text: str
) -> HttpResponse:
    """Return to where the form was shown, which is the agenda or the complaint."""
    from_agenda = request.POST.get("next") == "agenda"
    if not attempt.done:
        if from_agenda:
            return _show(request, str(complaint.number), {key: form}, attempt)
        return detail.show(request, complaint, bound={key: form}, attempt=attempt)
    if not from_agenda:
        return detail.done(request, complaint, text)
    return done_at(request, f"{complaint.number}: {text}", "complaints:callbacks")


def fresh_values(shown: Callback) -> dict[str, Any]:
    """Return the initial values of a form for this callback; `channel` is the one to try next."""
    complaint = shown.handling.complaint
    way = attempts.next_way(list(shown.attempts.all()), complaint.customer)
    return {"version": complaint.version, "channel": way}


def last_useful(shown: Callback) -> datetime | None:
    """Return the latest moment at which a first attempt is still useful, or None once there was one."""
    if shown.attempts.all():
        return None
    return schedule.last_useful(contact.contact_hours(), shown.opened_at, shown.due_at)


def _end_of_day(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _show(
    request: Request, number: str, bound: dict[str, Any] | None = None, attempt: Attempt = doors.FINE
) -> HttpResponse:
    at = doors.now()
    # Each list of this page needs the user's teams, so they are loaded once.
    prefetch_related_objects([request.user], "teams")
    groups = callbacks.agenda(request.user, at, _end_of_day(at))
    goods = list(callbacks.make_goods(request.user))
    rows = [row for group in groups for row in group.callbacks] + goods
    chosen = next((row for row in rows if row.handling.complaint.number == number), None)
    shown = chosen or (rows[0] if rows and not number else None)
    fresh = fresh_values(shown) if shown else {}
    bound = bound or {}
    context: dict[str, Any] = {
        "now": at,
        "groups": groups,
        "goods": goods,
        "count": len(rows),
        "chosen": bool(number),
        "missing": bool(number) and chosen is None,
        "callback": shown,
        "form": bound.get("callback") or CallbackForm(initial=fresh),
        "make_good_form": bound.get("make_good") or MakeGoodForm(initial=fresh),
        "refusal": attempt.message,
    }
    if shown:
        context |= callbacks.callback_facts(shown, request.user)
        context |= {"last_useful": last_useful(shown)}
    return doors.page_or_part(
        request,
        "complaints/callback/page.html",
        "complaints/callback/_panes.html",
        context,
        status=attempt.status,
    )
