"""Customers whom a user may look up or log a complaint for."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from complaints.models import Complaint, Customer, CustomerEntry
from complaints.models.customer import phone_key
from complaints.rights import access
from complaints.terms.stages import Stage

SHOWN = 5
"""The most customers, and the most complaints, that are offered while a complaint is logged."""
FEWEST_DIGITS = 4
FEWEST_LETTERS = 2
UNCOVERED_FOR = timedelta(minutes=5)
"""After this time a number that somebody uncovered is covered again."""


def customers_for(user: User) -> QuerySet[Customer]:
    """Return the customers whose complaints the user may see, and those without any complaint.

    Customers who only complained about the user, or only to teams that are not the user's, are left out.
    """
    theirs = Complaint.objects.filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(access.visible_to(user, theirs)) | ~Exists(theirs))


def search(user: User, words: str) -> QuerySet[Customer]:
    """Return the customers of `customers_for` with this part of a name or number, this address, id or order.

    Only these are searched, so that nobody can look through customers they have nothing to do with.
    """
    found, words = customers_for(user), words.strip().replace("\x00", "")
    if not words:
        return found
    orders = access.visible_to(user, Complaint.objects.filter(order_reference__iexact=words))
    wanted = Q(name__icontains=words) | Q(email__iexact=words) | Q(external_id=words)
    wanted |= Q(pk__in=orders.values("customer"))
    if key := phone_key(words):
        wanted |= Q(phone_key=key)
    digits = "".join(filter(str.isdigit, words))
    # Inside its country a number is dialled with a leading zero, which the normal form leaves out.
    for part in {digits, digits.lstrip("0")}:
        if len(part) >= FEWEST_DIGITS:
            wanted |= Q(phone_key__contains=part)
    return found.filter(wanted)


def offered(user: User, words: str) -> list[Customer]:
    """Return the few customers to offer while a complaint is logged; none if only one letter was typed."""
    if len(words.strip()) < FEWEST_LETTERS:
        return []
    return list(search(user, words).order_by("name", "pk")[:SHOWN])


def was_uncovered(user: User, customer: Customer, at: datetime) -> bool:
    """Return True if this user has just uncovered the contacts of this customer."""
    recent = CustomerEntry.objects.filter(customer=customer, by=user, at__gt=at - UNCOVERED_FOR)
    return recent.filter(kind=CustomerEntry.Kind.REVEALED).exists()


def sees_number(user: User, complaint: Complaint, moves: Collection[str], at: datetime) -> bool:
    """Return True if the user may see the whole number, because they have to call the customer.

    That is the assignee and whoever may make the callback. Others see it for a while after uncovering it.
    """
    in_hands = complaint.assignee_id == user.pk or "callback" in moves
    return in_hands or was_uncovered(user, complaint.customer, at)


def show_hints(user: User, customers: Iterable[Customer]) -> None:
    """Set `shown_hint` of each: the id of the customer who is perhaps the same, None if not visible."""
    rows = list(customers)
    wanted = {row.perhaps_same_id for row in rows if row.perhaps_same_id is not None}
    seen = set(customers_for(user).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    for row in rows:
        row.shown_hint = row.perhaps_same_id if row.perhaps_same_id in seen else None  # type: ignore[attr-defined]


def is_news_to(user: User, complaint: Complaint) -> bool:
    """Return True if the customer has other complaints, but the user may see none of them."""
    others = Complaint.objects.filter(customer=complaint.customer_id).exclude(pk=complaint.pk)
    return others.exists() and not access.visible_to(user, others).exists()


def customers_to_log_for(user: User) -> QuerySet[Customer]:
    """Return the customers whose id the user may give when logging a complaint.

    Customers who have only complained about the user are left out.
    """
    theirs = Complaint.objects.filter(customer=OuterRef("pk"))
    others = theirs.exclude(pk__in=access.about(user).values("pk"))
    return Customer.objects.filter(Exists(others) | ~Exists(theirs))


def perhaps_the_same(user: User, *, customer: Customer | None, order: str) -> list[Complaint]:
    """Return complaints that may already be about the same matter, newest first.

    They are those about the same order, and the open ones of the same customer, if the user may see them.
    """
    order = order.strip().replace("\x00", "")
    same = Q(order_reference__iexact=order) if order else Q()
    if customer is not None:
        same |= Q(customer=customer) & ~Q(stage=Stage.CLOSED)
    if not same:
        return []
    found = access.visible_to(user).filter(same).select_related("customer")
    return list(found.order_by("-received_at")[:SHOWN])
