"""The base of every rule of the clock walk.

It sets up the calendars, complaints and people, moves time on, and after each step compares the product's
clocks with those of the model.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from accounts.models import Team, User
from complaints.lifecycle import intake
from complaints.models import CalendarVersion, Complaint, Policy, PolicyRule, StatutoryPack
from complaints.rights.actors import CUSTOMER, SYSTEM, Actor, person
from complaints.rows import timeline
from complaints.tests import factories
from complaints.tests.clockwalk.clock import Case, Rule
from complaints.tests.clockwalk.compare import differences
from complaints.tests.clockwalk.merging import Merging
from complaints.tests.clockwalk.worked import Worked

_T = TypeVar("_T")
LONGEST = timedelta(days=120)
"""A walk ends here, because calendars are read only this far ahead."""
MINUTES = st.sampled_from([0, 0, 1, 1, 7, 15, 20, 45, 60, 120, 300, 600, 1500, 3000, 6000])
CASES = st.integers(0, 20)
CODES = ["CN-OFFICE", "CN-CONTACT", "UK-OFFICE", "NIGHT", "ALWAYS", "NEW-YORK"]
CUSTOMERS = [
    {"name": "周美玲", "phone": "100-0000-0001", "email": "zhou@example.com"},
    {"name": "王伟", "phone": "100-0000-0002"},
    {"name": "李娜", "email": "li@example.com", "segment": "loyal"},
    {"anonymous_reason": "Did not say"},
]
WAYS = [
    ("phone", "agent"),
    ("web", "customer"),
    ("web", "system"),
    ("store", "online"),
    ("social", "online"),
    ("regulator", "online"),
    ("chat", "online"),
]
RECEIPTS = st.fixed_dictionaries(
    {
        "customer": st.sampled_from(CUSTOMERS),
        "way": st.sampled_from(WAYS),
        "gravity": st.sampled_from(["S1", "S2", "S2", "S2", "S3", "S4"]),
        "region": st.sampled_from(["", "", "", "international", "east"]),
        "ago": st.sampled_from([0, 0, 0, 0, 3, 90, 2000]),
    }
)
MOST = 5


class NotNow(Exception):
    """A rule raises this when no complaint is in a state in which its step is possible."""


def step(
    *, fits: Callable[[Case], object] | None = None, **given: Any
) -> Callable[[Callable[..., None]], Any]:
    """Turn a method into a rule of the walk. It does nothing when the method raises `NotNow`.

    With `fits` the rule picks one of the complaints for which `fits` is true and passes it as `c`. Without
    `fits` the method picks a complaint itself.
    """

    def wrap(function: Callable[..., None]) -> Any:
        @wraps(function)
        def tried(self: "Base", **drawn: Any) -> None:
            with suppress(NotNow):
                if fits is not None:
                    drawn["c"] = self.pick(drawn.pop("which"), fits)
                function(self, **drawn)

        if fits is None:
            return rule(**given)(tried)
        possible = precondition(lambda self: any(fits(case) for case in self.model.cases))
        return possible(rule(which=CASES, **given)(tried))

    return wrap


class Totals:
    """Counts of one run: examples, moves and sweeps."""

    examples = moves = sweeps = 0


class Base(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        Totals.examples += 1
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        # Days of statutory clocks are compared with a slow count in workdays/test_day_counting.py.
        StatutoryPack.objects.all().delete()
        self.users = {user.username: user for user in User.objects.prefetch_related("teams")}
        self.teams = {team.code: team for team in Team.objects.all()}
        self.model = Merging()
        self.complaints: list[Complaint] = []
        self.told: list[str] = []
        self.verified: dict[int, str] = {}

    def teardown(self) -> None:
        connection.needs_rollback = True
        self.atomic.__exit__(None, None, None)

    def read_tables(self) -> None:
        """Read policies and calendars into the model, which needs them again after each edit."""
        model = self.model
        for row in PolicyRule.objects.select_related("policy").order_by("policy", "order"):
            targets = {kind: (minutes, code) for kind, (minutes, code) in row.targets.items()}
            rule = Rule(row.policy.version, row.match, targets, row.warn, row.escalate)
            model.rules.setdefault(row.pk, rule)
        for version in CalendarVersion.objects.select_related("calendar").order_by("version"):
            if version.pk not in model.calendars:
                model.calendars[version.pk] = Worked(version.definition)
            model.newest[version.calendar.code] = version.pk

    # --- Time and choice ---
    def pass_time(self, minutes: int) -> None:
        if self.at + timedelta(minutes=minutes) > self.begin + LONGEST:
            raise NotNow
        self.at += timedelta(minutes=minutes)

    def pick(self, number: int, fits: Callable[[Case], object]) -> Case:
        """Return one of the complaints for which `fits` is true. Raise `NotNow` when there is none."""
        found = [case for case in self.model.cases if fits(case)]
        if not found:
            raise NotNow
        return found[number % len(found)]

    def choose(self, number: int, found: list[_T]) -> _T:
        if not found:
            raise NotNow
        return found[number % len(found)]

    def real(self, case: Case) -> Complaint:
        return Complaint.objects.get(pk=self.complaints[case.number].pk)

    # --- People ---
    def assignee(self, case: Case) -> Actor:
        user = self.real(case).assignee
        assert user is not None
        return person(user)

    def supervisor(self, case: Case) -> Actor:
        return person(self.somebody(case, "supervisor"))

    def somebody(self, case: Case, role: str) -> User:
        """Return somebody with this role in the team of the complaint."""
        team = self.real(case).team
        return next(u for u in self.users.values() if u.role == role and team in u.teams.all())

    # --- Receipt and comparison ---
    def receive(self, customer: dict[str, str], way: tuple[str, str], ago: int, **given: Any) -> None:
        at, (channel, by) = self.at, way
        received = at - timedelta(minutes=ago)
        late = received < at
        receipt = factories.receipt(
            customer=intake.CustomerData(**customer),
            channel=channel,
            received_at=received if late else None,
            **given,
        )
        actor = CUSTOMER if by == "customer" else SYSTEM if by == "system" else person(self.users[by])
        complaint = intake.receive(receipt, by=actor, at=at)
        case = Case(
            len(self.model.cases),
            channel,
            complaint.customer.segment or None,
            complaint.region or None,
            complaint.severity,
            complaint.tier,
            complaint.assignee_id is not None,
            "name" in customer,
            "phone" in customer and "email" in customer,
        )
        case.external = complaint.flags.filter(flag="external").exists()
        self.model.cases.append(case)
        self.complaints.append(complaint)
        for kind in ("acknowledge", "first_response", "plan", "recovery", "update", "resolution"):
            self.model.start(case, kind, received)
        if not case.assigned:
            self.model.start(case, "pickup", at)
        on_the_line = not late and channel in {"phone", "store", "chat"} and by not in {"customer", "system"}
        if on_the_line:
            self.model.meet(case, "acknowledge", "first_response", at=at)
        end = self.model.meet if case.reachable else self.model.cancel
        end(case, "acknowledge", at=at)
        self.check(f"receive {channel} {given} {ago} minutes ago")

    def check(self, told: str) -> None:
        """Check that the product has exactly the clocks of the model and that the event chains hold."""
        Totals.moves += 1
        self.told.append(f"{self.at:%m-%d %H:%M} {told}")
        self.model.settle(self.at)
        self.complaints = list(Complaint.objects.order_by("pk"))
        found = list(differences(self.model, self.complaints, self.at))
        story = "\n".join(self.told)
        assert not found, "\n".join(["", *found[:12], "after", story])
        for complaint in self.complaints:
            if self.verified.get(complaint.pk) != complaint.head_hash:
                assert list(timeline.faults(complaint)) == []
                self.verified[complaint.pk] = complaint.head_hash

    def new_policy(self, change: Callable[[PolicyRule], None]) -> None:
        """Write a new version of the whole table, as the page of policies does."""
        old = Policy.objects.order_by("-version")[0]
        new = Policy.objects.create(version=old.version + 1, created_at=self.at)
        for row in old.rules.order_by("order"):
            row.pk, row.policy, row.copied_from_id = None, new, row.pk
            change(row)
            row.save()
        self.read_tables()
