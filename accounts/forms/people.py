"""The form in which an administrator edits an account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.account import COMMON_ZONES
from accounts.models import Team, User
from accounts.roles import Role


class PersonForm(forms.ModelForm):
    """Role, tier, teams, active, language and time zone of one account."""

    class Meta:
        model = User
        fields = ["role", "tier", "teams", "is_active", "language", "timezone"]
        labels = {
            "role": _("Role"),
            "tier": _("Tier"),
            "teams": _("Teams"),
            "is_active": _("May sign in"),
            "language": _("Language"),
            "timezone": _("Time zone"),
        }
        help_texts = {"tier": _("For agents only."), "is_active": ""}
        widgets = {
            "teams": forms.CheckboxSelectMultiple,
            "timezone": forms.TextInput(
                attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}
            ),
        }

    zones = COMMON_ZONES

    def __init__(self, *args: Any, administrator: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.administrator = administrator
        self.fields["teams"].queryset = Team.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def clean_timezone(self) -> str:
        return str(self.cleaned_data["timezone"]).strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("role") == Role.AGENT and not data.get("tier"):
            self.add_error("tier", _("An agent needs a tier."))
        if data.get("role") != Role.AGENT:
            data["tier"] = None
        if self.instance.pk == self.administrator.pk and (
            data.get("role") != Role.ADMIN or not data.get("is_active")
        ):
            self.add_error(None, _("You cannot remove your own rights. Ask another administrator."))
        return data
