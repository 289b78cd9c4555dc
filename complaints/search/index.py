"""Write the search index in the same transaction as the complaint, so that a new one is found at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.db import connection, transaction

from complaints.models import Claim, Complaint, Customer, Event, SearchDocument, Task
from complaints.models.event import OTHER_COMPLAINT
from complaints.search import words

CHUNK = 200
NOT_SEARCHED = {"received", *OTHER_COMPLAINT}
"""Events whose words are not searched: the description, which may have been corrected, and merges."""


def texts_of(complaint: Complaint, said: Sequence[str]) -> Iterator[str]:
    """Yield everything that is searched: the record, `said` (see `_said`), and the customer."""
    yield from (
        complaint.number or "",
        complaint.subject,
        complaint.description,
        complaint.desired_outcome,
        complaint.place,
        complaint.order_reference,
        complaint.external_reference,
        complaint.external_id or "",
    )
    yield from said
    customer = complaint.customer
    yield from (customer.name, customer.email, customer.external_id or "", *digits_of(complaint))


def _said(complaints: Sequence[Complaint]) -> dict[int, list[str]]:
    """Return {complaint id: texts} of claims, tasks, messages, notes and other entries: one query per table.

    Events that name another complaint are left out, because not everybody who sees this complaint may see the
    other one.
    """
    found: dict[int, list[str]] = defaultdict(list)
    ids = [complaint.pk for complaint in complaints]
    of_claims = Claim.objects.filter(complaint__in=ids).order_by("complaint", "position")
    of_tasks = Task.objects.filter(complaint__in=ids).order_by("complaint", "pk")
    of_events = (
        Event.objects.filter(complaint__in=ids, text__erased_at__isnull=True)
        .exclude(kind__in=NOT_SEARCHED)
        .exclude(text__body="", text__details__name__isnull=True)
        .order_by("complaint", "seq")
    )
    for pk, *texts in (
        *of_claims.values_list("complaint", "text"),
        *of_tasks.values_list("complaint", "title", "evidence", "note", "reason"),
        *of_events.values_list("complaint", "text__body", "text__details__name"),
    ):
        found[int(pk)] += [str(text) for text in texts if text]
    return found


def digits_of(complaint: Complaint) -> list[str]:
    """Return the digits of the phone and order numbers, by any part of which a complaint is found."""
    order = "".join(filter(str.isdecimal, complaint.order_reference))
    return [*phone_forms(complaint.customer), order, (complaint.number or "").rpartition("-")[2]]


def phone_forms(customer: Customer) -> list[str]:
    """Return the digits by which a number is found: those of its normal form, and those that were typed."""
    return [customer.phone_key.removeprefix("+"), "".join(filter(str.isdecimal, customer.phone))]


def write(*complaints: Complaint) -> None:
    """Index these complaints as they are now."""
    rows, said = [], _said(complaints)
    for complaint in complaints:
        texts = [text for text in dict.fromkeys(texts_of(complaint, said[complaint.pk])) if text]
        numbers = (words.digit_tokens(digits) for digits in digits_of(complaint))
        tokens = {*words.tokens(texts), *chain.from_iterable(numbers)}
        rows.append((complaint.pk, words.plain(texts), sorted(tokens)))
    if not rows:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "INSERT INTO complaints_searchdocument (complaint_id, plain, tokens) VALUES (%s, %s, %s)"
                " ON CONFLICT (complaint_id) DO UPDATE SET plain = EXCLUDED.plain, tokens = EXCLUDED.tokens",
                rows,
            )
            return
        ids = [(pk,) for pk, _plain, _tokens in rows]
        cursor.executemany(
            "INSERT OR REPLACE INTO complaints_searchdocument (complaint_id, plain) VALUES (%s, %s)",
            [(pk, plain) for pk, plain, _tokens in rows],
        )
        cursor.executemany("DELETE FROM complaints_search_fts WHERE rowid = %s", ids)
        cursor.executemany(
            "INSERT INTO complaints_search_fts (rowid, tokens) VALUES (%s, %s)",
            [(pk, " ".join(map(fts_token, tokens))) for pk, _plain, tokens in rows],
        )


def write_customer(customer: Customer) -> None:
    """Index a customer's complaints again after the name or a contact changed."""
    for chunk in _chunks(Complaint.objects.filter(customer=customer).values_list("pk", flat=True)):
        write(*_loaded(chunk))


def rebuild(*, missing_only: bool = False) -> Iterator[int]:
    """Index every complaint again, or only those without a row. Yield how many each step indexed."""
    complaints = Complaint.objects.order_by("pk")
    if missing_only:
        complaints = complaints.filter(search_document__isnull=True)
    for chunk in _chunks(complaints.values_list("pk", flat=True).iterator(chunk_size=2_000)):
        write(*_loaded(chunk))
        yield len(chunk)


def missing() -> int:
    """Return how many complaints are not indexed."""
    return Complaint.objects.count() - SearchDocument.objects.count()


def _chunks(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    chunk: list[int] = []
    for pk in ids:
        chunk.append(pk)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _loaded(ids: Sequence[int]) -> list[Complaint]:
    return list(Complaint.objects.filter(pk__in=ids).select_related("customer"))


def fts_token(token: str) -> str:
    """Return a token in ASCII letters, because not every SQLite treats other scripts as letters."""
    return "".join(c if c.isascii() else f"x{ord(c):x}" for c in token)
