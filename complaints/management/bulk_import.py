"""Import complaints from a table: columns become fields, and each row goes through `receive`."""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from complaints.api.bodies import Given, carry_out
from complaints.api.bodies_intake import CustomerBody, ReceiveBody, receipt_of
from complaints.api.fields import Choice, Moment
from complaints.lifecycle import intake, past
from complaints.management.cells import Manner, value_of
from complaints.management.tables import BadFile, Row, Table, open_table
from complaints.models import Complaint
from complaints.rights.actors import Actor
from complaints.terms.errors import LifecycleError, MissingDetail

USUAL = {"text": "description", "lang": "customer.language", "id": "external_id"}
"""Usual names of columns, in addition to the names of the fields themselves."""
CUSTOMER = "customer."
UNNAMED = "imported without a name"
TOO_MANY = "there are more cells than columns: %s. Is a quotation mark missing, or a separator too many?"


SAME_ID = "line %d of this file has the same id but says something else"


class TableBody(ReceiveBody):
    """The fields of a row: those of a receipt, and how it ended."""

    outcome = Choice(past.OUTCOMES)
    closed_at = Moment()


FIELDS = frozenset(TableBody._declared_fields) - {"customer", "claims"} | {
    f"{CUSTOMER}{name}" for name in CustomerBody._declared_fields
}


@dataclass(frozen=True)
class Source:
    """A table: which column is which field, the values that all rows share, and how moments are written."""

    table: Table
    columns: Mapping[str, str]
    fixed: Mapping[str, str]
    manner: Manner


@dataclass(frozen=True)
class Wish:
    """How to record the rows: `quiet` as in `TakenOver`; `closed` is True for complaints that have ended."""

    quiet: bool | None = None
    closed: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Refused:
    """A refused row with (field, reason) pairs; the field is "" if the reason concerns the whole row."""

    row: Row
    reasons: tuple[tuple[str, str], ...]


@dataclass
class Report:
    received: int = 0
    quiet: int = 0
    there_already: int = 0
    refused: list[Refused] = field(default_factory=list)

    def write_errors(self, path: Path) -> None:
        """Write each reason with its line, field and words."""
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["line", "field", "message"])
            rows.writerows([each.row.line, *reason] for each in self.refused for reason in each.reasons)

    def write_rejects(self, path: Path, header: Sequence[str]) -> None:
        """Write the refused rows unchanged, each after its line and reasons, to be corrected and imported."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["refused_line", "refused_because", *header])
            for each in self.refused:
                because = "; ".join(f"{name}: {text}" if name else text for name, text in each.reasons)
                cells = [each.row.cells.get(name, "") for name in header]
                rows.writerow([each.row.line, because, *cells, *each.row.extra])


def open_source(
    path: Path,
    mapped: Sequence[str],
    fixed: Sequence[str],
    *,
    manner: Manner = Manner(),  # noqa: B008
    encoding: str | None = None,
) -> Source:
    """Open a table and check its columns.

    Raises BadFile for a file that cannot be read, a missing column or an unknown field.
    """
    table = open_table(path, encoding=encoding)
    columns = {name: USUAL.get(name, name) for name in table.header if USUAL.get(name, name) in FIELDS}
    for name, target in _pairs(mapped):
        if name not in table.header:
            raise BadFile(f"there is no column {name!r}; the columns are: {', '.join(table.header)}")
        columns[name] = _known(target)
    values = {_known(name): value for name, value in _pairs(fixed)}
    if "description" not in columns.values():
        raise BadFile(
            f"no column is the description; say which with --map COLUMN=description."
            f" The file is {table.manner}; its columns are: {', '.join(table.header)}"
        )
    twice = [target for target, times in Counter(columns.values()).items() if times > 1]
    if twice:
        raise BadFile(f"two columns are the field {twice[0]!r}")
    return Source(table, columns, values, manner)


def _pairs(given: Iterable[str]) -> Iterator[tuple[str, str]]:
    for pair in given:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise BadFile(f"{pair!r} does not have the form NAME=VALUE")
        yield name, value


def _known(name: str) -> str:
    if name not in FIELDS:
        raise BadFile(f"there is no field {name!r}; the fields are: {', '.join(sorted(FIELDS))}")
    return name


def take_in(
    source: Source, report: Report, *, by: Actor, now: Callable[[], datetime], wish: Wish
) -> Iterator[int]:
    """Receive row by row, each at its own moment and in its own transaction. Yield the line after each row.

    A crash costs at most the current row; a repeated run skips rows that were imported already. A row without
    an id is known by its content, whatever the file is called and wherever the row stands.
    """
    seen: Counter[str] = Counter()
    first: dict[str, tuple[int, str]] = {}
    for row in source.table.rows():
        body, digest = body_of(source, row), _digest(row)
        if "external_id" not in body:
            seen[digest] += 1
            body["external_id"] = digest if seen[digest] == 1 else f"{digest}:{seen[digest]}"
        line, content = first.setdefault(body["external_id"], (row.line, digest))
        if row.extra:
            report.refused.append(Refused(row, (("", TOO_MANY % ", ".join(row.extra)[:200]),)))
        elif content != digest:
            report.refused.append(Refused(row, (("external_id", SAME_ID % line),)))
        elif Complaint.objects.filter(logged_by=by.user, external_id=body["external_id"]).exists():
            report.there_already += 1
        else:
            _receive(body, row, report, by, now(), wish)
        yield row.line


def _receive(body: dict[str, Any], row: Row, report: Report, by: Actor, at: datetime, wish: Wish) -> None:
    given = Given(TableBody, body)
    taken = past.TakenOver(wish.quiet, wish.closed, given["outcome"], given["closed_at"])
    try:
        with transaction.atomic():
            complaint = carry_out(
                given, lambda: intake.receive(receipt_of(given), by=by, at=at, taken_over=taken)
            )
            report.quiet += past.is_quiet(taken, complaint, at)
            transaction.set_rollback(wish.dry_run)
        report.received += 1
    except MissingDetail as problem:
        reasons = [(name, text) for name, texts in problem.errors.items() for text in texts]
        report.refused.append(Refused(row, tuple(reasons)))
    except LifecycleError as problem:
        report.refused.append(Refused(row, (("", problem.message),)))


def _digest(row: Row) -> str:
    """Return the content of a row as an id: the same cells under the same names, in whatever order."""
    cells = sorted((name, cell.strip()) for name, cell in row.cells.items() if name and cell.strip())
    return f"row:{hashlib.sha256(repr(cells).encode('utf-8', 'surrogatepass')).hexdigest()}"


def body_of(source: Source, row: Row) -> dict[str, Any]:
    """Return a row as the body of a receipt. The channel is `api` if no column or option sets another."""
    customer: dict[str, Any] = {}
    body: dict[str, Any] = {"customer": customer, "channel": "api"}
    cells = {target: row.cells.get(column, "").strip() for column, target in source.columns.items()}
    for target, text in {**cells, **source.fixed}.items():
        if not text:
            continue
        name = target.removeprefix(CUSTOMER)
        within = customer if target.startswith(CUSTOMER) else body
        within[name] = value_of(name, text, source.manner)
    if not customer.get("id") and not customer.get("name"):
        customer.setdefault("anonymous_reason", UNNAMED)
    return body
