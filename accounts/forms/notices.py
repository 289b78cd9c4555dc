"""The form for notices by mail and webhook, and for quiet hours."""

import base64
import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import webhook_address
from accounts.models import User
from accounts.notices import QUIET_FROM, QUIET_UNTIL, NoticeKind

PREFIX = "whsec_"


def new_secret() -> str:
    """Return a secret in the form of Standard Webhooks: a prefix and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _kinds() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=NoticeKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class NoticesForm(forms.Form):
    """Chooses what is also sent by mail and webhook. The page of notices always shows all notices."""

    use_required_attribute = False
    mail = _kinds()
    webhook = _kinds()
    quiet = forms.BooleanField(label=gettext_lazy("Keep quiet hours"), required=False)
    quiet_from = _hour(gettext_lazy("From"))
    quiet_until = _hour(gettext_lazy("Until"))
    webhook_url = forms.CharField(
        label=gettext_lazy("Address of the webhook"),
        required=False,
        max_length=300,
        widget=forms.TextInput(
            attrs={
                "type": "url",
                "placeholder": "https://",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )

    robot_secret = forms.CharField(
        label=gettext_lazy("Signing secret of the chat robot"),
        required=False,
        max_length=80,
        help_text=gettext_lazy(
            "Only for a robot of DingTalk or Feishu that checks signatures. Copy it from the robot."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("initial", _as_kept(user))
        super().__init__(*args, **kwargs)
        self.user = user
        for bound in self.fields.values():
            bound.says_optional = False  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the name of each kind of notice with its two check boxes."""
        boxes = zip(NoticeKind.choices, self["mail"], self["webhook"], strict=True)
        return [{"label": label, "mail": mail, "webhook": webhook} for (_, label), mail, webhook in boxes]

    def clean_webhook_url(self) -> str:
        url = str(self.cleaned_data["webhook_url"])
        if url:
            webhook_address.checked(url, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("webhook") and "webhook_url" in data and not data["webhook_url"]:
            self.add_error("webhook_url", _("Enter the address of the webhook, or untick its boxes."))
        if data.get("quiet"):
            self._check_hours(data)
        return data

    def _check_hours(self, data: dict[str, Any]) -> None:
        for name in ("quiet_from", "quiet_until"):
            if name in data and data[name] is None:
                self.add_error(name, _("Enter a time."))
        since, until = data.get("quiet_from"), data.get("quiet_until")
        if since is not None and since == until:
            self.add_error("quiet_until", _("Quiet hours cannot begin and end at the same time."))

    def lead_to_first_error(self) -> None:
        """Focus the first field with an error, because the page is long."""
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return

    def save(self) -> None:
        """Save only the columns of this form, so that a change of language at the same time is not undone."""
        data, user = self.cleaned_data, self.user
        user.mailed_kinds, user.webhook_kinds = data["mail"], data["webhook"]
        user.quiet_from = data["quiet_from"] if data["quiet"] else None
        user.quiet_until = data["quiet_until"] if data["quiet"] else None
        user.webhook_url = data["webhook_url"]
        user.webhook_secret = self._secret()
        fields = [
            "mailed_kinds",
            "webhook_kinds",
            "quiet_from",
            "quiet_until",
            "webhook_url",
            "webhook_secret",
        ]
        user.save(update_fields=fields)

    def _secret(self) -> str:
        """Return the signing secret: for a chat robot the typed one, otherwise one that we generate once."""
        url, kept = self.user.webhook_url, self.user.webhook_secret
        if webhook_address.robot_of(url):
            return str(self.cleaned_data["robot_secret"])
        return new_secret() if url and not kept.startswith(PREFIX) else kept


def _as_kept(user: User) -> dict[str, Any]:
    return {
        "mail": user.mailed_kinds,
        "webhook": user.webhook_kinds,
        "quiet": user.quiet_from is not None,
        "quiet_from": user.quiet_from or QUIET_FROM,
        "quiet_until": user.quiet_until or QUIET_UNTIL,
        "webhook_url": user.webhook_url,
        "robot_secret": user.webhook_secret if webhook_address.robot_of(user.webhook_url) else "",
    }
