"""Importing complaints from tables: a hundred real texts, one of them handled until it is closed."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from complaints.lifecycle import assign, converse, diagnose, resolve, review
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Complaint, Task
from complaints.rights.actors import person
from complaints.rows import timeline
from complaints.tests import factories

pytestmark = pytest.mark.django_db
TEXTS = Path(settings.BASE_DIR) / "tests" / "data" / "complaint_texts.csv"
MINUTE = timedelta(minutes=1)


def imported(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("import_complaints", *arguments, stdout=out, verbosity=0, **options)
    return out.getvalue().strip()


def table(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return str(path)


def test_every_text_lands_in_a_queue_or_in_needs_triage(people: dict[str, User]) -> None:
    said = imported(str(TEXTS), username="agent", fixed=["channel=web"])
    assert said == "100 received, 0 there already, 0 refused"
    complaints = Complaint.objects.all()
    assert complaints.count() == 100
    assert complaints.filter(needs_triage=False).exclude(category__code="OTHER").count() >= 50
    assert all(complaint.claims.exists() and complaint.next_due_at for complaint in complaints)
    assert all(complaint.triage["reasons"] for complaint in complaints if not complaint.needs_triage)
    assert set(complaints.values_list("customer__language", flat=True)) == {"en", "zh-hans"}
    again = imported(str(TEXTS), username="agent", fixed=["channel=web"])
    assert again == "0 received, 100 there already, 0 refused"
    walk_to_closed(Complaint.objects.filter(tier=1).order_by("pk")[0], people["online"])


def test_columns_are_mapped_and_values_set(people: dict[str, User], tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "ticket,who,tel,words,lost,kind,flags",
        'A-1,李梅,100-0000-0777,"包裹丢了,\n一直没人理",89.00,LOG-LOST,vulnerable;external',
    )
    mapped = [
        "ticket=external_id",
        "who=customer.name",
        "tel=customer.phone",
        "words=description",
        "lost=loss_amount",
        "kind=category",
        "flags=risk_flags",
    ]
    imported(file, map=mapped, fixed=["channel=marketplace", "customer.language=zh-TW"])
    complaint = Complaint.objects.get(external_id="A-1")
    assert (complaint.category.code, complaint.channel, complaint.loss_minor) == (
        "LOG-LOST",
        "marketplace",
        8900,
    )
    assert (complaint.customer.name, complaint.customer.language) == ("李梅", "zh-hant")
    assert set(complaint.flags.values_list("flag", flat=True)) == {"vulnerable", "external"}
    assert complaint.logged_by == people["agent"]


BAD = (
    "id,description,category,received_at",
    "1,Good,,",
    "2,,LOG-LATE,",
    '3,"two',
    'lines",NOWHERE,2026-01-01T10:00:00',
    "4,Fine,LOG-LATE,2026-01-05T10:00:00+08:00",
)


def test_errors_are_told_by_line_and_the_good_rows_are_kept(people: dict[str, User], tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    with pytest.raises(CommandError):
        imported(table(tmp_path, *BAD), errors=errors)
    assert set(Complaint.objects.values_list("external_id", flat=True)) == {"1", "4"}
    lines = errors.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "line,field,message"
    assert {tuple(line.split(",")[:2]) for line in lines[1:]} == {
        ("3", "description"),
        ("4", "category"),
        ("4", "received_at"),
    }


def test_a_dry_run_keeps_nothing(people: dict[str, User], tmp_path: Path) -> None:
    file = table(tmp_path, "id,description", "1,Good", "2,Good too")
    assert imported(file, dry_run=True) == "2 would be received, 0 there already, 0 refused"
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("header", "options", "says"),
    [
        ("a,b", {}, "no column is the description"),
        ("text", {"map": ["nowhere=description"]}, "no column 'nowhere'"),
        ("text", {"map": ["text=stage"]}, "no field 'stage'"),
        ("text", {"fixed": ["tier=3"]}, "no field 'tier'"),
        ("text", {"map": ["text"]}, "does not have the form NAME=VALUE"),
    ],
)
def test_invalid_column_settings_are_refused(
    people: dict[str, User], tmp_path: Path, header: str, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        imported(table(tmp_path, header, "x"), **options)


def test_a_file_that_is_not_text_is_refused(people: dict[str, User], tmp_path: Path) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(CommandError):
        imported(str(path))


def walk_to_closed(complaint: Complaint, user: User) -> None:
    """Handle the complaint to the end.

    The customer left no contact, so it goes to review without a callback.
    """
    by, at = person(user), complaint.received_at + MINUTE
    assign.take(complaint, by=by, at=at)
    diagnose.start_diagnosis(complaint, by=by, at=at)
    diagnose.record_finding(complaint, factories.FINDING, by=by, at=at)
    plan = offers.offer(complaint, factories.OFFER, by=by, at=at)
    option = plan.options.get(position=1)
    offers.choose(complaint, option.pk, by=by, at=at, channel="web", evidence="Answered on the page")
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
        call_command("import_complaints", str(TEXTS), username="nobody")
    with pytest.raises(CommandError, match=r"missing\.csv"):
        call_command("import_complaints", str(tmp_path / "missing.csv"), username="agent")
