"""Import complaints from a table: columns become fields, and each row goes through `receive`."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from complaints.api.bodies import Given, carry_out
from complaints.api.bodies_intake import CustomerBody, ReceiveBody, receipt_of
from complaints.lifecycle import intake
from complaints.models import Complaint
from complaints.rights.actors import Actor
from complaints.terms.errors import LifecycleError, MissingDetail

LANGUAGES = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant", "en": "en"}
USUAL = {"text": "description", "lang": "customer.language", "id": "external_id"}
"""Usual names of columns, in addition to the names of the fields themselves."""
LISTS = {"risk_flags", "about_staff"}
CUSTOMER = "customer."
FIELDS = frozenset(ReceiveBody._declared_fields) - {"customer", "claims"} | {
    f"{CUSTOMER}{name}" for name in CustomerBody._declared_fields
}
UNNAMED = "imported without a name"
LARGEST_CELL = 1_000_000


class BadFile(ValueError):
    """The file or its columns cannot be used at all."""


@dataclass
class Source:
    """A readable table: which column is which field, and the values that all rows share."""

    path: Path
    columns: dict[str, str]
    fixed: dict[str, str]
    count: int


@dataclass
class Report:
    received: int = 0
    passed_over: int = 0
    failed: int = 0
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    """(line of the file, field, message); the header is line 1."""

    def write(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["line", "field", "message"])
            rows.writerows(self.errors)


def open_file(path: Path, mapped: Sequence[str], fixed: Sequence[str]) -> Source:
    """Open a table and check its columns.

    Raises BadFile for a file that cannot be read, a missing column or an unknown field.
    """
    csv.field_size_limit(LARGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header = list(reader.fieldnames or [])
            count = sum(1 for _row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise BadFile(f"{path}: {problem}") from problem
    columns = {name: USUAL.get(name, name) for name in header if USUAL.get(name, name) in FIELDS}
    for name, target in _pairs(mapped):
        if name not in header:
            raise BadFile(f"there is no column {name!r}; the columns are: {', '.join(header)}")
        columns[name] = _known(target)
    values = {_known(name): value for name, value in _pairs(fixed)}
    if "description" not in columns.values():
        raise BadFile("no column is the description; say which with --map COLUMN=description")
    return Source(path, columns, values, count)


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
    source: Source, report: Report, *, by: Actor, at: datetime, dry_run: bool = False
) -> Iterator[int]:
    """Receive row by row, each in its own transaction. Yield the line number after each row.

    A crash costs at most the current row; a repeated run skips rows whose external id exists already.
    """
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        for number, row in enumerate(reader, start=1):
            body = _body(source, row, number)
            known = Complaint.objects.filter(logged_by=by.user, external_id=body["external_id"])
            if known.exists():
                report.passed_over += 1
            else:
                _receive(body, reader.line_num, report, by, at, dry_run)
            yield reader.line_num


def _receive(body: dict[str, Any], line: int, report: Report, by: Actor, at: datetime, dry_run: bool) -> None:
    given = Given(ReceiveBody, body)
    try:
        with transaction.atomic():
            carry_out(given, lambda: intake.receive(receipt_of(given), by=by, at=at))
            transaction.set_rollback(dry_run)
        report.received += 1
    except MissingDetail as problem:
        report.failed += 1
        report.errors += [(line, name, text) for name, texts in problem.errors.items() for text in texts]
    except LifecycleError as problem:
        report.failed += 1
        report.errors.append((line, "", problem.message))


def _body(source: Source, row: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a row as the body of a receipt.

    Without an id of its own it gets one from its position in the file.
    """
    customer: dict[str, Any] = {}
    body: dict[str, Any] = {"customer": customer, "channel": "api"}
    cells = {target: str(row.get(column) or "").strip() for column, target in source.columns.items()}
    for target, value in {**cells, **source.fixed}.items():
        if not value:
            continue
        if target.startswith(CUSTOMER):
            customer[target.removeprefix(CUSTOMER)] = _value(target.removeprefix(CUSTOMER), value)
        else:
            body[target] = _value(target, value)
    body.setdefault("external_id", f"{source.path.stem}:{number}")
    if not customer.get("id") and not customer.get("name"):
        customer.setdefault("anonymous_reason", UNNAMED)
    return body


def _value(target: str, text: str) -> Any:
    if target in LISTS:
        return [word.strip() for word in text.split(";") if word.strip()]
    if target == "language":
        return LANGUAGES.get(text.lower(), text.lower())
    if target == "confidential":
        return {"true": True, "yes": True, "1": True}.get(text.lower(), False)
    if target == "id":
        return int(text) if text.isdigit() else text
    return text
