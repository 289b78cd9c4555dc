"""The form of the review: where the cause lies, why it happened, what changes."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import with_roles as people_with
from complaints.forms.base import StepForm
from complaints.forms.choices import categories, labelled
from complaints.models import FishboneBranch, Scope
from complaints.models.organisation import Attribution
from complaints.rights import duties
from complaints.terms.errors import MissingDetail

WHYS, ACTIONS = 5, 2
END_OF_WORK = time(18, 0)
"""The hour at which an improvement is due on its day."""


def line(label: Any, **attrs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs=attrs))


def area(label: Any, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class ReviewForm(StepForm):
    attribution = forms.ChoiceField(
        label=_("Where does the cause lie?"),
        choices=Attribution.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    cause = forms.ChoiceField(label=_("Cause"), required=False, choices=[])
    scope = forms.ChoiceField(
        label=_("How far does it reach?"), choices=Scope.choices, required=False, widget=forms.RadioSelect
    )
    lesson = area(_("What do we learn?"), rows=3)
    no_action_reason = line(_("Why is no improvement needed?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = categories(_("choose a cause"))  # type: ignore[attr-defined]
        for number in range(1, WHYS + 1):
            self.fields[f"why_{number}"] = line(_("Why?"), maxlength=500)
            self.fields[f"evidence_{number}"] = line(_("Evidence"), maxlength=500)
        for branch, label in FishboneBranch.choices:
            self.fields[f"fishbone_{branch}"] = area(label)
        people = people_with(*duties.OWN_IMPROVEMENTS).order_by("username")
        owners = labelled([(str(user.pk), user.display_name) for user in people], _("choose a person"))
        for number in range(ACTIONS):
            self.fields[f"actions_{number}_title"] = line(_("What changes?"), maxlength=200)
            self.fields[f"actions_{number}_owner"] = forms.ChoiceField(
                label=_("Who is responsible?"), required=False, choices=owners
            )
            self.fields[f"actions_{number}_due_at"] = forms.DateField(
                label=_("By when?"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    @property
    def why_rows(self) -> list[dict[str, Any]]:
        return [
            {"number": n, "why": self[f"why_{n}"], "evidence": self[f"evidence_{n}"]}
            for n in range(1, WHYS + 1)
        ]

    @property
    def bones(self) -> list[Any]:
        return [self[f"fishbone_{branch}"] for branch in FishboneBranch.values]

    @property
    def action_rows(self) -> list[dict[str, Any]]:
        parts = ("title", "owner", "due_at")
        return [{part: self[f"actions_{n}_{part}"] for part in parts} for n in range(ACTIONS)]

    @property
    def deep_errors(self) -> bool:
        """Return True if there is an error in the part that the light form keeps folded."""
        deep = ("why_", "evidence_", "fishbone_", "actions_", "no_action_reason")
        return any(name.startswith(deep) for name in self.errors)

    def _filled_actions(self) -> list[int]:
        parts = ("title", "owner", "due_at")
        return [
            n for n in range(ACTIONS) if any(self.cleaned_data.get(f"actions_{n}_{part}") for part in parts)
        ]

    def review_data(self) -> dict[str, Any]:
        """Return the input of the step (docs/http-interface.md, `review`)."""
        data = self.cleaned_data
        plain = ("attribution", "cause", "scope", "lesson", "no_action_reason")
        return {name: data[name] for name in plain} | {
            "whys": [
                {"why": data[f"why_{n}"], "evidence": data[f"evidence_{n}"]} for n in range(1, WHYS + 1)
            ],
            "fishbone": {
                branch: [text for text in data[f"fishbone_{branch}"].splitlines() if text.strip()]
                for branch in FishboneBranch.values
            },
            "actions": [self._action(number) for number in self._filled_actions()],
        }

    def _action(self, number: int) -> dict[str, Any]:
        data = self.cleaned_data
        day = data[f"actions_{number}_due_at"]
        return {
            "title": data[f"actions_{number}_title"],
            "owner": User.objects.filter(pk=data[f"actions_{number}_owner"] or 0).first(),
            "due_at": timezone.make_aware(datetime.combine(day, END_OF_WORK)) if day else None,
        }

    def take(self, problem: MissingDetail) -> None:
        """Show the errors of the step at the right fields.

        The step numbers only the actions that were filled in, so their numbers are mapped back to the rows of
        the form.
        """
        rows = self._filled_actions()
        errors: dict[str, list[str]] = {}
        for key, messages in problem.errors.items():
            parts = key.split(".")
            if parts[0] == "actions" and len(parts) == 3:
                key = f"actions.{rows[int(parts[1])]}.{parts[2]}"
            key = {"whys": "why_1", "fishbone": f"fishbone_{FishboneBranch.values[0]}"}.get(key, key)
            errors.setdefault(key, []).extend(messages)
        super().take(MissingDetail(errors))
