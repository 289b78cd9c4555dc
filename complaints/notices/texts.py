"""What each notice to staff says, and which choice of its reader it falls under. One row a template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.notices import NoticeKind
from complaints.models import ClockKind

LAST_WARNING_LEVEL = 90
"""From this share of the time on a warning is the last one, in percent."""


@dataclass(frozen=True)
class NoticeText:
    kind: NoticeKind
    icon: str
    words: Promise


APPROVAL, TASK, CUSTOMER, OTHER = NoticeKind.APPROVAL, NoticeKind.TASK, NoticeKind.CUSTOMER, NoticeKind.OTHER
BREACH = NoticeKind.BREACH
NOTICES: dict[str, NoticeText] = {
    "warning": NoticeText(NoticeKind.WARNING, "clock", gettext_lazy("A deadline comes near.")),
    "breach": NoticeText(BREACH, "alert-triangle", gettext_lazy("A deadline has passed.")),
    "breach_at_top": NoticeText(
        BREACH, "alert-triangle", gettext_lazy("A deadline has passed on the top tier.")
    ),
    "paused_long": NoticeText(
        OTHER,
        "player-pause",
        gettext_lazy("It has waited for the customer for too long: please look."),
    ),
    "approval_requested": NoticeText(APPROVAL, "stairs-up", gettext_lazy("You are asked to decide.")),
    "approval_vote": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("Somebody else has approved; your word is needed too.")
    ),
    "approval_decided": NoticeText(APPROVAL, "stairs-up", gettext_lazy("Your request is decided.")),
    "approval_withdrawn": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("A request put to you was withdrawn.")
    ),
    "approval_automatic": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("A request nobody decided was granted by the clock.")
    ),
    "approval_at_top": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("A request is overdue and nobody above may decide it.")
    ),
    "escalation_unasked": NoticeText(
        APPROVAL, "stairs-up", gettext_lazy("An escalation is due and nobody may decide on it now.")
    ),
    "task": NoticeText(TASK, "checklist", gettext_lazy("There is a task for you.")),
    "task_done": NoticeText(TASK, "checklist", gettext_lazy("A task is done.")),
    "task_sent_back": NoticeText(TASK, "checklist", gettext_lazy("A task was sent back.")),
    "task_cancelled": NoticeText(TASK, "checklist", gettext_lazy("A task is not needed any more.")),
    "action_done": NoticeText(TASK, "target", gettext_lazy("An improvement is done and wants verifying.")),
    "action_verified": NoticeText(TASK, "target", gettext_lazy("Your improvement works and is closed.")),
    "action_failed": NoticeText(TASK, "target", gettext_lazy("Your improvement does not work yet.")),
    "customer_wrote": NoticeText(CUSTOMER, "message-2", gettext_lazy("The customer wrote.")),
    "chosen": NoticeText(CUSTOMER, "circle-check", gettext_lazy("The customer chose what you offered.")),
    "offer_rejected": NoticeText(CUSTOMER, "message-2", gettext_lazy("The customer refused the offer.")),
    "withdrawn": NoticeText(CUSTOMER, "message-2", gettext_lazy("The complaint was withdrawn.")),
    "reopened": NoticeText(CUSTOMER, "rotate", gettext_lazy("The complaint was opened again.")),
    "second_handling": NoticeText(
        CUSTOMER, "rotate", gettext_lazy("The customer is not satisfied: second handling.")
    ),
    "new_complaint": NoticeText(OTHER, "inbox", gettext_lazy("A new complaint came in.")),
    "assigned": NoticeText(OTHER, "inbox", gettext_lazy("The complaint was handed to you.")),
    "escalated": NoticeText(OTHER, "stairs-up", gettext_lazy("The complaint was escalated.")),
    "risk_flag": NoticeText(OTHER, "flag", gettext_lazy("The complaint bears a risk.")),
    "ride_care": NoticeText(OTHER, "flag", gettext_lazy("A passenger needs care.")),
    "merged": NoticeText(OTHER, "git-merge", gettext_lazy("The complaint was merged.")),
    "unmerged": NoticeText(OTHER, "git-merge", gettext_lazy("A merge was taken back.")),
    "conflict": NoticeText(OTHER, "user", gettext_lazy("Somebody declared a conflict of interest.")),
    "squad_called": NoticeText(
        TASK, "bolt", gettext_lazy("You are called to the flash squad: 15 minutes to a plan.")
    ),
    "squad_done": NoticeText(
        TASK, "bolt", gettext_lazy("The flash squad has its diagnosis, plan and resources.")
    ),
    "admitted": NoticeText(
        OTHER, "lock-open", gettext_lazy("You are admitted to this confidential complaint.")
    ),
}
_UNKNOWN = NoticeText(OTHER, "bell", gettext_lazy("There is news."))
OF_TASKS = ("task", "task_done", "task_sent_back", "task_cancelled")
OF_ACTIONS = ("action_done", "action_verified", "action_failed")
TO_DECIDE = ("approval_requested", "approval_vote", "approval_withdrawn")
OF_SQUADS = ("squad_called", "squad_done")
OF_CLOCKS = ("warning", "breach")


def text_of(template: str) -> NoticeText:
    return NOTICES.get(template, _UNKNOWN)


def kind_of(template: str, context: Mapping[str, Any]) -> NoticeKind:
    """Under which choice a notice falls; a warning by how much of the time has passed."""
    if template == "warning" and int(context.get("level", 0)) >= LAST_WARNING_LEVEL:
        return NoticeKind.LAST_WARNING
    return text_of(template).kind


def sentence(template: str, context: Mapping[str, Any]) -> str:
    """What happened, in the active language; of a clock also which promise and how far."""
    clock = dict(ClockKind.choices).get(str(context.get("clock", "")))
    if template not in OF_CLOCKS or clock is None:
        return str(text_of(template).words)
    if template == "warning":
        words = {"clock": clock, "share": int(context.get("level", 0))}
        return _("%(clock)s: %(share)s %% of the time has passed.") % words
    return _("%(clock)s: the deadline has passed.") % {"clock": clock}


def due_of(context: Mapping[str, Any]) -> datetime | None:
    """The deadline that a notice of a clock tells of."""
    due = context.get("due")
    return datetime.fromisoformat(due) if isinstance(due, str) else None
