"""Correcting the record: severity follows the newest matrix, and deadlines follow severity."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.lifecycle import assign
from complaints.lifecycle import edit as grade
from complaints.models import Clock, Complaint, Event, SeverityMatrix
from complaints.rights.actors import CUSTOMER, person
from complaints.rows import timeline
from complaints.terms.errors import NotYours
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields
from complaints.triage import severity_matrix

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(minutes=30)


def edit(complaint: Complaint, by: User, at: datetime = LATER, **changes: Any) -> Complaint:
    return grade.edit(complaint, changes, by=person(by), at=at)


def last(complaint: Complaint) -> Event:
    return Event.objects.filter(complaint=complaint).latest("seq")


def head(complaint: Complaint) -> tuple[str, str, str]:
    complaint.refresh_from_db()
    return complaint.severity, complaint.graded_severity, complaint.severity_reason


def matrix(people: Mapping[str, User], **cells: str) -> SeverityMatrix:
    """Make a new version of the matrix. `S2_one="major"` changes that cell."""
    new = severity_matrix.current_matrix().cells
    for name, severity in cells.items():
        gravity, _, reach = name.partition("_")
        new[gravity][reach] = severity
    seen = severity_matrix.current_matrix().version
    return severity_matrix.new_version(new, seen=seen, reason="R", by=person(people["manager"]), at=MONDAY)


def test_the_receipt_says_by_which_matrix_it_was_graded(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], reach="several")
    assert (complaint.severity, complaint.graded_severity) == ("major", "major")
    assert complaint.matrix == severity_matrix.current_matrix()
    flagged = factories.receive(people["agent"], risk_flags=["safety"])
    assert (flagged.severity, flagged.graded_severity) == ("critical", "normal")
    by_hand = factories.receive(people["agent"], severity="major", severity_reason="A friend of the press")
    assert head(by_hand) == ("major", "major", "A friend of the press")
    assert head(factories.receive(people["agent"], severity_reason="For nothing"))[2] == ""


def test_without_a_row_the_default_matrix_grades(people: dict[str, User]) -> None:
    SeverityMatrix.objects.all().delete()
    complaint = factories.receive(people["agent"], gravity="S1")
    assert (complaint.severity, complaint.matrix) == ("minor", None)


def test_texts_change_and_only_their_names_stand_in_the_open(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    old = complaint.description
    before = complaint.version
    edit(complaint, people["agent"], description="The bowl was cracked.", place="Home", loss_minor=12_900)
    event = last(complaint)
    assert event.kind == "edited"
    assert event.changed == {"description": [None, None], "place": [None, None], "loss_minor": [None, 12_900]}
    assert event.text.details["texts"] == {
        "description": [old, "The bowl was cracked."],
        "place": ["", "Home"],
    }
    assert complaint.claims.get().text == "The bowl was cracked."
    assert (complaint.version, complaint.place) == (before + 1, "Home")
    assert list(timeline.faults(complaint)) == []


def test_what_changes_nothing_leaves_no_entry_and_no_version(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    before = (complaint.version, complaint.event_count)
    edit(complaint, people["agent"], gravity="S2", place="", category="LOG-DMG", severity=None)
    complaint.refresh_from_db()
    assert (complaint.version, complaint.event_count) == before


def test_graver_means_a_higher_severity_and_earlier_deadlines(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    clock = Clock.objects.get(complaint=complaint, kind="resolution")
    edit(complaint, people["agent"], reach="several")
    assert head(complaint) == ("major", "major", "")
    moved = Clock.objects.get(pk=clock.pk)
    assert moved.due_at < clock.due_at and moved.original_due_at == clock.original_due_at
    event = last(complaint)
    assert event.changed["severity"] == ["normal", "major"]
    assert event.text.details["matrix_version"] == 1
    assert [told["clock"] for told in event.text.details["clocks"]] == ["resolution"]
    assert complaint.next_due_at == Clock.objects.live().filter(complaint=complaint).earliest("due_at").due_at


def test_an_agent_never_grades_lower(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], reach="several", channel="web")
    Complaint.objects.filter(pk=complaint.pk).update(assignee=people["specialist"])
    lower: list[dict[str, Any]] = [
        {"reach": "one"},
        {"gravity": "S1"},
        {"severity": "minor", "severity_reason": "Not so bad"},
        {"severity": "minor"},
    ]
    for changes in lower:
        assert status_of(lambda changes=changes: edit(complaint, people["specialist"], **changes)) == 403  # type: ignore[misc]
    assert head(complaint)[0] == "major"
    edit(complaint, people["supervisor2"], reach="one")
    assert head(complaint)[0] == "normal"


def test_a_lower_severity_by_a_supervisor_may_move_a_deadline_later(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], reach="several")
    clock = Clock.objects.get(complaint=complaint, kind="resolution")
    edit(complaint, people["supervisor2"], severity="normal", severity_reason="One customer only")
    assert Clock.objects.get(pk=clock.pk).due_at > clock.due_at
    assert head(complaint) == ("normal", "normal", "One customer only")


def test_an_override_needs_a_reason_and_stays_until_it_is_graded_again(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assert wrong_fields(lambda: edit(complaint, people["agent"], severity="major")) == {"severity_reason"}
    edit(complaint, people["agent"], severity="major", severity_reason="The press knows")
    assert last(complaint).text.details["by_hand"] is True
    assert "severity_reason" in last(complaint).changed
    assert "press" not in str(last(complaint).changed)
    edit(complaint, people["agent"], category="LOG-LOST")
    assert head(complaint) == ("major", "major", "The press knows")
    edit(complaint, people["agent"], severity="major", reach="several")
    assert head(complaint) == ("major", "major", "The press knows")
    edit(complaint, people["agent"], severity=None)
    assert head(complaint) == ("major", "major", ""), "the severity comes from the matrix now"


def test_while_a_grave_risk_is_on_it_stays_critical(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], risk_flags=["safety"])
    edit(complaint, people["supervisor2"], gravity="S1")
    assert head(complaint)[:2] == ("critical", "minor")


def test_a_new_matrix_grades_what_is_edited_from_now_on(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    second = matrix(people, S2_one="major")
    assert head(complaint)[0] == "normal", "a graded complaint keeps its version of the matrix"
    edit(complaint, people["agent"], category="LOG-LOST")
    assert head(complaint)[0] == "major" and complaint.matrix == second
    assert last(complaint).changed["matrix"] == [1, 2]


def test_a_new_category_alone_does_not_grade_lower_by_an_agent(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    matrix(people, S2_one="minor")
    edit(complaint, people["agent"], category="LOG-LOST")
    assert head(complaint)[0] == "normal" and complaint.category.code == "LOG-LOST"
    edit(complaint, people["supervisor"], category="LOG-DMG")
    assert head(complaint)[0] == "minor"


def test_a_category_set_by_a_person_ends_the_wait_for_triage(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], category=None, description="Hm.")
    assert complaint.needs_triage
    edit(complaint, people["agent"], category="LOG-LATE")
    assert not Complaint.objects.get(pk=complaint.pk).needs_triage
    assert last(complaint).changed["category"] == ["OTHER", "LOG-LATE"]


def test_the_region_changes_what_was_promised(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    edit(complaint, people["supervisor"], region="international")
    assert Clock.objects.get(complaint=complaint, kind="resolution").rule.order == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"assignee": "agent2"}, "assignee"),
        ({"gravity": "S9"}, "gravity"),
        ({"gravity": None}, "gravity"),
        ({"reach": ""}, "reach"),
        ({"severity": "worst", "severity_reason": "R"}, "severity"),
        ({"region": "moon"}, "region"),
        ({"category": "LOG"}, "category"),
        ({"category": None}, "category"),
        ({"category": "\x00"}, "category"),
        ({"loss_minor": -1}, "loss_amount"),
        ({"loss_minor": 10**12}, "loss_amount"),
        ({"occurred_at": LATER + timedelta(seconds=1)}, "occurred_at"),
        ({"occurred_at": datetime(2026, 11, 1)}, "occurred_at"),
        ({"occurred_at": datetime(28, 11, 17, 6, 13, tzinfo=UTC)}, "occurred_at"),
        ({"place": 7}, "place"),
    ],
)
def test_wrong_input_is_named_by_its_field(
    people: dict[str, User], changes: dict[str, Any], field: str
) -> None:
    complaint = factories.receive(people["agent"])
    assert wrong_fields(lambda: edit(complaint, people["agent"], **changes)) == {field}
    assert Complaint.objects.get(pk=complaint.pk).version == complaint.version


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_a_description_that_cannot_be_kept_is_refused(people: dict[str, User], text: str) -> None:
    complaint = factories.receive(people["agent"])
    assert wrong_fields(lambda: edit(complaint, people["agent"], description=text)) == {"description"}


def test_stale_closed_and_other_peoples_complaints_are_refused(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    refused = [
        (409, lambda: grade.edit(complaint, {}, by=person(people["agent"]), at=LATER, version=99)),
        (403, lambda: edit(complaint, people["specialist"], place="X")),
        (403, lambda: edit(complaint, people["manager"], place="X")),
        (403, lambda: edit(complaint, people["warehouse"], place="X")),
        (403, lambda: grade.edit(complaint, {"place": "X"}, by=CUSTOMER, at=LATER)),
    ]
    for status, act in refused:
        assert status_of(act) == status
    closed = factories.closed(people["agent"], people["agent2"])
    assert status_of(lambda: edit(closed, people["agent"], place="X")) == 409
    edit(complaint, people["agent2"], place="A colleague of the team may")


def test_who_logged_it_may_correct_it_until_somebody_takes_it(people: dict[str, User]) -> None:
    complaint = factories.receive(people["online"], channel="web", category="LOG-LATE", gravity="S3")
    assert complaint.team.code == "SL-LOGI" and complaint.assignee is None
    edit(complaint, people["online"], place="Gate 4")
    assert Complaint.objects.get(pk=complaint.pk).place == "Gate 4"
    with pytest.raises(NotYours):
        edit(complaint, people["agent2"], place="Gate 5")
    assign.take(complaint, by=person(people["specialist"]), at=LATER)
    with pytest.raises(NotYours):
        edit(complaint, people["online"], place="Gate 6")
