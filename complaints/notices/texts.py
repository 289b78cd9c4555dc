"""The text and kind of each notice to staff, one row per template. Readers choose channels by kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.notices import NoticeKind
from complaints.models import ApprovalKind, ApprovalState, ClockKind

LAST_WARNING_LEVEL = 90
"""From this share of the time on, in percent, a warning counts as the last one."""


@dataclass(frozen=True)
class NoticeText:
    """The kind, the icon and the sentence of a notice."""

    kind: NoticeKind
    icon: str
    words: Promise


APPROVAL, TASK, CUSTOMER, OTHER = NoticeKind.APPROVAL, NoticeKind.TASK, NoticeKind.CUSTOMER, NoticeKind.OTHER
BREACH = NoticeKind.BREACH
NOTICES: dict[str, NoticeText] = {
    "warning": NoticeText(NoticeKind.WARNING, "clock", gettext_lazy("A deadline is approaching.")),
    "breach": NoticeText(BREACH, "alert-triangle", gettext_lazy("A deadline has passed.")),
    "breach_at_top": NoticeText(
        BREACH, "alert-triangle", gettext_lazy("A deadline has passed on the top tier.")
    ),
    "paused_long": NoticeText(
        OTHER,
        "player-pause",
        gettext_lazy("It has been waiting for the customer for too long. Please take a look."),
    ),
    "statutory_earlier": NoticeText(
        OTHER, "alert-triangle", gettext_lazy("The calendar changed: a statutory deadline is earlier now.")
    ),
    "approval_requested": NoticeText(APPROVAL, "stairs-up", gettext_lazy("You are asked for a decision.")),
    "approval_vote": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("Somebody else has approved. Your decision is needed too.")
    ),
    "approval_decided": NoticeText(APPROVAL, "stairs-up", gettext_lazy("Your request has been decided.")),
    "approval_withdrawn": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("A request put to you was withdrawn.")
    ),
    "approval_automatic": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("A request that nobody decided was granted automatically.")
    ),
    "approval_at_top": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("A request is overdue and nobody is left who can decide it.")
    ),
    "escalation_unasked": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("An escalation is due, but nobody available can decide on it.")
    ),
    "task": NoticeText(TASK, "checklist", gettext_lazy("You have a new task.")),
    "task_done": NoticeText(TASK, "checklist", gettext_lazy("A task is done.")),
    "task_sent_back": NoticeText(TASK, "checklist", gettext_lazy("A task was sent back.")),
    "task_cancelled": NoticeText(TASK, "checklist", gettext_lazy("A task was cancelled.")),
    "task_handed_back": NoticeText(TASK, "checklist", gettext_lazy("A task is back with your team.")),
    "action_handed_on": NoticeText(TASK, "target", gettext_lazy("An improvement is now yours to carry out.")),
    "action_done": NoticeText(TASK, "target", gettext_lazy("An improvement is done and ready to verify.")),
    "action_verified": NoticeText(
        TASK, "target", gettext_lazy("Your improvement was verified and is closed.")
    ),
    "action_overdue": NoticeText(TASK, "alert-triangle", gettext_lazy("An improvement is overdue.")),
    "action_failed": NoticeText(TASK, "target", gettext_lazy("Your improvement does not work yet.")),
    "customer_wrote": NoticeText(CUSTOMER, "message-2", gettext_lazy("The customer wrote.")),
    "chosen": NoticeText(CUSTOMER, "circle-check", gettext_lazy("The customer chose what you offered.")),
    "offer_rejected": NoticeText(CUSTOMER, "message-2", gettext_lazy("The customer refused the offer.")),
    "withdrawn": NoticeText(CUSTOMER, "message-2", gettext_lazy("The complaint was withdrawn.")),
    "reopened": NoticeText(CUSTOMER, "rotate", gettext_lazy("The complaint was reopened.")),
    "second_handling": NoticeText(
        CUSTOMER, "rotate", gettext_lazy("The customer is not satisfied: second handling.")
    ),
    "new_complaint": NoticeText(OTHER, "inbox", gettext_lazy("A new complaint came in.")),
    "assigned": NoticeText(OTHER, "inbox", gettext_lazy("The complaint was assigned to you.")),
    "handed_back": NoticeText(
        OTHER,
        "user-x",
        gettext_lazy("The complaint is back with the team: its assignee no longer handles it."),
    ),
    "escalated": NoticeText(OTHER, "stairs-up", gettext_lazy("The complaint was escalated.")),
    "risk_flag": NoticeText(OTHER, "flag", gettext_lazy("The complaint has a risk flag.")),
    "ride_care": NoticeText(OTHER, "flag", gettext_lazy("A passenger needs care.")),
    "merged": NoticeText(OTHER, "git-merge", gettext_lazy("The complaint was merged.")),
    "unmerged": NoticeText(OTHER, "git-merge", gettext_lazy("A merge was undone.")),
    "conflict": NoticeText(OTHER, "user", gettext_lazy("Somebody declared a conflict of interest.")),
    "squad_called": NoticeText(
        TASK, "bolt", gettext_lazy("You have been called to a flash squad: 15 minutes to find a plan.")
    ),
    "squad_done": NoticeText(
        TASK, "bolt", gettext_lazy("The flash squad has its diagnosis, plan and resources.")
    ),
    "admitted": NoticeText(OTHER, "lock-open", gettext_lazy("You can now see this confidential complaint.")),
}
_UNKNOWN = NoticeText(OTHER, "bell", gettext_lazy("There is news."))
OF_TASKS = ("task", "task_done", "task_sent_back", "task_cancelled", "task_handed_back")
OF_ACTIONS = ("action_done", "action_verified", "action_failed", "action_overdue", "action_handed_on")
TO_DECIDE = ("approval_requested", "approval_vote", "approval_withdrawn")
OF_SQUADS = ("squad_called", "squad_done")
OF_CLOCKS = ("warning", "breach")
WITH_WORDS = frozenset(
    {"customer_wrote", "offer_rejected", "chosen", "reopened", "withdrawn"}
    | {"approval_requested", "approval_vote", "approval_decided", "task_sent_back", "task_cancelled"}
)
"""Templates of notices that also show the text of their event, to people who see the complaint."""
DECISIONS = {
    ApprovalState.APPROVED.value: gettext_lazy("Your request was approved: %(kind)s."),
    ApprovalState.REJECTED.value: gettext_lazy("Your request was refused: %(kind)s."),
}


def text_of(template: str) -> NoticeText:
    """Return the text of a template; a general one if the template is unknown."""
    return NOTICES.get(template, _UNKNOWN)


def kind_of(template: str, context: Mapping[str, Any]) -> NoticeKind:
    """Return the kind of a notice. For a warning it depends on how much of the time has passed."""
    if template == "warning" and int(context.get("level", 0)) >= LAST_WARNING_LEVEL:
        return NoticeKind.LAST_WARNING
    return text_of(template).kind


def sentence(template: str, context: Mapping[str, Any]) -> str:
    """Return what happened, in the active language.

    For a clock this names the clock and how far it is, for a decision what was decided.
    """
    decided = DECISIONS.get(str(context.get("state", "")))
    if template == "approval_decided" and decided is not None:
        return str(decided) % {"kind": dict(ApprovalKind.choices).get(str(context.get("kind")), "")}
    clock = dict(ClockKind.choices).get(str(context.get("clock", "")))
    if template not in OF_CLOCKS or clock is None:
        return str(text_of(template).words)
    if template == "warning":
        words = {"clock": clock, "share": int(context.get("level", 0))}
        return _("%(clock)s: %(share)s %% of the time has passed.") % words
    return _("%(clock)s: the deadline has passed.") % {"clock": clock}


def due_of(context: Mapping[str, Any]) -> datetime | None:
    """Return the deadline that a notice about a clock refers to."""
    due = context.get("due")
    return datetime.fromisoformat(due) if isinstance(due, str) else None
