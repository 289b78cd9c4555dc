"""Call the customer within 24 hours of the resolution: was it really solved?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role, TeamKind
from complaints import authority, notify
from complaints.actors import CUSTOMER, Actor
from complaints.lifecycle import engine, escalate
from complaints.lifecycle.errors import MoveNotAllowed, NotYours, Problems
from complaints.lifecycle.stages import CallbackOutcome, Channel, Stage, second_handling_tier
from complaints.lifecycle.words import amount_minor, clean_text
from complaints.models import (
    AttemptResult,
    AuthorityGrade,
    Callback,
    CallbackAttempt,
    ClockKind,
    Complaint,
    Direction,
    ParticipantRole,
    Purpose,
    Remedy,
)
from complaints.sla import clocks

WITHIN = timedelta(hours=24)
SPACING = timedelta(hours=3)
"""Between two tries (lifecycle.md); it plans the next one, a call that was made is always recorded."""


def open_after_resolution(turn: engine.Turn) -> None:
    """Open the callback and its clocks; without any contact go straight to review."""
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
    return Callback.objects.create(
        handling=turn.handling, cycle=cycle, opened_at=turn.at, due_at=due_at, planned_at=turn.at
    )


def open_callback(complaint: Complaint) -> Callback | None:
    """The callback that waits for an outcome, if any."""
    return (
        Callback.objects.filter(handling__complaint=complaint, finished_at__isnull=True)
        .select_related("handling")
        .first()
    )


def others_may_call(complaint: Complaint, resolver: User | None) -> bool:
    """Whether somebody but the resolver is active and eligible to call back."""
    people = User.objects.filter(role=Role.AGENT, is_active=True).filter(
        teams__in=[complaint.team_id]
    ) | User.objects.filter(role=Role.AGENT, is_active=True, teams__kind=TeamKind.CALLBACK)
    excluded = authority.barred_ids(complaint) | ({resolver.pk} if resolver else set())
    return people.exclude(pk__in=excluded).exists()


@dataclass(frozen=True)
class _Answer:
    values: dict[str, Any]
    outcome: CallbackOutcome | None
    later_at: datetime | None
    channel: str


def record_callback(
    complaint: Complaint, data: Mapping[str, Any], *, by: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """Record one try (api.md `callback`). Reached: the scores decide between review and a second handling."""
    with engine.move("callback", complaint, by=by, at=at, version=version, ready=_waits_for_call) as turn:
        pending = _waits_for_call(turn)
        own = turn.handling.resolved_by_id == (turn.user.pk if turn.user else None)
        if own and others_may_call(turn.complaint, turn.user):
            raise NotYours(_("Whoever resolved it does not call back while a colleague can."))
        answer = _check(turn, pending, data)
        _log_attempt(turn, pending, data, answer)
        clocks.meet(turn.complaint, ClockKind.CALLBACK, at=at)
        if turn.user is not None:
            engine.involve(turn.complaint, ParticipantRole.CALLBACK, at=at, user=turn.user)
        if answer.outcome is not None:
            _finish(turn, pending, answer, own)
    return complaint


def _waits_for_call(turn: engine.Turn) -> Callback:
    pending = open_callback(turn.complaint)
    if pending is None:
        raise MoveNotAllowed(_("No callback is open now."))
    return pending


def _check(turn: engine.Turn, pending: Callback, data: Mapping[str, Any]) -> _Answer:
    problems = Problems()
    problems.one_of("result", data.get("result"), AttemptResult.values)
    channel = str(data.get("channel") or Channel.PHONE)
    problems.one_of("channel", channel, Channel.values)
    values: dict[str, Any] = {"note": clean_text(problems, "note", data.get("note") or "")}
    result, outcome, later_at = data.get("result"), None, None
    if result == AttemptResult.LATER:
        later_at = data.get("later_at")
        if not isinstance(later_at, datetime) or later_at <= turn.at:
            problems.add("later_at", _("When should we call? Give a time to come."))
    if result == AttemptResult.REFUSED:
        outcome = CallbackOutcome.REFUSED
    if result == AttemptResult.REACHED:
        outcome = _check_reached(problems, turn, pending, data, values)
    problems.check()
    return _Answer(values, outcome, later_at, channel)


def _check_reached(
    problems: Problems, turn: engine.Turn, pending: Callback, data: Mapping[str, Any], values: dict[str, Any]
) -> CallbackOutcome | None:
    values["resolved"] = data.get("resolved")
    if not isinstance(values["resolved"], bool):
        problems.add("resolved", _("Ask whether it is solved."))
    for name, low, high, required in (
        ("csat_solution", 1, 5, True),
        ("csat_attitude", 1, 5, True),
        ("csat_process", 1, 5, False),
        ("nps", 0, 10, False),
    ):
        values[name] = _score(problems, name, data.get(name), low, high, required)
    values["would_use_again"] = data.get("would_use_again")
    values["still_wrong"] = clean_text(problems, "still_wrong", data.get("still_wrong") or "")
    if problems.errors:
        return None
    outcome = outcome_of(values["resolved"], values["csat_solution"], had_partly=_had_partly(pending))
    if outcome == CallbackOutcome.UNSATISFIED and not values["still_wrong"]:
        problems.add("still_wrong", _("What is still wrong? The next person must not ask again."))
    if outcome == CallbackOutcome.PARTLY and turn.user is not None:
        values["make_good"] = _check_make_good(problems, turn, data.get("make_good") or {})
    return outcome


def outcome_of(resolved: bool, csat_solution: int, *, had_partly: bool) -> CallbackOutcome:
    """lifecycle.md, "Callback outcome": the attitude score never decides."""
    if not resolved or csat_solution <= 2:
        return CallbackOutcome.UNSATISFIED
    if csat_solution == 3:
        return CallbackOutcome.UNSATISFIED if had_partly else CallbackOutcome.PARTLY
    return CallbackOutcome.SATISFIED


def _had_partly(pending: Callback) -> bool:
    return Callback.objects.filter(handling=pending.handling, outcome=CallbackOutcome.PARTLY).exists()


def _score(problems: Problems, name: str, value: object, low: int, high: int, required: bool) -> int | None:
    if value is None or value == "":
        if required:
            problems.add(name, _("This is required."))
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        problems.add(name, _("Give a score from %(low)d to %(high)d.") % {"low": low, "high": high})
        return None
    return value


def _check_make_good(problems: Problems, turn: engine.Turn, data: Mapping[str, Any]) -> dict[str, Any]:
    """A small remedy within the caller's limit."""
    remedy = Remedy.objects.filter(code=str(data.get("kind") or "")).first()
    description = clean_text(
        problems, "make_good.description", data.get("description") or "", limit=500, required=True
    )
    amount = amount_minor(problems, "make_good.amount", data.get("amount"))
    if remedy is None:
        problems.add("make_good.kind", _("Choose a remedy of the catalogue."))
        return {}
    amount = remedy.cost_minor if amount is None else amount
    if amount is None:
        problems.add("make_good.amount", _("This remedy needs an amount."))
        return {}
    assert turn.user is not None
    in_callback_team = (
        turn.user.teams.filter(kind=TeamKind.CALLBACK).exists() and turn.user.role == Role.AGENT
    )
    limits = (
        authority.authority_of_grade(AuthorityGrade.CALLBACK)
        if in_callback_team
        else authority.authority_of(turn.user)
    )
    if not limits.covers(remedy.code, amount):
        problems.add("make_good.amount", _("This is above your limit for a make-good."))
    return {"kind": remedy.code, "amount": amount, "description": description}


def _log_attempt(turn: engine.Turn, pending: Callback, data: Mapping[str, Any], answer: _Answer) -> None:
    attempt = _add_attempt(turn, pending, str(data["result"]), answer)
    pending.planned_at = answer.later_at or turn.at + SPACING
    pending.save(update_fields=["planned_at"])
    turn.event("callback_attempt", answer.values["note"], result=data["result"], attempt=attempt.sequence)


def _add_attempt(turn: engine.Turn, pending: Callback, result: str, answer: _Answer) -> CallbackAttempt:
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


def rated_by_link(pending: Callback) -> bool:
    """Whether the customer has rated this resolution on their own page already."""
    return pending.attempts.filter(
        by__isnull=True, channel=Channel.WEB, result=AttemptResult.REACHED
    ).exists()


def rate(
    complaint: Complaint,
    data: Mapping[str, Any],
    *,
    at: datetime,
    by: Actor = CUSTOMER,
    version: int | None = None,
) -> Complaint:
    """The customer answers on their own page: the same scores and outcomes as when reached by phone.

    A "partly" is kept and leaves the callback and its clocks to a person, for only people grant a make-good.
    """
    with engine.move("rate", complaint, by=by, at=at, version=version) as turn:
        pending = open_callback(turn.complaint)
        if pending is None:
            raise MoveNotAllowed(_("Nothing is left to rate now."))
        if rated_by_link(pending):
            raise MoveNotAllowed(_("You have told us already."))
        problems = Problems()
        values: dict[str, Any] = {"note": clean_text(problems, "note", data.get("note") or "")}
        outcome = _check_reached(problems, turn, pending, data, values)
        problems.check()
        answer = _Answer(values, outcome, None, Channel.WEB)
        _add_attempt(turn, pending, AttemptResult.REACHED, answer)
        _record_words(turn, values)
        if outcome != CallbackOutcome.PARTLY:
            clocks.meet(turn.complaint, ClockKind.CALLBACK, at=at)
            _finish(turn, pending, answer, own=False)
    return complaint


def _record_words(turn: engine.Turn, values: Mapping[str, Any]) -> None:
    """What the customer said on their page stands in the timeline as their message."""
    scores = {name: values[name] for name in ("resolved", "csat_solution", "csat_attitude", "nps")}
    words = "\n\n".join(filter(None, [values["still_wrong"], values["note"]]))
    event = turn.message(
        "rated",
        words,
        direction=Direction.IN,
        purpose=Purpose.REPLY,
        channel=Channel.WEB,
        by_person=True,
        **scores,
    )
    notify.tell_users(
        notify.responsible(turn.complaint),
        "customer_wrote",
        complaint=turn.complaint,
        at=turn.at,
        event=event,
    )


def _finish(turn: engine.Turn, pending: Callback, answer: _Answer, own: bool) -> None:
    outcome = answer.outcome
    assert outcome is not None
    for name, value in answer.values.items():
        setattr(pending, name, value)
    pending.finished_at, pending.outcome = turn.at, outcome
    pending.recorded_by, pending.self_callback = turn.user, own
    pending.save()
    clocks.meet(turn.complaint, ClockKind.CALLBACK_OUTCOME, at=turn.at)
    turn.handling.callback_outcome = outcome
    turn.handling.save(update_fields=["callback_outcome"])
    turn.change(callback_outcome=outcome)
    if outcome == CallbackOutcome.UNSATISFIED:
        _second_handling(turn, pending)
    elif outcome == CallbackOutcome.PARTLY:
        turn.event("callback_partly", pending.note, make_good=pending.make_good)
    else:
        turn.change(stage=Stage.REVIEW)
        turn.event("callback_done", pending.note, outcome=outcome, csat_solution=pending.csat_solution)


def _second_handling(turn: engine.Turn, pending: Callback) -> None:
    """Round + 1, one tier up, unassigned, the last assignee barred, half the time, supervisors told."""
    complaint = turn.complaint
    last = complaint.assignee or turn.handling.resolved_by
    turn.change(stage=Stage.DIAGNOSE, outcome=None)
    turn.new_round()
    complaint.claims.update(disposition="open", reason="")
    escalate.hand_over(turn, second_handling_tier(complaint.tier))
    if last is not None:
        engine.involve(complaint, ParticipantRole.BARRED, at=turn.at, user=last)
    clocks.start(complaint, ClockKind.RESOLUTION, turn.at)
    clocks.start(complaint, ClockKind.UPDATE, turn.at)
    event = turn.event("second_handling", pending.still_wrong, csat_solution=pending.csat_solution)
    people = [*notify.responsible(complaint), *notify.supervisors_of(complaint.team)]
    notify.tell_users(people, "second_handling", complaint=complaint, at=turn.at, event=event)


def make_good_done(
    complaint: Complaint, *, by: Actor, at: datetime, evidence: str, version: int | None = None
) -> Complaint:
    """The small remedy after a "partly" is done: a new 24-hour callback."""
    with engine.move(
        "make-good-done", complaint, by=by, at=at, version=version, ready=_open_make_good
    ) as turn:
        last = _open_make_good(turn)
        problems = Problems()
        evidence = clean_text(problems, "evidence", evidence, limit=1000, required=True)
        problems.check()
        last.make_good_done_at = at
        last.save(update_fields=["make_good_done_at"])
        turn.event("make_good_done", evidence)
        _open(turn)
    return complaint


def _open_make_good(turn: engine.Turn) -> Callback:
    last = Callback.objects.filter(handling=turn.handling).order_by("-cycle").first()
    if last is None or last.outcome != CallbackOutcome.PARTLY or last.make_good_done_at:
        raise MoveNotAllowed(_("No make-good is open."))
    return last
