"""What a law or an authority demands: a layer over our own promises (docs/clocks.md; L-10 to L-13, L-22).

A pack's clock starts at the first receipt by the organisation and ends at the end of day N in the pack's zone
(`day_counting`). It never pauses, is never halved, begun again or given up: reopening, a second handling,
conclude, withdraw, merge and closing leave it running. Only a final response meets it: the final answer of
`resolve`, the letter of `conclude`, or after conclude and withdraw a person's closing answer. A time that an
authority set at receipt is a clock of the same kind without a pack, beside the internal ones: the earlier of
them is what lists and warnings go by, and nothing of ours moves it.
"""

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
from complaints.workdays.day_counting import DayZero, Unit, day_after, day_zero, end_of_day
from complaints.workdays.working_time import WorkingCalendar

PACK = "pack"
"""The subject of a pack's clock: the id of the version that set it."""
MATCHED_ON = ("region", "channel", "external_authority")
"""What packs may ask for, of the fields that policy rules know."""
FIRST_ROUND = 1
"""Rounds are ours; the law counts from first receipt."""


@dataclass(frozen=True)
class Count:
    """One way from receipt to deadline: day 0, day N and the moment at which that day ends."""

    day_zero: date
    day: date
    due_at: datetime


@dataclass(frozen=True)
class Step:
    """The next extension: how many more units, and the deadline that it gives."""

    more: int
    count: Count


def packs_now() -> list[StatutoryPack]:
    """The newest version of every pack, in the order in which they are asked."""
    return lookups.once("packs", _newest)


def _newest() -> list[StatutoryPack]:
    newest: dict[str, StatutoryPack] = {}
    for pack in StatutoryPack.objects.select_related("calendar").order_by("version"):
        newest[pack.code] = pack
    return sorted(newest.values(), key=lambda pack: (pack.order, pack.code))


def pack_for(facts: Mapping[str, object], received_at: datetime) -> StatutoryPack | None:
    """The first pack that fits and is in effect on the day of receipt; it may be one without a deadline."""
    return next((pack for pack in packs_now() if applies(pack, facts, received_at)), None)


def applies(pack: StatutoryPack, facts: Mapping[str, object], received_at: datetime) -> bool:
    day = received_at.astimezone(ZoneInfo(pack.timezone)).date()
    begun = pack.effective_from is None or pack.effective_from <= day
    over = pack.effective_to is not None and pack.effective_to < day
    return begun and not over and fits(pack.match, facts)


def calendar_of(pack: StatutoryPack) -> CalendarVersion:
    """On what its clock's warnings are spread: the pack's business days, else elapsed time."""
    return calendar_now(pack.calendar.code if pack.calendar else ALWAYS_CODE)


def count(
    pack: StatutoryPack, received_at: datetime, calendar: CalendarVersion, length: int | None = None
) -> Count:
    """Day 0 to the end of day `length` (the pack's own unless another is given)."""
    working: WorkingCalendar | None = calendar.working if pack.calendar_id else None
    zone = ZoneInfo(pack.timezone)
    first = day_zero(received_at, zone, DayZero(pack.receipt), working)
    last = day_after(first, Unit(pack.unit), length or pack.length or 1, working)
    return Count(first, last, end_of_day(last, zone))


def begin(complaint: Complaint) -> list[Clock]:
    """Start what is demanded of this complaint and has not begun; a pack begins once, whatever changes."""
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
    """A clock of this kind, not saved. Of the policy's rule it has the warnings, not the time."""
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
    """The version that set a clock; None for a time that an authority set."""
    if clock.kind != ClockKind.STATUTORY or clock.subject_type != PACK:
        return None
    return StatutoryPack.objects.select_related("calendar").get(pk=clock.subject_id)


def packs_of(found: Iterable[Clock]) -> dict[int, StatutoryPack]:
    """The packs of these clocks by their id, in one query, in none where there is no such clock."""
    ids = {clock.subject_id for clock in found if clock.subject_type == PACK}
    return StatutoryPack.objects.in_bulk(ids) if ids else {}


def name_packs(found: Iterable[Clock]) -> None:
    """Give each of these clocks the pack that has set it, for a list that names it."""
    shown = list(found)
    packs = packs_of(shown)
    for clock in shown:
        clock.pack = packs.get(clock.subject_id) if clock.subject_type == PACK else None


# --- The final response ---
def is_open(complaint: Complaint) -> bool:
    """Whether a final response is still owed."""
    return Clock.objects.live().filter(complaint=complaint, kind=ClockKind.STATUTORY).exists()


def check_final(problems: Problems, field: str, complaint: Complaint, text: str) -> None:
    """A final response that lacks a mandatory clause of the complaint's packs cannot be sent (L-12)."""
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
                text_of = _("“%(pack)s” demands these words, which are missing: %(clause)s")
                problems.add(field, text_of % {"pack": pack.name, "clause": wanted})


def _plain(text: str) -> str:
    """Line breaks and capitals make no other clause."""
    return "".join(text.split()).casefold()


def respond(complaint: Complaint, at: datetime) -> None:
    """The final response has gone out: it answers this complaint and all that were merged into it."""
    clocks.meet(complaint, ClockKind.STATUTORY, at=at)
    merged = Complaint.objects.filter(pk__in=complaint.family_ids()).exclude(pk=complaint.pk)
    for other in merged:
        other.breaches_found = []
        clocks.meet(other, ClockKind.STATUTORY, at=at)


# --- Holding letter and extension ---
def holding_due(pack: StatutoryPack, clock: Clock) -> datetime | None:
    """The end of the day by which the customer is told that it takes longer."""
    if pack.holding_day is None:
        return None
    return count(pack, clock.started_at, clock.calendar, pack.holding_day).due_at


def holding_sent(complaint: Complaint) -> datetime | None:
    """When the first holding letter went out."""
    told = Message.objects.filter(
        Q(complaint=complaint), direction=Direction.OUT, by_person=True, purpose=Purpose.HOLDING
    )
    return told.order_by("at").values_list("at", flat=True).first()


def extensions_granted(clock: Clock) -> int:
    """How many of the pack's steps this clock has had."""
    return Approval.objects.filter(
        complaint=clock.complaint_id,
        kind=ApprovalKind.DEADLINE_EXTENSION,
        state=ApprovalState.APPROVED,
        snapshot__clock_id=clock.pk,
    ).count()


def next_step(clock: Clock) -> Step | None:
    """The extension that the pack still allows, counted from day 0; none where an authority set the time."""
    pack = pack_of(clock)
    if pack is None:
        return None
    granted = extensions_granted(clock)
    if granted >= len(pack.steps):
        return None
    length = (pack.length or 0) + sum(pack.steps[: granted + 1])
    return Step(pack.steps[granted], count(pack, clock.started_at, clock.calendar, length))
