"""The form of one routing rule, and a form to try the rules on a complaint."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from accounts.roles import TeamKind, Tier
from complaints.forms.base import StepForm
from complaints.forms.choices import categories, labelled
from complaints.models import Category, RoutingRule
from complaints.terms.stages import Channel, Region, Severity


class RuleForm(StepForm):
    """A field that is left empty matches everything."""

    tier = forms.TypedChoiceField(
        label=_("Tier"), coerce=int, empty_value=None, required=False, choices=Tier.choices
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[])
    branch = forms.ChoiceField(label=_("Category"), required=False, choices=[])
    region = forms.ChoiceField(label=_("Region"), required=False, choices=[])
    team = forms.ChoiceField(label=_("Goes to"), required=False, choices=[])

    def __init__(self, *args: Any, rule: RoutingRule | None = None, **kwargs: Any) -> None:
        if rule is not None:
            names = ("tier", "channel", "branch", "region")
            kwargs["initial"] = {name: getattr(rule, name) for name in names} | {"team": rule.team.code}
        super().__init__(*args, auto_id="rule_%s", **kwargs)
        fields: dict[str, Any] = self.fields
        fields["channel"].choices = labelled(Channel.choices, _("every channel"))
        fields["branch"].choices = _branches()
        fields["region"].choices = labelled(Region.choices, _("every region"))
        teams = Team.objects.filter(is_active=True, kind=TeamKind.HANDLING).order_by("tier", "code")
        fields["team"].choices = labelled(
            [(team.code, f"{team.name} · {Tier(team.tier or 1).label}") for team in teams], _("choose a team")
        )


def _branches() -> list[tuple[Any, Any]]:
    """Return the branches, each followed by its leaves."""
    found = list(Category.objects.filter(is_active=True).select_related("parent").order_by("code"))
    return labelled(
        [(c.code, f"　{c.name}" if c.parent_id else c.name) for c in found],
        _("every category"),
    )


class TryForm(StepForm):
    """The facts that decide where a complaint goes."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, initial=Channel.PHONE)
    category = forms.ChoiceField(label=_("Category"), choices=[])
    region = forms.ChoiceField(label=_("Region"), required=False, choices=[])
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, initial=Severity.NORMAL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="try_%s", **kwargs)
        fields: dict[str, Any] = self.fields
        fields["category"].choices = categories(_("choose a category"))
        fields["region"].choices = labelled(Region.choices, _("not known"))
