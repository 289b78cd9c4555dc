"""The panel of the stage diagnose: the finding, and the checklist to go through before it."""

from typing import Any

from complaints.forms.diagnose import FindingForm
from complaints.models import (
    Callback,
)
from complaints.reads import playbooks
from complaints.terms.stages import CallbackOutcome
from complaints.views.panels.facts import Facts


def panel(facts: Facts) -> dict[str, Any]:
    complaint, handling, bound, fresh = facts.complaint, facts.handling, facts.bound, facts.fresh
    initial = fresh | {
        "desired_outcome": complaint.desired_outcome,
        "scene": complaint.place and f"{complaint.place}: ",
    }
    still_wrong = Callback.objects.filter(
        handling__complaint=complaint, outcome=CallbackOutcome.UNSATISFIED
    ).order_by("-finished_at")
    return {
        "form": bound.get("finding") or FindingForm(initial=initial),
        "still_wrong": still_wrong.values_list("still_wrong", flat=True).first(),
        "checklist": playbooks.checklist(complaint, handling),
        "playbooks": playbooks.fitting_rows(complaint, handling, None),
    }
