"""Find the customer on record who is the one complaining, if there is one.

1. They are looked up by id, else external id, else phone, else e-mail (http-interface.md, "Who is the
   customer").
2. A customer on record whose other data contradicts is not taken, only named as a hint (`perhaps_same`).
3. The row of a matched customer is not changed. If the name differs, letters go only to the contact given
   now.
"""

import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from complaints.lifecycle.receipt import CustomerData
from complaints.models import Customer
from complaints.models.customer import phone_key

FEW = 50
"""At most this many customers with the same number or address are compared."""
LOCK = zlib.crc32(b"customer") >> 1
"""The class of the PostgreSQL advisory locks that are held while a customer is looked up."""
SHORT = 6
"""Numbers with at most this many digits are hotlines, which many people share."""


@dataclass(frozen=True)
class Match:
    """The customer on record, or None; then `perhaps_same` may name a customer who might be the same person.

    `only` names the contact to which letters are limited: "phone", "email", or "" for all on record.
    """

    customer: Customer | None = None
    perhaps_same: Customer | None = None
    only: str = ""


def find_customer(data: CustomerData) -> Customer | None:
    """Return the customer on record whom `match` finds, or None."""
    return match(data).customer


def match(data: CustomerData) -> Match:
    """Return who on record this is.

    Transactions that look for the same person wait until this one ends.
    """
    if data.id is not None:
        return Match(Customer.objects.filter(pk=data.id).first())
    key, email = phone_key(data.phone), data.email.strip()
    _hold(data.external_id, key, email.casefold())
    if data.external_id:
        known = Customer.objects.filter(external_id=data.external_id).first()
        if known is not None:
            return Match(known)
    hint: Customer | None = None
    for only, rows in (
        ("phone", Customer.objects.filter(phone_key=key) if key else None),
        ("email", Customer.objects.filter(email__iexact=email) if email else None),
    ):
        found, passed_over = _best(rows, data, key) if rows is not None else (None, None)
        if found is not None:
            return Match(found, only="" if _is_known_by_name(found, data) else only)
        hint = hint or passed_over
    return Match(perhaps_same=hint)


def _hold(*keys: str) -> None:
    """Let one transaction at a time look for this person and perhaps create them.

    PostgreSQL would otherwise let two at once create the same customer twice. SQLite has one writer anyway.
    """
    if connection.vendor != "postgresql" or not connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for number in sorted({zlib.crc32(key.encode("utf-8", "replace")) >> 1 for key in keys if key}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, number])


def _best(rows: QuerySet[Customer], data: CustomerData, key: str) -> tuple[Customer | None, Customer | None]:
    """Return the customer who fits best, and one who only shares the number or address; None for either.

    Of several that fit, one with the same e-mail address comes first, then one with the same name, then the
    oldest.
    """
    found = list(rows.order_by("pk")[:FEW])
    fitting = [customer for customer in found if not _contradicts(customer, data, key)]
    fitting.sort(key=lambda c: (not _same(c.email, data.email), not _same(c.name, data.name), c.pk))
    return _first(fitting), _first(c for c in found if c not in fitting)


def _first(customers: Iterable[Customer]) -> Customer | None:
    return next(iter(customers), None)


def _contradicts(customer: Customer, data: CustomerData, key: str) -> bool:
    """Return True if the data shows that this is a different person from the customer on record."""
    if data.external_id and customer.external_id:
        return True  # the same person would have been found by the external id
    if _is_lookup(data):
        return False
    if not data.name.strip():
        return bool(customer.name)  # a person who stays unnamed must not get the name of somebody on record
    if not _differ(customer.name, data.name):
        return False
    if data.external_id or (customer.phone_key == key and _is_of_many(key)):
        return True
    by_phone, by_email = customer.phone_key == key, _same(customer.email, data.email)
    if by_phone and not by_email:
        return _differ(customer.email, data.email)
    return by_email and not by_phone and _differ(customer.phone_key, key)


def _is_lookup(data: CustomerData) -> bool:
    """Return True if nothing but contacts is given: somebody only asks whose number this is."""
    return not data.name.strip() and not data.anonymous_reason.strip()


def _is_of_many(key: str) -> bool:
    return "*" in key or len(key) <= SHORT


def _is_known_by_name(customer: Customer, data: CustomerData) -> bool:
    return _same(customer.name, data.name) or bool(data.email and _same(customer.email, data.email))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _same(one: str, other: str) -> bool:
    return bool(_plain(one)) and _plain(one) == _plain(other)


def _differ(one: str, other: str) -> bool:
    """Return True if both texts are given and differ."""
    return bool(_plain(one) and _plain(other)) and _plain(one) != _plain(other)
