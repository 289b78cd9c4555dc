"""Which words of a person to the customer meet which promise (clocks.md, "Clocks")."""

from complaints.models import ClockKind, Purpose

SUBSTANTIVE = frozenset({Purpose.QUESTION, Purpose.PLAN, Purpose.OFFER, Purpose.EXPLANATION})
MET_BY: dict[ClockKind, frozenset[Purpose]] = {
    ClockKind.FIRST_RESPONSE: frozenset(Purpose) - {Purpose.AUTOMATIC},
    ClockKind.RECOVERY: SUBSTANTIVE,
    ClockKind.PLAN: frozenset({Purpose.PLAN, Purpose.OFFER}),
}
"""Promises that end with an answer, each with the purposes that are one."""

MET_BY_RESOLUTION = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.PLAN,
    ClockKind.RECOVERY,
    ClockKind.UPDATE,
    ClockKind.RESOLUTION,
)


def kinds_met_by(purpose: str) -> list[ClockKind]:
    return [kind for kind, purposes in MET_BY.items() if purpose in purposes]
