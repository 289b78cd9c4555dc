"""Stories of closed complaints, from receipt to review."""

from collections.abc import Callable

from complaints.demo.cases_live import answered, carried_out, drafted
from complaints.demo.cases_play import Case, Steps


def reviewed(case: Case) -> Steps:
    """Record the review, and have quality approve it if a full review is required."""
    yield 180
    case.review()
    if case.pending():
        yield 40
        case.decide()


def closes(case: Case) -> Steps:
    yield from answered(case)
    yield 300 + case.world.dice.randrange(600)
    case.reached(case.words.scores)
    yield from reviewed(case)


def closes_not_upheld(case: Case) -> Steps:
    yield from drafted(case)
    yield 15
    case.explain()
    yield 60
    case.tell_progress()
    yield 90
    case.resolve()
    yield 400
    case.reached(case.words.scores)
    if case.complaint.stage == "callback":
        yield from made_good(case)
    yield from reviewed(case)


def closes_goodwill(case: Case) -> Steps:
    yield from closes(case)


def made_good(case: Case) -> Steps:
    yield 120
    case.make_good()
    yield 600
    case.reached(case.words.finally_)


def closes_partly(case: Case) -> Steps:
    yield from answered(case)
    yield 350
    case.reached(case.words.scores)
    yield from made_good(case)
    yield from reviewed(case)


def closes_second_round(case: Case) -> Steps:
    """The customer is not satisfied; the second line finds what was missed."""
    yield from answered(case)
    yield 420
    case.reached(case.words.scores)
    case.me = "specialist"
    yield 12
    case.start()
    yield 8
    case.say("reply", "plan")
    yield 60
    case.find()
    yield 20
    case.offer(case.words.second)
    if case.pending():
        yield 18
        case.decide()
    yield 50
    case.choose(1)
    yield 200
    case.carry_out()
    yield 15
    case.tell_progress()
    yield 20
    case.resolve()
    yield 500
    case.reached(case.words.finally_)
    yield from reviewed(case)


def closes_refused(case: Case) -> Steps:
    yield from answered(case)
    yield 500
    case.call("refused", note=case.words.say("later"))
    yield from reviewed(case)


def closes_late(case: Case) -> Steps:
    """Nobody took the complaint in time, so it moved up automatically and was settled there."""
    case.receive()
    yield 980
    case.complaint.refresh_from_db()
    case.start()
    yield 15
    case.say("reply", "plan")
    yield 40
    case.find()
    yield 15
    case.offer()
    if case.pending():
        yield 20
        case.decide()
    yield 60
    case.choose(case.words.chosen)
    yield 90
    case.carry_out()
    yield 10
    case.tell_progress()
    yield 20
    case.resolve()
    yield 450
    case.reached(case.words.scores)
    yield from reviewed(case)


def closes_anonymous(case: Case) -> Steps:
    yield from carried_out(case)
    yield 20
    case.resolve()
    yield from reviewed(case)


STORIES: dict[str, Callable[[Case], Steps]] = {
    "closes": closes,
    "closes_not_upheld": closes_not_upheld,
    "closes_goodwill": closes_goodwill,
    "closes_partly": closes_partly,
    "closes_second_round": closes_second_round,
    "closes_refused": closes_refused,
    "closes_late": closes_late,
    "closes_anonymous": closes_anonymous,
}
"""The stories, keyed by the names used in `cases_closed.toml`."""
