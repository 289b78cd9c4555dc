"""The composer: a reply, an internal note, a call that we made, or what the customer said to us."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.forms.intake import CHANNELS, moment_field
from complaints.lifecycle.converse import WRITABLE_PURPOSES, may_answer_finally
from complaints.models import Complaint, Purpose

KINDS = [
    ("reply", _("Reply")),
    ("note", _("Internal note")),
    ("call", _("Phone log")),
    ("received", _("Customer said")),
]


class MessageForm(StepForm):
    """One entry of one kind. On the page each kind has a form of its own, with its own text."""

    optional: ClassVar[tuple[str, ...]] = ("said_at",)
    kind = forms.ChoiceField(choices=KINDS, required=False, initial="reply", widget=forms.HiddenInput)
    body = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    purpose = forms.ChoiceField(
        label=_("Purpose"), required=False, choices=[(p.value, p.label) for p in WRITABLE_PURPOSES]
    )
    not_reached = forms.BooleanField(label=_("Not reached"), required=False)
    channel = forms.ChoiceField(label=_("By"), required=False, choices=CHANNELS)
    said_at = moment_field(_("When?"))

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"id_{self['kind'].value()}_%s"
        if may_answer_finally(complaint):
            fields: dict[str, Any] = self.fields
            fields["purpose"].choices = [
                *fields["purpose"].choices,
                (Purpose.FINAL.value, Purpose.FINAL.label),
            ]
