"""Rules of the clock walk that change deadlines, and the rules that sweep.

Deadlines change by severity, risk flags, tiers, extensions, merges and edited tables.
"""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from complaints.lifecycle import converse, edit, escalate, extend, risk
from complaints.lifecycle.ending import merge
from complaints.models import Approval, CalendarVersion
from complaints.rights.actors import person
from complaints.sweeps import due_clocks, levels, retarget_clocks, retarget_job
from complaints.tests.clockwalk.base import CASES, CODES, MINUTES, Base, NotNow, Totals, step
from complaints.tests.clockwalk.clock import CLIMBS, Case

SEVERITIES = ["minor", "normal", "major", "critical"]
EXTENDABLE = {
    *("first_response", "plan", "recovery", "update", "resolution"),
    *("callback", "callback_outcome", "make_good"),
}
UNDO_WITHIN = timedelta(days=7)


class ChangeRules(Base):
    @step(
        fits=lambda c: c.is_open,
        minutes=MINUTES,
        severity=st.sampled_from(SEVERITIES),
        supervisor=st.booleans(),
    )
    def severity(self, c: Case, minutes: int, severity: str, supervisor: bool) -> None:
        raised = SEVERITIES.index(severity) > SEVERITIES.index(c.severity)
        if severity == c.severity or not (supervisor or (c.assigned and raised)):
            raise NotNow
        self.pass_time(minutes)
        by = self.supervisor(c) if supervisor else self.assignee(c)
        changes = {"severity": severity, "severity_reason": "As it turned out"}
        edit.edit(self.real(c), changes, by=by, at=self.at)
        c.severity = severity
        self.model.touch(c)
        self.model.retarget(c, self.at, later=supervisor)
        self.check(f"severity {c.number} {severity} by {'supervisor' if supervisor else 'agent'}")

    @step(fits=lambda c: c.is_open, minutes=MINUTES)
    def authority(self, c: Case, minutes: int) -> None:
        """Set the flag for an external authority, or clear it."""
        self.pass_time(minutes)
        act = risk.clear_risk if c.external else risk.flag_risk
        act(self.real(c), by=self.supervisor(c), at=self.at, flag="external", reason="A letter")
        c.external = not c.external
        self.model.touch(c)
        self.model.retarget(c, self.at, later=not c.external)
        self.check(f"external {c.number} {c.external}")

    @step(minutes=MINUTES, case=CASES, way=st.sampled_from(["up", "down", "ask", "ask"]))
    def tier(self, minutes: int, case: int, way: str) -> None:
        c = self.pick(case, lambda c: c.stage in CLIMBS and self.may_go(c, way))
        self.pass_time(minutes)
        if way == "ask":
            by = self.assignee(c)
            escalate.escalate(self.real(c), by=by, at=self.at, reason="R", tried="T", ask="A")
            number = Approval.objects.latest("pk").pk
            c.requests["escalation"] = number
            self.model.start(c, "approval", self.at, ("approval", number))
        else:
            by = self.supervisor(c)
            if way == "up":
                escalate.escalate(self.real(c), by=by, at=self.at, reason="R", tried="T", ask="A")
            else:
                escalate.de_escalate(self.real(c), by=by, at=self.at, reason="R", guidance="G")
            self.model.end_request(c, "escalation", self.at, decided=False)
            self.model.hand_over(c, c.tier + (1 if way == "up" else -1), self.at)
        self.check(f"tier {c.number} {way}")

    def may_go(self, c: Case, way: str) -> bool:
        if way == "down":
            return c.tier > 1
        if way == "up":
            return c.tier < 3
        lately = c.refused_at is not None and self.at < c.refused_at + timedelta(hours=4)
        return c.tier < 3 and c.assigned and "escalation" not in c.requests and not lately

    @step(minutes=MINUTES, case=CASES, number=CASES, hours=st.integers(1, 60))
    def ask_for_time(self, minutes: int, case: int, number: int, hours: int) -> None:
        c = self.pick(
            case,
            lambda c: c.is_open and c.assigned and c.reachable and "deadline_extension" not in c.requests,
        )
        self.pass_time(minutes)
        by = self.assignee(c)
        told = converse.message(self.real(c), by=by, at=self.at, body="Later", purpose="progress")
        self.model.spoke(c, "progress", self.at)
        self.model.settle(self.at)
        if not c.assigned:
            self.check(f"told later {c.number}, which goes up")
            return
        found = [
            clock
            for clock in c.live(*EXTENDABLE, subject=("", 0))
            if not clock.breached and (clock.paused or clock.due > self.at)
        ]
        # A clock of an earlier round may exist as well, so a kind with two live clocks is left out.
        found = [clock for clock in found if len(c.live(clock.kind)) == 1]
        if found:
            clock = found[number % len(found)]
            due = max(clock.due, self.at) + timedelta(hours=hours)
            asked = extend.extend(
                self.real(c),
                by=by,
                at=self.at,
                clock=clock.kind,
                due_at=due,
                reason="Parts",
                customer_told=told.pk,
            )
            c.requests["deadline_extension"], c.extension = asked.pk, (clock, due)
            self.model.start(c, "approval", self.at, ("approval", asked.pk))
        self.check(f"ask for time {c.number} {hours}")

    # --- Merges ---
    @step(minutes=MINUTES, case=CASES, other=CASES)
    def merge(self, minutes: int, case: int, other: int) -> None:
        stages = {*CLIMBS, "callback"}
        source = self.pick(case, lambda c: c.stage in stages and not self.model.standing(c))
        survivor = self.pick(
            other, lambda c: c is not source and c.stage in stages and not self.model.standing(c)
        )
        self.pass_time(minutes)
        by = self.supervisor(source)
        merge.merge(self.real(source), self.real(survivor), by=by, at=self.at)
        self.model.merge(source, survivor, self.at)
        self.check(f"merge {source.number} into {survivor.number}")

    @step(minutes=MINUTES, number=CASES)
    def unmerge(self, minutes: int, number: int) -> None:
        done = self.choose(number, [done for done in self.model.merges if not done.touched])
        self.pass_time(minutes)
        same = done.survivor.round == done.round and (
            done.survivor.stage in CLIMBS or done.survivor.stage == done.survivor_stage
        )
        if self.at > done.at + UNDO_WITHIN or not same or done.survivor.merged:
            return
        merge.unmerge(self.real(done.source), by=self.supervisor(done.source), at=self.at, reason="Not one")
        self.model.unmerge(done, self.at)
        self.check(f"unmerge {done.source.number} from {done.survivor.number}")

    # --- Tables ---
    @step(
        minutes=MINUTES,
        order=st.sampled_from([1, 2, 7, 8, 9]),
        kind=st.sampled_from(["resolution", "update", "recovery", "first_response", "pickup", "plan"]),
        granted=st.integers(1, 3000),
        code=st.sampled_from(CODES),
    )
    def edit_policy(self, minutes: int, order: int, kind: str, granted: int, code: str) -> None:
        self.pass_time(minutes)

        def change(row: Any) -> None:
            if row.order == order:
                row.targets = {**row.targets, kind: [granted, code]}

        self.new_policy(change)
        self.check(f"policy {order} {kind} {granted} {code}")

    @step(minutes=MINUTES, code=st.sampled_from([c for c in CODES if c != "ALWAYS"]), day=st.integers(-3, 12))
    def edit_calendar(self, minutes: int, code: str, day: int) -> None:
        self.pass_time(minutes)
        old = CalendarVersion.objects.filter(calendar__code=code).latest("version")
        closed = (self.at + timedelta(days=day)).date().isoformat()
        definition = {**old.definition, "closed": sorted({*old.definition["closed"], closed})}
        CalendarVersion.objects.create(
            calendar=old.calendar, version=old.version + 1, definition=definition, created_at=self.at
        )
        self.read_tables()
        self.check(f"calendar {code} closed {closed}")

    @step(minutes=MINUTES, chunk=st.integers(1, 3))
    def retarget(self, minutes: int, chunk: int) -> None:
        """A manager orders that open clocks are recalculated by the newest tables."""
        self.pass_time(minutes)
        if not self.model.outdated(self.at):
            assert not retarget_clocks.on_older_versions(self.at).exists()
            return
        retarget_job.begin(reason="New rules", by=person(self.users["manager"]), at=self.at)
        while retarget_job.step(self.at, chunk=chunk) is not None:
            pass
        for case in self.model.cases:
            self.model.touch(case)
        self.model.retarget_all(self.model.cases, self.at)
        self.check("retarget job")


class SweepRules(Base):
    @step(minutes=MINUTES, batch=st.sampled_from([1, 2, 200]))
    def sweep(self, minutes: int, batch: int) -> None:
        self.pass_time(minutes)
        due_clocks.sweep(self.at, batch=batch)
        self.swept(f"sweep by {batch}")

    @step(minutes=MINUTES, ahead=st.integers(0, 6))
    def two_sweepers(self, minutes: int, ahead: int) -> None:
        """Interleave two sweepers.

        The first has read what is due and fires some of it, then the second fires everything, then the first
        goes on.
        """
        self.pass_time(minutes)
        seen = {
            complaint.pk: due
            for complaint in self.complaints
            if (due := due_clocks._due_of(complaint.pk, self.at))
        }
        first = levels.Swept()
        for number, (pk, due) in enumerate(seen.items()):
            if number == ahead:
                due_clocks.sweep(self.at)
            due_clocks._fire_for(pk, due, self.at, first)
        due_clocks.sweep(self.at)
        self.swept(f"two sweepers {ahead}")

    def swept(self, told: str) -> None:
        self.model.sweep(self.at)
        self.check(told)
        again = due_clocks.sweep(self.at)
        assert again.done == 0, f"a second sweep of the same moment did {again}"
        Totals.sweeps += 1
