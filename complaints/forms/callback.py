"""The result of a call: the customer's scores, or why nobody spoke."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.forms.choices import remedies
from complaints.forms.intake import moment_field
from complaints.models import AttemptResult
from complaints.terms.stages import Channel
from ui.formats import in_currency

FACES = [(1, _("Very bad")), (2, _("Bad")), (3, _("Fair")), (4, _("Good")), (5, _("Very good"))]
YES, NO = "yes", "no"
WAYS = (Channel.PHONE, Channel.EMAIL, Channel.CHAT)


def score(label: Any, choices: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )


def words(label: Any, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class AnswerForm(StepForm):
    """The customer's answers, given on the phone or on the customer's own page."""

    resolved = forms.ChoiceField(
        label=_("Is it settled?"),
        choices=[(YES, _("Yes, settled")), (NO, _("Not yet"))],
        required=False,
        widget=forms.RadioSelect,
    )
    csat_solution = score(_("How good is the solution?"), FACES)
    csat_attitude = score(_("How did we treat the customer?"), FACES)
    nps = score(_("How likely to recommend us, 0 to 10?"), [(n, str(n)) for n in range(11)])
    still_wrong = words(_("What is still wrong?"))
    note = words(_("In the customer’s words"))

    def answers(self) -> dict[str, Any]:
        data = {name: self.cleaned_data.get(name) for name in ("csat_solution", "csat_attitude", "nps")}
        resolved = {YES: True, NO: False}.get(self.cleaned_data.get("resolved", ""))
        texts = {name: self.cleaned_data.get(name, "") for name in ("still_wrong", "note")}
        return data | texts | {"resolved": resolved}


class CallbackForm(AnswerForm):
    """One call attempt.

    Without scripts all fields show; with them the style sheet hides what does not apply.
    """

    result = forms.ChoiceField(
        label=_("What was the result of the call?"),
        choices=AttemptResult.choices,
        initial=AttemptResult.REACHED,
        required=False,
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(
        label=_("Which channel?"),
        choices=[(way.value, way.label) for way in WAYS],
        initial=Channel.PHONE,
        required=False,
        widget=forms.RadioSelect,
    )
    later_at = moment_field(_("Call again at"))
    make_good_kind = forms.ChoiceField(label=_("A small remedy"), required=False, choices=[])
    make_good_amount = forms.CharField(
        label=in_currency(_("Amount")), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    make_good_description = forms.CharField(label=_("What the customer gets"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["make_good_kind"].choices = remedies(_("choose a remedy"))  # type: ignore[attr-defined]

    def callback_data(self) -> dict[str, Any]:
        """Return the input of the step (docs/http-interface.md, `callback`)."""
        data = self.cleaned_data
        good = {part: data[f"make_good_{part}"] for part in ("kind", "amount", "description")}
        given = {name: data[name] for name in ("result", "channel", "later_at")}
        return self.answers() | given | {"make_good": good}


class MakeGoodForm(StepForm):
    evidence = words(_("What was done, and how it can be checked"))
