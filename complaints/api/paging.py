"""Lists page by page. Each page starts after the last row of the one before, so deep pages cost no more.

An order may consist of parts that are read one after the other, so that each part is a plain scan of an
index: rows without a deadline come after those with one, and severities come one by one.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.terms.errors import MissingDetail

DEFAULT_SIZE, LARGEST_SIZE = 50, 200
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Part:
    """The rows that match `where`, in the order of `by` ("-" for descending), then by id."""

    where: Q = field(default_factory=Q)
    by: str = "id"

    @property
    def name(self) -> str:
        return self.by.lstrip("-")

    @property
    def names(self) -> tuple[str, ...]:
        return ("id",) if self.name == "id" else (self.name, "id")

    def descends(self, back: bool) -> bool:
        return self.by.startswith("-") != back

    def rows(self, rows: QuerySet[Row], after: Sequence[Any] | None, back: bool) -> QuerySet[Row]:
        """Return the rows of this part after these values (with `back`: before them), nearest first."""
        down = self.descends(back)
        sign, step = ("-", "lt") if down else ("", "gt")
        found = rows.filter(self.where).order_by(*[sign + name for name in self.names])
        if after is None:
            return found
        if self.names == ("id",):
            return found.filter(**{f"id__{step}": after[0]})
        beyond = Q(**{f"{self.name}__{step}": after[0]}) | Q(**{self.name: after[0], f"id__{step}": after[1]})
        return found.filter(Q(**{f"{self.name}__{step}e": after[0]}) & beyond)


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: direction, part, and the ordering values of the row that it follows."""

    back: bool
    part: int
    values: tuple[Any, ...]

    def text(self) -> str:
        plain = [v.isoformat() if isinstance(v, datetime) else v for v in self.values]
        packed = json.dumps([int(self.back), self.part, *plain], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read_cursor(text: str, parts: Sequence[Part], rows: QuerySet[Any]) -> Cursor:
    """Return the cursor that an answer of ours contained. Raises MissingDetail (400) for any other text."""
    try:
        packed = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
        back, part, *values = json.loads(packed)
        names = parts[part].names
        if back not in (0, 1) or part < 0 or len(values) != len(names):
            raise ValueError
        columns = [rows.model._meta.get_field(name) for name in names]
        checked = tuple(_checked(column, value) for column, value in zip(columns, values, strict=True))
    except (ValueError, TypeError, IndexError, RecursionError, OverflowError):
        raise MissingDetail(
            {"cursor": [_("This page does not exist. Start again without a cursor.")]}
        ) from None
    return Cursor(bool(back), part, checked)


def _checked(column: Any, value: Any) -> Any:
    if column.get_internal_type() == "DateTimeField":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError
    return value


def read_size(request: Request, default: int = DEFAULT_SIZE) -> int:
    """Return the requested size of a page. Raises MissingDetail unless it is from 1 to LARGEST_SIZE."""
    given = request.query_params.get("page_size", str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 6 and 1 <= int(given) <= LARGEST_SIZE):
        raise MissingDetail({"page_size": [_("Ask for 1 to %(most)d.") % {"most": LARGEST_SIZE}]})
    return int(given)


def answer(
    request: Request,
    rows: QuerySet[Row],
    parts: Sequence[Part],
    show: Callable[[list[Row]], Sequence[Mapping[str, Any]]],
    default_size: int = DEFAULT_SIZE,
) -> Response:
    """Return one page as {"next", "previous", "results"}. Raises MissingDetail for a bad cursor or size."""
    size, given = read_size(request, default_size), request.query_params.get("cursor")
    cursor = read_cursor(given, parts, rows) if given else None
    found = _find(rows, parts, cursor, size + 1)
    more, found = len(found) > size, found[:size]
    back = cursor is not None and cursor.back
    if back:
        found.reverse()
    before = more if back else cursor is not None
    after = True if back else more
    return Response(
        {
            "next": _link(request, found, parts, back=False) if after and found else None,
            "previous": _link(request, found, parts, back=True) if before and found else None,
            "results": list(show([row for _part, row in found])),
        }
    )


def _find(
    rows: QuerySet[Row], parts: Sequence[Part], cursor: Cursor | None, wanted: int
) -> list[tuple[int, Row]]:
    back = cursor is not None and cursor.back
    order = list(range(len(parts)))
    start = cursor.part if cursor else 0
    order = order[start::-1] if back else order[start:]
    found: list[tuple[int, Row]] = []
    for number in order:
        after = cursor.values if cursor is not None and number == cursor.part else None
        part = parts[number].rows(rows, after, back)[: wanted - len(found)]
        found += [(number, row) for row in part]
        if len(found) >= wanted:
            break
    return found


def _link(request: Request, found: list[tuple[int, Any]], parts: Sequence[Part], *, back: bool) -> str:
    number, row = found[0] if back else found[-1]
    values = tuple(getattr(row, name) for name in parts[number].names)
    query = {name: request.query_params.getlist(name) for name in request.query_params if name != "cursor"}
    query["cursor"] = [Cursor(back, number, values).text()]
    return request.build_absolute_uri(f"{request.path}?{urlencode(query, doseq=True)}")
