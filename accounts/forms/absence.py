"""The form for an absence: from when until when, and who decides in the meantime."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Absence, User

LOCAL_MOMENT = "%Y-%m-%dT%H:%M"


def _moment(label: Any, **extra: Any) -> forms.DateTimeField:
    """Return a field for a date and time in the user's time zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_MOMENT)
    formats = [LOCAL_MOMENT, "%Y-%m-%dT%H:%M:%S"]
    return forms.DateTimeField(label=label, widget=widget, input_formats=formats, **extra)


class _People(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return str(person.display_name)


class AbsenceForm(forms.Form):
    """An absence and its stand-in, who is somebody else with the same role."""

    use_required_attribute = False
    since = _moment(
        gettext_lazy("Away from"), required=False, help_text=gettext_lazy("Leave empty to start now.")
    )
    until = _moment(gettext_lazy("Until"))
    delegate = _People(
        label=gettext_lazy("Decides in your place"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("choose a person"),
    )

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.user, self.at = user, at
        others = User.objects.filter(role=user.role, is_active=True).exclude(pk=user.pk)
        self.fields["delegate"].queryset = others.order_by("username")  # type: ignore[attr-defined]

    def clean_since(self) -> datetime:
        since: datetime | None = self.cleaned_data["since"]
        if since is not None and since < self.at:
            raise forms.ValidationError(_("This is in the past. Leave it empty to begin now."))
        return since or self.at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if until is None or since is None:
            return data
        if until <= since:
            self.add_error("until", _("The end must be after the beginning."))
        elif Absence.objects.during(since, until).filter(user=self.user).exists():
            self.add_error(None, _("You are already away during part of this time."))
        return data

    def save(self) -> Absence:
        data = self.cleaned_data
        return Absence.objects.create(
            user=self.user,
            delegate=data["delegate"],
            since=data["since"],
            until=data["until"],
            created_at=self.at,
        )
