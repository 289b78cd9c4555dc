"""Which clocks a person's message to the customer meets, by its purpose (docs/clocks.md, "Clocks")."""

from complaints.models import ClockKind, Purpose

SUBSTANTIVE = frozenset({Purpose.QUESTION, Purpose.PLAN, Purpose.OFFER, Purpose.EXPLANATION})
MET_BY: dict[ClockKind, frozenset[Purpose]] = {
    ClockKind.FIRST_RESPONSE: frozenset(Purpose) - {Purpose.AUTOMATIC},
    ClockKind.REPLY: frozenset(Purpose) - {Purpose.AUTOMATIC},
    ClockKind.RECOVERY: SUBSTANTIVE,
    ClockKind.PLAN: frozenset({Purpose.PLAN, Purpose.OFFER}),
}
"""Clocks that a message meets, each with the purposes that meet it."""

OWED = (ClockKind.FIRST_RESPONSE, ClockKind.REPLY)
"""While one of these clocks is live, somebody owes the customer an answer."""
MET_BY_RESOLUTION = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.REPLY,
    ClockKind.PLAN,
    ClockKind.RECOVERY,
    ClockKind.UPDATE,
    ClockKind.RESOLUTION,
)


def kinds_met_by(purpose: str) -> list[ClockKind]:
    return [kind for kind, purposes in MET_BY.items() if purpose in purposes]
