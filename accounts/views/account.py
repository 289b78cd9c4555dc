"""Pages to sign in, to change or reset one's password, and to change one's settings."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import people
from accounts.forms.account import COMMON_ZONES, ResetForm, SettingsForm, SignInForm
from accounts.models import User
from accounts.roles import Role


class RefusalIs400:
    """Answers with status 400 if a form has errors."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=400)  # type: ignore[attr-defined]


TOUR = "demo_tour"
"""In a session of the demo: the account signed in for the first time and has not closed the short tour."""


class SignIn(RefusalIs400, auth_views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        no_administrator = not people.with_roles(Role.ADMIN).exists()
        return super().get_context_data(
            demo_accounts=demo_accounts(), no_administrator=no_administrator, **kwargs
        )

    def form_valid(self, form: Any) -> HttpResponse:
        first = form.get_user().last_login is None
        response = super().form_valid(form)
        if settings.DEMO:
            greet(self.request, first=first)
        return response


def greet(request: HttpRequest, *, first: bool) -> None:
    """Show the demo in the language of the sign-in page, so in the browser's, and the tour to newcomers.

    The accounts of the demo are shared: what somebody else chose on another machine says nothing.
    """
    language = translation.get_language()
    if language in dict(settings.LANGUAGES):
        User.objects.filter(username=request.user.get_username()).update(language=language)
    if first:
        request.session[TOUR] = True


class PasswordChange(RefusalIs400, LoginRequiredMixin, auth_views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("accounts:password_change_done")


class PasswordReset(RefusalIs400, auth_views.PasswordResetView):
    template_name = "accounts/password_reset.html"
    form_class = ResetForm
    subject_template_name = "accounts/email/password_reset_subject.txt"
    email_template_name = "accounts/email/password_reset_body.txt"
    success_url = reverse_lazy("accounts:password_reset_done")


class PasswordResetConfirm(RefusalIs400, auth_views.PasswordResetConfirmView):
    template_name = "accounts/password_reset_confirm.html"
    success_url = reverse_lazy("accounts:password_reset_complete")


def demo_accounts() -> list[dict[str, str]]:
    """Return the accounts that the demo offers on its sign-in page, an empty list outside the demo."""
    if not settings.DEMO:
        return []
    chinese = (translation.get_language() or "").startswith("zh")
    roles = dict(Role.choices)
    return [
        {"username": username, "name": name_zh if chinese else name_en, "role": str(roles.get(role, role))}
        for username, name_en, name_zh, role, *_ in getattr(settings, "DEMO_ACCOUNTS", [])
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    # A separate copy of the user, so that a refused choice does not change the page around the form.
    user = User.objects.get(username=request.user.get_username())
    form = SettingsForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(user.language):
            messages.success(request, gettext("Your settings are saved."))
        return remember_language(redirect("accounts:settings"), user.language)
    context = {"form": form, "zones": COMMON_ZONES, "teams": user.teams.all()}
    return render(request, "accounts/settings.html", context, status=400 if form.errors else 200)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Set the language, in a cookie and, for somebody who is signed in, in their account."""
    response = HttpResponseRedirect(safe_next(request))
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    return remember_language(response, language)


def safe_next(request: HttpRequest) -> str:
    """Return the page from which the reader came if it is one of ours, or else the start page."""
    goal = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return goal
    return "/" if request.user.is_authenticated else reverse("accounts:login")


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
