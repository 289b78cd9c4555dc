"""Customers whom a user may look up or log a complaint for."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from complaints.models import (
    Complaint,
    Customer,
)
from complaints.rights import access


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
