"""The panel of the stage review: the cause and what changes."""

from typing import Any

from complaints.forms.review import ReviewForm
from complaints.lifecycle import review
from complaints.views.panels.facts import Facts


def panel(facts: Facts) -> dict[str, Any]:
    complaint, bound, fresh = facts.complaint, facts.bound, facts.fresh
    return {
        "form": bound.get("review") or ReviewForm(initial=fresh | {"cause": complaint.category.code}),
        "required_form": review.required_form(complaint),
        "review": review.current_review(complaint),
        "promised": list(review.promised_improvements(complaint).select_related("owner")),
        "for_whole_team": True,
    }
