"""The moves that people make at once, each with valid input for the complaint as it is at that moment."""

from functools import partial
from typing import Any

from complaints.lifecycle import (
    assign,
    conflict,
    converse,
    diagnose,
    edit,
    escalate,
    flash,
    improve,
    promises,
    resolve,
    review,
    risk,
    thanks,
    wait,
)
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls, rating
from complaints.lifecycle.ending import conclude, merge, reopen, withdraw
from complaints.lifecycle.remedies import carry_out, playbook
from complaints.lifecycle.remedies import offers as remedies
from complaints.models import Approval, Complaint, ImprovementAction, PlanOption, Task
from complaints.reads import playbooks
from complaints.sweeps import due_clocks
from complaints.tests import factories
from complaints.tests.races.kit import Press, Scene

WORDS = {"reason": "R", "tried": "T", "ask": "A"}


def _step(step: Any, who: str, /, **given: Any) -> Press:
    """Return a move that takes the complaint and texts."""
    return lambda scene: step(scene.fresh(), by=scene.by(who), at=scene.at, **given)


def _with_data(step: Any, data: dict[str, Any], who: str) -> Press:
    return lambda scene: step(scene.fresh(), data, by=scene.by(who), at=scene.at)


def of_other(press: Press) -> Press:
    """Return the same move for the other complaint."""

    def turned(scene: Scene) -> object:
        return press(Scene(scene.people, scene.fresh_other(), scene.complaint, scene.at, scene.more))

    return turned


take = partial(_step, assign.take)
release = partial(_step, assign.release)
start = partial(_step, diagnose.start_diagnosis)
escalated = partial(_step, escalate.escalate, **WORDS)
handed_down = partial(_step, escalate.de_escalate, reason="Simple", guidance="Refund")
resolved = partial(_step, resolve.resolve, final_answer="Done")
withdrawn = partial(_step, withdraw.withdraw, evidence="Said so", reason="Solved itself")
concluded = partial(_step, conclude.conclude, outcome="out_of_scope", reason="Praise")
reopened = partial(_step, reopen.reopen, reason="Broken again")
offer_back = partial(_step, remedies.withdraw_offer, reason="Sold out")
refused = partial(_step, remedies.reject, reason="Too little")
flagged = partial(_step, risk.flag_risk, flag="legal", reason="Names a lawyer")
confirmed = partial(_step, risk.confirm_risk, flag="legal", reason="A lawyer's letter")
cleared = partial(_step, risk.clear_risk, flag="legal", reason="A joke")
in_conflict = partial(_step, conflict.declare_conflict, reason="My cousin")
asks_customer = partial(_step, wait.wait, on="customer", question="Which colour?")
goes_on = partial(_step, wait.resume)
writes_in = _step(converse.write_in, "customer", body="It is red")


def marks(username: str) -> Press:
    """Mark the message that the scene remembers as thanks."""
    return lambda scene: thanks.mark_thanks(
        scene.fresh(), by=scene.by(username), at=scene.at, message=scene.more["said"]
    )


writes = partial(_step, converse.message, body="We look into it")
called = partial(_with_data, calls.record_callback, factories.SATISFIED)
called_in_vain = partial(_with_data, calls.record_callback, factories.UNSATISFIED)
finding = partial(_with_data, diagnose.record_finding, factories.FINDING)
offers = partial(_with_data, remedies.offer, factories.OFFER)
reviewed = partial(_with_data, review.record_review, factories.LIGHT_REVIEW)
edits = partial(_with_data, edit.edit, {"subject": "The cooker again"})
rates = _with_data(rating.rate, factories.SATISFIED, "customer")
rates_badly = _with_data(rating.rate, factories.UNSATISFIED, "customer")


def seen(step: Any, data: dict[str, Any], who: str) -> Press:
    """Return a move that sends the version which was on the screen."""
    return lambda scene: step(
        scene.fresh(), data, by=scene.by(who), at=scene.at, version=scene.complaint.version
    )


def assigned(who: str, to: str) -> Press:
    return lambda scene: assign.assign(
        scene.fresh(), by=scene.by(who), at=scene.at, assignee=scene.people[to], reason="R"
    )


def chooses(who: str, position: int = 1) -> Press:
    def press(scene: Scene) -> object:
        option = PlanOption.objects.get(plan=scene.more["plan"], position=position)
        told = {"channel": "web", "evidence": "Said yes"}
        return remedies.choose(scene.fresh(), option.pk, by=scene.by(who), at=scene.at, **told)

    return press


def decides(who: str, *, approve: bool = True) -> Press:
    def press(scene: Scene) -> object:
        approval = Approval.objects.get(pk=scene.more["approval"].pk)
        return decisions.decide(approval, by=scene.by(who), at=scene.at, approve=approve, note="Seen")

    return press


def takes_request_back(scene: Scene) -> object:
    approval = Approval.objects.get(pk=scene.more["approval"].pk)
    return decisions.withdraw(approval, by=scene.by("agent"), at=scene.at)


def _of_task(step: Any, who: str, /, **given: Any) -> Press:
    def press(scene: Scene) -> object:
        by = scene.more["second"] if who == "second" else scene.by(who)
        return step(Task.objects.get(pk=scene.more["task"].pk), by=by, at=scene.at, **given)

    return press


accepts_task = partial(_of_task, carry_out.accept_task)
finishes_task = partial(_of_task, carry_out.finish_task, evidence="Seen")
sends_task_back = partial(_of_task, carry_out.reject_back_task, reason="Not ours")
cancels_task = partial(_of_task, carry_out.cancel_task, reason="Not needed")


def keeps_promise(scene: Scene) -> object:
    return promises.keep(scene.fresh(), scene.more["promise"], by=scene.by("agent"), at=scene.at)


def starts_playbook(scene: Scene) -> object:
    fit = playbooks.fitting(scene.complaint, None)[0]
    return playbook.start(scene.fresh(), fit.pk, by=scene.by("agent"), at=scene.at)


def action_done(who: str) -> Press:
    def press(scene: Scene) -> object:
        action = ImprovementAction.objects.get(pk=scene.more["action"].pk)
        return improve.mark_done(action, by=scene.by(who), at=scene.at, note="Done")

    return press


def merges(who: str) -> Press:
    return lambda scene: merge.merge(scene.fresh(), scene.fresh_other(), by=scene.by(who), at=scene.at)


def merges_back(who: str) -> Press:
    return lambda scene: merge.merge(scene.fresh_other(), scene.fresh(), by=scene.by(who), at=scene.at)


def other_into_third(scene: Scene) -> object:
    third = Complaint.objects.get(pk=scene.more["third"].pk)
    return merge.merge(scene.fresh_other(), third, by=scene.by("agent"), at=scene.at)


def third_into_other(scene: Scene) -> object:
    third = Complaint.objects.get(pk=scene.more["third"].pk)
    return merge.merge(third, scene.fresh_other(), by=scene.by("agent"), at=scene.at)


def third_into_first(scene: Scene) -> object:
    third = Complaint.objects.get(pk=scene.more["third"].pk)
    return merge.merge(third, scene.fresh(), by=scene.by("agent"), at=scene.at)


def unmerges(who: str) -> Press:
    return lambda scene: merge.unmerge(scene.fresh(), by=scene.by(who), at=scene.at, reason="Another event")


def sweeps_now(scene: Scene) -> object:
    return due_clocks.sweep(scene.at)


def calls_squad(who: str) -> Press:
    return _step(flash.call, who)


def fills_squad(who: str, **given: str) -> Press:
    return _step(flash.fill, who, **given)
