"""Customers whom a user may look up or log a complaint for."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from complaints.models import Complaint, Customer
from complaints.models.customer import phone_digits
from complaints.rights import access
from complaints.terms.stages import Stage

SHOWN = 5
"""The most customers, and the most complaints, that are offered while a complaint is logged."""
FEWEST_DIGITS = 4
FEWEST_LETTERS = 2


def customers_for(user: User) -> QuerySet[Customer]:
    """Return the customers whose complaints the user may see, and those without any complaint.

    Customers who only complained about the user, or only to teams that are not the user's, are left out.
    """
    theirs = Complaint.objects.filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(access.visible_to(user, theirs)) | ~Exists(theirs))


def customers_to_log_for(user: User) -> QuerySet[Customer]:
    """Return the customers for whom the user may log a complaint by their id.

    Those who only complained about the user are left out.
    """
    theirs = Complaint.objects.filter(customer=OuterRef("pk"))
    others = theirs.exclude(pk__in=access.about(user).values("pk"))
    return Customer.objects.filter(Exists(others) | ~Exists(theirs))


def search(user: User, text: str) -> list[Customer]:
    """Return a few customers by name, part of a phone number, or number of an order.

    Only those of `customers_for` are found: nobody can go through the names of people they have nothing to do
    with. A text that says too little finds nobody.
    """
    text, digits = text.strip().replace("\x00", ""), phone_digits(text)
    if len(text) < FEWEST_LETTERS:
        return []
    ordered = Complaint.objects.filter(customer=OuterRef("pk"), order_reference__iexact=text)
    found = Q(name__icontains=text) | Q(Exists(access.visible_to(user, ordered)))
    if len(digits) >= FEWEST_DIGITS:
        found |= Q(phone_digits__contains=digits)
    return list(customers_for(user).filter(found).order_by("name", "pk")[:SHOWN])


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
