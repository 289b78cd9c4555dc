"""Reads for screens. All of them start from what the user may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models import (
    Approval,
    ApprovalState,
    ApprovalVote,
    Callback,
    Clock,
    Complaint,
    Customer,
    Participant,
    ParticipantRole,
    RiskFlag,
)
from complaints.rights import access, deciders, duties
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

    Complaints that are paused or have none come last.
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
def customers_for(user: User) -> QuerySet[Customer]:
    """Return the customers whose complaints the user may see, and those without any complaint.

    Customers who only complained about the user, or only to teams that are not the user's, are left out.
    """
    theirs = Complaint.objects.filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(access.visible_to(user, theirs)) | ~Exists(theirs))


def customers_to_log_for(user: User) -> QuerySet[Customer]:
    """Return the customers for whom the user may log a complaint by their id.

    Those who only complained about the user are left out.
    """
    theirs = Complaint.objects.filter(customer=OuterRef("pk"))
    others = theirs.exclude(pk__in=access.about(user).values("pk"))
    return Customer.objects.filter(Exists(others) | ~Exists(theirs))


# --- Approvals ---
def approvals_for(user: User, at: datetime | None = None) -> QuerySet[Approval]:
    """Return the pending requests that this user is asked to decide, next deadline first.

    Requests about the user are left out. With `at`, requests of people who are away and named this user as
    their stand-in are included.
    """
    asked = _asked_themselves_or_for_others(user, at)
    voted = ApprovalVote.objects.filter(approval=OuterRef("pk"), by=user)
    named = Participant.objects.filter(complaint=OuterRef("complaint"), user=user, role=ParticipantRole.NAMED)
    return (
        Approval.objects.filter(Exists(asked), ~Exists(voted), ~Exists(named), state=ApprovalState.PENDING)
        .exclude(complaint__assignee=user)
        .select_related("complaint__customer", "complaint__category", "requested_by", "complaint__assignee")
        .prefetch_related("votes__by")
        .order_by(F("due_at").asc(nulls_last=True), "id")
    )


def _asked_themselves_or_for_others(user: User, at: datetime | None) -> QuerySet[Any]:
    places = Q(user=user)
    if at is not None:
        places |= Q(user__in=deciders.stands_in_for(user, at).values("user"))
    found: QuerySet[Any] = Approval.asked.through.objects.filter(places, approval=OuterRef("pk"))
    return found


def get_approval_for(user: User, pk: int, at: datetime) -> Approval | None:
    """Return a request put to the user or to whom they stand in for, or of a visible complaint; else None."""
    approval = (
        Approval.objects.select_related(
            "complaint__customer", "complaint__category", "requested_by", "decided_by", "plan", "handling"
        )
        .prefetch_related("votes__by")
        .filter(pk=pk)
        .first()
    )
    if approval is None:
        return None
    if access.visible_to(user).filter(pk=approval.complaint_id).exists():
        return approval
    named = Participant.objects.filter(
        complaint=approval.complaint_id, user=user, role=ParticipantRole.NAMED
    ).exists()
    # Somebody who was asked still learns who decided, even if the complaint has left their view by then.
    asked = Approval.objects.filter(Exists(_asked_themselves_or_for_others(user, at)), pk=pk)
    return approval if not named and asked.exists() else None


def approvals_seen_by(user: User, at: datetime) -> QuerySet[Approval]:
    """Return requests in any state: of visible complaints, or put to the user or whom they stand in for."""
    named = Participant.objects.filter(complaint=OuterRef("complaint"), user=user, role=ParticipantRole.NAMED)
    seen = Q(complaint__in=access.visible_to(user))
    return Approval.objects.filter(seen | Q(Exists(_asked_themselves_or_for_others(user, at)))).exclude(
        Exists(named)
    )


# --- Callbacks ---
def callbacks_for(user: User) -> QuerySet[Callback]:
    """Return the open callbacks of complaints the user may see, by planned time.

    Those after a notice come last.
    """
    visible = access.visible_to(user).filter(stage=Stage.CALLBACK)
    return (
        Callback.objects.filter(finished_at__isnull=True, handling__complaint__in=visible)
        .select_related(
            "handling__complaint__customer",
            "handling__complaint__category",
            "handling__complaint__assignee",
            "handling",
        )
        .prefetch_related("attempts__by")
        .order_by(F("planned_at").asc(nulls_last=True), "due_at", "id")
    )


def navigation_counts(user: User, at: datetime) -> dict[str, int]:
    """Return the numbers next to the entries of the rail."""
    counts = {"approvals": 0, "callbacks": 0, "work": 0}
    if user.role in duties.DECIDE:
        counts["approvals"] = approvals_for(user, at).count()
    if user.is_agent:
        counts["work"] = Complaint.objects.filter(assignee=user).exclude(stage=Stage.CLOSED).count()
    if user.is_agent or user.is_supervisor:
        counts["callbacks"] = callbacks_for(user).count()
    return counts
