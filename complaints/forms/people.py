"""The forms for a new person and for an existing one."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.account import COMMON_ZONES
from accounts.models import Team, User
from accounts.roles import Role, Tier
from complaints.forms.base import StepForm
from complaints.forms.choices import labelled
from complaints.lifecycle.staff_input import EDITABLE
from ui import organisation


class PersonForm(StepForm):
    """What administrators enter about a person. The rules are in `complaints/lifecycle/staff_input.py`."""

    name_en = forms.CharField(label=_("Name in English"), required=False)
    name_zh = forms.CharField(label=_("Name in Chinese"), required=False)
    email = forms.CharField(
        label=_("Mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, required=False)
    tier = forms.TypedChoiceField(
        label=_("Tier"), required=False, coerce=int, empty_value=None, help_text=_("For agents only.")
    )
    teams = forms.MultipleChoiceField(
        label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    timezone = forms.CharField(
        label=_("Time zone"),
        required=False,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )

    zones = COMMON_ZONES

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        if person is not None:
            own = {name: getattr(person, name) for name in (*EDITABLE, "version") if name != "teams"}
            kwargs["initial"] = own | {"teams": [team.code for team in person.teams.all()]}
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["tier"].choices = labelled(Tier.choices, _("no tier"))
        kept = {team.code: team for team in person.teams.all()} if person else {}
        kept |= {team.code: team for team in Team.objects.filter(is_active=True)}
        fields["teams"].choices = [(code, team.name) for code, team in sorted(kept.items())]


class NewPersonForm(PersonForm):
    username = forms.CharField(
        label=_("Username"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("For signing in. It cannot be changed later."),
    )

    field_order = ("username",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        usual = {"role": Role.AGENT, "tier": Tier.FRONT_LINE, "timezone": organisation.current().time_zone}
        kwargs.setdefault("initial", usual)
        super().__init__(*args, **kwargs)
