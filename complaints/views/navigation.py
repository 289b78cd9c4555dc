"""The context of the frame around every page: the navigation rail with its counts."""

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.notices import inbox
from complaints.reads import failed_clocks, rail
from complaints.rights import duties
from complaints.views import tour


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the frame.

    `nav` holds the entries of the rail for this person; they are counted only when a page draws them. `bell`
    is the number of unread notices, `set_aside` for managers the number of failed clocks; both are counted on
    demand too. `tour` is what the demo shows to newcomers.
    """
    user = getattr(request, "user", None)
    may_log = isinstance(user, User) and user.role in duties.RECEIVE
    return {
        "nav": SimpleLazyObject(lambda: _entries(request)),
        "bell": lambda: inbox.unread_count(user) if isinstance(user, User) else 0,
        "may_log": may_log,
        "tour": SimpleLazyObject(lambda: tour.card(request)),
        "set_aside": lambda: failed_clocks.count(user) if isinstance(user, User) else 0,
    }


Entry = tuple[str, str, str, str, int, str]
"""One entry: key, label, icon, address, number, and the letter that opens it when typed after G."""


def _entries(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    names = ("key", "label", "icon", "url", "count", "go")
    counts = rail.navigation_counts(user, timezone.now())
    entries = [*_first(user, counts), *_desks(user, counts)]
    found = [dict(zip(names, entry, strict=True)) for entry in entries]
    for entry in found:
        entry["current"] = _is_current(str(entry["url"]), request.path)
    return found


def _is_current(url: str, path: str) -> bool:
    """Return True if the page at `path` belongs to the entry; complaints belong to the work at `/`."""
    if url == "/":
        return path == url or path.startswith("/complaints/")
    return path.startswith(url)


def _first(user: User, counts: Mapping[str, int]) -> list[Entry]:
    """Return the entries with which this role begins."""
    if user.is_department:
        return [("tasks", _("Tasks"), "checklist", "/tasks/", 0, "w")]
    if user.is_administrator:
        return [
            ("people", _("People"), "users", "/settings/people/", 0, "p"),
            ("start", _("Set-up"), "checklist", "/settings/start/", 0, "s"),
        ]
    return [("work", _("Work"), "inbox", "/", counts["work"], "w")]


def _desks(user: User, counts: Mapping[str, int]) -> list[Entry]:
    calls, requests = counts["callbacks"], counts["approvals"]
    desks: list[tuple[Collection[str], Entry]] = [
        (duties.HANDLE, ("callbacks", _("Callbacks"), "phone-outgoing", "/callbacks/", calls, "c")),
        (duties.READ_CUSTOMERS, ("customers", _("Customers"), "users", "/customers/", 0, "u")),
        (duties.DECIDE, ("approvals", _("Approvals"), "stairs-up", "/approvals/", requests, "a")),
        (duties.HANDLE, ("reviews", _("Reviews"), "sitemap", "/reviews/", 0, "r")),
        (duties.OWN_IMPROVEMENTS, ("improvements", _("Improve"), "target", "/improvements/", 0, "m")),
        (duties.READ_REPORTS, ("reports", _("Insights"), "chart-histogram", "/reports/", 0, "i")),
    ]
    return [entry for roles, entry in desks if user.role in roles]
