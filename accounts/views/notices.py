"""Pages of one's own notice settings. Administrators get no notices, so they have no such page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import webhook_address
from accounts.forms.notices import NoticesForm, new_secret
from accounts.models import User
from accounts.permissions import for_roles
from accounts.roles import Role
from ui.answers import see_other

who_are_told = for_roles(Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DEPARTMENT)


@who_are_told
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    # A separate copy of the user, so that a refused choice does not change the page around the form.
    user = User.objects.get(username=request.user.get_username())
    form = NoticesForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your notice settings have been saved."))
        return _back()
    form.lead_to_first_error()
    robot = webhook_address.robot_of(user.webhook_url)
    context = {"form": form, "secret": user.webhook_secret if user.webhook_url and not robot else ""}
    return render(request, "accounts/notices.html", context, status=400 if form.errors else 200)


@who_are_told
@require_POST
def renew_secret(request: HttpRequest) -> HttpResponse:
    """Replace the secret with which webhooks are signed, in case it has become known."""
    own = User.objects.filter(username=request.user.get_username()).exclude(webhook_url="")
    robot = webhook_address.robot_of(request.user.webhook_url) if isinstance(request.user, User) else None
    if robot is None and own.update(webhook_secret=new_secret()):
        messages.success(request, _("There is a new secret. Enter it where the webhook is received."))
    return _back()


def _back() -> HttpResponse:
    return see_other("notices:choose")
