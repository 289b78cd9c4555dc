"""One table of the moves in docs/http-interface.md: the body of each and the step that it calls.

Nothing is decided here; the step decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from complaints.api import bodies_moves as b
from complaints.api.bodies import Body, Given
from complaints.api.fields import plain_amount
from complaints.lifecycle import (
    acknowledge,
    assign,
    conflict,
    diagnose,
    escalate,
    extend,
    flash,
    promises,
    resolve,
    review,
    risk,
    thanks,
    wait,
)
from complaints.lifecycle.callback import calls
from complaints.lifecycle.ending import conclude, merge, reopen, withdraw
from complaints.lifecycle.remedies import offers
from complaints.models import Complaint
from complaints.rights import access

Step = Callable[[Complaint, Given, dict[str, Any]], object]


@dataclass(frozen=True)
class ApiMove:
    """One move. With `may_wait` the move may need an approval first, which is answered with 202."""

    name: str
    body: type[Body]
    step: Step
    says: str
    may_wait: bool = False


def _with_words(step: Callable[..., object]) -> Step:
    """Call a step with the fields of the body by name; texts and choices that were left out are blank."""
    return lambda complaint, given, who: step(complaint, **_plain(given), **who)


def _with_data(step: Callable[..., object]) -> Step:
    """Call a step with the fields of the body as one dictionary."""
    return lambda complaint, given, who: step(complaint, given.values, **who)


def _plain(given: Given) -> dict[str, Any]:
    texts = {name for name, field in given.body().fields.items() if hasattr(field, "trim_whitespace")}
    choices = {name for name, field in given.body().fields.items() if hasattr(field, "choices")}
    return {
        name: "" if value is None and name in texts | choices else value
        for name, value in given.values.items()
    }


def _offer(complaint: Complaint, given: Given, who: dict[str, Any]) -> object:
    options = [option | {"amount": plain_amount(option.get("amount"))} for option in given["options"] or []]
    return offers.offer(complaint, given.values | {"options": options}, **who)


def _callback(complaint: Complaint, given: Given, who: dict[str, Any]) -> object:
    made = given["make_good"]
    if made:
        made = made | {"amount": plain_amount(made.get("amount"))}
    return calls.record_callback(complaint, given.values | {"make_good": made}, **who)


def _keep(complaint: Complaint, given: Given, who: dict[str, Any]) -> object:
    return promises.keep(complaint, given["promise"] or 0, note=given["note"], **who)


def _fill(complaint: Complaint, given: Given, who: dict[str, Any]) -> object:
    return flash.fill(complaint, **given.values, **who)


def _merge(complaint: Complaint, given: Given, who: dict[str, Any]) -> object:
    number = given["into"].strip().upper()
    found = access.visible_to(who["by"].user).filter(number=number).first() if number else None
    return merge.merge(complaint, found, **who)


def _assign(complaint: Complaint, given: Given, who: dict[str, Any]) -> object:
    """Map the body to one of three moves.

    An agent who names only themselves takes the complaint, a null assignee releases it, anything else assigns
    it.
    """
    user, assignee, team = who["by"].user, given["assignee"], given["team"]
    if user.is_agent and assignee is not None and assignee.pk == user.pk and team is None:
        return assign.take(complaint, **who)
    if "assignee" in given.sent and assignee is None and team is None and "assignee" not in given.errors:
        return assign.release(complaint, reason=given["reason"], **who)
    return assign.assign(complaint, assignee=assignee, team=team, reason=given["reason"], **who)


MOVES: dict[str, ApiMove] = {
    move.name: move
    for move in (
        ApiMove(
            "acknowledge",
            b.AcknowledgeBody,
            _with_words(acknowledge.acknowledge),
            "Repeat the acknowledgement or send a personal one.",
        ),
        ApiMove(
            "start-diagnosis",
            b.Nothing,
            _with_words(diagnose.start_diagnosis),
            "Start the diagnosis. An unassigned complaint is assigned to the caller.",
        ),
        ApiMove(
            "finding",
            b.FindingBody,
            _with_data(diagnose.record_finding),
            "Record the finding, or correct it until an offer or explanation has gone out.",
        ),
        ApiMove(
            "remedies",
            b.OfferBody,
            _offer,
            "Offer one to four remedies; a plan above the caller's authority waits for approval.",
            may_wait=True,
        ),
        ApiMove(
            "withdraw-offer",
            b.ReasonBody,
            _with_words(offers.withdraw_offer),
            "Withdraw an offer, or a choice whose remedy proved impossible.",
        ),
        ApiMove(
            "explain",
            b.ExplainBody,
            _with_words(resolve.explain),
            "Explain why the complaint is not upheld. Serious cases need approval first.",
            may_wait=True,
        ),
        ApiMove(
            "resolve",
            b.ResolveBody,
            _with_words(resolve.resolve),
            "Resolve: everything is carried out and the customer knows. The callback follows.",
        ),
        ApiMove("callback", b.CallbackBody, _callback, "Record a callback attempt and what was said."),
        ApiMove(
            "make-good-done",
            b.EvidenceBody,
            _with_words(calls.make_good_done),
            "The small remedy after a “partly” is done. A new callback follows.",
        ),
        ApiMove(
            "review",
            b.ReviewBody,
            _with_data(review.record_review),
            "Record cause and attribution. A full review needs approval before the complaint closes.",
            may_wait=True,
        ),
        ApiMove(
            "conclude", b.ConcludeBody, _with_words(conclude.conclude), "End the complaint without a remedy."
        ),
        ApiMove(
            "escalate",
            b.EscalateBody,
            _with_words(escalate.escalate),
            "Request the next tier. By a supervisor, or if the customer insists, it moves at once.",
            may_wait=True,
        ),
        ApiMove(
            "de-escalate",
            b.DeEscalateBody,
            _with_words(escalate.de_escalate),
            "Move the complaint down a tier, with guidance.",
        ),
        ApiMove("wait", b.WaitBody, _with_words(wait.wait), "Wait for the customer or a department."),
        ApiMove("resume", b.Nothing, _with_words(wait.resume), "Continue without the answer."),
        ApiMove(
            "mark-thanks",
            b.ThanksBody,
            _with_words(thanks.mark_thanks),
            "Mark a message of the customer as thanks: no answer is owed, and a wait goes on.",
        ),
        ApiMove("promise", b.PromiseBody, _with_words(promises.promise), "Promise the customer something."),
        ApiMove("keep-promise", b.KeepPromiseBody, _keep, "Record that a promise was kept."),
        ApiMove(
            "extend",
            b.ExtendBody,
            _with_words(extend.extend),
            "Request a later deadline. A supervisor decides.",
            may_wait=True,
        ),
        ApiMove(
            "assign",
            b.AssignBody,
            _assign,
            "Take the complaint, release it (assignee null), or assign it as a supervisor.",
        ),
        ApiMove("flag-risk", b.RiskBody, _with_words(risk.flag_risk), "Flag a risk."),
        ApiMove(
            "confirm-risk", b.RiskBody, _with_words(risk.confirm_risk), "Confirm a risk that a rule suspects."
        ),
        ApiMove("clear-risk", b.RiskBody, _with_words(risk.clear_risk), "Clear a risk."),
        ApiMove(
            "declare-conflict",
            b.ReasonBody,
            _with_words(conflict.declare_conflict),
            "Declare a conflict of interest. From then on you cannot act on the complaint.",
        ),
        ApiMove(
            "admit", b.AdmitBody, _with_words(conflict.admit), "Let a colleague see a confidential complaint."
        ),
        ApiMove(
            "call-squad", b.Nothing, _with_words(flash.call), "Call the flash squad. Its 15 minutes begin."
        ),
        ApiMove(
            "fill-squad",
            b.SquadBody,
            _fill,
            "Write what the squad found. Its clock is met once all three fields are filled.",
        ),
        ApiMove(
            "withdraw",
            b.WithdrawBody,
            _with_words(withdraw.withdraw),
            "The customer withdraws the complaint.",
        ),
        ApiMove("merge", b.MergeBody, _merge, "Close the complaint as a duplicate of another one."),
        ApiMove("unmerge", b.ReasonBody, _with_words(merge.unmerge), "Undo a merge within seven days."),
        ApiMove("reopen", b.ReasonBody, _with_words(reopen.reopen), "Reopen the complaint in a new round."),
    )
}
