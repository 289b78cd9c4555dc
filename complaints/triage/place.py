"""The result of triage at receipt: severity, risk flags, tier and team. Nothing is written here."""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Team
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.terms.errors import RoleMayNot
from complaints.triage import routing, severity_matrix
from complaints.triage.suggest import Suggestion


class Triaged(NamedTuple):
    """Where a complaint begins if the agent who logs it does not keep it, and why."""

    suggestion: Suggestion
    grade: severity_matrix.Grade
    flags: set[str]
    tier: int
    team: Team

    def record(self, team: Team) -> dict[str, Any]:
        """Return the result as it is stored and shown with the complaint. `team` got the complaint."""
        said = self.suggestion
        return {
            "category": said.category,
            "gravity": said.gravity,
            "severity": self.grade.severity,
            "emotion": said.emotion,
            "team": team.code,
            "confidence": said.confidence,
            "hints": list(said.hints),
            "reasons": [{"rule": r.rule, "word": r.word, "effect": r.effect} for r in said.reasons],
            "similar": [],
        }


def triage(
    suggestion: Suggestion,
    *,
    channel: str,
    category: str,
    region: str | None = None,
    gravity: str | None = None,
    reach: str | None = None,
    severity: str | None = None,
    flags: Collection[str] = (),
) -> Triaged:
    """Combine what a person entered with `suggestion`, which the text gave.

    Entered values win. Risk flags are taken from both.
    """
    found = set(flags) | set(suggestion.flags)
    grade = severity_matrix.grade(
        gravity or suggestion.gravity, reach or suggestion.reach, by_hand=severity, flags=found
    )
    tier = routing.starting_tier(grade.severity, found, set(flags))
    team = routing.team_for(tier, channel=channel, category_code=category, region=region)
    return Triaged(suggestion, grade, found, tier, team)


def may_receive(by: Actor) -> None:
    if by.role not in duties.RECEIVE:
        raise RoleMayNot(_("Your role does not record complaints."))
