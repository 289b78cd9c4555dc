"""The one who acts: a user, the customer through the private link, or the system itself."""

from dataclasses import dataclass

from accounts.models import User
from complaints.models import ActorKind
from complaints.terms import moves
from complaints.terms.known import KnownBy


@dataclass(frozen=True)
class Actor:
    """Who acts. `user` is None for the customer and the system.

    `known_by` says how we know that this is the customer; it is stored with each of their events.
    """

    kind: ActorKind
    user: User | None = None
    known_by: str = ""

    @property
    def role(self) -> str:
        """The role by which the table of moves knows this actor."""
        if self.user is not None:
            return str(self.user.role)
        return moves.CUSTOMER if self.kind == ActorKind.CUSTOMER else moves.SYSTEM

    @property
    def is_agent(self) -> bool:
        return self.user is not None and self.user.is_agent

    @property
    def is_supervisor(self) -> bool:
        return self.user is not None and self.user.is_supervisor


CUSTOMER = Actor(ActorKind.CUSTOMER)
SYSTEM = Actor(ActorKind.SYSTEM)


def customer(known_by: KnownBy) -> Actor:
    return Actor(ActorKind.CUSTOMER, known_by=known_by.value)


def person(user: User) -> Actor:
    return Actor(ActorKind.USER, user)
