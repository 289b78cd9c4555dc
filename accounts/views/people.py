"""Pages on which administrators edit the accounts of the organisation."""

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.people import PersonForm
from accounts.models import User
from accounts.permissions import for_roles
from accounts.roles import Role
from ui.answers import see_other

administrators = for_roles(Role.ADMIN)


def locked_names() -> set[str]:
    """Return the usernames that are locked after too many failed sign-ins, from any address."""
    attempts = AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT)
    return {name for name in attempts.values_list("username", flat=True) if name}


@administrators
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    context = {
        "people": User.objects.prefetch_related("teams").order_by("-is_active", "role", "username"),
        "locked": locked_names(),
    }
    return render(request, "accounts/people/list.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    # A second copy of the person, so that a refused choice does not change the heading of the page.
    shown, edited = get_object_or_404(User, pk=pk), get_object_or_404(User, pk=pk)
    assert isinstance(request.user, User)
    form = PersonForm(request.POST or None, instance=edited, administrator=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved: %(name)s.") % {"name": shown.display_name})
        return _back()
    context = {"form": form, "person": shown, "locked": shown.username in locked_names()}
    return render(request, "accounts/people/edit.html", context, status=400 if form.errors else 200)


@administrators
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    reset(username=found.username)
    messages.success(request, _("%(name)s can try to sign in again.") % {"name": found.display_name})
    return _back()


def _back() -> HttpResponse:
    return see_other("people:list")
