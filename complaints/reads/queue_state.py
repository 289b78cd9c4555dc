"""Tell whether a page of the queue would look different now. Open pages ask often, so it must be cheap."""

from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import QuerySet

from complaints.models import Complaint
from complaints.reads.queue import PAGE, group_of
from complaints.terms.stages import Stage


class RowState(NamedTuple):
    """The values that decide how a row of the queue looks."""

    pk: int
    version: int
    event_count: int
    next_due_at: datetime | None
    stage: str


def row_of(complaint: Complaint) -> RowState:
    return RowState(*(getattr(complaint, name) for name in RowState._fields))


def rows_of_page(complaints: QuerySet[Complaint], number: str | None) -> list[RowState]:
    """Return the rows of one page of `work_list`, without everything else that they show."""
    plain = complaints.select_related(None).prefetch_related(None).values_list(*RowState._fields)
    return [RowState(*row) for row in Paginator(plain, PAGE).get_page(number).object_list]


def heading(row: Complaint | RowState, at: datetime, end_of_day: datetime) -> str:
    """Return the key of the heading under which a row appears."""
    return group_of(row.next_due_at, at, end_of_day) if row.stage != Stage.CLOSED else "none"


def in_one_word(rows: list[RowState], at: datetime, end_of_day: datetime) -> str:
    """Return one word that changes whenever a row, its progress or its heading changes."""
    shown = [(row.pk, row.version, row.event_count, heading(row, at, end_of_day)) for row in rows]
    return sha256(repr(shown).encode()).hexdigest()[:16]
