"""Solved on the call: receipt to resolution in one form, while the customer is on the line (R-015)."""

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
    """What was found out and done on the call. `finding` and `offer` are what these steps take."""

    finding: Mapping[str, Any]
    offer: Mapping[str, Any]
    acceptance: str
    done_evidence: str
    final_answer: str


def solve_at_once(receipt: Receipt, solution: Solution, *, by: Actor, at: datetime) -> Complaint:
    """Every step from receipt to resolution at one moment, or nothing at all.

    Only on the line, by an agent who keeps the complaint, within their authority. The callback is still to
    come, and a colleague's. The same submission key again returns the complaint it made.
    """
    if not by.is_agent:
        raise RoleMayNot(_("Only agents solve a complaint on the call."))
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
                _("This is not for one call: by its severity, a risk or whom it names it goes to %(team)s.")
                % {"team": complaint.team.name}
            )
        with engine.solving_at_once():
            _solve(complaint, solution, channel=receipt.channel, by=by, at=at)
    return complaint


def _check(receipt: Receipt, solution: Solution, at: datetime) -> None:
    """What is wrong with the receipt and what is missing of the solution, told together."""
    problems = Problems()
    if receipt.channel not in ON_THE_LINE:
        problems.add("channel", _("Only by phone, in a store or by chat can it be solved on the call."))
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
            {"options.1.amount": [_("This is above your limit. Log the complaint, then ask for a decision.")]}
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
    # Nobody who accepted on the phone should find a letter that asks them to choose.
    Outbox.objects.filter(complaint=complaint, template="offer", user=None).delete()


@contextmanager
def renamed(**names: str) -> Iterator[None]:
    """A step's field is another one on this form."""
    try:
        yield
    except MissingDetail as problem:
        raise MissingDetail({names.get(name, name): said for name, said in problem.errors.items()}) from None
