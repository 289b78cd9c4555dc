"""The base of every rule of the stateful test.

It holds the complaints, people and time, makes one attempt at a move, and compares product and model.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from accounts.models import Team, User
from complaints.lifecycle import intake
from complaints.models import BreachEscalation, Clock, Complaint, Event, Playbook
from complaints.models.clock import ESCALATING
from complaints.rights.actors import CUSTOMER, Actor, person
from complaints.terms.errors import LifecycleError
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.stateful import invariants
from complaints.tests.lifecycle.stateful.case import CLIMBS, Case, Person, Refused
from complaints.tests.lifecycle.stateful.compare import differences
from complaints.tests.lifecycle.stateful.model_people import Model

TEXTS = st.sampled_from(["Words"] * 12 + ["", "  ", "a\x00b", "x" * 200_000, "\ud800"])
MINUTES = st.sampled_from([1, 1, 1, 1, 5, 5, 30, 60, 240, 600, 1500, 4000, 15_000, 50_000])
PICKS = st.tuples(st.sampled_from([True, True, True, True, False]), st.integers(0, 2), st.integers(0, 20))
"""A pick says whether to search for a complaint and person that are allowed, and where to start."""
WAYS = st.integers(0, 3)
Pick = tuple[bool, int, int]
ZHOU = {"name": "周美玲", "phone": "100-0000-0001", "email": "zhou@example.com"}
WANG = {"name": "王伟", "phone": "100-0000-0002"}
RECEIPTS: list[dict[str, Any]] = [
    {"by": "agent", "channel": "phone", "customer": ZHOU},
    {"by": "customer", "channel": "web", "customer": ZHOU},
    {"by": "online", "channel": "chat", "customer": WANG, "category": "PRC-CHG"},
    {"by": "customer", "channel": "web", "customer": ZHOU, "gravity": "S3"},
    {"by": "supervisor", "channel": "store", "customer": WANG, "about_staff": ["agent2"]},
    {"by": "agent", "channel": "phone", "customer": {"anonymous_reason": "Did not say"}},
    {"by": "callback", "channel": "phone", "customer": WANG, "claims": 2},
    {"by": "customer", "channel": "web", "customer": WANG, "risk": "legal"},
    {"by": "customer", "channel": "web", "customer": ZHOU, "keyword": "我要找律师起诉你们"},
    {"by": "agent", "channel": "phone", "customer": ZHOU, "risk": "vulnerable"},
]


class Totals:
    """Counts of one run: examples, steps and moves."""

    examples = steps = moves = 0


class Base(RuleBasedStateMachine):
    one_step_on: Callable[[int, int, int], None]
    """Takes a complaint one step along the main path. `OnwardRules` defines it."""

    def __init__(self) -> None:
        super().__init__()
        Totals.examples += 1
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = MONDAY
        self.users = {user.username: user for user in User.objects.prefetch_related("teams")}
        deputies = {user.pk: user.username for user in self.users.values()}
        people = [
            Person(
                user.username,
                user.role,
                user.tier or 0,
                frozenset(team.code for team in user.teams.all()),
                deputies.get(user.deputy_id or 0),
            )
            for user in self.users.values()
        ]
        self.teams = {team.code: team for team in Team.objects.all()}
        kinds = {code: (str(team.kind), team.tier) for code, team in self.teams.items()}
        self.model = Model(people, kinds)
        self.playbooks = [_playbook(row) for row in Playbook.objects.order_by("pk")]
        self.seen_events = 0
        self.verified: dict[int, str] = {}
        self.swept_at: datetime | None = None
        self.told = ""

    def teardown(self) -> None:
        connection.needs_rollback = True
        self.atomic.__exit__(None, None, None)

    @initialize(
        chosen=st.lists(st.sampled_from(RECEIPTS), min_size=2, max_size=3),
        ahead=st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14), WAYS), min_size=3, max_size=3),
    )
    def receive(self, chosen: list[dict[str, Any]], ahead: list[tuple[int, int, int]]) -> None:
        """Receive two or three complaints and bring each somewhere along the main path."""
        for receipt in chosen:
            self.at += timedelta(minutes=1)
            self._receive(**receipt)
        self.check()
        for number, (times, who, way) in enumerate(ahead[: len(chosen)]):
            for _time in range(times):
                self.one_step_on(number, who, way)

    def _receive(self, *, by: str, customer: dict[str, str], **given: Any) -> None:
        claims = given.pop("claims", 1)
        keyword, risk = given.pop("keyword", ""), given.pop("risk", "")
        extra = {"category": "LOG-DMG", "gravity": "S2", **given}
        receipt = factories.receipt(
            **extra,
            customer=intake.CustomerData(**customer),
            claims=[{"text": f"Point {number}"} for number in range(claims)],
            **({"description": keyword} if keyword else {}),
            risk_flags=[risk] if risk else [],
        )
        complaint = intake.receive(receipt, by=self.actor(by), at=self.at)
        case = Case(
            len(self.model.cases),
            complaint.customer_id,
            "phone" in customer,
            complaint.channel,
            extra["category"],
            extra["gravity"],
            "one",
            self.at,
            flags={row.flag: row.confirmed_at is not None for row in complaint.flags.all()},
            named=set(given.get("about_staff", [])),
        )
        assert not keyword or case.flags == {"legal": False}
        self.model.receive(case, by, claims)

    # --- Picking ---
    def actor(self, who: str) -> Actor:
        return CUSTOMER if who == "customer" else person(self.users[who])

    def real(self, case: Case) -> Complaint:
        return self.complaints[case.number]

    def pick(self, pick: Pick, subjects: list[Any], expect: Callable[[Any, str], Any]) -> tuple[Any, str]:
        """Return a subject and a person.

        If `pick` says so, look for a pair that the model allows to make the move.
        """
        right, first, who = pick
        names = [*self.model.people, "customer"]
        names = names[who % len(names) :] + names[: who % len(names)]
        subjects = subjects[first % len(subjects) :] + subjects[: first % len(subjects)]
        for subject in subjects if right else ():
            for name in names:
                try:
                    expect(subject, name)
                except Refused:
                    continue
                return subject, name
        return subjects[0], names[0]

    # --- One attempt ---
    def attempt(
        self,
        pick: Pick,
        minutes: int,
        expect: Callable[[Any, str], Any],
        act: Callable[[Any, Actor], object],
        subjects: list[Any] | None = None,
    ) -> bool:
        """Try a move in the model and in the product; both must allow it or refuse it with one status."""
        self.at += timedelta(minutes=minutes)
        subjects = self.model.cases if subjects is None else subjects
        if not subjects:
            return False
        subject, who = self.pick(pick, subjects, expect)
        try:
            apply, wanted = expect(subject, who), None
        except Refused as refused:
            apply, wanted = None, refused.status
        self.told = f"{who} on {subject!r:.400}"
        barred = [set(case.out_of_it) for case in self.model.cases]
        heads, late = self.heads(), self.missed()
        got, why = None, ""
        try:
            with transaction.atomic():
                act(subject, self.actor(who))
        except LifecycleError as error:
            got, why = error.status, error.message
        assert got == wanted, f"the model says {wanted}, the product {got} {why}: {self.told}"
        if apply is None:
            Totals.steps += 1
            assert self.heads() == heads, "a refused move changed something"
            return False
        apply()
        self.climbed(late)
        Totals.moves += 1
        self.check(barred)
        return True

    def missed(self) -> set[int]:
        """Return complaints with a missed clock that no sweep has seen yet and that raises the tier."""
        due = Clock.objects.live().filter(due_at__lt=self.at, kind__in=ESCALATING)
        return set(due.filter(paused_since=None, breached_at=None).values_list("complaint", flat=True))

    def climbed(self, missed: set[int]) -> None:
        """Raise the tier in the model where a move found a missed deadline, once a round, as a sweep does."""
        for case in self.model.cases:
            pk = self.real(case).pk if case.number < len(self.complaints) else 0
            if case.breach_used or pk not in missed:
                continue
            if BreachEscalation.objects.filter(complaint=pk, round=case.round).exists():
                assert case.stage in CLIMBS, f"escalated in {case.stage}"
                case.breach_used = True
                self.model.end_requests(case, "approved", "escalation")
                self.model.move_to(case, case.tier + 1)

    def heads(self) -> list[tuple[Any, ...]]:
        fields = ("pk", "version", "event_count", "head_hash", "next_due_at", "stage", "waiting_on")
        return list(Complaint.objects.order_by("pk").values_list(*fields))

    def check(self, barred: list[set[str]] | None = None) -> None:
        """Check that the product is where the model is, and that the invariants hold."""
        Totals.steps += 1
        self.complaints = list(
            Complaint.objects.order_by("pk").select_related("team", "assignee", "customer", "category")
        )
        found = list(differences(self.model, self.complaints))
        assert not found, f"{found} after {self.told}"
        if barred is not None:
            self.check_actors(barred)
        for complaint in self.complaints:
            known = self.verified.get(complaint.pk) == complaint.head_hash
            invariants.of_complaint(complaint, chain=not known)
            self.verified[complaint.pk] = complaint.head_hash
        invariants.of_all(self.model, self.complaints, self.at)

    def check_actors(self, barred: list[set[str]]) -> None:
        """Check that nobody who is named or has a conflict of interest did anything."""
        ids = {complaint.pk: number for number, complaint in enumerate(self.complaints)}
        new = Event.objects.filter(pk__gt=self.seen_events, actor__isnull=False).select_related("actor")
        for event in new.exclude(kind__in=["offer", "explanation"]):
            who = event.actor.username
            assert who not in barred[ids[event.complaint_id]], f"{event.kind} by {who}, who is barred"
        self.seen_events = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _playbook(row: Playbook) -> dict[str, Any]:
    return {
        "id": row.pk,
        "category": row.category.code if row.category else "",
        "problem_type": row.problem_type,
        "steps": [
            {
                "id": step.pk,
                "team": step.team.code if step.team else None,
                "blocking": step.blocking,
                "after": step.after_previous,
            }
            for step in row.steps.select_related("team")
        ],
    }
