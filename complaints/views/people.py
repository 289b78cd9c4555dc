"""Pages on which administrators keep the accounts of the organisation."""

from collections.abc import Callable
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import invitations, people
from accounts.models import User
from accounts.permissions import for_roles
from complaints.forms.people import NewPersonForm, PersonForm
from complaints.lifecycle import leaving, staff
from complaints.lifecycle.leaving import Held
from complaints.rights import duties
from complaints.rights.actors import person as actor
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at

administrators = for_roles(*duties.KEEP_PEOPLE)
SHOWN = 100


def locked_names() -> set[str]:
    """Return the usernames that are locked after too many failed sign-ins, from any address."""
    attempts = AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT)
    return {name for name in attempts.values_list("username", flat=True) if name}


@administrators
@require_safe
def listing(request: Request) -> HttpResponse:
    at, q = doors.now(), request.GET.get("q", "").strip()[:80].replace("\x00", "")
    found = invitations.with_invitations(people.matching(q))
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    rows = [(person, invitations.state_of(person, at)) for person in page]
    context = {"page": page, "rows": rows, "q": q, "locked": locked_names(), "now": at}
    return render(request, "complaints/people/list.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Create an account and mail the invitation."""
    form, result = NewPersonForm(request.POST if request.method == "POST" else None), doors.FINE
    if request.method == "POST":
        at, made = doors.now(), []
        result = doors.attempt(
            form, lambda: made.append(staff.create(form.cleaned_data, by=actor(request.user), at=at))
        )
        if result.done:
            user, key = made[0]
            return _done(request, user, _mailed(user, invitations.send(user, key)))
    context = {"form": form, "refusal": result.message}
    return render(request, "complaints/people/new.html", context, status=result.status)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: Request, pk: int) -> HttpResponse:
    """Change an account. Where work would be given back, the page says how much and asks once more."""
    shown = _find(pk)
    if request.method != "POST":
        return _page(request, shown, PersonForm(person=shown))
    form, at = PersonForm(request.POST, person=shown), doors.now()
    if form.is_valid() and "confirmed" not in request.POST:
        ahead = staff.would_give_back(shown, form.cleaned_data)
        if ahead.total:
            return _page(request, shown, form, ahead=ahead)
    found: list[Held] = []
    result = doors.attempt(
        form,
        lambda: found.append(
            staff.change(shown, form.cleaned_data, by=actor(request.user), at=at, version=form.seen_version)
        ),
    )
    if not result.done:
        return _page(request, _find(pk), form, result)
    text = _("Saved: %(name)s.") % {"name": shown.display_name}
    return _done(request, shown, _with_what_went_back(text, found[0]))


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: Request, pk: int) -> HttpResponse:
    """Ask for confirmation and show what work would be given back. A POST deactivates the account."""
    shown, result = _find(pk), doors.FINE
    if request.method == "POST":
        found: list[Held] = []
        by, at, version = actor(request.user), doors.now(), _version(request)
        result = doors.attempt(
            None, lambda: found.append(staff.deactivate(shown, by=by, at=at, version=version))
        )
        if result.done:
            text = _("%(name)s can no longer sign in.") % {"name": shown.display_name}
            return _done(request, shown, _with_what_went_back(text, found[0]))
        shown = _find(pk)
    ahead = leaving.in_words(leaving.held_by(shown))
    context = {"person": shown, "ahead": ahead, "refusal": result.message}
    return render(request, "complaints/people/deactivate.html", context, status=result.status)


@administrators
@require_POST
def invite(request: Request, pk: int) -> HttpResponse:
    """Send a new link to somebody who cannot sign in."""

    def act(user: User) -> str:
        key = staff.invite(user, by=actor(request.user), at=doors.now(), version=_version(request))
        return _mailed(user, invitations.send(user, key))

    return _act(request, pk, act)


@administrators
@require_POST
def cancel_invitation(request: Request, pk: int) -> HttpResponse:
    def act(user: User) -> str:
        by, at = actor(request.user), doors.now()
        staff.cancel_invitation(user, by=by, at=at, version=_version(request))
        return _("The invitation is cancelled.")

    return _act(request, pk, act)


@administrators
@require_POST
def send_reset(request: Request, pk: int) -> HttpResponse:
    """Mail a link for a new password."""

    def act(user: User) -> str:
        staff.check_reset(user, by=actor(request.user))
        return _mailed(user, invitations.send_reset(user))

    return _act(request, pk, act)


@administrators
@require_POST
def unlock(request: Request, pk: int) -> HttpResponse:
    found = _find(pk)
    reset(username=found.username)
    text = _("%(name)s can try to sign in again.") % {"name": found.display_name}
    return _done(request, found, text)


def _find(pk: int) -> User:
    return get_object_or_404(invitations.with_invitations(User.objects.prefetch_related("teams")), pk=pk)


def _with_what_went_back(text: str, held: Held) -> str:
    what = leaving.in_words(held)
    return _("%(done)s Given back: %(what)s.") % {"done": text, "what": what} if what else text


def _version(request: Request) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _mailed(user: User, sent: bool) -> str:
    names = {"name": user.display_name, "email": user.email}
    if sent:
        return _("%(name)s gets a mail with a link at %(email)s.") % names
    return _("The mail to %(email)s could not be sent. Check the address and send it again.") % names


def _act(request: Request, pk: int, act: Callable[[User], str]) -> HttpResponse:
    """Run an action that needs no input, and show the person's page with the result or the refusal."""
    shown, said = _find(pk), list[str]()
    result = doors.attempt(None, lambda: said.append(act(shown)))
    if result.done:
        return _done(request, shown, said[0])
    fresh = _find(pk)
    return _page(request, fresh, PersonForm(person=fresh), result)


def _done(request: Request, user: User, text: str) -> HttpResponse:
    return done_at(request, text, "complaints:person", user.pk)


def _page(
    request: Request,
    shown: User,
    form: PersonForm,
    result: Attempt = doors.FINE,
    *,
    ahead: Held | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "person": shown,
        "state": invitations.state_of(shown, doors.now()),
        "locked": shown.username in locked_names(),
        "ahead": leaving.in_words(ahead) if ahead else "",
        "refusal": result.message,
        "now": doors.now(),
    }
    return render(request, "complaints/people/edit.html", context, status=result.status)
