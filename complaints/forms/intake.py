"""Log a complaint while the customer is on the line."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.forms.base import StepForm
from complaints.forms.choices import categories, labelled
from complaints.lifecycle.intake import CustomerData, Receipt, already_submitted, find_customer
from complaints.models import Complaint
from complaints.reads.customers import customers_to_log_for
from complaints.terms.errors import MissingDetail, Problems
from complaints.terms.input import amount_minor
from complaints.terms.stages import Channel, Emotion, Flag, Gravity, Reach, Region, Segment
from ui import organisation
from ui.formats import in_currency

LOCAL_MOMENT = "%Y-%m-%dT%H:%M"
CHANNELS = [choice for choice in Channel.choices if choice[0] != Channel.API]


def moment_field(label: Any, **extra: Any) -> forms.DateTimeField:
    """Return a field for a date and time in the user's zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_MOMENT)
    return forms.DateTimeField(
        label=label, required=False, widget=widget, input_formats=[LOCAL_MOMENT, "%Y-%m-%dT%H:%M:%S"], **extra
    )


class LogForm(StepForm):
    """The record of one call. Because of `key` a second press of the button counts as the same submit."""

    optional: ClassVar[tuple[str, ...]] = (
        "find",
        "email",
        "segment",
        "loss_amount",
        "occurred_at",
        "place",
        "order_reference",
        "subject",
        "region",
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    find = forms.CharField(
        label=_("Find the customer"),
        required=False,
        help_text=_("Name, order number, or part of a phone number"),
    )
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    phone = forms.CharField(
        label=_("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    name = forms.CharField(label=_("Name"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    anonymous_reason = forms.CharField(label=_("Reason for staying anonymous"), required=False)
    segment = forms.ChoiceField(label=_("Customer value"), required=False, choices=[])
    language = forms.ChoiceField(
        label=_("Customer's language"),
        required=False,
        choices=[("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")],
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=CHANNELS, initial=Channel.PHONE)
    description = forms.CharField(
        label=_("In the customer's words"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    desired_outcome = forms.CharField(label=_("What would put it right?"), required=False)
    subject = forms.CharField(label=_("In one line"), required=False)
    occurred_at = moment_field(_("When did it happen?"))
    place = forms.CharField(label=_("Where?"), required=False)
    order_reference = forms.CharField(label=_("Order or trip"), required=False)
    loss_amount = forms.CharField(
        label=in_currency(_("Loss")), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    region = forms.ChoiceField(label=_("Region"), required=False, choices=[])
    emotion = forms.ChoiceField(
        label=_("How does the customer feel?"), required=False, choices=[], widget=forms.RadioSelect
    )
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[])
    gravity = forms.ChoiceField(label=_("Gravity"), required=False, choices=[])
    reach = forms.ChoiceField(label=_("Reach"), required=False, choices=[])
    risk_flags = forms.MultipleChoiceField(
        label=_("Risk flags"), required=False, choices=Flag.choices, widget=forms.CheckboxSelectMultiple
    )
    about_staff = forms.CharField(
        label=_("About a colleague"),
        required=False,
        help_text=_("User names, separated by commas. These people will not see the complaint."),
    )
    external_reference = forms.CharField(label=_("Reference of the authority"), required=False)
    authority_due_at = moment_field(_("Deadline set by the authority"))
    received_at = moment_field(
        _("Received earlier, at"), help_text=_("Only if it reached us before this call.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].choices = labelled(Segment.choices, _("not known"))  # type: ignore[attr-defined]
        self.fields["region"].choices = labelled(Region.choices, _("not known"))  # type: ignore[attr-defined]
        self.fields["emotion"].choices = Emotion.choices  # type: ignore[attr-defined]
        self.fields["category"].choices = categories(_("as suggested"))  # type: ignore[attr-defined]
        self.fields["gravity"].choices = labelled(Gravity.choices, _("as suggested"))  # type: ignore[attr-defined]
        self.fields["reach"].choices = labelled(Reach.choices, _("as suggested"))  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial.setdefault("key", uuid.uuid4().hex)
            self.initial.setdefault("language", organisation.current().language)

    def so_far(self, owner: User) -> Receipt:
        """Return what this user has typed so far, for a preview. Wrong values count as missing."""
        self.full_clean()  # This form is read only for the preview, so nobody sees its errors.
        data: dict[str, Any] = dict.fromkeys(LogForm.base_fields) | self.cleaned_data
        return Receipt(
            customer=self._customer_so_far(data, owner),
            channel=data["channel"] or Channel.PHONE,
            description=data["description"] or "",
            received_at=data["received_at"],
            loss_minor=amount_minor(Problems(), "loss_amount", data["loss_amount"] or ""),
            region=data["region"] or None,
            category=data["category"] or None,
            gravity=data["gravity"] or None,
            reach=data["reach"] or None,
            risk_flags=data["risk_flags"] or (),
            about_staff=_names(data["about_staff"] or ""),
        )

    def _customer_so_far(self, data: dict[str, Any], owner: User) -> CustomerData:
        """Return who was chosen or named. A phone number alone must not reveal a customer to this user."""
        self.cleaned_data = {name: value or "" for name, value in data.items()}
        try:
            known = self._known(owner)
        except MissingDetail:
            known = None
        named = data["name"] or data["anonymous_reason"]
        contact = {name: data[name] or "" for name in ("phone", "email")} if named else {}
        return CustomerData(id=known, name=data["name"] or "", segment=data["segment"] or None, **contact)

    def receipt(self, *, submission_owner: User) -> Receipt:
        """Return the input of the step. Raises MissingDetail for a malformed amount."""
        data = self.cleaned_data
        problems = Problems()
        loss = amount_minor(problems, "loss_amount", data["loss_amount"])
        problems.check()
        plain = (
            "channel",
            "description",
            "desired_outcome",
            "subject",
            "place",
            "order_reference",
            "external_reference",
        )
        return Receipt(
            customer=CustomerData(
                id=self._known(submission_owner),
                name=data["name"],
                phone=data["phone"],
                email=data["email"],
                segment=data["segment"] or None,
                language=data["language"] or organisation.current().language,
                anonymous_reason=data["anonymous_reason"],
            ),
            **{name: data[name] for name in plain},
            occurred_at=data["occurred_at"],
            received_at=data["received_at"],
            authority_due_at=data["authority_due_at"],
            loss_minor=loss,
            region=data["region"] or None,
            emotion=data["emotion"] or None,
            category=data["category"] or None,
            gravity=data["gravity"] or None,
            reach=data["reach"] or None,
            risk_flags=data["risk_flags"],
            about_staff=_names(data["about_staff"]),
            submission_key=self._submission_key(submission_owner),
        )

    def _submission_key(self, owner: User) -> str:
        key = self.data.get("key", "")
        return f"{owner.pk}:{key}" if key else ""

    def already_logged(self, owner: User) -> Complaint | None:
        """Return the complaint that this form already made, in case somebody went back and sent it again."""
        return already_submitted(self._submission_key(owner))

    def _known(self, owner: User) -> int | None:
        """Return the id of the customer who was chosen, or found by phone where no name was typed.

        A choice that is empty means somebody else. Raises MissingDetail if the user may not log for the one
        chosen.
        """
        data = self.cleaned_data
        allowed = customers_to_log_for(owner)
        if data["customer"]:
            if not allowed.filter(pk=data["customer"]).exists():
                raise MissingDetail({"find": [gettext("There is no such customer.")]})
            return int(data["customer"])
        if (
            "customer" in self.data
            or data["name"].strip()
            or data["anonymous_reason"].strip()
            or not data["phone"].strip()
        ):
            return None
        found = find_customer(CustomerData(phone=data["phone"]))
        return found.pk if found is not None and allowed.filter(pk=found.pk).exists() else None


def _names(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
