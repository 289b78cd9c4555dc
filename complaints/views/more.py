"""The moves behind “More”: one table that gives each move its form and its step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from accounts.roles import Tier
from complaints.forms import moves as forms
from complaints.forms.moves import MoveForm
from complaints.lifecycle import acknowledge, conflict, escalate, extend, promises, risk, thanks, wait
from complaints.lifecycle.converse import QUESTION
from complaints.lifecycle.ending import conclude, merge, reopen, withdraw
from complaints.models import Complaint, Promise, Wait
from complaints.rights import access
from complaints.terms.moves import MOVES
from complaints.terms.stages import WaitingOn

Text = str | LazyText
Offered = Callable[[Complaint, datetime], bool]


def _always(complaint: Complaint, at: datetime) -> bool:
    return True


def _question_out(complaint: Complaint, at: datetime) -> bool:
    waits = Wait.objects.filter(complaint=complaint, until__isnull=True)
    return waits.filter(cause=QUESTION).exists() or waits.filter(on=WaitingOn.DEPARTMENT).exists()


def _flags(confirmed: bool | None) -> Offered:
    def offered(complaint: Complaint, at: datetime) -> bool:
        on = complaint.flags.filter(cleared_at__isnull=True)
        return (on if confirmed is None else on.filter(confirmed_at__isnull=not confirmed)).exists()

    return offered


@dataclass(frozen=True)
class Entry:
    """One entry of the menu.

    `step` takes the complaint and the data of the form. `offered` tells whether the entry is shown, `done` is
    the message after success.
    """

    form: type[MoveForm]
    step: Callable[..., Any]
    icon: str
    done: Text
    offered: Offered = _always
    tone: str = ""


def _ask(complaint: Complaint, *, question: str, **who: Any) -> object:
    return wait.wait(complaint, on=WaitingOn.CUSTOMER, question=question, **who)


def _keep(complaint: Complaint, *, promise_id: int, **who: Any) -> object:
    return promises.keep(complaint, promise_id, **who)


def _merge(complaint: Complaint, *, into: str, by: Any, **who: Any) -> object:
    number = into.strip().upper()
    found = access.visible_to(by.user).filter(number=number).first() if number else None
    return merge.merge(complaint, found, by=by, **who)


ENTRIES: dict[str, Entry] = {
    "acknowledge": Entry(
        forms.AcknowledgeForm, acknowledge.acknowledge, "mail", _("The acknowledgement is on its way.")
    ),
    "wait": Entry(
        forms.AskForm,
        _ask,
        "help-circle",
        _("The question is on its way. Clocks that can pause are paused."),
    ),
    "resume": Entry(forms.NothingElse, wait.resume, "player-play", _("The clocks run again."), _question_out),
    "mark-thanks": Entry(
        forms.ThanksForm,
        thanks.mark_thanks,
        "thumb-up",
        _("Marked as thanks. Nobody owes an answer to it."),
        lambda c, at: thanks.unmarked(c).exists(),
    ),
    "promise": Entry(
        forms.PromiseForm, promises.promise, "clock-check", _("The promise is recorded and has a clock.")
    ),
    "keep-promise": Entry(
        forms.KeepForm,
        _keep,
        "circle-check",
        _("The promise is recorded as kept."),
        lambda c, at: Promise.objects.filter(complaint=c, kept_at__isnull=True).exists(),
    ),
    "extend": Entry(forms.ExtendForm, extend.extend, "clock-plus", _("A decision has been requested.")),
    "flag-risk": Entry(
        forms.FlagForm,
        risk.flag_risk,
        "shield-exclamation",
        _("Flagged. Supervisors and experts have been notified."),
    ),
    "confirm-risk": Entry(
        forms.ConfirmForm, risk.confirm_risk, "shield-exclamation", _("The risk is confirmed."), _flags(False)
    ),
    "clear-risk": Entry(
        forms.ClearForm, risk.clear_risk, "shield-check", _("The risk is lifted."), _flags(None)
    ),
    "de-escalate": Entry(
        forms.DeescalateForm,
        escalate.de_escalate,
        "arrow-down",
        _("Handed down."),
        lambda c, at: c.tier > Tier.FRONT_LINE,
    ),
    "merge": Entry(
        forms.MergeForm, _merge, "git-merge", _("Merged. This complaint is closed as a duplicate.")
    ),
    "unmerge": Entry(
        forms.ReasonOnly,
        merge.unmerge,
        "git-merge",
        _("The merge is undone."),
        lambda c, at: merge.may_be_undone(c, at),
    ),
    "reopen": Entry(
        forms.ReasonOnly, reopen.reopen, "repeat", _("Reopened in a new round."), reopen.may_be_reopened
    ),
    "conclude": Entry(forms.ConcludeForm, conclude.conclude, "ban", _("Concluded."), tone="late"),
    "withdraw": Entry(
        forms.WithdrawForm,
        withdraw.withdraw,
        "arrow-back-up",
        _("Withdrawn. The customer has been told."),
        tone="late",
    ),
    "admit": Entry(
        forms.AdmitForm,
        conflict.admit,
        "user-plus",
        _("Admitted. They can see the complaint from now on."),
        lambda c, at: c.confidential,
    ),
    "declare-conflict": Entry(
        forms.ReasonOnly,
        conflict.declare_conflict,
        "user-x",
        _("Recorded. You can no longer act on this complaint."),
        tone="late",
    ),
}


def menu(complaint: Complaint, moves: set[str], at: datetime, bound: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what this person may do beyond the next step of the stage. The opened entry carries its form."""
    return [
        item(name, bound.get(name))
        for name, entry in ENTRIES.items()
        if name in bound or (name in moves and entry.offered(complaint, at))
    ]


def item(name: str, form: object) -> dict[str, Any]:
    entry = ENTRIES[name]
    return {
        "name": name,
        "label": MOVES[name].label,
        "icon": entry.icon,
        "tone": entry.tone,
        "form": form,
    }
