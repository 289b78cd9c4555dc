"""The short tour of the demo: three things to try, shown to each account after its first sign-in."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.views.account import TOUR
from complaints.models import Complaint
from complaints.rights import access, duties
from complaints.terms.stages import Stage
from complaints.views.doors import Request
from ui.answers import see_other

START_PAGES = frozenset({"/", "/tasks/", "/settings/people/"})
"""Where a role's work starts; on the other pages the tour would be in the way."""


def card(request: Any) -> dict[str, Any] | None:
    """Return what the tour shows on this page, or None if it is not shown."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or request.path not in START_PAGES or not request.session.get(TOUR):
        return None
    return {"decides": user.role in duties.DECIDE, "complaint": _with_an_offer(user)}


def _with_an_offer(user: User) -> Complaint | None:
    """Return a complaint whose customer has something to choose or to read, as far as the person sees one."""
    seen = access.visible_to(user)
    offered = seen.filter(stage=Stage.RESOLVE, waiting_on="customer").order_by("-received_at").first()
    return offered or seen.exclude(stage=Stage.CLOSED).order_by("-received_at").first()


@login_required
@require_POST
def put_away(request: Request) -> HttpResponse:
    request.session.pop(TOUR, None)
    return see_other("/")
