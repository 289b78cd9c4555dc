"""Solve a complaint on the call: from receipt to resolution in one form, while the customer waits (R-015)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.lifecycle import converse, diagnose, engine, intake, resolve
from complaints.lifecycle.receipt import Receipt, check
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Complaint, Outbox, PlanState, Purpose, Task
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, MoveNotAllowed, Problems, RoleMayNot
from complaints.terms.input import clean_text
from complaints.terms.stages import ON_THE_LINE, Stage


@dataclass(frozen=True)
class Solution:
    """What was found out and done on the call. `finding` and `offer` have the fields of those steps."""

    finding: Mapping[str, Any]
    offer: Mapping[str, Any]
    acceptance: str
    done_evidence: str
    final_answer: str


def solve_at_once(receipt: Receipt, solution: Solution, *, by: Actor, at: datetime) -> Complaint:
    """Run every step from receipt to resolution at one moment. If one is refused, none has happened.

    This is for agents only, on the phone, in a store or by chat, if the complaint stays with the agent and
    the remedy is within their authority. The callback still follows, by a colleague. A submission key that
    was used before returns the complaint made with it. Raises RoleMayNot, MoveNotAllowed, or MissingDetail by
    field.
    """
    if not by.is_agent:
        raise RoleMayNot(_("Only agents can solve a complaint on the call."))
    earlier = intake.already_submitted(receipt.submission_key)
    if earlier is not None:
        return earlier
    _check(receipt, solution, at)
    with transaction.atomic():
        complaint = intake.receive(receipt, by=by, at=at)
        if complaint.stage != Stage.INTAKE:
            return complaint
        if complaint.assignee != by.user:
            raise MoveNotAllowed(
                _("This cannot be solved on the call. Severity, a risk or a named person calls for %(team)s.")
                % {"team": complaint.team.name}
            )
        with engine.solving_at_once():
            _solve(complaint, solution, channel=receipt.channel, by=by, at=at)
    return complaint


def _check(receipt: Receipt, solution: Solution, at: datetime) -> None:
    """Raise MissingDetail with all that is wrong with the receipt and missing from the solution."""
    problems = Problems()
    if receipt.channel not in ON_THE_LINE:
        problems.add("channel", _("Only complaints by phone, store or chat can be solved on the call."))
    try:
        check(receipt, at)
    except MissingDetail as problem:
        for name, messages in problem.errors.items():
            problems.errors.setdefault(name, []).extend(messages)
    for name in ("acceptance", "done_evidence"):
        clean_text(problems, name, getattr(solution, name), limit=1000, required=True)
    clean_text(problems, "final_answer", solution.final_answer, required=True)
    problems.check()


def _solve(complaint: Complaint, solution: Solution, *, channel: str, by: Actor, at: datetime) -> None:
    diagnose.start_diagnosis(complaint, by=by, at=at)
    diagnose.record_finding(complaint, solution.finding, by=by, at=at)
    plan = offers.offer(complaint, solution.offer, by=by, at=at)
    if plan.state != PlanState.OFFERED:
        raise MissingDetail(
            {"options.1.amount": [_("This is above your limit. Log the complaint, then request approval.")]}
        )
    option = plan.options.get(position=1)
    with renamed(evidence="acceptance"):
        offers.choose(complaint, option.pk, by=by, at=at, channel=channel, evidence=solution.acceptance)
    with renamed(evidence="done_evidence"):
        task = Task.objects.get(complaint=complaint, option=option)
        carry_out.finish_task(task, by=by, at=at, evidence=solution.done_evidence)
        complaint.refresh_from_db()
    with renamed(body="final_answer"):
        converse.log_call(complaint, by=by, at=at, body=solution.final_answer, purpose=Purpose.PROGRESS)
    resolve.resolve(complaint, by=by, at=at, final_answer=solution.final_answer)
    # A customer who accepted on the phone must not receive a letter that asks them to choose.
    Outbox.objects.filter(complaint=complaint, template="offer", user=None).delete()


@contextmanager
def renamed(**names: str) -> Iterator[None]:
    """Report a step's errors under the names that its fields have on this form."""
    try:
        yield
    except MissingDetail as problem:
        raise MissingDetail({names.get(name, name): said for name, said in problem.errors.items()}) from None
