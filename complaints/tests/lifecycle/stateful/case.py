"""The rows of the lifecycle model: complaints, people, plans, requests and tasks as plain values.

Nothing here uses the product's code.
"""

from dataclasses import dataclass, field
from datetime import datetime

OPEN = {"intake", "diagnose", "resolve", "callback", "review"}
HANDLED = {"diagnose", "resolve"}
CLIMBS = {"intake", "diagnose", "resolve"}
GRAVE = {"legal", "media", "safety"}
GATING = {"legal", "media"}
FLAGS = GRAVE | {"external", "vulnerable"}
CONCLUDED = {"withdrawn", "out_of_scope", "deadlock_external", "no_response_customer"}
UNFINISHED = {"open", "accepted", "rejected_back"}
MATRIX = {
    "S1": {"one": "minor", "several": "normal", "many": "major"},
    "S2": {"one": "normal", "several": "major", "many": "critical"},
    "S3": {"one": "major", "several": "critical", "many": "critical"},
    "S4": {"one": "critical", "several": "critical", "many": "critical"},
}
ORDER = ["minor", "normal", "major", "critical"]


class Refused(Exception):
    """Raised by the model for a move that must be refused with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Person:
    name: str
    role: str
    tier: int
    teams: frozenset[str]
    deputy: str | None


@dataclass(eq=False)
class Plan:
    case: int
    round: int
    state: str
    options: list[tuple[str, int]]
    chosen_at: datetime | None = None
    chosen: int | None = None


@dataclass(eq=False)
class Request:
    case: int
    round: int
    kind: str
    requester: str | None
    asked: set[str]
    amount: int = 0
    needs: int = 1
    plan: int | None = None
    state: str = "pending"
    votes: list[str] = field(default_factory=list)
    limit: int | None = None


@dataclass(eq=False)
class Task:
    case: int
    round: int
    team: str
    owner: str | None
    blocking: bool = True
    after: int | None = None
    plan: int | None = None
    step: int | None = None
    state: str = "open"


@dataclass(eq=False)
class Promise:
    case: int
    kept: bool = False


@dataclass(eq=False)
class Said:
    """A message of the customer."""

    case: int
    thanks: bool


@dataclass(eq=False)
class Claim:
    case: int
    disposition: str = "open"


@dataclass(eq=False)
class Squad:
    """A flash squad at work: its members, and which of its fields are filled."""

    members: set[str]
    filled: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Merge:
    source: int
    survivor: int
    at: datetime
    stage: str
    outcome: str | None
    tasks: list[int]
    promises: list[int]
    offers: list[int]
    callback: str | None
    waits: set[tuple[str, str, int]]
    claims: dict[int, str]
    flags: set[str]
    people: set[tuple[str, str]]
    made_confidential: bool
    squad: "Squad | None" = None
    steps: dict[int, int | None] = field(default_factory=dict)
    undone: bool = False


@dataclass(eq=False)
class Case:
    """A complaint: its head, and the state of the round that decides which moves are possible."""

    number: int
    customer: int
    reachable: bool
    channel: str
    category: str
    gravity: str
    reach: str
    received_at: datetime
    stage: str = "intake"
    tier: int = 1
    team: str = ""
    round: int = 1
    assignee: str | None = None
    outcome: str | None = None
    callback_outcome: str | None = None
    override: str | None = None
    flags: dict[str, bool] = field(default_factory=dict)
    """The risk flags that are set. The value says whether a person confirmed the flag."""
    confidential: bool = False
    named: set[str] = field(default_factory=set)
    conflict: set[str] = field(default_factory=set)
    admitted: set[str] = field(default_factory=set)
    barred: set[str] = field(default_factory=set)
    involved: set[str] = field(default_factory=set)
    former: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    highest: int = 1
    closed_at: datetime | None = None
    merged_into: int | None = None
    waits: set[tuple[str, str, int]] = field(default_factory=set)
    asked_at: datetime | None = None
    ended: tuple[int, int, set[tuple[str, str, int]]] | None = None
    """The customer's last answer, if it was a message: its number, its round, and the waits that it ended."""
    finding: str | None = None
    problem_type: str = ""
    found_at: datetime | None = None
    explained: bool = False
    rejections: int = 0
    rejections_ever: int = 0
    words: list[datetime] = field(default_factory=list)
    """The moments at which a person reached the customer in this round, except by offer or final answer."""
    callback: str | None = None
    """`open` while a callback is due, `make_good` while the small remedy is."""
    rated: bool = False
    partly: bool = False
    partly_ever: bool = False
    resolver: str | None = None
    improvements: bool = False
    refused_at: datetime | None = None
    news: bool = False
    breach_used: bool = False
    squad: Squad | None = None
    called: set[str] = field(default_factory=set)
    """The people who see the complaint because of a squad; those of departments only while it is at work."""

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def graded(self) -> str:
        return self.override or MATRIX[self.gravity][self.reach]

    @property
    def severity(self) -> str:
        return "critical" if GRAVE & set(self.flags) else self.graded

    @property
    def out_of_it(self) -> set[str]:
        """The people who must not decide on, handle, call back or review the complaint."""
        return self.named | self.conflict

    def new_round(self) -> None:
        self.round += 1
        self.stage, self.outcome, self.finding, self.found_at = "diagnose", None, None, None
        self.problem_type, self.explained, self.rejections, self.words = "", False, 0, []
        self.callback, self.rated, self.partly, self.resolver = None, False, False, None
        self.breach_used = False
