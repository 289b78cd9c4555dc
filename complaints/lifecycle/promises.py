"""Promises to the customer: each has a clock, and is kept in time or broken (R-016)."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.models import Clock, ClockKind, Complaint, Promise
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.sla.clocks import Subject
from complaints.terms.errors import MissingDetail, MoveNotAllowed, Problems
from complaints.terms.input import check_not_too_far, clean_text

SUBJECT = "promise"
LONGEST = 500


def promise(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    text: str,
    due_at: datetime | None,
    version: int | None = None,
) -> Promise:
    """Record what was promised and by when (`due_at`, aware and in the future), and start its clock."""
    with engine.move("promise", complaint, by=by, at=at, version=version) as turn:
        problems = Problems()
        text = clean_text(problems, "text", text, limit=LONGEST, required=True)
        check_due(problems, "due_at", due_at, at)
        problems.check()
        assert due_at is not None
        made = make(turn, text, due_at)
    return made


def check_due(problems: Problems, field: str, due_at: object, at: datetime, *, required: bool = True) -> None:
    """Note a problem unless `due_at` is an aware moment in the future and not too far ahead."""
    if due_at is None:
        if required:
            problems.add(field, _("By when? Enter a time in the future."))
    elif not isinstance(due_at, datetime) or due_at.tzinfo is None or due_at <= at:
        problems.add(field, _("Enter a time in the future."))
    else:
        check_not_too_far(problems, field, due_at, at)


def make(turn: engine.Turn, text: str, due_at: datetime) -> Promise:
    made = Promise.objects.create(
        complaint=turn.complaint,
        handling=turn.handling,
        text=text,
        due_at=due_at,
        made_at=turn.at,
        made_by=turn.user,
    )
    subject = Subject(SUBJECT, made.pk)
    clocks.start(turn.complaint, ClockKind.PROMISE, turn.at, subject=subject, due_at=due_at)
    turn.event("promised", text, promise=made.pk, due=due_at.isoformat())
    return made


def keep(
    complaint: Complaint,
    promise_id: int,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    version: int | None = None,
) -> Complaint:
    """Mark a promise as kept. If its time has passed, it also counts as broken since then."""
    kept: list[Promise] = []

    def open_still(turn: engine.Turn) -> None:
        kept.extend(Promise.objects.filter(complaint=turn.complaint, pk=promise_id))
        if kept and kept[0].kept_at:
            raise MoveNotAllowed(_("This promise has already been marked as kept."))

    with engine.move("keep-promise", complaint, by=by, at=at, version=version, ready=open_still) as turn:
        if not kept:
            raise MissingDetail({"promise": [_("There is no such promise.")]})
        problems = Problems()
        note = clean_text(problems, "note", note, limit=500)
        problems.check()
        made = kept[0]
        made.kept_at, made.note = at, note
        if at > made.due_at:
            made.broken_at = made.due_at
        made.save(update_fields=["kept_at", "note", "broken_at"])
        clocks.meet(turn.complaint, ClockKind.PROMISE, at=at, subject=Subject(SUBJECT, made.pk))
        turn.event("promise_kept", note or made.text, promise=made.pk, late=made.broken_at is not None)
    return complaint


def broken(turn: engine.Turn, clock: Clock) -> None:
    """Mark the promise of this clock as broken, because its time has passed.

    The clock itself notifies people.
    """
    Promise.objects.filter(pk=clock.subject_id, kept_at__isnull=True).update(broken_at=clock.due_at)


def settle_missed(turn: engine.Turn) -> None:
    """Mark the promises that were missed before the complaint ended, because no sweep will look at them."""
    missed = Promise.objects.filter(complaint=turn.complaint, kept_at__isnull=True, due_at__lt=turn.at)
    missed.filter(broken_at__isnull=True).update(broken_at=F("due_at"))
