"""The forms of the stage resolve: offers, choices, explanations, tasks, the final answer."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.people import with_roles as people_with
from complaints.forms.base import StepForm
from complaints.forms.choices import helping_teams, labelled, remedies
from complaints.forms.intake import moment_field
from complaints.lifecycle.remedies.offers import latest_plan
from complaints.models import Claim, Handling, Task
from complaints.rights import duties
from complaints.terms.stages import Channel
from ui.formats import in_currency

OPTIONS_SHOWN = 3


class OfferForm(StepForm):
    """Up to three options. A row whose remedy, amount and description are all empty is left out."""

    optional: ClassVar[tuple[str, ...]] = ("single_option_reason",)
    single_option_reason = forms.CharField(label=_("Why only one option?"), required=False)
    no_visual_reason = forms.CharField(label=_("Why no picture or video?"), required=False)
    improvement_title = forms.CharField(
        label=_("What changes so that it does not happen again?"), required=False
    )
    improvement_owner = forms.ChoiceField(label=_("Who is responsible?"), required=False, choices=[])
    improvement_due_at = moment_field(_("By when?"))
    reason = forms.CharField(
        label=_("Reason, for the person who decides"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue = remedies(_("choose a remedy"))
        for number in range(1, OPTIONS_SHOWN + 1):
            self.fields[f"options_{number}_kind"] = forms.ChoiceField(
                label=_("Remedy"), required=False, choices=catalogue
            )
            self.fields[f"options_{number}_amount"] = forms.CharField(
                label=in_currency(_("Amount")),
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
            self.fields[f"options_{number}_description"] = forms.CharField(
                label=_("What the customer gets"), required=False
            )
        people = people_with(*duties.HANDLE)
        self.fields["improvement_owner"].choices = labelled(  # type: ignore[attr-defined]
            [(str(user.pk), user.display_name) for user in people], _("choose a person")
        )
        self.mark_optional()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of options, for the template."""
        return [
            {
                "letter": "ABC"[number - 1],
                "kind": self[f"options_{number}_kind"],
                "amount": self[f"options_{number}_amount"],
                "description": self[f"options_{number}_description"],
            }
            for number in range(1, OPTIONS_SHOWN + 1)
        ]

    def offer_data(self) -> dict[str, Any]:
        """Return the input of the step. The rows keep their order, so that each error appears at its row."""
        data = self.cleaned_data
        options = []
        for number in range(1, OPTIONS_SHOWN + 1):
            row = {part: data[f"options_{number}_{part}"] for part in ("kind", "amount", "description")}
            if any(row.values()):
                options.append(row)
        improvement = {
            "title": data["improvement_title"],
            "owner": User.objects.filter(pk=data["improvement_owner"] or 0).first(),
            "due_at": data["improvement_due_at"],
        }
        return {
            "options": options,
            "single_option_reason": data["single_option_reason"],
            "no_visual_reason": data["no_visual_reason"],
            "improvement": improvement if improvement["title"] else {},
            "reason": data["reason"],
        }


class ChooseForm(StepForm):
    """The option that the customer chose, and how they said so."""

    option = forms.TypedChoiceField(
        label=_("The customer chose"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[],
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(
        label=_("Said via"), required=False, choices=Channel.choices, initial=Channel.PHONE
    )
    evidence = forms.CharField(
        label=_("What was said"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, handling: Handling, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = latest_plan(handling)
        options = list(plan.options.all()) if plan else []
        self.fields["option"].choices = [(o.pk, f"{o.letter} · {o.description}") for o in options]  # type: ignore[attr-defined]
        self.options = options


class RejectForm(StepForm):
    optional = ("counter_proposal",)
    reason = forms.CharField(label=_("Why not?"), required=False)
    counter_proposal = forms.CharField(label=_("What does the customer propose?"), required=False)


class ReasonForm(StepForm):
    reason = forms.CharField(label=_("Reason"), required=False)


class ExplainForm(StepForm):
    body = forms.CharField(
        label=_("Explanation to the customer"), required=False, widget=forms.Textarea(attrs={"rows": 7})
    )
    no_visual_reason = forms.CharField(label=_("Why no picture or video?"), required=False)


class ClaimForm(StepForm):
    disposition = forms.ChoiceField(
        label=_("Instead of a remedy"),
        required=False,
        choices=[(Claim.Disposition.EXPLAINED, _("Explained")), (Claim.Disposition.DECLINED, _("Declined"))],
    )
    reason = forms.CharField(label=_("Reason"), required=False)


class ResolveForm(StepForm):
    final_answer = forms.CharField(
        label=_("Final answer to the customer"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class TaskForm(StepForm):
    optional = ("due_at", "after")
    title = forms.CharField(label=_("What has to be done?"), required=False)
    team = forms.ChoiceField(label=_("By which team?"), required=False, choices=[])
    due_at = moment_field(_("By when?"))
    after = forms.ChoiceField(label=_("Only after"), required=False, choices=[])
    blocking = forms.BooleanField(label=_("Blocks the resolution"), required=False, initial=True)
    shared = forms.BooleanField(label=_("The customer may read it on their page"), required=False)

    def __init__(self, *args: Any, tasks: Sequence[Task] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tasks = {str(task.pk): task for task in tasks if task.is_unfinished}
        earlier = labelled([(pk, task.label) for pk, task in self.tasks.items()], _("at once"))
        self.fields["after"].choices = earlier  # type: ignore[attr-defined]
        self.fields["team"].choices = helping_teams(_("choose a team"))  # type: ignore[attr-defined]

    def task_data(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "title": data["title"],
            "team": Team.objects.filter(code=data["team"]).first(),
            "due_at": data["due_at"],
            "blocking": data["blocking"],
            "after": self.tasks.get(data["after"]),
            "shared": data["shared"],
        }
