"""Pairs of moves that can happen at once on two merged complaints, and at the end of a complaint."""

from complaints.models import Complaint, Plan, Task
from complaints.tests.races import moves as m
from complaints.tests.races import scenes as s
from complaints.tests.races.kit import DAY, Pair, Scene, chain, pair

BOTH, LEFT, RIGHT = "done/done", "done/409", "409/done"


def late(prepare: object, days: int = 10) -> object:
    """Return the same scene at a moment when its clocks have run out."""

    def prepared(people: s.People) -> Scene:
        scene: Scene = prepare(people)  # type: ignore[operator]
        scene.at += days * DAY
        return scene

    return prepared


def exactly_one_closed(scene: Scene) -> None:
    assert sorted(each.is_open for each in scene.all) == [False, True]


def paid_offer_or_none(scene: Scene) -> None:
    """Check that the plan went out and expired with the complaint, or never went out."""
    approval = scene.more["approval"]
    approval.refresh_from_db()
    plan = Plan.objects.get(pk=scene.more["plan"].pk)
    assert (approval.state, plan.state) in {("approved", "expired"), ("withdrawn", "superseded")}
    assert not Task.objects.filter(complaint=scene.complaint).exists()


def one_round_more(scene: Scene) -> None:
    complaint = scene.fresh()
    assert (complaint.stage, complaint.round) == ("diagnose", 2)


def task_is_where_its_complaint_is_handled(scene: Scene) -> None:
    """Check that an unfinished task and its clock are with the complaint that is open."""
    task = Task.objects.select_related("complaint", "handling").get(pk=scene.more["task"].pk)
    assert task.handling.complaint_id == task.complaint_id
    live = task.complaint.clocks.filter(ended_as__isnull=True, subject_type="task", subject_id=task.pk)
    assert live.exists() == task.is_unfinished
    waits = scene_waits(scene, task)
    assert waits == ({task.complaint_id} if task.is_unfinished else set())


def scene_waits(scene: Scene, task: Task) -> set[int]:
    from complaints.models import Wait

    open_waits = Wait.objects.filter(cause="task", cause_id=task.pk, until__isnull=True)
    return set(open_waits.values_list("complaint_id", flat=True))


def nothing_runs_on_a_closed_one(scene: Scene) -> None:
    for each in scene.all:
        assert each.is_open or not each.clocks.filter(ended_as__isnull=True).exists()
        assert len(chain(each)) <= len(scene.all) - 1


def rated_or_unreachable(scene: Scene) -> None:
    complaint = Complaint.objects.get(pk=scene.complaint.pk)
    assert (complaint.stage, complaint.callback_outcome) in {
        ("review", "satisfied"),
        ("review", "unreachable"),
    }


PAIRS: list[Pair] = [
    # --- Merging ---
    pair(
        "merge A→B, B→A",
        s.two,
        m.merges("agent"),
        m.merges_back("agent"),
        LEFT,
        RIGHT,
        holds=exactly_one_closed,
    ),
    pair(
        "merge twice", s.two, m.merges("agent"), m.merges("supervisor"), LEFT, RIGHT, holds=exactly_one_closed
    ),
    pair(
        "merge, conclude the other",
        s.two,
        m.merges("agent"),
        m.of_other(m.concluded("supervisor")),
        BOTH,
        RIGHT,
    ),
    pair("merge, withdraw the other", s.two, m.merges("agent"), m.of_other(m.withdrawn("customer")), BOTH),
    pair("merge, withdraw the first", s.two, m.merges("agent"), m.withdrawn("customer"), LEFT, BOTH),
    pair(
        "merge, resolve the other",
        s.two_the_other_carried_out,
        m.merges("agent"),
        m.of_other(m.resolved("agent")),
        BOTH,
        "done/400",
    ),
    pair(
        "merge, review the other",
        lambda p: s.two(p, "review"),
        m.merges("agent"),
        m.of_other(m.reviewed("agent")),
        BOTH,
        RIGHT,
    ),
    pair(
        "merge, approve in the first", s.two_with_request, m.merges("agent"), m.decides("manager"), BOTH, LEFT
    ),
    pair("merge, write in to the first", s.two, m.merges("agent"), m.writes_in, BOTH, LEFT),
    pair(
        "merge A→B, B→C",
        s.three,
        m.merges("agent"),
        m.other_into_third,
        BOTH,
        RIGHT,
        holds=nothing_runs_on_a_closed_one,
    ),
    pair("merge A→B, C→B", s.three, m.merges("agent"), m.third_into_other, BOTH),
    pair(
        "merge A→B, C→A",
        s.three,
        m.merges("agent"),
        m.third_into_first,
        BOTH,
        LEFT,
        holds=nothing_runs_on_a_closed_one,
    ),
    pair(
        "merge, finish the first's task",
        s.two_with_task,
        m.merges("agent"),
        m.finishes_task("warehouse"),
        BOTH,
        LEFT,
        holds=task_is_where_its_complaint_is_handled,
    ),
    pair(
        "merge, accept the first's task",
        s.two_with_task,
        m.merges("agent"),
        m.accepts_task("warehouse"),
        BOTH,
        LEFT,
        holds=task_is_where_its_complaint_is_handled,
    ),
    pair("merge, keep the first's promise", s.two_with_task, m.merges("agent"), m.keeps_promise, BOTH, LEFT),
    pair("merge, take the other", s.two, m.merges("supervisor"), m.of_other(m.release("agent")), BOTH),
    pair("merge, breach", late(s.two), m.merges("supervisor"), m.sweeps_now, BOTH),
    pair("unmerge twice", s.merged, m.unmerges("supervisor"), m.unmerges("supervisor"), LEFT, RIGHT),
    pair(
        "unmerge, merge the other on",
        s.merged,
        m.unmerges("supervisor"),
        m.other_into_third,
        BOTH,
        RIGHT,
        holds=nothing_runs_on_a_closed_one,
    ),
    pair(
        "unmerge, conclude the other",
        s.merged,
        m.unmerges("supervisor"),
        m.of_other(m.concluded("supervisor")),
        BOTH,
        RIGHT,
        holds=nothing_runs_on_a_closed_one,
    ),
    pair(
        "unmerge, finish its task",
        s.merged_with_task,
        m.unmerges("supervisor"),
        m.finishes_task("warehouse"),
        BOTH,
        LEFT,
        holds=task_is_where_its_complaint_is_handled,
    ),
    pair("unmerge, breach", late(s.merged, 5), m.unmerges("supervisor"), m.sweeps_now, BOTH),
    # --- The end ---
    pair(
        "withdraw, approve money",
        s.asked_for_money,
        m.withdrawn("customer"),
        m.decides("manager"),
        BOTH,
        LEFT,
        holds=paid_offer_or_none,
    ),
    pair(
        "withdraw twice",
        lambda p: s.one(p, "resolve"),
        m.withdrawn("customer"),
        m.withdrawn("agent"),
        LEFT,
        RIGHT,
    ),
    pair("withdraw, resolve", s.carried_out, m.withdrawn("customer"), m.resolved("agent"), BOTH, LEFT),
    pair("withdraw, choose", s.offered, m.withdrawn("customer"), m.chooses("customer"), BOTH, LEFT),
    pair(
        "withdraw, callback",
        lambda p: s.one(p, "callback"),
        m.withdrawn("customer"),
        m.called("callback"),
        BOTH,
        LEFT,
    ),
    pair(
        "withdraw, breach", late(lambda p: s.one(p, "resolve")), m.withdrawn("customer"), m.sweeps_now, BOTH
    ),
    pair(
        "withdraw, finish a task",
        s.task_for_warehouse,
        m.withdrawn("customer"),
        m.finishes_task("warehouse"),
        BOTH,
        LEFT,
    ),
    pair(
        "conclude, approve money",
        s.asked_for_money,
        m.concluded("supervisor"),
        m.decides("manager"),
        BOTH,
        LEFT,
    ),
    pair("conclude, choose", s.offered, m.concluded("supervisor"), m.chooses("customer"), LEFT, RIGHT),
    pair(
        "reopen by two",
        lambda p: s.one(p, "closed"),
        m.reopened("customer"),
        m.reopened("supervisor"),
        LEFT,
        RIGHT,
        holds=one_round_more,
    ),
    pair(
        "review, reopen",
        lambda p: s.one(p, "review"),
        m.reviewed("agent"),
        m.reopened("customer"),
        BOTH,
        LEFT,
    ),
    # --- Callback ---
    pair("callback, rate", lambda p: s.one(p, "callback"), m.called("callback"), m.rates, LEFT, RIGHT),
    pair(
        "callback, rate badly",
        lambda p: s.one(p, "callback"),
        m.called_in_vain("callback"),
        m.rates_badly,
        LEFT,
        RIGHT,
        holds=one_round_more,
    ),
    pair(
        "callback, reopen", lambda p: s.one(p, "callback"), m.called("callback"), m.reopened("customer"), LEFT
    ),
    pair(
        "rate, end of the notice",
        s.written_notice_out,
        m.rates,
        m.sweeps_now,
        BOTH,
        RIGHT,
        holds=rated_or_unreachable,
    ),
    pair("callback, breach", late(lambda p: s.one(p, "callback")), m.called("callback"), m.sweeps_now, BOTH),
]
