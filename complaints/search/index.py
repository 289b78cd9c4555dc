"""Write the search index in the same transaction as the complaint, so that a new one is found at once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.db import connection, transaction
from django.db.models import Prefetch

from complaints.models import Claim, Complaint, Customer, SearchDocument
from complaints.search import words

CHUNK = 200


def texts_of(complaint: Complaint) -> Iterator[str]:
    """Yield everything that is searched: the record, the claims, and the customer's name and contacts."""
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
    customer = complaint.customer
    yield from (customer.name, customer.email, customer.external_id or "", *phone_forms(customer))


def phone_forms(customer: Customer) -> list[str]:
    """Return the digits by which a number is found: of its normal form, and as it was written down."""
    return [customer.phone_key.removeprefix("+"), "".join(filter(str.isdecimal, customer.phone))]


def write(*complaints: Complaint) -> None:
    """Index these complaints as they are now."""
    rows = []
    for complaint in complaints:
        texts = list(texts_of(complaint))
        numbers = (words.phone_tokens(form) for form in phone_forms(complaint.customer))
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
    claims = Prefetch("claims", queryset=Claim.objects.order_by("position"))
    return list(Complaint.objects.filter(pk__in=ids).select_related("customer").prefetch_related(claims))


def fts_token(token: str) -> str:
    """Return a token in ASCII letters, because not every SQLite treats other scripts as letters."""
    return "".join(c if c.isascii() else f"x{ord(c):x}" for c in token)
