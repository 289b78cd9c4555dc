"""Checklists, the record, playbooks and their tasks are hints: none of them blocks a move."""

from datetime import timedelta

import pytest

from accounts.models import User
from complaints.demo import playbooks as demo_playbooks
from complaints.lifecycle import diagnose
from complaints.lifecycle.remedies import carry_out, playbook
from complaints.models import (
    Category,
    ChecklistItem,
    ChecklistTick,
    Clock,
    Complaint,
    Playbook,
    PlaybookStep,
    Task,
)
from complaints.reads import playbooks
from complaints.rights.actors import person
from complaints.terms.errors import LifecycleError
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of, wrong_fields

pytestmark = pytest.mark.django_db
People = dict[str, User]
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def complaint(people: People) -> Complaint:
    return factories.diagnosed(people["agent"], category="LOG-LOST")


def lost(complaint: Complaint) -> Playbook:
    found = playbooks.fitting(complaint, None)[0]
    assert found.code == "LOGISTICS-LOST"
    return found


# --- Checklists and the record ---
def test_the_items_of_the_branch_and_of_the_leaf_are_asked(people: People, complaint: Complaint) -> None:
    codes = [item.category.code for item in playbooks.checklist_of(complaint)]
    assert codes == ["LOG", "LOG", "LOG-LOST"]


def test_ticking_twice_is_ticking_once_and_it_can_be_taken_back(people: People, complaint: Complaint) -> None:
    item, by = playbooks.checklist_of(complaint)[0], person(people["agent"])
    version = complaint.version
    for _twice in range(2):
        playbook.tick(complaint, item.pk, done=True, by=by, at=LATER)
    tick = ChecklistTick.objects.get()
    assert (tick.by, tick.at) == (people["agent"], LATER)
    playbook.tick(complaint, item.pk, done=False, by=by, at=LATER)
    assert not ChecklistTick.objects.exists()
    complaint.refresh_from_db()
    assert complaint.events.filter(kind="ticked").count() == 1
    assert complaint.version == version, "a tick does not make an open form stale"


def test_items_of_other_categories_and_those_out_of_use_are_not_ticked(
    people: People, complaint: Complaint
) -> None:
    other = ChecklistItem.objects.filter(category__code="PRD-ODOR").first()
    unused = playbooks.checklist_of(complaint)[0]
    ChecklistItem.objects.filter(pk=unused.pk).update(is_active=False)
    for item in (other, unused):
        assert item is not None
        act = lambda pk=item.pk: playbook.tick(  # noqa: E731
            complaint, pk, done=True, by=person(people["agent"]), at=LATER
        )
        assert wrong_fields(act) == {"item"}


@pytest.mark.parametrize("who", ["agent2", "supervisor", "manager", "warehouse", "admin"])
def test_only_the_assignee_ticks_and_starts(people: People, complaint: Complaint, who: str) -> None:
    item, by = playbooks.checklist_of(complaint)[0], person(people[who])
    assert status_of(lambda: playbook.tick(complaint, item.pk, done=True, by=by, at=LATER)) == 403
    assert status_of(lambda: playbook.start(complaint, lost(complaint).pk, by=by, at=LATER)) == 403


def test_a_new_round_starts_with_nothing_ticked(people: People, complaint: Complaint) -> None:
    item = playbooks.checklist_of(complaint)[0]
    playbook.tick(complaint, item.pk, done=True, by=person(people["agent"]), at=LATER)
    first = complaint.handlings.get()
    second = complaint.handlings.create(round=2, started_at=LATER)
    assert (len(playbooks.ticked(first)), len(playbooks.ticked(second))) == (1, 0)


def test_the_record_lacks_what_branch_and_leaf_ask_for(people: People) -> None:
    bare = factories.receive(people["agent"], category="LOG-LOST")
    assert playbooks.missing_record(bare) == ["occurred_at", "place", "order_reference", "loss"]
    full = factories.receive(
        people["agent"],
        category="LOG-LOST",
        occurred_at=MONDAY,
        place="Jiaxing",
        order_reference="HG-1",
        loss_minor=0,
    )
    assert playbooks.missing_record(full) == [], "an amount of zero counts as an answer about the loss"


def test_neither_an_open_item_nor_a_gap_in_the_record_blocks_the_finding(
    people: People, complaint: Complaint
) -> None:
    assert playbooks.missing_record(complaint)
    diagnose.record_finding(complaint, factories.FINDING, by=person(people["agent"]), at=LATER)
    assert complaint.stage == "resolve"


# --- Playbooks ---
def made(code: str, category: str | None, problem_type: str = "") -> Playbook:
    found = Category.objects.get(code=category) if category else None
    return Playbook.objects.create(code=code, category=found, problem_type=problem_type, name_en=code)


def test_the_most_specific_comes_first(people: People, complaint: Complaint) -> None:
    Playbook.objects.all().delete()
    made("any", None)
    made("any-process", None, "process")
    made("branch", "LOG")
    made("branch-process", "LOG", "process")
    made("leaf", "LOG-LOST")
    made("leaf-process", "LOG-LOST", "process")
    made("other-leaf", "LOG-DMG")
    made("other-type", "LOG-LOST", "cognition")
    codes = [found.code for found in playbooks.fitting(complaint, "process")]
    assert codes == ["leaf-process", "leaf", "branch-process", "branch", "any-process", "any"]
    assert [found.code for found in playbooks.fitting(complaint, None)] == ["leaf", "branch", "any"]
    Playbook.objects.update(is_active=False)
    assert playbooks.fitting(complaint, None) == []


def test_its_tasks_open_in_order_with_their_own_time(people: People, complaint: Complaint) -> None:
    playbook.start(complaint, lost(complaint).pk, by=person(people["agent"]), at=LATER)
    trace, update, send = Task.objects.order_by("id")
    assert [task.team.code for task in (trace, update, send)] == ["CARRIER-A", "FL-PHONE", "WAREHOUSE"]
    assert (trace.due_at, update.due_at) == (LATER + timedelta(days=1), LATER + timedelta(hours=12))
    assert (send.after, send.due_at) == (update, None)
    assert (update.owner, update.blocking, trace.owner) == (people["agent"], False, None)
    later = LATER + timedelta(hours=2)
    carry_out.finish_task(update, by=person(people["agent"]), at=later)
    send.refresh_from_db()
    assert send.due_at == later + timedelta(days=1)
    assert Clock.objects.live().filter(kind="task").count() == 2


def test_each_step_once_a_round(people: People, complaint: Complaint) -> None:
    by, found = person(people["agent"]), lost(complaint)
    playbook.start(complaint, found.pk, by=by, at=LATER)
    assert status_of(lambda: playbook.start(complaint, found.pk, by=by, at=LATER)) == 409
    assert Task.objects.count() == 3
    for task in Task.objects.order_by("-id"):
        carry_out.cancel_task(task, by=by, at=LATER, reason="Found at home")
    playbook.start(complaint, found.pk, by=by, at=LATER)
    assert Task.objects.exclude(state="cancelled").count() == 3


def test_one_that_does_not_fit_or_has_no_tasks_is_refused(people: People, complaint: Complaint) -> None:
    by = person(people["agent"])
    other = Playbook.objects.get(code="PRODUCT-FAULT")
    empty = made("empty", "LOG-LOST")
    for found in (other.pk, empty.pk, 0):
        act = lambda pk=found: playbook.start(complaint, pk, by=by, at=LATER)  # noqa: E731
        assert wrong_fields(act) == {"playbook"}


def test_a_problem_type_s_playbook_fits_once_it_is_found(people: People, complaint: Complaint) -> None:
    process, by = Playbook.objects.get(code="TYPE-PROCESS"), person(people["agent"])
    with pytest.raises(LifecycleError):
        playbook.start(complaint, process.pk, by=by, at=LATER)
    diagnose.record_finding(complaint, {**factories.FINDING, "problem_type": "process"}, by=by, at=LATER)
    playbook.start(complaint, process.pk, by=by, at=LATER)
    assert Task.objects.count() == 2


# --- The sample rows ---
def test_loading_the_samples_twice_leaves_what_a_manager_changed(org: None) -> None:
    counts = (Playbook.objects.count(), PlaybookStep.objects.count(), ChecklistItem.objects.count())
    Playbook.objects.filter(code="PRICE").update(name_en="Ours")
    PlaybookStep.objects.filter(playbook__code="SERVICE").delete()
    demo_playbooks.load()
    assert Playbook.objects.get(code="PRICE").name_en == "Ours"
    assert (
        Playbook.objects.count(),
        PlaybookStep.objects.count() + 1,
        ChecklistItem.objects.count(),
    ) == counts


def test_every_sample_has_all_three_languages(org: None) -> None:
    rows = [*Playbook.objects.all(), *PlaybookStep.objects.all(), *ChecklistItem.objects.all()]
    for row in rows:
        for field in ("name", "hint", "title", "text"):
            if hasattr(row, f"{field}_en"):
                texts = {getattr(row, f"{field}_{language}") for language in ("en", "zh", "hant")}
                assert "" not in texts
                assert len(texts) >= 2, row.pk
