"""The three fields of a flash squad, and the seats from which squads are formed."""

from typing import Any

from django import forms
from django.forms import modelformset_factory
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from accounts.people import with_roles as people_with
from complaints.forms.base import StepForm
from complaints.forms.edit_playbooks import InThreeLanguages
from complaints.models import Squad, SquadSeat
from complaints.models.squad import SQUAD_FIELDS, SQUAD_WORDS
from complaints.rights import duties


class SquadForm(StepForm):
    """The squad's fields.

    The page sends each in a form of its own; a field that is not sent stays unchanged.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="squad_%s", **kwargs)
        for name in SQUAD_FIELDS:
            widget = forms.Textarea(attrs={"rows": 3})
            self.fields[name] = forms.CharField(label=SQUAD_WORDS[name], required=False, widget=widget)
        self.mark_optional()

    @property
    def parts(self) -> list[forms.BoundField]:
        return [self[name] for name in SQUAD_FIELDS]

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SQUAD_FIELDS if name in self.data}


def squad_texts(squad: Squad | None) -> dict[str, str]:
    """Return what has been written so far, {field: text}."""
    return {name: getattr(squad, name) for name in SQUAD_FIELDS} if squad else {}


class SeatForm(InThreeLanguages):
    class Meta:
        model = SquadSeat
        fields = ("name_en", "name_zh", "name_hant", "team", "on_call", "position", "is_active")
        labels = {
            "team": _("From the team"),
            "on_call": _("On call"),
            "position": _("Place in the order"),
            "is_active": _("In use"),
        }
        help_texts = {
            "on_call": _("Leave empty to call the team member who is in the fewest squads."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["team"].queryset = Team.objects.filter(is_active=True).order_by("code")
        people = people_with(*duties.JOIN_SQUAD)
        fields["on_call"].queryset = people.order_by("username")
        fields["team"].label_from_instance = lambda team: team.name
        fields["on_call"].label_from_instance = lambda user: user.display_name


Seats = modelformset_factory(SquadSeat, form=SeatForm, extra=1, max_num=12)
