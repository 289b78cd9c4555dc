"""Correcting the record on the complaint's page."""

from typing import Any

import pytest

from accounts.models import User
from complaints.forms.edit import EditForm
from complaints.models import Complaint, Event
from complaints.tests import factories
from complaints.tests.views.test_inbox import signed_in

pytestmark = pytest.mark.django_db


def as_shown(complaint: Complaint) -> dict[str, Any]:
    """Return what a browser sends when nothing was touched."""
    form = EditForm(complaint=complaint)
    shown = {name: form[name].value() for name in form.fields}
    shown["description"] = str(shown["description"]).replace("\n", "\r\n")
    return {
        name: value.strftime("%Y-%m-%dT%H:%M") if hasattr(value, "strftime") else value
        for name, value in shown.items()
        if value is not None
    }


def post(user: User, complaint: Complaint, **changes: Any) -> Any:
    path = f"/complaints/{complaint.number}/edit/"
    return signed_in(user).post(path, as_shown(complaint) | changes)


def test_an_untouched_form_changes_nothing(people: dict[str, User]) -> None:
    complaint = factories.receive(
        people["agent"],
        description="Cracked.\nI want my money.",
        loss_minor=129_905,
        occurred_at=factories.MONDAY.replace(second=42) - factories.MINUTE,
        severity="major",
        severity_reason="Press",
        channel="web",
    )
    Complaint.objects.filter(pk=complaint.pk).update(assignee=people["specialist"])
    before = (complaint.version, complaint.event_count)
    answer = post(people["specialist"], complaint)
    complaint.refresh_from_db()
    assert (answer.status_code, complaint.version, complaint.event_count) == (303, *before)


def test_the_record_and_the_story_say_what_was_corrected(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assert post(people["agent"], complaint, reach="several", place="At home").status_code == 303
    page = signed_in(people["agent"]).get(complaint.get_absolute_url()).content.decode()
    complaint.refresh_from_db()
    assert (complaint.severity, complaint.place) == ("major", "At home")
    assert "Severity Normal → Major" in page and "Where?" in page
    assert "S2 × Several (2–19) by matrix v1" in page


def test_the_page_says_what_was_set_by_hand_and_what_a_risk_raised(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    post(people["agent"], complaint, severity="major", severity_reason="The press knows")
    page = signed_in(people["agent"]).get(complaint.get_absolute_url()).content.decode()
    assert "set by hand: The press knows" in page
    flagged = factories.receive(people["agent"], risk_flags=["media"])
    page = signed_in(people["expert"]).get(flagged.get_absolute_url()).content.decode()
    assert "graded Normal, raised because of a risk" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"description": ""}, "description"),
        ({"loss_amount": "12.345"}, "loss_amount"),
        ({"occurred_at": "2999-01-01T10:00"}, "occurred_at"),
        ({"severity": "major"}, "severity_reason"),
        ({"category": "NO-SUCH"}, "category"),
        ({"category": ""}, "category"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    people: dict[str, User], changes: dict[str, str], field: str
) -> None:
    complaint = factories.receive(people["agent"])
    answer = post(people["agent"], complaint, place="At home, kitchen", **changes)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="edit_{field}_errors"' in page and "At home, kitchen" in page


def test_lowering_is_for_supervisors(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assert post(people["agent"], complaint, gravity="S1").status_code == 403
    assert post(people["supervisor"], complaint, gravity="S1").status_code == 303


def test_stale_forbidden_and_invisible(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assert post(people["agent"], complaint, version=99, place="X").status_code == 409
    assert post(people["manager"], complaint, place="X").status_code == 403
    for name in ("specialist", "online", "warehouse", "admin"):
        assert post(people[name], complaint, place="X").status_code == 404
    page = signed_in(people["manager"]).get(complaint.get_absolute_url()).content.decode()
    assert "/edit/" not in page
    assert not Event.objects.filter(kind="edited").exists()
