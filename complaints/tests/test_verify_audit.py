"""`verify_audit`: a timeline that was changed afterwards does not pass."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from complaints.models import Event, EventText
from complaints.tests import factories

pytestmark = pytest.mark.django_db


def test_an_untouched_timeline_verifies(people: dict[str, User]) -> None:
    factories.closed(people["agent"], people["agent2"])
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "1 complaints" in out.getvalue()
    assert "no fault" in out.getvalue()


@pytest.mark.parametrize(
    ("break_it", "fault"),
    [
        (
            lambda c: Event.objects.filter(complaint=c, seq=2).update(kind="closed"),
            "event 2: changed after it was written",
        ),
        (
            lambda c: EventText.objects.filter(event__complaint=c, event__seq=1).update(body="Nice"),
            "event 1: its text was changed",
        ),
        (lambda c: Event.objects.filter(complaint=c, seq=3).delete(), "event 3: missing"),
        (lambda c: Event.objects.filter(complaint=c, seq=c.event_count).delete(), "the head does not match"),
        (
            lambda c: EventText.objects.filter(event__complaint=c, event__seq=1).delete(),
            "the text of an event is missing",
        ),
    ],
)
def test_the_first_fault_of_a_changed_timeline_is_named(
    people: dict[str, User], break_it: Any, fault: str
) -> None:
    factories.receive(people["agent2"])
    complaint = factories.found(people["agent"])
    break_it(complaint)
    with pytest.raises(CommandError, match=fault) as error:
        call_command("verify_audit")
    assert error.value.returncode == 1
