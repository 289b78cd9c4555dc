"""The data of a receipt and its checks. Corrections of the record use the same checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import Category, Customer
from complaints.models.organisation import OTHER_CATEGORY
from complaints.terms.errors import NotSetUp, Problems
from complaints.terms.input import MAX_DESCRIPTION, check_not_too_far, clean_text, past_moment
from complaints.terms.stages import Channel, Flag, Gravity, Reach, Region, Segment, Severity
from complaints.triage.suggest import Suggestion, suggest

TEXTS = {
    "subject": 200,
    "description": MAX_DESCRIPTION,
    "place": 200,
    "order_reference": 80,
    "desired_outcome": 1000,
    "external_reference": 80,
    "severity_reason": 300,
}
"""The texts of the record, each with the most characters it may have."""
CHOICES: dict[str, Sequence[str]] = {
    "gravity": Gravity.values,
    "reach": Reach.values,
    "severity": Severity.values,
    "region": Region.values,
}
LARGEST_LOSS = 99_999_999_999
"""The largest loss that can be entered, in minor units (http-interface.md)."""


class NoCategory(NotSetUp):
    """The category for complaints that fit no other category is missing."""

    code = "no_category"


@dataclass(frozen=True)
class CustomerData:
    """Who complains: the id of a known customer, or name and contact, or the reason for staying anonymous."""

    id: int | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    external_id: str = ""
    segment: str | None = None
    language: str = "zh-hans"
    anonymous_reason: str = ""


@dataclass(frozen=True)
class Receipt:
    """What is given at receipt; triage fills in what is left out. `loss_minor` is in minor units."""

    customer: CustomerData
    channel: str
    description: str
    subject: str = ""
    category: str | None = None
    gravity: str | None = None
    reach: str | None = None
    severity: str | None = None
    severity_reason: str = ""
    emotion: str | None = None
    occurred_at: datetime | None = None
    place: str = ""
    order_reference: str = ""
    desired_outcome: str = ""
    loss_minor: int | None = None
    risk_flags: Sequence[str] = ()
    region: str | None = None
    claims: Sequence[Mapping[str, Any]] = ()
    about_staff: Sequence[str] = ()
    confidential: bool | None = None
    external_reference: str = ""
    authority_due_at: datetime | None = None
    received_at: datetime | None = None
    external_id: str | None = None
    submission_key: str = ""


@dataclass(frozen=True)
class Checked:
    """A receipt that has passed every check, with the rows to which its codes and names refer."""

    receipt: Receipt
    texts: dict[str, str]
    suggestion: Suggestion
    category: Category
    staff: list[User]
    claims: list[tuple[str, Category | None]]


def check(receipt: Receipt, at: datetime) -> Checked:
    """Return the checked receipt, or raise MissingDetail with everything that is wrong, by field."""
    problems = Problems()
    problems.one_of("channel", receipt.channel, Channel.values)
    texts = {name: check_text(problems, name, getattr(receipt, name)) for name in TEXTS}
    past_moment(problems, "received_at", receipt.received_at, at)
    past_moment(problems, "occurred_at", receipt.occurred_at, at)
    _check_authority(problems, receipt.authority_due_at, receipt.received_at or at)
    for name in CHOICES:
        if getattr(receipt, name):
            check_choice(problems, name, getattr(receipt, name))
    clean_text(problems, "external_id", receipt.external_id, limit=120)
    if receipt.severity:
        require_reason(problems, texts["severity_reason"])
    else:
        texts["severity_reason"] = ""
    if set(receipt.risk_flags) - set(Flag.values):
        problems.add("risk_flags", _("Choose one of the values offered."))
    check_loss(problems, receipt.loss_minor)
    check_customer(problems, receipt.customer)
    suggestion = suggest(texts["description"], receipt.channel, receipt.loss_minor)
    category = (
        leaf(problems, "category", receipt.category) if receipt.category else suggested_category(suggestion)
    )
    claims = _claims(problems, receipt) or [(texts["description"], None)]
    staff = list(User.objects.filter(username__in=receipt.about_staff))
    if len(staff) != len(set(receipt.about_staff)):
        problems.add("about_staff", _("There is no user with this name."))
    problems.check()
    assert category is not None
    return Checked(receipt, texts, suggestion, category, staff, claims)


def _check_authority(problems: Problems, due_at: datetime | None, received_at: datetime) -> None:
    """Check a deadline set by an authority. It must lie after the receipt, but may have passed since."""
    if due_at is None:
        return
    if due_at.tzinfo is None:
        problems.add("authority_due_at", _("This time needs a time zone."))
    elif received_at.tzinfo is not None and due_at <= received_at:
        problems.add("authority_due_at", _("This is before the time of receipt."))
    elif received_at.tzinfo is not None:
        check_not_too_far(problems, "authority_due_at", due_at, received_at)


def check_text(problems: Problems, name: str, value: object) -> str:
    """Return one text of the record after checking it. Only the description is required."""
    return clean_text(problems, name, value, limit=TEXTS[name], required=name == "description")


def check_choice(problems: Problems, name: str, value: object) -> None:
    problems.one_of(name, value, CHOICES[name])


def check_loss(problems: Problems, value: int | None) -> None:
    if value is not None and value < 0:
        problems.add("loss_amount", _("An amount cannot be negative."))
    elif value is not None and value > LARGEST_LOSS:
        problems.add("loss_amount", _("This amount is too large."))


def require_reason(problems: Problems, reason: str) -> None:
    """Note a problem if the severity is set by hand without a reason."""
    if not reason and "severity_reason" not in problems.errors:
        problems.add("severity_reason", _("Give a reason for setting the severity by hand."))


def leaf(problems: Problems, field_name: str, code: object) -> Category | None:
    """Return the active leaf category with this code; note a problem and return None if there is none."""
    plain = isinstance(code, str) and "\x00" not in code
    found = Category.objects.filter(code=code, is_leaf=True, is_active=True).first() if plain else None
    if found is None:
        problems.add(field_name, _("There is no category with this code."))
    return found


def _claims(problems: Problems, receipt: Receipt) -> list[tuple[str, Category | None]]:
    return [
        (
            clean_text(problems, "claims", claim.get("text"), limit=MAX_DESCRIPTION, required=True),
            leaf(problems, "claims", claim["category"]) if claim.get("category") else None,
        )
        for claim in receipt.claims
    ]


def suggested_category(suggestion: Suggestion) -> Category:
    """Return the category that the words suggest, or the one for everything else if that is not in use."""
    found = Category.objects.filter(code=suggestion.category, is_leaf=True, is_active=True).first()
    found = found or Category.objects.filter(code=OTHER_CATEGORY).first()
    if found is None:
        raise NoCategory(_("The category OTHER is missing. An administrator or manager adds it."))
    return found


def check_customer(problems: Problems, data: CustomerData) -> None:
    """Note what is wrong with the data of a customer."""
    if data.id is not None:
        if not Customer.objects.filter(pk=data.id).exists():
            problems.add("customer", _("There is no such customer."))
        return
    clean_text(problems, "name", data.name, limit=120)
    clean_text(problems, "phone", data.phone, limit=40)
    clean_text(problems, "external_id", data.external_id, limit=120)
    if clean_text(problems, "email", data.email, limit=254):
        _check_email(problems, data.email.strip())
    if data.language not in dict(settings.LANGUAGES):
        problems.add("language", _("Choose one of the values offered."))
    clean_text(problems, "anonymous_reason", data.anonymous_reason, limit=200)
    if data.segment and data.segment not in Segment.values:
        problems.add("segment", _("Choose one of the values offered."))
    if not data.name.strip() and not data.anonymous_reason.strip():
        problems.add("name", _("Enter the customer's name, or the reason why they stay unnamed."))


def _check_email(problems: Problems, address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        problems.add("email", _("This is not a valid e-mail address."))
