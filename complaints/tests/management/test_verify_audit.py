"""`verify_audit` finds any timeline that was changed afterwards."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from accounts.models import User
from complaints.models import Complaint, Event, EventText
from complaints.tests import factories

pytestmark = pytest.mark.django_db
EVENT = "SELECT id FROM complaints_event WHERE complaint_id = %s AND seq = %s"


def run_sql(*statements: str, given: tuple[object, ...]) -> None:
    """Change rows as somebody with the database password could."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, given)
            assert cursor.rowcount == 1


def remove(complaint: Complaint, seq: int) -> None:
    """Delete an event with all rows that refer to it, as a cascade would."""
    with connection.cursor() as cursor:
        for table in ("complaints_message", "complaints_outbox", "complaints_eventtext"):
            cursor.execute(f"DELETE FROM {table} WHERE event_id = ({EVENT})", (complaint.pk, seq))
    run_sql("DELETE FROM complaints_event WHERE complaint_id = %s AND seq = %s", given=(complaint.pk, seq))


def assert_named(complaint: Complaint, seq: int, fault: str) -> None:
    with pytest.raises(CommandError, match=re.escape(f"{complaint.number} event {seq}: {fault}")) as error:
        call_command("verify_audit")
    assert error.value.returncode == 1


@pytest.fixture
def complaint(people: dict[str, User]) -> Complaint:
    """Return a complaint that lies between two others which are intact."""
    factories.receive(people["agent2"])
    found = factories.found(people["agent"])
    factories.receive(people["agent2"])
    return found


def test_an_untouched_timeline_verifies(people: dict[str, User]) -> None:
    factories.closed(people["agent"], people["agent2"])
    factories.receive(people["agent"])
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "2 complaints" in out.getvalue()
    assert f"{Event.objects.count()} events: no fault" in out.getvalue()


def test_one_body_altered(complaint: Complaint) -> None:
    run_sql(
        f"UPDATE complaints_eventtext SET body = 'All was well.' WHERE event_id = ({EVENT})",
        given=(complaint.pk, 1),
    )
    assert_named(complaint, 1, "its text was changed")


def test_one_actor_changed(complaint: Complaint, people: dict[str, User]) -> None:
    run_sql(
        "UPDATE complaints_event SET actor_id = %s WHERE complaint_id = %s AND seq = %s",
        given=(people["agent2"].pk, complaint.pk, 3),
    )
    assert_named(complaint, 3, "changed after it was written")


def test_one_row_removed_from_the_middle(complaint: Complaint) -> None:
    remove(complaint, 2)
    assert_named(complaint, 2, "missing")


def test_the_last_row_removed(complaint: Complaint) -> None:
    remove(complaint, complaint.event_count)
    assert_named(complaint, complaint.event_count, "missing, the head counts")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("head_hash = ''", "the head does not match it"),
        ("event_count = event_count - 1", "the head does not match it"),
        ("stage = 'intake'", "the head says another stage than the events"),
    ],
)
def test_a_head_changed(complaint: Complaint, change: str, fault: str) -> None:
    run_sql(f"UPDATE complaints_complaint SET {change} WHERE id = %s", given=(complaint.pk,))
    assert_named(complaint, complaint.event_count, fault)


def test_a_text_removed(complaint: Complaint) -> None:
    run_sql(f"DELETE FROM complaints_eventtext WHERE event_id = ({EVENT})", given=(complaint.pk, 2))
    assert_named(complaint, 2, "its text is missing")


def test_a_whole_timeline_removed(complaint: Complaint) -> None:
    for seq in range(complaint.event_count, 0, -1):
        remove(complaint, seq)
    assert_named(complaint, 1, "missing")


def test_an_erased_text_still_verifies(complaint: Complaint) -> None:
    text = EventText.objects.filter(event__complaint=complaint, event__seq=1)
    text.update(body="", details={}, salt="", erased_at=timezone.now())
    call_command("verify_audit", stdout=StringIO())


def test_a_complaint_written_to_while_its_events_are_read_is_looked_at_again(
    complaint: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from complaints.rows import timeline

    heads = [(head, "read too early") for head, _fault in timeline.verify(Complaint.objects.all())]
    monkeypatch.setattr(timeline, "verify", lambda _complaints: iter(heads))
    call_command("verify_audit", stdout=StringIO())


def test_the_queries_do_not_grow_with_the_complaints(
    people: dict[str, User], django_assert_num_queries: object
) -> None:
    for count in (5, 50):
        while Complaint.objects.count() < count:
            factories.receive(people["agent"])
        # Heads and events; for the changes of settings a savepoint, its release, their head and themselves.
        with django_assert_num_queries(2 + 4):  # type: ignore[operator]
            call_command("verify_audit", stdout=StringIO())
