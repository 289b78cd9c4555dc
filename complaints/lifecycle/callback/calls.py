"""Call the customer within 24 hours of the resolution and ask whether the problem is solved (R-012)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts import people
from accounts.models import User
from accounts.roles import TeamKind
from complaints.lifecycle import engine, extend, tiers
from complaints.lifecycle.callback import attempts, schedule, scores
from complaints.lifecycle.callback.scores import Answer
from complaints.models import (
    AttemptResult,
    Callback,
    CallbackAttempt,
    Clock,
    ClockKind,
    Complaint,
    Direction,
    ParticipantRole,
    Purpose,
)
from complaints.models.callback import PlannedWhy
from complaints.notices import notify
from complaints.rights import access, authority
from complaints.rights.actors import SYSTEM, Actor
from complaints.sla import clocks, contact
from complaints.terms.errors import MoveNotAllowed, NotYours, Problems
from complaints.terms.input import clean_text
from complaints.terms.known import of_channel
from complaints.terms.stages import CallbackOutcome, Stage, second_handling_tier
from complaints.workdays.working_time import WorkingCalendar

WITHIN, ALL_WITHIN = timedelta(hours=24), timedelta(hours=48)
"""The time for the first try and for all tries, used if the complaint has no clock that says otherwise."""


def open_after_resolution(turn: engine.Turn) -> None:
    """Open the callback and its clocks. If the customer cannot be reached at all, go straight to review."""
    complaint = turn.complaint
    if not complaint.customer.can_be_reached:
        turn.handling.callback_outcome = CallbackOutcome.UNREACHABLE
        turn.handling.save(update_fields=["callback_outcome"])
        turn.change(stage=Stage.REVIEW, callback_outcome=CallbackOutcome.UNREACHABLE)
        turn.event("no_contact")
        return
    _open(turn)


def _open(turn: engine.Turn) -> Callback:
    clock = clocks.start(turn.complaint, ClockKind.CALLBACK, turn.at)
    clocks.start(turn.complaint, ClockKind.CALLBACK_OUTCOME, turn.at)
    cycle = Callback.objects.filter(handling=turn.handling).count() + 1
    due_at = clock.due_at if clock else turn.at + WITHIN
    planned = schedule.first_call(contact.contact_hours(), turn.at, due_at)
    return Callback.objects.create(
        handling=turn.handling,
        cycle=cycle,
        opened_at=turn.at,
        due_at=due_at,
        planned_at=planned.at,
        planned_why=planned.why,
    )


def open_callback(complaint: Complaint) -> Callback | None:
    """Return the callback that waits for an outcome, or None."""
    return (
        Callback.objects.filter(handling__complaint=complaint, finished_at__isnull=True)
        .select_related("handling")
        .first()
    )


def others_may_call(complaint: Complaint, resolver: User | None) -> bool:
    """Return True if anybody except the resolver is active and may call back."""
    of_team = people.agents().filter(teams__in=[complaint.team_id])
    callers = of_team | people.agents().filter(teams__kind=TeamKind.CALLBACK)
    excluded = authority.barred_ids(complaint) | ({resolver.pk} if resolver else set())
    eligible = callers.exclude(pk__in=excluded).distinct()
    return bool(access.among_who_see(complaint, eligible)) if complaint.confidential else eligible.exists()


def record_callback(
    complaint: Complaint, data: Mapping[str, Any], *, by: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """Record one try. `data` has the fields of `callback` (docs/http-interface.md).

    If the customer was reached or refused to answer, the try has an outcome (lifecycle.md, "Callback
    outcome"): the complaint goes to review, gets a second handling, or waits for a make-good.
    """
    with engine.move("callback", complaint, by=by, at=at, version=version, ready=_waits_for_call) as turn:
        pending: Callback = turn.found
        own = turn.handling.resolved_by_id == (turn.user.pk if turn.user else None)
        if own and others_may_call(turn.complaint, turn.user):
            raise NotYours(_("You resolved this complaint, so a colleague has to call back."))
        answer = scores.check(turn, pending, data)
        _log_attempt(turn, pending, data, answer)
        clocks.meet(turn.complaint, ClockKind.CALLBACK, at=at)
        if data["result"] == AttemptResult.REACHED:
            clocks.meet(turn.complaint, ClockKind.REPLY, at=at)
        if turn.user is not None:
            engine.involve(turn.complaint, ParticipantRole.CALLBACK, at=at, user=turn.user)
        if answer.outcome is not None:
            finish(turn, pending, answer, own)
    return complaint


def _waits_for_call(turn: engine.Turn) -> Callback:
    pending = open_callback(turn.complaint)
    if pending is None:
        raise MoveNotAllowed(_("No callback is open."))
    return pending


def _log_attempt(turn: engine.Turn, pending: Callback, data: Mapping[str, Any], answer: Answer) -> None:
    attempt = add_attempt(turn, pending, str(data["result"]), answer)
    turn.event("callback_attempt", answer.values["note"], result=data["result"], attempt=attempt.sequence)
    if answer.outcome is not None:
        return
    tries, hours = list(pending.attempts.all()), contact.contact_hours()
    used_up = attempts.used_up(tries, turn.complaint.customer, schedule.zone_of(hours))
    if answer.later_at is None and used_up and not pending.notice_sent_at:
        _send_notice(turn, pending)
    else:
        _plan_next(turn, pending, tries, hours, later_at=answer.later_at)


def _plan_next(
    turn: engine.Turn,
    pending: Callback,
    tries: list[CallbackAttempt],
    hours: WorkingCalendar,
    *,
    later_at: datetime | None,
) -> None:
    """Plan the next call.

    A time that the customer asked for wins; after the written notice nothing is planned.

    Planning moves no deadline.
    """
    if later_at is None and pending.notice_sent_at:
        return
    outcome = next(iter(clocks.live(turn.complaint, ClockKind.CALLBACK_OUTCOME)), None)
    all_by = outcome.due_at if outcome else pending.opened_at + ALL_WITHIN
    deadlines = schedule.Deadlines(pending.due_at, all_by)
    planned = (
        schedule.Planned(later_at, PlannedWhy.ASKED)
        if later_at
        else schedule.next_call(hours, tries, turn.at, deadlines)
    )
    pending.planned_at, pending.planned_why = planned
    pending.save(update_fields=["planned_at", "planned_why"])


def _send_notice(turn: engine.Turn, pending: Callback) -> None:
    """Send the written notice: the customer was tried often enough and has 72 hours to answer it."""
    pending.notice_sent_at, pending.planned_at, pending.planned_why = turn.at, None, ""
    pending.save(update_fields=["notice_sent_at", "planned_at", "planned_why"])
    event = turn.message(
        "callback_notice",
        "",
        direction=Direction.OUT,
        purpose=Purpose.AUTOMATIC,
        by_person=False,
        signed=SYSTEM,
    )
    notify.tell_customer("callback_notice", complaint=turn.complaint, at=turn.at, event=event)
    clocks.meet(turn.complaint, ClockKind.CALLBACK_OUTCOME, at=turn.at)
    clocks.start(turn.complaint, ClockKind.CALLBACK_NOTICE, turn.at)


def gave_no_answer(turn: engine.Turn, clock: Clock) -> None:
    """Record the outcome `unreachable` and go to review: no answer came within 72 hours of the notice.

    There are no scores then, so satisfaction is missing and does not count as neutral.
    """
    pending = open_callback(turn.complaint)
    if turn.complaint.stage != Stage.CALLBACK or pending is None:
        return
    clocks.cancel(turn.complaint, ClockKind.CALLBACK, ClockKind.CALLBACK_OUTCOME, at=turn.at)
    finish(turn, pending, Answer({"note": ""}, CallbackOutcome.UNREACHABLE, None, ""), own=False)


def add_attempt(turn: engine.Turn, pending: Callback, result: str, answer: Answer) -> CallbackAttempt:
    return CallbackAttempt.objects.create(
        callback=pending,
        sequence=pending.attempts.count() + 1,
        at=turn.at,
        by=turn.user,
        channel=answer.channel,
        result=result,
        later_at=answer.later_at,
        note=answer.values["note"][:1000],
    )


def finish(turn: engine.Turn, pending: Callback, answer: Answer, own: bool) -> None:
    outcome = answer.outcome
    assert outcome is not None
    for name, value in answer.values.items():
        setattr(pending, name, value)
    pending.finished_at, pending.outcome = turn.at, outcome
    pending.recorded_by, pending.self_callback = turn.user, own
    pending.save()
    clocks.meet(turn.complaint, ClockKind.CALLBACK_OUTCOME, ClockKind.CALLBACK_NOTICE, at=turn.at)
    extend.drop_ended(turn)
    turn.handling.callback_outcome = outcome
    turn.handling.save(update_fields=["callback_outcome"])
    turn.change(callback_outcome=outcome)
    said = _known_by(turn, answer)
    if outcome == CallbackOutcome.UNSATISFIED:
        _second_handling(turn, pending, said)
    elif outcome == CallbackOutcome.PARTLY:
        clocks.start(turn.complaint, ClockKind.MAKE_GOOD, turn.at)
        turn.event("callback_partly", pending.note, make_good=pending.make_good, **said)
    else:
        turn.change(stage=Stage.REVIEW)
        turn.event(
            "callback_done",
            pending.note,
            outcome=outcome,
            csat_solution=pending.csat_solution,
            **said,
        )


def _known_by(turn: engine.Turn, answer: Answer) -> dict[str, Any]:
    """Return {"known_by": how we know that the customer said this}; empty if the customer gave no answer."""
    if not answer.channel:
        return {}
    return {"known_by": turn.by.known_by or of_channel(answer.channel)}


def _second_handling(turn: engine.Turn, pending: Callback, said: dict[str, Any]) -> None:
    """Start the next round (lifecycle.md, "Second handling").

    The complaint goes one tier up, unassigned, with all claims open; the last assignee is barred, the clocks
    get half the time, and the supervisors are notified.
    """
    complaint = turn.complaint
    last = complaint.assignee or turn.handling.resolved_by
    turn.change(stage=Stage.DIAGNOSE, outcome=None)
    turn.new_round()
    complaint.all_claims().update(disposition="open", reason="")
    tiers.hand_over(turn, second_handling_tier(complaint.tier))
    if last is not None:
        engine.involve(complaint, ParticipantRole.BARRED, at=turn.at, user=last)
    clocks.start(complaint, ClockKind.RESOLUTION, turn.at)
    clocks.start(complaint, ClockKind.UPDATE, turn.at)
    event = turn.event("second_handling", pending.still_wrong, csat_solution=pending.csat_solution, **said)
    people = [*notify.responsible(complaint), *notify.supervisors_of(complaint.team)]
    notify.tell_users(people, "second_handling", complaint=complaint, at=turn.at, event=event)


def make_good_done(
    complaint: Complaint, *, by: Actor, at: datetime, evidence: str, version: int | None = None
) -> Complaint:
    """Record that the make-good is done, and open a new callback of 24 hours."""
    with engine.move(
        "make-good-done", complaint, by=by, at=at, version=version, ready=_open_make_good
    ) as turn:
        last: Callback = turn.found
        problems = Problems()
        evidence = clean_text(problems, "evidence", evidence, limit=1000, required=True)
        problems.check()
        last.make_good_done_at = at
        last.save(update_fields=["make_good_done_at"])
        clocks.meet(turn.complaint, ClockKind.MAKE_GOOD, at=at)
        turn.event("make_good_done", evidence)
        _open(turn)
    return complaint


def _open_make_good(turn: engine.Turn) -> Callback:
    last = Callback.objects.filter(handling=turn.handling).order_by("-cycle").first()
    if last is None or last.outcome != CallbackOutcome.PARTLY or last.make_good_done_at:
        raise MoveNotAllowed(_("No make-good is open."))
    return last
