"""Statutory clocks: what a law or an authority demands, besides our own deadlines (L-10 to L-13, L-22).

The rules stand in docs/clocks.md, "Statutory packs". A pack's clock starts at the first receipt by the
organisation and is due at the end of day N in the pack's time zone (`workdays/day_counting.py`). It never
pauses, is never halved and never starts again; reopening, a second handling, conclude, withdraw, merge and
closing leave it running.

Only a final response meets it: the final answer of `resolve`, the letter of `conclude`, or, after conclude
without a letter or withdraw, a message with the purpose *final*. A deadline that an authority set at receipt
is a clock of the same kind without a pack. Lists and warnings use the earliest of all deadlines. Our own
rules never move a statutory one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.models import (
    ALWAYS_CODE,
    Approval,
    ApprovalKind,
    ApprovalState,
    CalendarVersion,
    Clock,
    ClockEnd,
    ClockKind,
    Complaint,
    Direction,
    Message,
    PolicyRule,
    Purpose,
    StatutoryPack,
)
from complaints.rows import lookups
from complaints.sla import clocks, firing
from complaints.sla.clocks import Subject
from complaints.sla.targets import calendar_now, facts_of, fits, matching_rule
from complaints.terms.errors import Problems
from complaints.workdays.day_counting import DayZero, Unit, day_after, day_zero, end_of_day, next_open_day
from complaints.workdays.working_time import WorkingCalendar

PACK = "pack"
"""The subject type of a pack's clock; the subject's id is that of the pack version that set it."""
MATCHED_ON = ("region", "channel", "external_authority")
"""The fields that a pack's conditions may use, out of those of policy rules."""
FIRST_ROUND = 1
"""The round of every statutory clock, because the law counts from the first receipt, whatever our rounds."""


@dataclass(frozen=True)
class Count:
    """A deadline counted in days: day 0, the last day, and the moment at which that day ends.

    `counted` is day N. It differs from the last day if the calendar is closed on it and the pack moves it on.
    """

    day_zero: date
    counted: date
    day: date
    due_at: datetime


@dataclass(frozen=True)
class Step:
    """The next extension: how many more units of the pack it gives, and the deadline that results."""

    more: int
    count: Count


def packs_now() -> list[StatutoryPack]:
    """Return the newest version of every pack, in the order in which they are tried."""
    return lookups.once("packs", _newest)


def _newest() -> list[StatutoryPack]:
    newest: dict[str, StatutoryPack] = {}
    for pack in StatutoryPack.objects.select_related("calendar").order_by("version"):
        newest[pack.code] = pack
    return sorted(newest.values(), key=lambda pack: (pack.order, pack.code))


def pack_for(facts: Mapping[str, object], received_at: datetime) -> StatutoryPack | None:
    """Return the first pack that fits and is in effect on the day of receipt. It may have no deadline."""
    return next((pack for pack in packs_now() if applies(pack, facts, received_at)), None)


def applies(pack: StatutoryPack, facts: Mapping[str, object], received_at: datetime) -> bool:
    day = received_at.astimezone(ZoneInfo(pack.timezone)).date()
    begun = pack.effective_from is None or pack.effective_from <= day
    over = pack.effective_to is not None and pack.effective_to < day
    return begun and not over and fits(pack.match, facts)


def calendar_of(pack: StatutoryPack) -> CalendarVersion:
    """Return the calendar of the pack's clock, in whose time warnings are counted: its own, or `ALWAYS`."""
    return calendar_now(pack.calendar.code if pack.calendar else ALWAYS_CODE)


def count(
    pack: StatutoryPack, received_at: datetime, calendar: CalendarVersion, length: int | None = None
) -> Count:
    """Count from receipt to the end of day `length`, in the pack's unit. The default is the pack's length."""
    return count_on(pack, received_at, calendar.working, length or pack.length or 1)


def count_on(
    pack: StatutoryPack, received_at: datetime, days: WorkingCalendar, length: int, *, last: bool = True
) -> Count:
    """Return the same as `count`, but on a calendar that need not be saved.

    `last=False` is for a day before the last one, such as the holding day: it is not moved to an open day.
    """
    working = days if pack.calendar_id else None
    zone = ZoneInfo(pack.timezone)
    first = day_zero(received_at, zone, DayZero(pack.receipt), working)
    counted = day_after(first, Unit(pack.unit), length, working)
    moves = last and pack.to_open_day and working is not None
    day = next_open_day(counted, working) if moves and working else counted
    return Count(first, counted, day, end_of_day(day, zone))


def begin(complaint: Complaint) -> list[Clock]:
    """Start the statutory clocks that this complaint needs and does not have. Returns the new ones.

    A pack starts only once for a complaint, whatever changes later, even in another version of it.
    """
    begun = Clock.objects.filter(complaint=complaint, kind=ClockKind.STATUTORY)
    started: list[Clock] = []
    if complaint.authority_due_at and not begun.filter(subject_type="").exists():
        started.append(_start(complaint, complaint.authority_due_at, calendar_now(ALWAYS_CODE)))
    pack = pack_for(facts_of(complaint), complaint.received_at)
    if pack is not None and pack.unit:
        versions = StatutoryPack.objects.filter(code=pack.code).values("pk")
        if not begun.filter(subject_type=PACK, subject_id__in=versions).exists():
            calendar = calendar_of(pack)
            due = count(pack, complaint.received_at, calendar).due_at
            started.append(_start(complaint, due, calendar, Subject(PACK, pack.pk)))
    return started


def _start(
    complaint: Complaint, due: datetime, calendar: CalendarVersion, subject: Subject = clocks.NOTHING
) -> Clock:
    clock = prepared(complaint.received_at, due, calendar, matching_rule(complaint), subject)
    clock.complaint = complaint
    clock.save(force_insert=True)
    return clock


def prepared(
    start: datetime,
    due: datetime,
    calendar: CalendarVersion,
    rule: PolicyRule,
    subject: Subject = clocks.NOTHING,
) -> Clock:
    """Return a statutory clock, not saved. The policy's rule gives it the warnings, but not the time."""
    clock = Clock(
        kind=ClockKind.STATUTORY,
        round=FIRST_ROUND,
        subject_type=subject.type,
        subject_id=subject.id,
        target_seconds=int(calendar.working.between(start, due).total_seconds()),
        calendar=calendar,
        rule=rule,
        started_at=start,
        due_at=due,
        original_due_at=due,
    )
    firing.schedule(clock, after=0)
    return clock


def pack_of(clock: Clock) -> StatutoryPack | None:
    """Return the pack version that set a clock, or None if an authority set it."""
    if clock.kind != ClockKind.STATUTORY or clock.subject_type != PACK:
        return None
    return StatutoryPack.objects.select_related("calendar").get(pk=clock.subject_id)


def packs_of(found: Iterable[Clock]) -> dict[int, StatutoryPack]:
    """Return the packs of these clocks by id. It takes one query, or none if no clock has a pack."""
    ids = {clock.subject_id for clock in found if clock.subject_type == PACK}
    return StatutoryPack.objects.in_bulk(ids) if ids else {}


def name_packs(found: Iterable[Clock]) -> None:
    """Set `pack` on each of these clocks, for a list that names it."""
    shown = list(found)
    packs = packs_of(shown)
    for clock in shown:
        clock.pack = packs.get(clock.subject_id) if clock.subject_type == PACK else None


# --- The final response ---
def is_open(complaint: Complaint) -> bool:
    """Return True if a final response is still owed."""
    return Clock.objects.live().filter(complaint=complaint, kind=ClockKind.STATUTORY).exists()


def check_final(problems: Problems, field: str, complaint: Complaint, text: str) -> None:
    """Note a problem for each mandatory clause of the complaint's packs that the text lacks (L-12)."""
    given = _plain(text)
    language = {"zh-hans": "zh", "zh-hant": "hant"}.get(complaint.customer.language, "en")
    own = Clock.objects.filter(
        complaint__in=complaint.family_ids(), kind=ClockKind.STATUTORY, subject_type=PACK
    ).exclude(ended_as=ClockEnd.CANCELLED)
    for pack in packs_of(own).values():
        for clause in pack.clauses:
            wordings = [words for words in clause.values() if words]
            if not any(_plain(words) in given for words in wordings):
                wanted = clause.get(language) or wordings[0]
                text_of = _("“%(pack)s” requires these words, which are missing: %(clause)s")
                problems.add(field, text_of % {"pack": pack.name, "clause": wanted})


def _plain(text: str) -> str:
    """Return the text without blanks, line breaks and capitals, which do not matter for a clause."""
    return "".join(text.split()).casefold()


def respond(complaint: Complaint, at: datetime) -> None:
    """Meet the statutory clocks of this complaint and all merged into it: the final response is sent."""
    clocks.meet(complaint, ClockKind.STATUTORY, at=at)
    merged = Complaint.objects.filter(pk__in=complaint.family_ids()).exclude(pk=complaint.pk)
    for other in merged:
        other.breaches_found = []
        clocks.meet(other, ClockKind.STATUTORY, at=at)


# --- Holding letter and extension ---
def holding_due(pack: StatutoryPack, clock: Clock) -> datetime | None:
    """Return the end of the day by which the customer must be told that it takes longer, or None."""
    if pack.holding_day is None:
        return None
    days = clock.calendar.working
    return count_on(pack, clock.started_at, days, pack.holding_day, last=False).due_at


def holding_sent(complaint: Complaint) -> datetime | None:
    """Return when the first holding message went out, or None."""
    told = Message.objects.filter(
        Q(complaint=complaint), direction=Direction.OUT, by_person=True, purpose=Purpose.HOLDING
    )
    return told.order_by("at").values_list("at", flat=True).first()


def extensions_granted(clock: Clock) -> int:
    """Return how many of the pack's extension steps this clock has been granted."""
    return Approval.objects.filter(
        complaint=clock.complaint_id,
        kind=ApprovalKind.DEADLINE_EXTENSION,
        state=ApprovalState.APPROVED,
        snapshot__clock_id=clock.pk,
    ).count()


def granted_to(found: Iterable[Clock]) -> dict[int, int]:
    """Return {clock id: extensions granted} for many clocks in one query. Clocks without any are left out."""
    ids = [clock.pk for clock in found]
    given = Approval.objects.filter(
        kind=ApprovalKind.DEADLINE_EXTENSION, state=ApprovalState.APPROVED, snapshot__clock_id__in=ids
    )
    return Counter(given.values_list("snapshot__clock_id", flat=True)) if ids else {}


def next_step(clock: Clock) -> Step | None:
    """Return the next extension that the pack allows, counted from day 0, or None.

    There is none if all steps were granted, or if the deadline was set by an authority.
    """
    pack = pack_of(clock)
    if pack is None:
        return None
    granted = extensions_granted(clock)
    if granted >= len(pack.steps):
        return None
    length = (pack.length or 0) + sum(pack.steps[: granted + 1])
    return Step(pack.steps[granted], count(pack, clock.started_at, clock.calendar, length))
