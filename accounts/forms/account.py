"""Forms to sign in, to change one's own settings, and to ask for a mail to set a new password."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User

COMMON_ZONES = [
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Macau", "Asia/Urumqi", "Asia/Singapore",
    "Asia/Tokyo", "Asia/Seoul", "Asia/Kuala_Lumpur", "Asia/Bangkok", "Asia/Jakarta", "Asia/Kolkata",
    "Asia/Dubai", "Europe/London", "Europe/Paris", "Europe/Berlin", "Europe/Moscow", "America/New_York",
    "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "Australia/Sydney",
    "Pacific/Auckland", "UTC",
]  # fmt: skip


class SignInForm(AuthenticationForm):
    """Signs in. Every refusal has the same message, so that nobody can find out which usernames exist."""

    error_messages = {
        "invalid_login": _("The username and password do not match. Check both and try again."),
        "inactive": _("The username and password do not match. Check both and try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Username")
        self.fields["password"].label = _("Password")

    def clean_username(self) -> str:
        """Refuse a name that nobody can have before the failure is written down, where it would not fit."""
        name = str(self.cleaned_data["username"])
        if len(name) > (self.username_field.max_length or 0):
            raise self.get_invalid_login_error()
        return name


class SettingsForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["language", "timezone", "theme"]
        labels = {"language": _("Language"), "timezone": _("Time zone"), "theme": _("Appearance")}
        help_texts = {"timezone": _("All times are shown in this time zone. Deadlines do not change.")}
        widgets = {
            "timezone": forms.TextInput(
                attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}
            ),
            "theme": forms.RadioSelect,
        }

    def clean_timezone(self) -> str:
        return str(self.cleaned_data["timezone"]).strip()


class ResetForm(PasswordResetForm):
    """Sends the mail in its reader's language.

    The link uses SITE_URL, because the host that a request names can be forged.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Mail address")

    def get_users(self, email: str) -> Iterable[User]:
        return super().get_users(email)

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        path = reverse(
            "accounts:password_reset_confirm", kwargs={"uidb64": context["uid"], "token": context["token"]}
        )
        context = context | {"link": settings.SITE_URL.rstrip("/") + path}
        with translation.override(context["user"].language):
            super().send_mail(
                subject_template_name,
                email_template_name,
                context,
                from_email,
                to_email,
                html_email_template_name,
            )
