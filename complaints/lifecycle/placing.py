"""Where a new complaint begins: its severity, tier, team and assignee, and its first deadlines.

`receive` and the previews use the same function, so that a preview cannot promise something else. Nothing
here writes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from accounts.models import Team, User
from accounts.roles import TeamKind
from complaints.lifecycle.match import find_customer
from complaints.lifecycle.receipt import Receipt, leaf, suggested_category
from complaints.models import ClockKind, Customer
from complaints.rights.actors import Actor
from complaints.rows import lookups
from complaints.sla import targets
from complaints.sla.statutory import duty
from complaints.terms.errors import Problems
from complaints.terms.input import MAX_DESCRIPTION, clean_text, past_moment
from complaints.terms.stages import ON_THE_LINE, Channel, Flag
from complaints.triage import place
from complaints.triage.suggest import Suggestion, suggest

PROMISED = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.PLAN,
    ClockKind.RECOVERY,
    ClockKind.UPDATE,
    ClockKind.RESOLUTION,
)
"""The clocks that start at receipt, apart from the acknowledgement."""
AT_RECEIPT = (ClockKind.ACKNOWLEDGE, *PROMISED)
"""The clocks of every complaint, in the order in which they start."""


@dataclass(frozen=True)
class Given:
    """The input that decides where a complaint begins.

    It comes from the text (`suggestion`), from what people entered, and from the customer.
    """

    suggestion: Suggestion
    channel: str
    category: str
    region: str | None = None
    segment: str | None = None
    gravity: str | None = None
    reach: str | None = None
    severity: str | None = None
    flags: Collection[str] = ()
    about: Collection[int] = ()
    """The ids of the staff whom the complaint is about."""


class Placed(NamedTuple):
    """Where the complaint begins. `on_the_line` is True if an agent logs it while the customer is there."""

    triaged: place.Triaged
    tier: int
    team: Team
    assignee: User | None
    on_the_line: bool


class Promise(NamedTuple):
    kind: ClockKind
    due_at: datetime


def given_by(
    receipt: Receipt, suggestion: Suggestion, category: str, customer: Customer, staff: list[User]
) -> Given:
    """Return the input for `place_for` from a receipt. Without a region the customer's own one is taken."""
    return Given(
        suggestion=suggestion,
        channel=receipt.channel,
        category=category,
        region=receipt.region or customer.region,
        segment=customer.segment,
        gravity=receipt.gravity,
        reach=receipt.reach,
        severity=receipt.severity,
        flags=receipt.risk_flags,
        about={user.pk for user in staff},
    )


def place_for(given: Given, *, by: Actor, live: bool = True) -> Placed:
    """Return where a complaint begins that this person logs. Raises NoRoute (409).

    An agent who is talking to the customer keeps a complaint of tier 1, unless it is about them. `live` is
    False for a complaint imported from another system: then no customer is on the line.
    """
    triaged = place.triage(
        given.suggestion,
        channel=given.channel,
        category=given.category,
        region=given.region,
        gravity=given.gravity,
        reach=given.reach,
        severity=given.severity,
        flags=given.flags,
    )
    on_the_line = live and by.is_agent and given.channel in ON_THE_LINE
    if not on_the_line or triaged.tier > 1 or by.user is None or by.user.pk in given.about:
        return Placed(triaged, triaged.tier, triaged.team, None, on_the_line)
    team = _own_team(by.user, triaged.team)
    return Placed(triaged, team.tier or triaged.tier, team, by.user, on_the_line)


def _own_team(user: User, routed: Team) -> Team:
    """Return the routed team if the agent is in it, or else the agent's first handling team."""
    teams = list(user.teams.filter(kind=TeamKind.HANDLING).order_by("tier", "code"))
    return routed if routed in teams or not teams else teams[0]


def promises(given: Given, placed: Placed, *, received_at: datetime, at: datetime) -> list[Promise]:
    """Return the deadlines that start with the complaint, in the order in which they start.

    They include those that the conversation with the customer has already met.
    """
    facts = targets.facts(
        severity=placed.triaged.grade.severity,
        channel=given.channel,
        segment=given.segment,
        region=given.region,
        external=Flag.EXTERNAL in placed.triaged.flags,
    )
    rule = targets.rule_for(facts)
    kinds = [*((kind, received_at) for kind in AT_RECEIPT)]
    if placed.assignee is None:
        kinds.append((ClockKind.PICKUP, at))
    granted = [(kind, start, targets.granted(rule, kind, 1)) for kind, start in kinds]
    found = [Promise(kind, t.calendar.working.add(start, t.duration)) for kind, start, t in granted if t]
    pack = duty.pack_for(facts, received_at)
    if pack is not None and pack.unit:
        due = duty.count(pack, received_at, duty.calendar_of(pack)).due_at
        found.append(Promise(ClockKind.STATUTORY, due))
    return found


class Preview(NamedTuple):
    """What `receive` would do with the data that is known so far."""

    given: Given
    placed: Placed
    promises: list[Promise]


def checked_preview(receipt: Receipt, *, by: Actor, at: datetime) -> Preview:
    """Check the data and return its `preview`.

    Raises RoleMayNot (403) if this role may not record complaints, and MissingDetail (400) by field.
    """
    place.may_receive(by)
    problems = Problems()
    clean_text(problems, "description", receipt.description, limit=MAX_DESCRIPTION, required=True)
    problems.one_of("channel", receipt.channel, Channel.values)
    if receipt.category:
        leaf(problems, "category", receipt.category)
    past_moment(problems, "received_at", receipt.received_at, at)
    problems.check()
    return preview(receipt, by=by, at=at)


def preview(receipt: Receipt, *, by: Actor, at: datetime) -> Preview:
    """Return where `receive` would put a complaint and what it would promise. Raises NoRoute (409).

    Missing values are taken from the text of the complaint.
    """
    with lookups.shared():
        suggestion = suggest(receipt.description.strip(), receipt.channel, receipt.loss_minor)
        customer = find_customer(receipt.customer) or Customer(segment=receipt.customer.segment or None)
        staff = list(User.objects.filter(username__in=receipt.about_staff))
        category = receipt.category or suggested_category(suggestion).code
        given = given_by(receipt, suggestion, category, customer, staff)
        placed = place_for(given, by=by)
        received_at = receipt.received_at or at
        return Preview(given, placed, promises(given, placed, received_at=received_at, at=at))
