"""Which panel belongs to which stage."""

from collections.abc import Callable
from typing import Any

from complaints.lifecycle import diagnose
from complaints.lifecycle.remedies import offers
from complaints.terms.stages import Stage
from complaints.views.panels import callback, closed, resolve, review
from complaints.views.panels import diagnose as diagnose_panel
from complaints.views.panels.facts import Facts

PANELS: dict[Stage, Callable[[Facts], dict[str, Any]]] = {
    Stage.DIAGNOSE: diagnose_panel.panel,
    Stage.RESOLVE: resolve.panel,
    Stage.CALLBACK: callback.panel,
    Stage.REVIEW: review.panel,
    Stage.CLOSED: closed.panel,
}
"""Intake is missing because its panel is one button, without a form."""


def panel(facts: Facts) -> dict[str, Any]:
    """Return the forms and facts of the current stage. `template` names the part that draws them."""
    stage = Stage(facts.complaint.stage)
    shown: dict[str, Any] = {
        "template": f"complaints/{stage}/_panel.html",
        "diagnosis": diagnose.current_diagnosis(facts.handling),
        "plan": offers.latest_plan(facts.handling),
    }
    build = PANELS.get(stage)
    return shown | (build(facts) if build else {})
