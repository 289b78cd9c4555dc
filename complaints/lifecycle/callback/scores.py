"""Check what was said in a callback: the scores, the outcome they lead to, the make-good after `partly`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import TeamKind
from complaints.lifecycle import engine
from complaints.models import AttemptResult, AuthorityGrade, Callback, Remedy
from complaints.rights import authority
from complaints.terms.errors import Problems
from complaints.terms.input import amount_minor, clean_text
from complaints.terms.stages import CallbackOutcome, Channel


@dataclass(frozen=True)
class Answer:
    values: dict[str, Any]
    outcome: CallbackOutcome | None
    later_at: datetime | None
    channel: str


def check(turn: engine.Turn, pending: Callback, data: Mapping[str, Any]) -> Answer:
    problems = Problems()
    problems.one_of("result", data.get("result"), AttemptResult.values)
    channel = str(data.get("channel") or Channel.PHONE)
    problems.one_of("channel", channel, Channel.values)
    values: dict[str, Any] = {"note": clean_text(problems, "note", data.get("note") or "")}
    result, outcome, later_at = data.get("result"), None, None
    if result == AttemptResult.LATER:
        later_at = data.get("later_at")
        if not isinstance(later_at, datetime) or later_at <= turn.at:
            problems.add("later_at", _("When should we call? Enter a time in the future."))
    if result == AttemptResult.REFUSED:
        outcome = CallbackOutcome.REFUSED
    if result == AttemptResult.REACHED:
        outcome = check_reached(problems, turn, pending, data, values)
    problems.check()
    return Answer(values, outcome, later_at, channel)


def check_reached(
    problems: Problems, turn: engine.Turn, pending: Callback, data: Mapping[str, Any], values: dict[str, Any]
) -> CallbackOutcome | None:
    values["resolved"] = data.get("resolved")
    if not isinstance(values["resolved"], bool):
        problems.add("resolved", _("Ask the customer whether it is solved."))
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
        problems.add("still_wrong", _("Write what is still wrong, so that nobody has to ask again."))
    if outcome == CallbackOutcome.PARTLY and turn.user is not None:
        values["make_good"] = _check_make_good(problems, turn, data.get("make_good") or {})
    return outcome


def outcome_of(resolved: bool, csat_solution: int, *, had_partly: bool) -> CallbackOutcome:
    """Return the outcome of a conversation (lifecycle.md, "Callback outcome").

    The attitude score never decides.
    """
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
        problems.add(name, _("Enter a score from %(low)d to %(high)d.") % {"low": low, "high": high})
        return None
    return value


def _check_make_good(problems: Problems, turn: engine.Turn, data: Mapping[str, Any]) -> dict[str, Any]:
    """Check the make-good and return {kind, amount (minor units), description}; {} if it is incomplete.

    The amount must lie within the caller's limit, which in a callback team is that of the grade `callback`.
    """
    remedy = Remedy.objects.filter(code=str(data.get("kind") or ""), is_active=True).first()
    description = clean_text(
        problems, "make_good.description", data.get("description") or "", limit=500, required=True
    )
    amount = amount_minor(problems, "make_good.amount", data.get("amount"))
    if remedy is None:
        problems.add("make_good.kind", _("Choose a remedy from the catalogue."))
        return {}
    amount = remedy.cost_minor if amount is None else amount
    if amount is None:
        problems.add("make_good.amount", _("This remedy needs an amount."))
        return {}
    assert turn.user is not None
    in_callback_team = turn.user.is_agent and turn.user.teams.filter(kind=TeamKind.CALLBACK).exists()
    limits = (
        authority.authority_of_grade(AuthorityGrade.CALLBACK)
        if in_callback_team
        else authority.authority_of(turn.user)
    )
    if not limits.covers(remedy.code, amount):
        problems.add("make_good.amount", _("This is above your limit for a make-good."))
    return {"kind": remedy.code, "amount": amount, "description": description}
