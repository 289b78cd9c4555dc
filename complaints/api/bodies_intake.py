"""Request bodies that receive or correct complaints, and those of customers (docs/http-interface.md)."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from complaints.api.bodies import Body, Given, many
from complaints.api.fields import Choice, Moment, MoneyIn, Text, YesNo, identifier
from complaints.lifecycle.receipt import TEXTS, CustomerData, Receipt
from complaints.terms.input import MAX_DESCRIPTION
from complaints.terms.stages import Channel, Flag, Gravity, Reach, Region, Segment, Severity
from ui import organisation

LANGUAGES = [code for code, _name in settings.LANGUAGES]


class CustomerBody(Body):
    """An id, or a name with ways of contact, or the reason for staying anonymous.

    If a customer on record matches, the data sent here do not change that customer.
    """

    id = identifier(required=False, allow_null=True)
    name = Text(120)
    phone = Text(40)
    email = Text(254)
    external_id = Text(120, allow_null=True)
    segment = Choice(Segment.values)
    language = Choice(LANGUAGES)
    anonymous_reason = Text(200)


class ClaimBody(Body):
    text = Text(MAX_DESCRIPTION, required=True)
    category = Text(20, allow_null=True)


class RecordBody(Body):
    """The fields of the intake record that may be corrected later."""

    subject = Text(TEXTS["subject"])
    occurred_at = Moment()
    place = Text(TEXTS["place"])
    order_reference = Text(TEXTS["order_reference"])
    desired_outcome = Text(TEXTS["desired_outcome"])
    loss_amount = MoneyIn()
    region = Choice(Region.values)
    external_reference = Text(TEXTS["external_reference"])
    category = Text(20, allow_null=True, help_text="A leaf of the categories.")
    gravity = Choice(Gravity.values)
    reach = Choice(Reach.values)
    severity = Choice(Severity.values)
    severity_reason = Text(TEXTS["severity_reason"])


class ReceiveBody(RecordBody):
    customer = CustomerBody(required=True)
    channel = Choice(Channel.values, required=True)
    description = Text(MAX_DESCRIPTION, required=True)
    risk_flags = serializers.ListField(
        child=serializers.ChoiceField(choices=Flag.values), required=False, max_length=10
    )
    claims = many(ClaimBody, required=False, max_length=50)
    about_staff = serializers.ListField(child=Text(150), required=False, max_length=50)
    confidential = YesNo(required=False, allow_null=True)
    authority_due_at = Moment()
    received_at = Moment()
    external_id = Text(120, allow_null=True)


class TriageBody(Body):
    """The input of a triage preview. Only the text and the channel are required."""

    description = Text(MAX_DESCRIPTION, required=True)
    channel = Choice(Channel.values, required=True)
    customer = CustomerBody(required=False, allow_null=True)
    category = Text(20, allow_null=True, help_text="A leaf of the categories.")
    gravity = Choice(Gravity.values)
    reach = Choice(Reach.values)
    severity = Choice(Severity.values)
    region = Choice(Region.values)
    loss_amount = MoneyIn()
    risk_flags = serializers.ListField(
        child=serializers.ChoiceField(choices=Flag.values), required=False, max_length=10
    )
    about_staff = serializers.ListField(child=Text(150), required=False, max_length=50)
    received_at = Moment()


class EditBody(RecordBody):
    description = Text(MAX_DESCRIPTION)


TRANSLATED = {"loss_amount": "loss_minor"}
NOT_OF_THE_RECEIPT = {"customer", "claims", "risk_flags", "about_staff", "loss_amount"}


def receipt_of(given: Given) -> Receipt:
    """Return the input of `receive`, or of its preview, whose body has fewer fields.

    Wrong values are blank here; `carry_out` reports their errors together with those of the step.
    """
    values = {name: value for name, value in given.values.items() if name not in NOT_OF_THE_RECEIPT}
    known = {name: value for name, value in values.items() if name in Receipt.__dataclass_fields__}
    known["external_id"] = known.get("external_id") or None
    return Receipt(
        customer=customer_of(given.values.get("customer") or {}),
        loss_minor=given.values.get("loss_amount"),
        risk_flags=given.values.get("risk_flags") or (),
        claims=given.values.get("claims") or (),
        about_staff=given.values.get("about_staff") or (),
        **known,
    )


def customer_of(given: dict[str, Any]) -> CustomerData:
    """Return the customer of a receipt from the fields of its body; missing ones are blank."""
    return CustomerData(
        id=given.get("id"),
        name=given.get("name", ""),
        phone=given.get("phone", ""),
        email=given.get("email", ""),
        external_id=given.get("external_id") or "",
        segment=given.get("segment") or None,
        language=given.get("language") or organisation.current().language,
        anonymous_reason=given.get("anonymous_reason", ""),
    )


def changes_of(given: Given) -> dict[str, Any]:
    """Return the input of `edit`: the fields that were sent and are valid."""
    wrong = {name.partition(".")[0] for name in given.errors}
    return {
        TRANSLATED.get(name, name): value for name, value in given.only_sent().items() if name not in wrong
    }
