"""Write the search index in the same transaction as the complaint, so that a new one is found at once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.db import connection, transaction
from django.db.models import Prefetch, prefetch_related_objects

from complaints.models import Claim, Complaint, Customer, Event, SearchDocument
from complaints.models.event import OTHER_COMPLAINT
from complaints.search import words

CHUNK = 200
NOT_SEARCHED = {"received", *OTHER_COMPLAINT}
"""Events whose words are not searched: the description, which may have been corrected, and merges."""


def texts_of(complaint: Complaint) -> Iterator[str]:
    """Yield everything that is searched: record, claims, customer, tasks, and what was written and said.

    Events that name another complaint are left out, because not everybody who sees this one sees that one.
    """
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
    yield from (claim.text for claim in complaint.claims.all() if claim.text != complaint.description)
    for task in complaint.tasks.all():
        yield from (task.title, task.evidence, task.note, task.reason)
    for event in complaint.events.all():
        if event.kind not in NOT_SEARCHED:
            yield event.text.body
            yield str(event.text.details.get("name", "")) if event.kind == "attached" else ""
    customer = complaint.customer
    yield from (customer.name, customer.email, customer.external_id or "", *digits_of(complaint))


def digits_of(complaint: Complaint) -> list[str]:
    """Return the digits of the phone and order numbers, by any part of which a complaint is found."""
    order = "".join(filter(str.isdecimal, complaint.order_reference))
    return [*phone_forms(complaint.customer), order, complaint.number[3:] if complaint.number else ""]


def phone_forms(customer: Customer) -> list[str]:
    """Return the digits by which a number is found: of its normal form, and as it was written down."""
    return [customer.phone_key.removeprefix("+"), "".join(filter(str.isdecimal, customer.phone))]


def write(*complaints: Complaint) -> None:
    """Index these complaints as they are now."""
    rows = []
    _load(complaints)
    for complaint in complaints:
        texts = [text for text in dict.fromkeys(texts_of(complaint)) if text]
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


def _load(complaints: Sequence[Complaint]) -> None:
    """Read all texts of these complaints anew, in one query a table."""
    for complaint in complaints:
        for name in ("claims", "tasks", "events"):
            getattr(complaint, "_prefetched_objects_cache", {}).pop(name, None)
    events = Event.objects.filter(text__erased_at__isnull=True).exclude(text__body="", text__details={})
    prefetch_related_objects(
        complaints,
        Prefetch("claims", queryset=Claim.objects.order_by("position")),
        "tasks",
        Prefetch("events", queryset=events.select_related("text").order_by("seq")),
    )


def _loaded(ids: Sequence[int]) -> list[Complaint]:
    return list(Complaint.objects.filter(pk__in=ids).select_related("customer"))


def fts_token(token: str) -> str:
    """Return a token in ASCII letters, because not every SQLite treats other scripts as letters."""
    return "".join(c if c.isascii() else f"x{ord(c):x}" for c in token)
