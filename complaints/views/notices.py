"""A user's own notices: the list behind the bell, the number on it, and marking as read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.views.notices import who_are_told
from complaints.models import Outbox
from complaints.notices import inbox, webhooks
from complaints.notices.texts import WITH_WORDS, due_of, sentence, text_of
from complaints.views import doors
from complaints.views.doors import Request
from ui.answers import see_other

LIST = "complaints/notices/_list.html"
WORDS_SHOWN = 200


@login_required
@require_safe
def listing(request: Request) -> HttpResponse:
    found = inbox.page(request.user, older_than=request.GET.get("before", ""))
    context = {
        "rows": [_shown(row, request) for row in found.rows],
        "page": found,
        "now": doors.now(),
        "unread": any(row.read_at is None for row in found.rows),
    }
    return doors.page_or_part(request, "complaints/notices/page.html", LIST, context)


@never_cache
@require_safe
def count(request: Request) -> HttpResponse:
    """Return the number on the bell.

    Open pages ask for it repeatedly, so a signed-out user gets no content.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    return render(request, "partials/_bell_count.html", {"count": inbox.unread_count(request.user)})


@login_required
@require_POST
def read(request: Request, pk: int) -> HttpResponse:
    """Mark one notice as read in the list."""
    row = _find(request, pk)
    inbox.mark_read(row, doors.now())
    if not getattr(request, "htmx", False):
        return _back()
    context = {
        "row": _shown(row, request),
        "now": doors.now(),
        "count": inbox.unread_count(request.user),
        "swapped": True,
    }
    return render(request, "complaints/notices/_row.html", context)


@login_required
@require_POST
def follow(request: Request, pk: int) -> HttpResponse:
    """Mark a notice as read and go to the page that it links to."""
    row = _find(request, pk)
    inbox.mark_read(row, doors.now())
    return see_other(inbox.link_of(row, request.user))


@login_required
@require_POST
def read_all(request: Request) -> HttpResponse:
    inbox.mark_all_read(request.user, up_to=request.POST.get("up_to", ""), at=doors.now())
    return _back()


@who_are_told
@require_POST
def trial(request: Request) -> HttpResponse:
    """Send a trial notice to the saved webhook address and show what the receiver answers."""
    if not request.user.webhook_url:
        messages.error(request, _("Enter the address of the webhook and save it first."))
        return see_other("notices:choose")
    taken, answer = webhooks.send_trial(request.user, doors.now())
    if taken:
        messages.success(
            request,
            _("The receiver took the trial notice. Its answer: %(answer)s") % {"answer": answer or "–"},
        )
    else:
        messages.error(request, _("The trial notice was not taken: %(answer)s") % {"answer": answer})
    return see_other("notices:choose")


def _find(request: Request, pk: int) -> Outbox:
    """Return a notice of this user.

    One that does not exist, belongs to somebody else or may not be seen any more raises the same 404.
    """
    row = inbox.find(request.user, pk)
    if row is None:
        raise Http404("no such notice")
    return row


def _shown(row: Outbox, request: Request) -> dict[str, Any]:
    return {
        "notice": row,
        "icon": text_of(row.template).icon,
        "sentence": sentence(row.template, row.context),
        "words": _words(row),
        "late": row.template.startswith("breach"),
        "due": due_of(row.context),
        "complaint": row.complaint,
        "sees": getattr(row, "sees", False),
        "link": inbox.link_of(row, request.user),
    }


def _words(row: Outbox) -> str:
    """Return the text of the notice's event if the user sees the complaint. The page cuts it to one line."""
    if row.event is None or row.template not in WITH_WORDS or not getattr(row, "sees", False):
        return ""
    return row.event.text.body[:WORDS_SHOWN]


def _back() -> HttpResponse:
    return see_other("/notices/")
