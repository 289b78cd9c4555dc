"""The queue: views, filters, order and groups of the complaints that a user may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models import (
    Clock,
    ClockKind,
    Complaint,
    RiskFlag,
)
from complaints.rights import access
from complaints.search import find
from complaints.terms.stages import Stage, WaitingOn

PAGE = 50


@dataclass(frozen=True)
class WorkView:
    """A named list of complaints in the side bar."""

    key: str
    label: str | Promise
    icon: str
    group: str


MINE, TEAM, MORE = "mine", "team", "more"
VIEWS: dict[str, WorkView] = {
    view.key: view
    for view in (
        WorkView("mine", _("My work"), "inbox", MINE),
        WorkView("overdue", _("Overdue"), "alert-triangle", MINE),
        WorkView("approval", _("Awaiting approval"), "stairs-up", MINE),
        WorkView("customer", _("Waiting for customer"), "player-pause", MINE),
        WorkView("unassigned", _("Unassigned"), "inbox-off", TEAM),
        WorkView("triage", _("Needs triage"), "tags", TEAM),
        WorkView("flagged", _("Risk flags"), "shield-exclamation", TEAM),
        WorkView("open", _("All open"), "list", MORE),
        WorkView("review", _("In review"), "sitemap", MORE),
        WorkView("closed", _("Closed"), "check", MORE),
    )
}


def default_view(user: User) -> str:
    """Return the first view: `mine` for agents, `open` for users who handle no complaints themselves."""
    return "mine" if user.is_agent else "open"


def view_filter(key: str, user: User, at: datetime) -> Q:
    """Return the filter that a view adds to what the user may see."""
    is_open = ~Q(stage=Stage.CLOSED)
    mine = Q(assignee=user) & is_open if user.is_agent else is_open
    filters: dict[str, Q] = {
        "mine": Q(assignee=user) & is_open,
        "overdue": mine & Q(next_due_at__lt=at),
        "approval": mine & Q(waiting_on=WaitingOn.APPROVAL),
        "customer": mine & Q(waiting_on=WaitingOn.CUSTOMER),
        "unassigned": is_open
        & Q(assignee__isnull=True)
        & Q(stage__in=[Stage.INTAKE, Stage.DIAGNOSE, Stage.RESOLVE]),
        "triage": is_open & Q(needs_triage=True),
        "flagged": is_open
        & Q(Exists(RiskFlag.objects.filter(complaint=OuterRef("pk"), cleared_at__isnull=True))),
        "open": is_open,
        "review": Q(stage=Stage.REVIEW),
        "closed": Q(stage=Stage.CLOSED),
    }
    return filters[key]


def view_counts(user: User, at: datetime) -> dict[str, int]:
    """Return how many complaints each view of the side bar has, in one query."""
    counts = {
        key: Count("pk", filter=view_filter(key, user, at), distinct=True) for key in VIEWS if key != "closed"
    }
    found: dict[str, int] = access.visible_to(user).filter(~Q(stage=Stage.CLOSED)).aggregate(**counts)
    return found


FILTERS = {
    "stage": "stage",
    "tier": "tier",
    "severity": "severity",
    "channel": "channel",
    "team": "team__code",
    "category": "category__code",
    "assignee": "assignee__username",
    "waiting_on": "waiting_on",
    "region": "region",
}


def filtered(complaints: QuerySet[Complaint], chosen: dict[str, str]) -> QuerySet[Complaint]:
    """Narrow by the filters of the query string. Unknown values find nothing, unknown names are ignored."""
    for name, value in chosen.items():
        if name in FILTERS and value:
            if name == "tier" and not value.isdigit():
                return complaints.none()
            complaints = complaints.filter(**{FILTERS[name]: value})
    return complaints


def with_rows(complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Load everything that a row shows, in a fixed number of queries."""
    return complaints.select_related("customer", "team", "assignee", "category").prefetch_related(
        Prefetch("clocks", queryset=Clock.objects.live().order_by("due_at"), to_attr="live_clocks"),
        Prefetch("flags", queryset=RiskFlag.objects.filter(cleared_at__isnull=True), to_attr="flags_on"),
    )


def work_list(
    user: User, key: str, at: datetime, *, chosen: dict[str, str] | None = None, words: str = ""
) -> QuerySet[Complaint]:
    """Return one view of the queue, next deadline first.

    Complaints that are paused or have no deadline come last.
    """
    complaints = access.visible_to(user)
    found = (
        find.matching(complaints, words) if words.strip() else complaints.filter(view_filter(key, user, at))
    )
    ordering = (
        [F("closed_at").desc(nulls_last=True)] if key == "closed" else [F("next_due_at").asc(nulls_last=True)]
    )
    return with_rows(filtered(found, chosen or {})).order_by(*ordering, "id")


def paginate(complaints: QuerySet[Complaint], number: str | None) -> Any:
    return Paginator(complaints, PAGE).get_page(number)


def first_clock(complaint: Complaint) -> Clock | None:
    """Return the clock that a row shows: the earliest running one, else a paused one."""
    clocks: list[Clock] = getattr(complaint, "live_clocks", [])
    running = [clock for clock in clocks if not clock.paused_since]
    return (running or clocks or [None])[0]  # type: ignore[list-item]


def owes_reply(complaint: Complaint) -> bool:
    """Return True if the customer has written and has no answer yet.

    It reads the live clocks that `with_rows` has loaded.
    """
    return any(clock.kind == ClockKind.REPLY for clock in getattr(complaint, "live_clocks", []))


def group_of(due: datetime | None, at: datetime, end_of_day: datetime) -> str:
    """Return the group of a deadline: overdue, hour, today, tomorrow, later or none."""
    if due is None:
        return "none"
    if due < at:
        return "overdue"
    if due < at + timedelta(hours=1):
        return "hour"
    if due < end_of_day:
        return "today"
    return "tomorrow" if due < end_of_day + timedelta(days=1) else "later"


GROUPS: dict[str, str | Promise] = {
    "overdue": _("Overdue"),
    "hour": _("Next hour"),
    "today": _("Later today"),
    "tomorrow": _("Tomorrow"),
    "later": _("Later"),
    "none": _("No deadline running"),
}


def next_step(complaint: Complaint) -> str | Promise:
    """Return what has to happen next, in a few words."""
    if owes_reply(complaint):
        return _("Answer the customer")
    if complaint.waiting_on == WaitingOn.APPROVAL:
        return _("Waiting for a decision")
    if complaint.waiting_on == WaitingOn.CUSTOMER:
        return _("The customer is choosing")
    if complaint.assignee is None and complaint.stage in {Stage.INTAKE, Stage.DIAGNOSE, Stage.RESOLVE}:
        return _("Take it")
    steps: dict[str, str | Promise] = {
        Stage.INTAKE: _("Reply and start the diagnosis"),
        Stage.DIAGNOSE: _("Ask the three questions"),
        Stage.RESOLVE: _("Offer, carry out, inform"),
        Stage.CALLBACK: _("Call back"),
        Stage.REVIEW: _("Find the cause"),
        Stage.CLOSED: _("Closed"),
    }
    return steps[complaint.stage]


# --- Customers ---


# --- Approvals ---


# --- Callbacks ---
