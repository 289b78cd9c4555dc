"""The page on which somebody who was invited sets their password. It needs no sign-in: the link is enough."""

from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import invitations
from ui.answers import see_other

GONE = 410


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Show the form in the language of the person who was invited; an expired or used link gives 410."""
    at = timezone.now()
    found = invitations.find(key, at)
    if found is None:
        return render(request, "accounts/invitation.html", {"form": None}, status=GONE)
    with translation.override(found.user.language):
        form = SetPasswordForm(found.user, request.POST if request.method == "POST" else None)
        if form.is_valid():
            if invitations.accept(found, form.cleaned_data["new_password1"], at):
                return see_other("accounts:password_reset_complete")
            return render(request, "accounts/invitation.html", {"form": None}, status=GONE)
        status = 400 if request.method == "POST" else 200
        context = {"form": form, "person": found.user}
        return render(request, "accounts/invitation.html", context, status=status)
