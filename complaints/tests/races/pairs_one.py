"""Pairs of moves that can happen at once while a complaint is handled, and decisions on it."""

from complaints.lifecycle import edit
from complaints.lifecycle.remedies import offers
from complaints.models import Approval, ApprovalVote, Clock, Event, Outbox, Plan, Squad, Task, Wait
from complaints.tests import factories
from complaints.tests.races import moves as m
from complaints.tests.races import scenes as s
from complaints.tests.races.kit import Pair, Scene, pair
from complaints.tests.races.pairs_two import BOTH, LEFT, RIGHT, late


def decided_once(scene: Scene) -> None:
    """Check that there is one decision, carried out if it was an approval, and told once."""
    approval = Approval.objects.get(pk=scene.more["approval"].pk)
    assert approval.state in {"approved", "rejected"}
    events = Event.objects.filter(complaint=scene.complaint)
    assert events.filter(kind__in=["approval_decided", "approval_automatic"]).count() == 1
    if approval.plan is not None:
        approved = approval.state == "approved"
        assert Plan.objects.get(pk=approval.plan.pk).state == ("offered" if approved else "draft")
        assert Outbox.objects.filter(complaint=scene.complaint, template="offer").count() == int(approved)


def approved_by_two(scene: Scene) -> None:
    decided_once(scene)
    assert ApprovalVote.objects.filter(approval=scene.more["approval"]).count() == 2


def went_up_once(scene: Scene) -> None:
    decided = Approval.objects.get(pk=scene.more["approval"].pk)
    ups = Event.objects.filter(complaint=scene.complaint, kind__in=["escalated", "escalated_by_breach"])
    assert ups.count() == int(decided.state == "approved") == scene.fresh().tier - 1


def escalated_by_breach_at_most_once(scene: Scene) -> None:
    assert Event.objects.filter(complaint=scene.complaint, kind="escalated_by_breach").count() <= 1


def one_squad(scene: Scene) -> None:
    assert Squad.objects.filter(complaint=scene.complaint).count() == 1
    assert Clock.objects.filter(complaint=scene.complaint, kind="flash").count() == 1


def squad_is_done_once(scene: Scene) -> None:
    one_squad(scene)
    assert Squad.objects.get(complaint=scene.complaint).is_complete
    assert Clock.objects.get(complaint=scene.complaint, kind="flash").ended_as == "met"
    assert Event.objects.filter(complaint=scene.complaint, kind="squad_done").count() == 1


def promise_was_broken_or_kept_in_time(scene: Scene) -> None:
    promise = scene.complaint.promises.get()
    assert promise.kept_at
    assert not Clock.objects.live().filter(complaint=scene.complaint, kind="promise").exists()


def tasks_once(scene: Scene) -> None:
    steps = list(Task.objects.filter(complaint=scene.complaint).values_list("step", flat=True))
    assert len(steps) == len(set(steps)) > 0


def waits_only_if_asked_last(scene: Scene) -> None:
    waits = Wait.objects.filter(complaint=scene.complaint, on="customer", until__isnull=True).exists()
    kinds = list(
        Event.objects.filter(complaint=scene.complaint).order_by("seq").values_list("kind", flat=True)
    )
    assert waits == (kinds[-1] != "message_in"), kinds


def at_the_top(scene: Scene) -> None:
    complaint = scene.fresh()
    assert (complaint.tier, complaint.assignee, complaint.severity) == (3, None, "critical")


def not_with_who_is_barred(scene: Scene) -> None:
    assert scene.fresh().assignee != scene.people["agent2"]


def in_stage(stage: str, **extra: object):  # type: ignore[no-untyped-def]
    return lambda people: s.one(people, stage, **extra)


PAIRS: list[Pair] = [
    # --- Who handles it ---
    pair("take twice", s.unassigned, m.take("agent"), m.take("agent2"), LEFT, RIGHT),
    pair("assign, take", s.unassigned, m.assigned("supervisor", "agent2"), m.take("agent"), BOTH, LEFT),
    pair(
        "release, assign",
        in_stage("diagnose"),
        m.release("agent"),
        m.assigned("supervisor", "agent2"),
        BOTH,
        "403/done",
        "409/done",
    ),
    pair(
        "flag a risk, take",
        s.unassigned,
        m.flagged("supervisor"),
        m.take("agent2"),
        BOTH,
        "done/403",
        holds=at_the_top,
    ),
    pair(
        "flag the same risk twice",
        in_stage("intake"),
        m.flagged("agent"),
        m.flagged("supervisor"),
        LEFT,
        RIGHT,
        "403/done",
        holds=at_the_top,
    ),
    pair(
        "confirm a risk twice",
        s.suspected_risk,
        m.confirmed("expert"),
        m.confirmed("supervisor2"),
        LEFT,
        RIGHT,
    ),
    pair(
        "confirm a risk, lift it",
        s.suspected_risk,
        m.confirmed("expert"),
        m.cleared("supervisor2"),
        BOTH,
        RIGHT,
    ),
    pair(
        "declare a conflict, take",
        s.unassigned,
        m.in_conflict("agent2"),
        m.take("agent2"),
        BOTH,
        "done/403",
        holds=not_with_who_is_barred,
    ),
    pair(
        "declare a conflict, assign",
        s.unassigned,
        m.in_conflict("agent2"),
        m.assigned("supervisor", "agent2"),
        BOTH,
        "done/400",
        holds=not_with_who_is_barred,
    ),
    pair(
        "declare a conflict, start",
        s.unassigned,
        m.in_conflict("agent2"),
        m.start("agent2"),
        BOTH,
        "done/403",
        holds=not_with_who_is_barred,
    ),
    # --- The tiers ---
    pair(
        "breach, resolve",
        late(s.carried_out),
        m.sweeps_now,
        m.resolved("agent"),
        BOTH,
        "done/403",
        holds=escalated_by_breach_at_most_once,
    ),
    pair(
        "breach, escalate",
        late(in_stage("diagnose")),
        m.sweeps_now,
        m.escalated("supervisor"),
        BOTH,
        holds=escalated_by_breach_at_most_once,
    ),
    pair(
        "breach, hand down",
        late(s.on_tier_two),
        m.sweeps_now,
        m.handed_down("supervisor2"),
        BOTH,
        holds=escalated_by_breach_at_most_once,
    ),
    pair(
        "breach, breach",
        late(in_stage("diagnose")),
        m.sweeps_now,
        m.sweeps_now,
        BOTH,
        holds=escalated_by_breach_at_most_once,
    ),
    pair(
        "escalate, hand down", s.on_tier_two, m.escalated("supervisor2"), m.handed_down("supervisor2"), BOTH
    ),
    pair("escalate, take", s.unassigned, m.escalated("supervisor"), m.take("agent2"), BOTH, "done/403"),
    # --- Decisions ---
    pair(
        "two managers, one needed",
        s.asked_for_money,
        m.decides("manager"),
        m.decides("manager2"),
        LEFT,
        RIGHT,
        holds=decided_once,
    ),
    pair(
        "two managers, two needed",
        s.asked_for_two_managers,
        m.decides("manager"),
        m.decides("manager2"),
        BOTH,
        holds=approved_by_two,
    ),
    pair(
        "two needed, one refuses",
        s.asked_for_two_managers,
        m.decides("manager"),
        m.decides("manager2", approve=False),
        BOTH,
        RIGHT,
        holds=decided_once,
    ),
    pair(
        "approve, refuse",
        s.asked_for_money,
        m.decides("manager"),
        m.decides("manager2", approve=False),
        LEFT,
        RIGHT,
        holds=decided_once,
    ),
    pair(
        "decide, take the request back",
        s.asked_for_money,
        m.decides("manager"),
        m.takes_request_back,
        LEFT,
        RIGHT,
    ),
    pair(
        "granted by itself, refused",
        s.asked_to_escalate,
        m.sweeps_now,
        m.decides("supervisor", approve=False),
        BOTH,
        LEFT,
        holds=went_up_once,
    ),
    pair(
        "granted by itself, approved",
        s.asked_to_escalate,
        m.sweeps_now,
        m.decides("supervisor"),
        BOTH,
        LEFT,
        holds=went_up_once,
    ),
    pair(
        "approve escalation, escalate",
        s.asked_to_escalate,
        m.decides("supervisor"),
        m.escalated("supervisor"),
        BOTH,
        RIGHT,
    ),
    pair(
        "more time, resolve", s.asked_for_more_time, m.decides("supervisor"), m.resolved("agent"), BOTH, RIGHT
    ),
    pair(
        "approve, correct the finding",
        s.asked_for_money,
        m.decides("manager"),
        m.finding("agent"),
        LEFT,
        RIGHT,
    ),
    pair("approve, new offer", s.asked_for_money, m.decides("manager"), m.offers("agent"), LEFT, RIGHT),
    pair(
        "accept the review, refuse it",
        s.in_full_review,
        m.decides("quality"),
        m.decides("quality", approve=False),
        LEFT,
        RIGHT,
    ),
    # --- Offers ---
    pair("choose, take the offer back", s.offered, m.chooses("customer"), m.offer_back("agent"), BOTH, RIGHT),
    pair("choose, refuse", s.offered, m.chooses("customer"), m.refused("agent"), LEFT, RIGHT),
    pair("choose two options", s.offered, m.chooses("customer", 1), m.chooses("agent", 2), LEFT, RIGHT),
    pair("offer, correct the record", in_stage("resolve"), m.offers("agent"), m.edits("agent2"), BOTH),
    pair(
        "offer, correct the record as seen",
        in_stage("resolve"),
        m.seen(offers.offer, factories.OFFER, "agent"),
        m.seen(edit.edit, {"subject": "Again"}, "agent2"),
        LEFT,
        RIGHT,
    ),
    pair("offer twice", in_stage("resolve"), m.offers("agent"), m.offers("agent"), LEFT, RIGHT),
    # --- Waits, promises, tasks ---
    pair(
        "ask, write in",
        in_stage("diagnose"),
        m.asks_customer("agent"),
        m.writes_in,
        BOTH,
        holds=waits_only_if_asked_last,
    ),
    pair(
        "keep a promise, broken",
        s.promised,
        m.keeps_promise,
        m.sweeps_now,
        BOTH,
        holds=promise_was_broken_or_kept_in_time,
    ),
    pair("keep a promise twice", s.promised, m.keeps_promise, m.keeps_promise, LEFT, RIGHT),
    pair(
        "accept a task by two",
        s.task_for_warehouse,
        m.accepts_task("warehouse"),
        m.accepts_task("second"),
        LEFT,
        RIGHT,
    ),
    pair(
        "finish a task, cancel it",
        s.task_for_warehouse,
        m.finishes_task("warehouse"),
        m.cancels_task("agent"),
        LEFT,
        RIGHT,
    ),
    pair(
        "accept a task, send it back",
        s.task_for_warehouse,
        m.accepts_task("warehouse"),
        m.sends_task_back("second"),
        BOTH,
        RIGHT,
    ),
    pair("finish a task twice", s.chosen, m.finishes_task("agent"), m.finishes_task("agent"), LEFT, RIGHT),
    pair(
        "resolve, take the offer back",
        s.carried_out,
        m.resolved("agent"),
        m.offer_back("agent"),
        LEFT,
        RIGHT,
        "400/done",
    ),
    pair(
        "start a playbook twice",
        in_stage("diagnose", category="LOG-LOST"),
        m.starts_playbook,
        m.starts_playbook,
        LEFT,
        RIGHT,
        holds=tasks_once,
    ),
    pair(
        "improvement done twice",
        s.improving,
        m.action_done("agent2"),
        m.action_done("supervisor"),
        LEFT,
        RIGHT,
    ),
    # --- The flash squad ---
    pair(
        "call the squad twice",
        in_stage("diagnose"),
        m.calls_squad("agent"),
        m.calls_squad("supervisor"),
        LEFT,
        RIGHT,
        holds=one_squad,
    ),
    pair(
        "the squad's last two fields at once",
        s.squad_lacks_two,
        m.fills_squad("specialist", plan="P"),
        m.fills_squad("supervisor", resources="R"),
        BOTH,
        holds=squad_is_done_once,
    ),
]
