"""The context of the frame around every page: the navigation rail with its counts."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.notices import inbox
from complaints.reads import failed_clocks, rail
from complaints.rights import duties


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the frame.

    `nav` holds the entries of the rail for this person; they are counted only when a page draws them. `bell`
    is the number of unread notices, `set_aside` for managers the number of failed clocks; both are counted on
    demand too.
    """
    user = getattr(request, "user", None)
    may_log = isinstance(user, User) and user.role in duties.RECEIVE
    return {
        "nav": SimpleLazyObject(lambda: _entries(request)),
        "bell": lambda: inbox.unread_count(user) if isinstance(user, User) else 0,
        "may_log": may_log,
        "set_aside": lambda: failed_clocks.count(user) if isinstance(user, User) else 0,
    }


def _entries(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    counts = rail.navigation_counts(user, timezone.now())
    if user.is_department:
        entries = [("tasks", _("Tasks"), "checklist", "/tasks/", 0, "w")]
    elif user.is_administrator:
        entries = [
            ("people", _("People"), "users", "/settings/people/", 0, "p"),
            ("start", _("Set-up"), "checklist", "/settings/start/", 0, "s"),
        ]
    else:
        entries = [("work", _("Work"), "inbox", "/", counts["work"], "w")]
    if user.role in duties.HANDLE:
        entries.append(
            ("callbacks", _("Callbacks"), "phone-outgoing", "/callbacks/", counts["callbacks"], "c")
        )
    if user.role in duties.READ_CUSTOMERS:
        entries.append(("customers", _("Customers"), "users", "/customers/", 0, "u"))
    if user.role in duties.DECIDE:
        entries.append(("approvals", _("Approvals"), "stairs-up", "/approvals/", counts["approvals"], "a"))
    if user.role in duties.HANDLE:
        entries.append(("reviews", _("Reviews"), "sitemap", "/reviews/", 0, "r"))
    if user.role in duties.OWN_IMPROVEMENTS:
        entries.append(("improvements", _("Improve"), "target", "/improvements/", 0, "m"))
    if user.role in duties.READ_REPORTS:
        entries.append(("reports", _("Insights"), "chart-histogram", "/reports/", 0, "i"))
    return [
        {
            "key": key,
            "label": label,
            "icon": icon,
            "url": url,
            "count": count,
            "go": go,
            "current": request.path == url
            or (url != "/" and request.path.startswith(url))
            or (url == "/" and request.path.startswith("/complaints/")),
        }
        for key, label, icon, url, count, go in entries
    ]
