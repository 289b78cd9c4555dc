"""What a complaint's words make of it at receipt: grade, risks, tier and team. Writes nothing."""

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
    """Where a complaint begins if nobody keeps it, and why."""

    suggestion: Suggestion
    grade: severity_matrix.Grade
    flags: set[str]
    tier: int
    team: Team

    def record(self, team: Team) -> dict[str, Any]:
        """As it is kept and shown beside a complaint that `team` got."""
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
    """What a person told (all but `suggestion`) counts before what the words suggest; risks are of both."""
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
