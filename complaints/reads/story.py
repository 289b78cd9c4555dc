"""The events of the timeline as lines, messages and notes in the reader's language."""

from collections import defaultdict
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
from complaints.reads.event_lines import LINES
from complaints.reads.record_words import changed_words
from complaints.terms.known import KnownBy
from complaints.terms.stages import CallbackOutcome, Finding, Flag, Outcome, Stage
from ui.formats import full_moment, money, short_moment
from ui.names import pick


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
    known_by: str = ""
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
    """Return the words of the text that triage found, and what each caused, in the reader's language."""
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
        known_by=str(_KNOWN_BY.get(event.text.details.get("known_by"), "")),
        options=tuple(event.text.details.get("options", ())),
    )


def _who(event: Event) -> str:
    if event.actor is not None:
        return event.actor.display_name
    return str(ActorKind(event.actor_kind).label)


def _how(event: Event, message: Any) -> str:
    """Return the channel and the purpose of a message, and when the customer said it if that was earlier."""
    if message is None:
        return ""
    if event.kind == "call" and not event.text.details.get("reached", True):
        return _("phone, not reached")
    words = [message.get_channel_display()] if message.channel else []
    if message.direction == Direction.OUT:
        words.append(message.get_purpose_display())
    if said_at := event.text.details.get("said_at"):
        moment = short_moment(datetime.fromisoformat(said_at), event.at)
        words.append(_("said %(moment)s") % {"moment": moment})
    if message.thanks:
        words.append(_("nothing but thanks"))
    return " · ".join(str(word) for word in words if word)


def _values(event: Event, teams: Mapping[str, str]) -> dict[str, Any]:
    """Return the details of an event in the reader's language, to fill the pattern of its line."""
    details = defaultdict(str, event.text.details)
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


_KNOWN_BY: dict[Any, Any] = dict(KnownBy.choices)
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
