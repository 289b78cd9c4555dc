"""Stories of open complaints. Each stops where somebody has to make the next move.

A story is a generator: it makes a step and yields the minutes until the next one.
"""

from collections.abc import Callable
from datetime import timedelta

from complaints.demo.cases_play import Case, Steps


def opened(case: Case) -> Steps:
    """The complaint is received, taken and started, and the customer is told what happens next."""
    case.receive()
    yield 5
    case.start()
    yield 6
    case.say("plan", "plan")


def drafted(case: Case) -> Steps:
    yield from opened(case)
    yield 14
    case.note()
    yield 9
    case.find()


def offered(case: Case) -> Steps:
    """An offer is with the customer, approved where approval was needed."""
    yield from drafted(case)
    yield 11
    case.offer()
    if case.pending():
        yield 12
        case.decide()


def carried_out(case: Case) -> Steps:
    yield from offered(case)
    yield 45
    case.choose(case.words.chosen)
    yield 25
    case.carry_out()
    yield 10
    case.tell_progress()


def answered(case: Case) -> Steps:
    """The complaint is resolved and in the stage callback."""
    yield from carried_out(case)
    yield 15
    case.resolve()


# --- Intake and diagnosis ---
def waits_for_somebody(case: Case) -> Steps:
    case.receive()
    yield from ()


def in_diagnosis(case: Case) -> Steps:
    yield from opened(case)
    yield 9
    case.note()


def asked_a_question(case: Case) -> Steps:
    yield from opened(case)
    yield 15
    case.say("question", "question")


def asked_to_escalate(case: Case) -> Steps:
    yield from opened(case)
    yield case.until(case.words.last)
    case.ask_up()


def escalation_refused(case: Case) -> Steps:
    yield from opened(case)
    yield case.until(case.words.last + 20)
    case.ask_up()
    yield 20
    case.decide(approve=False, note=case.words.answer)


def escalation_granted(case: Case) -> Steps:
    yield from opened(case)
    yield case.until(case.words.last + 15)
    case.ask_up()
    yield 15
    case.decide()


def left_alone_then_taken(case: Case) -> Steps:
    """The complaint moved up by a breach and was then taken by the second line."""
    case.receive()
    yield case.until(case.words.last)
    case.complaint.refresh_from_db()
    case.start()
    yield 10
    case.say("reply", "plan")


def _unsatisfied(case: Case) -> Steps:
    yield from answered(case)
    yield 200
    case.reached([1, 3, 2])


def second_round_waits(case: Case) -> Steps:
    yield from answered(case)
    yield case.until(case.words.last)
    case.reached([2, 4, 3])


def second_round_expert(case: Case) -> Steps:
    yield from _unsatisfied(case)
    yield case.until(case.words.last)
    case.me = "expert"
    case.start()
    yield 8
    case.say("reply", "plan")


# --- Resolution ---
def drafts_an_offer(case: Case) -> Steps:
    yield from drafted(case)


def awaits_approval(case: Case) -> Steps:
    yield from drafted(case)
    yield case.until(case.words.last)
    case.offer()


def returned_with_limit(case: Case) -> Steps:
    yield from drafted(case)
    yield case.until(case.words.last + 15)
    case.offer()
    yield 15
    case.decide(limit=case.words.limit)


def offer_refused_inside(case: Case) -> Steps:
    yield from drafted(case)
    yield case.until(case.words.last + 20)
    case.offer()
    yield 20
    case.decide(approve=False, note=case.words.answer)


def with_the_customer(case: Case) -> Steps:
    yield from drafted(case)
    yield case.until(case.words.last)
    case.offer()


def refused_by_customer(case: Case) -> Steps:
    yield from offered(case)
    yield case.until(case.words.last)
    case.refuse()


def chosen_task_open(case: Case) -> Steps:
    yield from offered(case)
    yield case.until(case.words.last)
    case.choose(case.words.chosen)


def waits_for_warehouse(case: Case) -> Steps:
    yield from offered(case)
    yield case.until(case.words.last + 6)
    case.choose(case.words.chosen)
    yield 6
    case.ask_warehouse(due=case.words.task_due)


def asks_warehouse_early(case: Case) -> Steps:
    yield from opened(case)
    yield case.until(case.words.last)
    case.ask_warehouse(due=case.words.task_due)


def ready_to_resolve(case: Case) -> Steps:
    yield from offered(case)
    yield case.until(case.words.last + 60)
    case.choose(case.words.chosen)
    yield 45
    case.carry_out()
    yield 15
    case.tell_progress()


def explained(case: Case) -> Steps:
    yield from drafted(case)
    yield case.until(case.words.last)
    case.explain()


def explanation_awaits_approval(case: Case) -> Steps:
    yield from explained(case)


# --- Callback and review ---
def resolved(case: Case) -> Steps:
    yield from answered(case)


def tried_once(case: Case) -> Steps:
    yield from answered(case)
    yield case.until(case.words.last)
    case.call("no_answer", note=case.words.say("no_answer"))


def call_later(case: Case) -> Steps:
    yield from answered(case)
    yield case.until(case.words.last)
    hour = case.world.now.replace(minute=0, second=0, microsecond=0)
    case.call("later", note=case.words.say("later"), later_at=hour + timedelta(hours=3))


def partly_content(case: Case) -> Steps:
    yield from answered(case)
    yield case.until(case.words.last)
    case.reached([3, 4, 6])


def review_to_do(case: Case) -> Steps:
    yield from answered(case)
    yield case.until(case.words.last)
    case.reached(case.words.scores)


def review_awaits_quality(case: Case) -> Steps:
    yield from answered(case)
    yield case.until(case.words.last + 90)
    case.reached(case.words.scores)
    yield 90
    case.review()


def nobody_to_call(case: Case) -> Steps:
    yield from carried_out(case)
    yield case.until(case.words.last)
    case.resolve()


STORIES: dict[str, Callable[[Case], Steps]] = {
    "just_logged": waits_for_somebody,
    "left_alone": waits_for_somebody,
    "waits_for_somebody": waits_for_somebody,
    "in_diagnosis": in_diagnosis,
    "asked_a_question": asked_a_question,
    "asked_to_escalate": asked_to_escalate,
    "escalation_refused": escalation_refused,
    "escalation_granted": escalation_granted,
    "left_alone_then_taken": left_alone_then_taken,
    "second_round_waits": second_round_waits,
    "second_round_expert": second_round_expert,
    "drafts_an_offer": drafts_an_offer,
    "awaits_approval": awaits_approval,
    "returned_with_limit": returned_with_limit,
    "offer_refused_inside": offer_refused_inside,
    "with_the_customer": with_the_customer,
    "refused_by_customer": refused_by_customer,
    "chosen_task_open": chosen_task_open,
    "waits_for_warehouse": waits_for_warehouse,
    "asks_warehouse_early": asks_warehouse_early,
    "ready_to_resolve": ready_to_resolve,
    "explained": explained,
    "explanation_awaits_approval": explanation_awaits_approval,
    "resolved": resolved,
    "tried_once": tried_once,
    "call_later": call_later,
    "partly_content": partly_content,
    "review_to_do": review_to_do,
    "review_awaits_quality": review_awaits_quality,
    "nobody_to_call": nobody_to_call,
}
"""The stories, keyed by the names used in `cases_live.toml`."""
