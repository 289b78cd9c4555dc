"""Forms to ask the next tier for help and to hand a complaint to somebody else."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.roles import TeamKind
from complaints.forms.base import StepForm
from complaints.forms.choices import labelled
from complaints.lifecycle.assign import assignable
from complaints.models import Complaint


class EscalateForm(StepForm):
    reason = forms.CharField(label=_("Why?"), required=False)
    tried = forms.CharField(label=_("What was tried?"), required=False)
    ask = forms.CharField(label=_("What should the next tier do?"), required=False)
    customer_insists = forms.BooleanField(label=_("The customer insists on a manager"), required=False)


class AssignForm(StepForm):
    """Assign to a person of the team, or to another team of the same tier."""

    assignee = forms.ChoiceField(label=_("Person"), required=False, choices=[])
    team = forms.ChoiceField(label=_("Team"), required=False, choices=[])
    reason = forms.CharField(label=_("Reason"), required=False)

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(user.username, user.display_name) for user in assignable(complaint)]
        teams = Team.objects.filter(kind=TeamKind.HANDLING, tier=complaint.tier, is_active=True)
        self.fields["assignee"].choices = labelled(people, _("nobody yet"))  # type: ignore[attr-defined]
        self.fields["team"].choices = labelled([(t.code, t.name) for t in teams], _("stays in its team"))  # type: ignore[attr-defined]

    def assignment(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "assignee": User.objects.filter(username=data["assignee"]).first() if data["assignee"] else None,
            "team": Team.objects.filter(code=data["team"]).first() if data["team"] else None,
            "reason": data["reason"],
        }
