"""Create customers and correct what is known of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.lifecycle import engine
from complaints.lifecycle.receipt import CustomerData, check_customer
from complaints.models import Complaint, Customer, CustomerEntry
from complaints.models.customer import phone_key
from complaints.rights import duties, standings
from complaints.rights.actors import Actor
from complaints.search import index as search
from complaints.terms.errors import MissingDetail, NotYours, Problems, RoleMayNot, StaleVersion
from complaints.terms.stages import Region

FIELDS = (
    "name",
    "phone",
    "email",
    "external_id",
    "segment",
    "region",
    "language",
    "anonymous_reason",
)


def create(data: CustomerData, *, region: str | None = None, by: Actor, at: datetime) -> Customer:
    """Create a customer.

    Raises MissingDetail if another customer has this external id, and RoleMayNot if the role may not do this.
    """
    _may(by)
    _check(data, region)
    with _one_of_an_id(data.external_id, Customer.objects.all()):
        return Customer.objects.create(created_at=at, **columns_of(data, region))


def change(
    customer: Customer, changes: Mapping[str, Any], *, by: Actor, at: datetime, version: int | None = None
) -> Customer:
    """Correct the data of a customer. `changes` is {field: value} with fields out of FIELDS.

    The customer's record keeps who changed which fields.

    `version` is the one that the caller saw; StaleVersion is raised if it is no longer the current one.
    """
    _may(by)
    with transaction.atomic():
        fresh = Customer.objects.select_for_update().get(pk=customer.pk)
        if version is not None and version != fresh.version:
            raise StaleVersion(_("Somebody changed this customer while you were working on it."))
        now = {name: getattr(fresh, name) for name in FIELDS} | dict(changes)
        region = now.pop("region") or None
        data = CustomerData(**now | {"external_id": now["external_id"] or ""})
        _check(data, region)
        _not_a_colleagues(data.email, fresh.email)
        columns = columns_of(data, region)
        changed = [name for name in FIELDS if columns[name] != getattr(fresh, name)]
        columns |= {"version": fresh.version + 1}
        columns |= {f"{name}_changed_at": at for name in ("phone", "email") if name in changed}
        with _one_of_an_id(data.external_id, Customer.objects.exclude(pk=fresh.pk)):
            Customer.objects.filter(pk=fresh.pk).update(**columns)
        if changed and by.user is not None:
            kind = CustomerEntry.Kind.CHANGED
            CustomerEntry.objects.create(customer=fresh, kind=kind, fields=changed, by=by.user, at=at)
        fresh.refresh_from_db()
        search.write_customer(fresh)
    return fresh


def reveal(customer: Customer, *, by: Actor, at: datetime, complaint: Complaint | None = None) -> None:
    """Record that somebody uncovered a customer's number and address, also in the timeline of `complaint`.

    Whoever must call the customer sees the number without uncovering it. Raises RoleMayNot, or NotYours after
    a conflict of interest.
    """
    if by.user is None or by.role not in duties.READ_CUSTOMERS:
        raise RoleMayNot(_("Your role cannot see customers’ contacts."))
    if complaint is not None and standings.has_conflict(by.user, complaint):
        raise NotYours(_("You have a conflict of interest in this complaint."))
    with transaction.atomic():
        kind = CustomerEntry.Kind.REVEALED
        CustomerEntry.objects.create(customer=customer, kind=kind, by=by.user, at=at)
        if complaint is not None:
            with engine.recording(complaint, by=by, at=at) as turn:
                turn.event("phone_revealed")


@contextmanager
def _one_of_an_id(external_id: str, others: QuerySet[Customer]) -> Iterator[None]:
    """Raise MissingDetail if another customer has this external id, or is given it at the same moment.

    The first is checked before the block runs; the second shows as a broken constraint when the block writes.
    """
    taken = MissingDetail({"external_id": [_("Another customer already has this ID.")]})
    if external_id and others.filter(external_id=external_id).exists():
        raise taken
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        if not external_id:
            raise
        raise taken from None


def _may(by: Actor) -> None:
    if by.role not in duties.KEEP_CUSTOMERS:
        raise RoleMayNot(_("Your role cannot change customers."))


def _check(data: CustomerData, region: str | None) -> None:
    problems = Problems()
    check_customer(problems, data)
    if data.name.strip() and data.anonymous_reason.strip():
        problems.add("anonymous_reason", _("Enter a name, or a reason why there is none, but not both."))
    if region is not None:
        problems.one_of("region", region, Region.values)
    problems.check()


def _not_a_colleagues(email: str, known: str) -> None:
    """Raise MissingDetail if a changed address is that of somebody who works here.

    Letters with the private link go there, so a member of staff could take the customer's place.
    """
    address = email.strip()
    if address and address.lower() != known.lower() and User.objects.filter(email__iexact=address).exists():
        raise MissingDetail({"email": [_("This is the address of a colleague, not of a customer.")]})


def columns_of(data: CustomerData, region: str | None = None) -> dict[str, Any]:
    """Return the columns of a customer's row from what was given."""
    key = phone_key(data.phone)
    return {
        "name": data.name.strip(),
        "phone": data.phone.strip() if key else "",  # a placeholder such as “N/A” is not a number
        "phone_key": key,
        "email": data.email.strip(),
        "external_id": data.external_id or None,
        "segment": data.segment or None,
        "language": data.language,
        "region": region,
        "anonymous_reason": data.anonymous_reason.strip(),
    }
