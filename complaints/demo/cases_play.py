"""One invented complaint and the steps it takes. Each method is one step of the engine."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from accounts.models import Team, User
from complaints.demo.cases_words import Words
from complaints.lifecycle import converse, diagnose, escalate, intake, resolve, review
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Approval, Complaint, Customer, Plan, Task
from complaints.models.approval import ApprovalState
from complaints.models.customer import phone_key
from complaints.rights.actors import CUSTOMER, SYSTEM, Actor, person

Steps = Iterator[float]
"""A story. It makes a step, then yields how many minutes pass before the next one."""

FEELINGS = ("uneasy", "upset", "upset", "angry", "calm", "uneasy", "furious", "upset")
"""How the demo's customers feel, as an agent would note it.

The choice depends on the text of the complaint.
"""


@dataclass
class World:
    """Shared by all cases: the moment of seeding, the people, the customers so far, the random generator."""

    now: datetime
    dice: random.Random
    people: dict[str, User] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)

    def actor(self, username: str) -> Actor:
        return person(self.people[username])


class Case:
    """A complaint on its way.

    `at` is the moment that it has reached, `me` the username of the person handling it.
    """

    def __init__(self, world: World, words: Words, begins: datetime) -> None:
        self.world, self.words, self.at = world, words, begins
        self.me = words.by
        self.complaint: Complaint

    @property
    def by(self) -> Actor:
        return self.world.actor(self.me)

    def until(self, minutes: float) -> float:
        """Return the minutes from the case's present to a moment this many minutes before the seeding."""
        return max(1.0, (self.world.now - self.at) / timedelta(minutes=1) - minutes)

    # --- Intake and diagnosis ---
    def receive(self) -> None:
        words = self.words
        self.complaint = intake.receive(
            intake.Receipt(
                customer=self._customer(),
                channel=words.channel,
                description=words.text,
                subject=words.subject,
                desired_outcome=words.demand,
                category=words.category,
                gravity=words.gravity,
                order_reference=words.order,
                external_reference=words.reference,
                loss_minor=int(words.loss) * 100 if words.loss else None,
                risk_flags=words.flags,
                region=words.region,
                about_staff=words.about,
                emotion=words.emotion or FEELINGS[crc32(words.text.encode()) % len(FEELINGS)],
            ),
            by=self._receiver(),
            at=self.at,
        )

    def _receiver(self) -> Actor:
        words = self.words
        if words.channel in {"web", "email"}:
            return CUSTOMER
        if words.channel in {"social", "marketplace", "regulator"}:
            return SYSTEM
        return self.world.actor(words.logged or words.by)

    def _customer(self) -> intake.CustomerData:
        words, known = self.words, self.world.customers
        if words.anonymous:
            return intake.CustomerData(anonymous_reason=words.anonymous)
        if words.name not in known:
            number = len(known) + 1
            phone = f"100-0000-{number:04d}"
            known[words.name] = Customer.objects.create(
                name=words.name,
                phone=phone,
                phone_key=phone_key(phone),
                email=f"customer{number}@example.com" if number % 5 else "",
                segment=words.segment,
                region=words.region,
                language=words.lang,
                created_at=self.at,
            )
        return intake.CustomerData(id=known[words.name].pk)

    def start(self) -> None:
        diagnose.start_diagnosis(self.complaint, by=self.by, at=self.at)

    def say(self, name: str, purpose: str) -> None:
        """Write to the customer, unless there is no way to reach them."""
        if self.complaint.customer.can_be_reached:
            body = self.words.say(name)
            converse.message(self.complaint, by=self.by, at=self.at, body=body, purpose=purpose)

    def note(self) -> None:
        converse.note(self.complaint, by=self.by, at=self.at, body=self.words.say("note"))

    def find(self) -> None:
        words = self.words
        data = {
            "scene": words.scene,
            "desired_outcome": words.demand,
            "reported_before": self.complaint.round > 1,
            "nature": "mixed" if words.statement else "fact",
            "customer_state": "solution_seeking" if words.region == "east" else "expectation_gap",
            "problem_type": words.problem,
            "grounds": "no" if words.finding == "not_upheld" else "yes",
            "demand": "partly",
            "responsibility": words.responsibility,
            "problem_statement": words.statement,
            "finding": words.finding,
            "reasons": words.say("reasons"),
        }
        diagnose.record_finding(self.complaint, data, by=self.by, at=self.at)

    def ask_up(self) -> None:
        words = self.words
        escalate.escalate(
            self.complaint, by=self.by, at=self.at, reason=words.reason, tried=words.tried, ask=words.ask
        )

    # --- Decisions ---
    def decide(self, approve: bool = True, note: str = "", limit: str = "") -> None:
        """Decide the pending request as the first person who was asked."""
        approval = Approval.objects.get(complaint=self.complaint, state=ApprovalState.PENDING)
        by = person(approval.asked.order_by("username")[0])
        limit_minor = int(limit) * 100 if limit else None
        decisions.decide(approval, by=by, at=self.at, approve=approve, note=note, limit_minor=limit_minor)
        self.complaint.refresh_from_db()

    def pending(self) -> bool:
        return Approval.objects.filter(complaint=self.complaint, state=ApprovalState.PENDING).exists()

    # --- Resolution ---
    def offer(self, options: Sequence[Sequence[str]] = ()) -> None:
        words = self.words
        given = [
            {"kind": kind, "amount": amount, "description": description}
            for kind, amount, description in options or words.options
        ]
        data: dict[str, Any] = {"options": given}
        if words.problem == "cognition":
            data["no_visual_reason"] = words.say("reasons")
        if words.problem == "process":
            data["improvement"] = {
                "title": words.improvement,
                "owner": self.world.people["supervisor"],
                "due_at": self.at + timedelta(days=14),
            }
        offers.offer(self.complaint, data, by=self.by, at=self.at)

    def choose(self, position: int) -> None:
        plan = Plan.objects.filter(handling__complaint=self.complaint, chosen_at=None).latest("pk")
        option = plan.options.get(position=position)
        evidence = self.words.say("evidence")
        offers.choose(
            self.complaint,
            option.pk,
            by=self.by,
            at=self.at,
            channel=self.complaint.channel,
            evidence=evidence,
        )

    def refuse(self) -> None:
        words = self.words
        offers.reject(
            self.complaint, by=self.by, at=self.at, reason=words.reason, counter_proposal=words.counter
        )

    def explain(self) -> None:
        words = self.words
        resolve.explain(
            self.complaint,
            by=self.by,
            at=self.at,
            body=words.explanation,
            no_visual_reason=words.reasons or words.statement,
        )

    def ask_warehouse(self, due: float) -> None:
        """Ask the warehouse for work. `due` is in minutes after the seeding."""
        carry_out.add_task(
            self.complaint,
            by=self.by,
            at=self.at,
            title=self.words.task,
            team=Team.objects.get(code="WAREHOUSE"),
            due_at=self.world.now + timedelta(minutes=due),
        )

    def carry_out(self) -> None:
        """Mark every open task as done, in the name of the person who handles the complaint."""
        proof = f"{4000 + (self.complaint.pk * 37) % 5000}-{self.complaint.pk % 97:02d}"
        for task in Task.objects.filter(complaint=self.complaint, state=Task.State.OPEN):
            evidence = self.words.proof or self.words.say("done", proof=proof)
            carry_out.finish_task(task, by=self.by, at=self.at, evidence=evidence)
        self.complaint.refresh_from_db()

    def tell_progress(self) -> None:
        if self.complaint.customer.can_be_reached:
            self.say("progress", "progress")
        else:
            converse.log_call(self.complaint, by=self.by, at=self.at, body=self.words.say("progress"))

    def resolve(self) -> None:
        resolve.resolve(self.complaint, by=self.by, at=self.at, final_answer=self.words.say("answer"))

    # --- Callback and review ---
    def call(self, result: str = "reached", caller: str = "callback", **answers: Any) -> None:
        calls.record_callback(
            self.complaint, {"result": result, **answers}, by=self.world.actor(caller), at=self.at
        )

    def reached(self, scores: Sequence[int], **extra: Any) -> None:
        solution, attitude, nps = scores
        resolved = solution > 2
        name = "happy" if solution > 3 else "partly" if resolved else "still_wrong"
        answers: dict[str, Any] = {
            "resolved": resolved,
            "csat_solution": solution,
            "csat_attitude": attitude,
            "nps": nps,
        }
        if not resolved:
            answers["still_wrong"] = self.words.say("still_wrong")
        if solution == 3:
            extra["make_good"] = {"kind": "COUP20", "description": self.words.say("good")}
        self.call(note=self.words.say(name), **answers, **extra)

    def make_good(self) -> None:
        evidence = self.words.say("good_done")
        calls.make_good_done(self.complaint, by=self.world.actor("callback"), at=self.at, evidence=evidence)

    def review(self) -> None:
        words = self.words
        full = review.required_form(self.complaint) == "full"
        action = {
            "title": words.say("action"),
            "kind": "process",
            "owner": self.world.people["supervisor"],
            "due_at": self.at + timedelta(days=21),
        }
        data = {
            "attribution": words.attribution,
            "cause": self.complaint.category.code,
            "scope": "systemic" if full else "individual",
            "lesson": words.lesson or words.statement,
            "whys": [{"why": words.say("why_1")}, {"why": words.say("why_2")}] if full else [],
            "fishbone": {"method": [words.say("bone")]} if full else {},
            "actions": [action] if full else [],
        }
        review.record_review(self.complaint, data, by=self.by, at=self.at)
