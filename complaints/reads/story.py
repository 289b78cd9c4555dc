"""How the events of the timeline read: as a line, a message or a note, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Team, User
from accounts.roles import Tier
from complaints.models import (
    ActorKind,
    ApprovalKind,
    ApprovalLevel,
    ApprovalState,
    AttemptResult,
    Category,
    ClockKind,
    Complaint,
    Direction,
    Event,
    Purpose,
)
from complaints.models.squad import SQUAD_WORDS
from complaints.reads.record_words import changed_words
from complaints.terms.stages import CallbackOutcome, Finding, Flag, Outcome, Stage
from ui.formats import full_moment, money
from ui.names import pick

LINES: dict[str, tuple[str, str | Promise]] = {
    "acknowledged": ("mail", gettext_lazy("Acknowledgement sent with the private link")),
    "approval_at_top": (
        "alert-triangle",
        gettext_lazy("Nobody has decided and there is nobody left to ask: %(kind)s. Managers notified"),
    ),
    "approval_automatic": (
        "robot",
        gettext_lazy("Granted automatically, because nobody decided within twice the time: %(kind)s"),
    ),
    "approval_climbed": ("stairs-up", gettext_lazy("No decision in time: %(kind)s now goes to %(level)s")),
    "action_done": ("circle-check", gettext_lazy("Improvement done: %(title)s")),
    "action_failed": ("rotate", gettext_lazy("Improvement does not work yet: %(title)s")),
    "action_verified": ("shield-check", gettext_lazy("Improvement verified: %(title)s")),
    "approval_decided": ("gavel", gettext_lazy("Decided: %(kind)s %(state)s")),
    "approval_requested": ("stairs-up", gettext_lazy("Decision requested: %(kind)s %(amount)s")),
    "approval_vote": ("gavel", gettext_lazy("First of two approvals: %(kind)s")),
    "approval_withdrawn": ("x", gettext_lazy("Request withdrawn: %(kind)s")),
    "assigned": ("user", gettext_lazy("Assigned to %(assignee)s")),
    "breach_at_top": (
        "alert-triangle",
        gettext_lazy("“%(clock)s” missed at the top tier, managers notified"),
    ),
    "breach_noted": (
        "alert-triangle",
        gettext_lazy("“%(clock)s” missed too; already escalated in this round"),
    ),
    "breached": ("alert-triangle", gettext_lazy("Promise missed: %(clock)s, due %(due)s")),
    "callback_attempt": ("phone-outgoing", gettext_lazy("Callback, attempt %(attempt)s: %(result)s")),
    "callback_done": ("phone-incoming", gettext_lazy("Callback: %(outcome)s %(csat_solution)s/5")),
    "callback_partly": (
        "phone-incoming",
        gettext_lazy("Callback: partly satisfied, a make-good was promised"),
    ),
    "clock_tried_again": ("refresh", gettext_lazy("“%(clock)s” had failed and is being retried")),
    "chosen": ("check", gettext_lazy("The customer chose %(option)s %(amount)s")),
    "claim_settled": ("list", gettext_lazy("Claim %(claim)s settled: %(disposition)s")),
    "closed": ("check", gettext_lazy("Closed")),
    "diagnosis_started": ("stethoscope", gettext_lazy("Diagnosis started")),
    "edited": ("pencil", gettext_lazy("Record corrected: %(fields)s")),
    "escalated": ("stairs-up", gettext_lazy("Escalated to %(tier)s, %(team)s")),
    "escalated_by_breach": (
        "stairs-up",
        gettext_lazy("Escalated automatically to %(tier)s, %(team)s: “%(clock)s” was missed"),
    ),
    "finding": ("scale", gettext_lazy("Finding: %(finding)s. %(statement)s")),
    "flagged": (
        "shield-exclamation",
        gettext_lazy("Risk flags: %(flags)s; supervisors and experts notified"),
    ),
    "make_good_done": ("gift", gettext_lazy("Make-good done")),
    "no_contact": ("phone-x", gettext_lazy("The customer cannot be reached; straight to the review")),
    "offer_rejected": ("x", gettext_lazy("The customer refused the offer")),
    "paused_long": (
        "player-pause",
        gettext_lazy(
            "“%(clock)s” has been paused for too long since %(due)s; the supervisor was asked to look"
        ),
    ),
    "pause_looked_at": ("eye", gettext_lazy("The long pause was looked at")),
    "playbook_started": ("book", gettext_lazy("Playbook started: %(name)s")),
    "received": ("phone-plus", gettext_lazy("Received by %(channel)s")),
    "released": ("user-x", gettext_lazy("Released to the team")),
    "reviewed": ("sitemap", gettext_lazy("Review recorded: %(cause)s")),
    "second_handling": (
        "repeat",
        gettext_lazy("Not satisfied: second handling, round %(round)s, %(tier)s, %(team)s"),
    ),
    "admitted": ("user-plus", gettext_lazy("%(who)s may see this confidential complaint")),
    "callback_notice": ("mail", gettext_lazy("Written notice sent; the customer has 72 hours to answer")),
    "concluded": ("circle-x", gettext_lazy("Concluded: %(outcome)s")),
    "conflict_declared": ("user-x", gettext_lazy("Conflict of interest declared")),
    "customer_silent": (
        "clock",
        gettext_lazy("No answer from the customer for 7 days; the clocks run again"),
    ),
    "de_escalated": ("arrow-down", gettext_lazy("Handed down to %(tier)s, %(team)s: %(guidance)s")),
    "escalation_unasked": (
        "alert-triangle",
        gettext_lazy(
            "Three offers refused and nobody available to decide on an escalation; managers notified"
        ),
    ),
    "escalated_by_risk": (
        "shield-exclamation",
        gettext_lazy("Escalated at once to %(tier)s, %(team)s, because of the risk: %(flags)s"),
    ),
    "retargeted": ("calendar-time", gettext_lazy("Deadlines recalculated on new policies or calendars")),
    "extended": ("clock-plus", gettext_lazy("More time for “%(clock)s”: now due %(due)s, was %(old_due)s")),
    "merged": ("git-merge", gettext_lazy("Closed as a duplicate of %(into)s")),
    "merged_in": ("git-merge", gettext_lazy("%(source)s is handled here too")),
    "promise_kept": ("circle-check", gettext_lazy("Promise kept")),
    "promised": ("clock-check", gettext_lazy("Promised by %(due)s")),
    "reminded": ("mail", gettext_lazy("Reminder sent; waiting for the customer's answer")),
    "reopened": ("repeat", gettext_lazy("Reopened: round %(round)s")),
    "resumed": ("player-play", gettext_lazy("Waiting ended by hand; the clocks run again")),
    "risk_cleared": ("shield-check", gettext_lazy("Risk lifted: %(flag)s")),
    "risk_confirmed": ("shield-exclamation", gettext_lazy("Risk confirmed: %(flags)s")),
    "unmerged": ("git-merge", gettext_lazy("The merge into %(survivor)s is undone")),
    "unmerged_from": ("git-merge", gettext_lazy("%(source)s is handled on its own again")),
    "waiting": ("player-pause", gettext_lazy("Waiting for another team")),
    "withdrawn": ("arrow-back-up", gettext_lazy("Withdrawn by the customer")),
    "attached": ("paperclip", gettext_lazy("File added: %(name)s")),
    "squad_called": ("bolt", gettext_lazy("Flash squad called: %(count)s people")),
    "squad_filled": ("bolt", gettext_lazy("Flash squad, %(field)s")),
    "squad_done": ("bolt", gettext_lazy("The flash squad has diagnosis, plan and resources")),
    "taken": ("user-check", gettext_lazy("Taken")),
    "task_accepted": ("user-check", gettext_lazy("Task accepted: %(title)s")),
    "task_cancelled": ("circle-x", gettext_lazy("Task cancelled: %(title)s")),
    "task_done": ("circle-check", gettext_lazy("Task done: %(title)s")),
    "task_opened": ("checklist", gettext_lazy("Task for %(team)s")),
    "task_sent_back": ("arrow-back-up", gettext_lazy("Task sent back: %(title)s")),
    "task_turn": ("player-play", gettext_lazy("Ready to start, for %(team)s: %(title)s")),
    "ticked": ("checklist", gettext_lazy("Checked: %(item)s")),
}


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline as it is drawn. `shape` is event, in, out or note."""

    event: Event
    shape: str
    icon: str
    line: str
    body: str
    who: str
    how: str
    day: str = ""
    options: tuple[dict[str, Any], ...] = ()


EFFECTS: dict[str, tuple[str | Promise, Mapping[str, str | Promise]]] = {
    "flag": (gettext_lazy("risk: %(what)s"), dict(Flag.choices)),
    "gravity": (gettext_lazy("gravity %(what)s"), {}),
    "category": (gettext_lazy("category: %(what)s"), {}),
    "hint": (
        gettext_lazy("hint: %(what)s"),
        {
            "repeat": gettext_lazy("reported before?"),
            "needed-by": gettext_lazy("needed by a date?"),
            "vulnerability": gettext_lazy("a vulnerable customer?"),
            "carrier-trace": gettext_lazy("trace it with the carrier"),
            "odour-checklist": gettext_lazy("odour checklist"),
            "supervisor-participant": gettext_lazy("a supervisor takes part"),
        },
    ),
}
REASONS_SHOWN = 8


def reasons(complaint: Complaint) -> list[dict[str, str]]:
    """Return the words that led to the triage, and what each of them caused, in the reader's language."""
    given = complaint.triage.get("reasons", [])[:REASONS_SHOWN]
    codes = {reason["effect"].partition(" ")[2] for reason in given}
    names = (
        {category.code: category.name for category in Category.objects.filter(code__in=codes)}
        if codes
        else {}
    )
    found = []
    for reason in given:
        kind, _blank, what = reason["effect"].partition(" ")
        pattern, labels = EFFECTS.get(kind, ("%(what)s", {}))
        label = str(labels.get(what) or names.get(what) or what)
        found.append({"word": reason["word"], "effect": str(pattern) % {"what": label}})
    return found


def entries(events: list[Event], user: User) -> list[Entry]:
    """Return the timeline for staff. The first entry of each day carries the day as a heading."""
    found: list[Entry] = []
    teams = {team.code: team.name for team in Team.objects.all()}
    last: date | None = None
    for event in events:
        day = timezone.localdate(event.at)
        heading = date_format(day, pgettext("date pattern", "j F Y")) if day != last else ""
        found.append(_entry(event, heading, teams))
        last = day
    return found


def _entry(event: Event, day: str, teams: Mapping[str, str]) -> Entry:
    message = getattr(event, "message", None)
    automatic = message is not None and message.purpose == Purpose.AUTOMATIC
    shape = "event"
    if message is not None and not automatic:
        shape = {Direction.IN: "in", Direction.OUT: "out", Direction.INTERNAL: "note"}[
            Direction(message.direction)
        ]
    icon, pattern = LINES.get(event.kind, ("info-circle", event.kind))
    values = _values(event, teams)
    return Entry(
        event=event,
        shape=shape,
        icon=icon,
        line=str(pattern) % values,
        body=values["title"] if event.kind == "task_opened" and values["names"] else event.text.body,
        who=str(ActorKind.SYSTEM.label) if automatic else _who(event),
        how=_how(event, message),
        day=day,
        options=tuple(event.text.details.get("options", ())),
    )


def _who(event: Event) -> str:
    if event.actor is not None:
        return event.actor.display_name
    return str(ActorKind(event.actor_kind).label)


def _how(event: Event, message: Any) -> str:
    """Return the channel and the purpose of a message."""
    if message is None:
        return ""
    if event.kind == "call" and not event.text.details.get("reached", True):
        return _("phone, not reached")
    words = [message.get_channel_display()] if message.channel else []
    if message.direction == Direction.OUT:
        words.append(message.get_purpose_display())
    return " · ".join(str(word) for word in words if word)


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _values(event: Event, teams: Mapping[str, str]) -> dict[str, Any]:
    """Return the details of an event in the reader's language, to fill the pattern of its line."""
    details = _Blank(event.text.details)
    details["round"] = event.round
    for name, (_before, after) in event.changed.items():
        details[name] = after if after is not None else ""
    details["team"] = teams.get(details["team"], details["team"])
    for name, value in details.items():
        if isinstance(value, dict) and "name_en" in value:
            details[name] = pick(value, "name")
    if details["names"]:
        details["title"] = details["names"]
    for name, labels in _LABELS.items():
        if details.get(name):
            details[name] = labels.get(details[name], details[name])
    if isinstance(details.get("amount"), int):
        details["amount"] = money(details["amount"]) if details["amount"] else ""
    if isinstance(details.get("flags"), list):
        details["flags"] = " · ".join(str(Flag(flag).label) for flag in details["flags"])
    for name in ("due", "old_due"):
        if details.get(name):
            details[name] = full_moment(datetime.fromisoformat(details[name]))
    if event.kind == "edited":
        details["fields"] = changed_words(event.changed)
    if event.kind == "received":
        message = getattr(event, "message", None)
        details["channel"] = message.get_channel_display() if message else pgettext("channel", "Phone")
    return details


_LABELS: dict[str, dict[Any, Any]] = {
    "kind": dict(ApprovalKind.choices),
    "state": dict(ApprovalState.choices),
    "clock": dict(ClockKind.choices),
    "result": dict(AttemptResult.choices),
    "outcome": dict(CallbackOutcome.choices) | dict(Outcome.choices),
    "flag": dict(Flag.choices),
    "finding": dict(Finding.choices),
    "stage": dict(Stage.choices),
    "tier": dict(Tier.choices),
    "level": dict(ApprovalLevel.choices),
    "field": SQUAD_WORDS,
}
