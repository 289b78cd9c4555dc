"""The panel of the stage callback: record the call, or the make-good."""

from typing import Any

from complaints.forms.callback import CallbackForm, MakeGoodForm
from complaints.lifecycle.callback import attempts, calls
from complaints.views.panels.facts import Facts


def panel(facts: Facts) -> dict[str, Any]:
    user, complaint, handling = facts.user, facts.complaint, facts.handling
    bound, fresh = facts.bound, facts.fresh
    own = handling.resolved_by_id == user.pk
    pending = calls.open_callback(complaint)
    way = attempts.next_way(list(pending.attempts.all()), complaint.customer) if pending else None
    return {
        "form": bound.get("callback") or CallbackForm(initial=fresh | {"channel": way}),
        "make_good_form": bound.get("make_good") or MakeGoodForm(initial=fresh),
        "callback": pending,
        "last_callback": handling.callbacks.order_by("-cycle").first(),
        "can_call": not own or not calls.others_may_call(complaint, user),
        "for_whole_team": True,
    }
