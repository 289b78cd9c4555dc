"""The panel of a closed complaint: its review."""

from typing import Any

from complaints.lifecycle import review
from complaints.views.panels.facts import Facts


def panel(facts: Facts) -> dict[str, Any]:
    return {"review": review.current_review(facts.complaint)}
