"""Find who complains while a new complaint is typed, and complaints that may be about the same matter."""

from dataclasses import dataclass, field

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.models import User
from complaints.lifecycle import intake
from complaints.models import Complaint, Customer
from complaints.reads import customers
from complaints.rights import access
from complaints.terms.stages import Channel
from complaints.views.doors import Request

FEWEST_DIGITS = 5
"""A phone number with fewer digits counts as incomplete, and nobody is looked up by it."""
LONGEST_ID = 19


@dataclass(frozen=True)
class Caller:
    """What the form shows: the probable customer, other possible ones, and their complaints."""

    looked_up: str = ""
    customer: Customer | None = None
    found_by_phone: bool = False
    others: list[Customer] = field(default_factory=list)
    is_new: bool = False
    complaints: list[Complaint] = field(default_factory=list)
    count: int = 0
    perhaps: list[Complaint] = field(default_factory=list)
    out_of_reach: bool = False

    @property
    def choices(self) -> list[Customer]:
        return [*([self.customer] if self.customer else []), *self.others]


@login_required
@require_POST
def caller(request: Request) -> HttpResponse:
    """Show who is calling, with their complaints that this user may see."""
    return render(request, "complaints/intake/_caller.html", {"caller": look_up(request.user, request.POST)})


def look_up(user: User, given: QueryDict) -> Caller:
    """Return the customer that the form means: chosen by the agent, found by phone, or one of several.

    `looked_up` is the phone number for which the choice was shown. The choice “somebody else” counts only for
    that number; another number is looked up again.
    """
    phone, name, order = (given.get(key, "").strip() for key in ("phone", "name", "order_reference"))
    chosen, by_phone = _chosen(user, given.get("customer", "")), _by_phone(user, phone)
    nobody_known = given.get("customer") == "" and given.get("looked_up") == phone
    customer = chosen or (None if nobody_known else by_phone)
    find = given.get("find", "")
    texts = [find] if customer is not None else [find, name, phone, order]
    others = {found.pk: found for text in texts for found in customers.offered(user, text)}
    if by_phone is not None:
        others = {by_phone.pk: by_phone} | others
    if customer is not None:
        others.pop(customer.pk, None)
    theirs = access.visible_to(user).filter(customer=customer).order_by("-received_at")
    reachable = bool(
        phone.strip() or given.get("email", "").strip() or (customer and customer.can_be_reached)
    )
    return Caller(
        customer=customer,
        looked_up=phone,
        found_by_phone=customer is not None and customer == by_phone,
        others=list(others.values())[: customers.SHOWN],
        is_new=customer is None and _is_whole(phone),
        complaints=list(theirs[:4]) if customer else [],
        count=theirs.count() if customer else 0,
        perhaps=customers.perhaps_the_same(user, customer=customer, order=order),
        out_of_reach=given.get("channel", "") == Channel.PHONE and bool(name) and not reachable,
    )


def _is_whole(phone: str) -> bool:
    return sum(map(str.isdigit, phone)) >= FEWEST_DIGITS


def _chosen(user: User, pk: str) -> Customer | None:
    return (
        customers.customers_to_log_for(user).filter(pk=pk).first()
        if pk.isdecimal() and len(pk) < 19
        else None
    )


def _by_phone(user: User, phone: str) -> Customer | None:
    """Return the customer with this number, unless they are only known from complaints about the user."""
    if not _is_whole(phone):
        return None
    found: Customer | None = intake.find_customer(intake.CustomerData(phone=phone[:40]))
    return customers.customers_to_log_for(user).filter(pk=found.pk).first() if found else None
