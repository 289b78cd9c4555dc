"""Business days are those that are: a changed calendar moves statutory deadlines when that is ordered."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from complaints.lifecycle import intake
from complaints.models import Approval, Clock, Complaint, Event, Outbox, StatutoryPack
from complaints.reads import one_complaint
from complaints.rights.actors import SYSTEM, person
from complaints.sla.calendars import versions
from complaints.sla.calendars.versions import Edit
from complaints.sla.deadlines.days import explain_days
from complaints.sla.statutory import duty, packs, recount
from complaints.sla.targets import calendar_now
from complaints.sweeps import due_clocks, retarget_clocks, retarget_job
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, SHANGHAI

pytestmark = pytest.mark.django_db
People = dict[str, User]
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=SHANGHAI)
SEVEN: dict[str, Any] = {
    "code": "CN-7WD",
    "name_en": "Seven business days",
    "name_zh": "七个工作日",
    "order": 1,
    "unit": "business_days",
    "length": 7,
    "timezone": "Asia/Shanghai",
    "calendar": "CN-OFFICE",
    "match": {"channel": "regulator"},
}


def end_of(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 23, 59, 59, 999999, tzinfo=SHANGHAI)


@pytest.fixture
def seven(people: People) -> StatutoryPack:
    return packs.save(None, SEVEN, seen=None, reason="A law", by=person(people["manager"]), at=MONDAY)


def received(channel: str = "regulator", *, at: datetime, **given: Any) -> Clock:
    receipt = factories.receipt(channel=channel, received_at=at, **given)
    complaint = intake.receive(receipt, by=SYSTEM, at=NOW)
    return Clock.objects.get(complaint=complaint, kind="statutory")


def put(people: People, **data: str) -> None:
    edit = Edit("CN-OFFICE", versions.LATEST, "News", person(people["manager"]), NOW)
    versions.put_days(edit, {"name": "", **data})


def close(people: People, first: str, last: str) -> None:
    put(people, first=first, last=last, kind="closed")


def order(people: People, at: datetime = NOW) -> None:
    retarget_job.begin(reason="The calendar changed", by=person(people["manager"]), at=at)
    while retarget_job.step(at) is not None:
        pass


def test_closed_days_make_it_later_and_the_first_deadline_stays(people: People, seven: StatutoryPack) -> None:
    clock = received(at=datetime(2026, 11, 26, 10, tzinfo=SHANGHAI))
    assert clock.due_at == end_of(2026, 12, 7)
    close(people, "2026-12-02", "2026-12-03")
    assert Clock.objects.get(pk=clock.pk).due_at == end_of(2026, 12, 7), "nothing moves before it is ordered"
    order(people)
    clock.refresh_from_db()
    assert (clock.due_at, clock.original_due_at) == (end_of(2026, 12, 9), end_of(2026, 12, 7))
    assert clock.calendar_id == calendar_now("CN-OFFICE").pk
    assert not retarget_clocks.on_older_versions(NOW).exists()
    assert not Outbox.objects.filter(template="statutory_earlier").exists()


def test_worked_days_make_it_earlier_at_once_and_people_are_warned(
    people: People, seven: StatutoryPack
) -> None:
    close(people, "2026-12-02", "2026-12-03")
    clock = received(at=datetime(2026, 11, 27, 10, tzinfo=SHANGHAI))
    assert clock.due_at == end_of(2026, 12, 10)
    put(people, first="2026-12-05", last="2026-12-06", kind="work_like", like="0")
    order(people)
    clock.refresh_from_db()
    assert (clock.due_at, clock.original_due_at) == (end_of(2026, 12, 8), end_of(2026, 12, 10))
    told = Outbox.objects.filter(template="statutory_earlier", channel="in_app")
    assert "supervisor2" in {row.user.username for row in told if row.user} or told.exists()
    due_clocks.sweep(datetime(2026, 12, 9, 9, tzinfo=SHANGHAI))
    clock.refresh_from_db()
    assert clock.breached_at == end_of(2026, 12, 8), "an answer on the tenth is late"


def test_an_order_made_twice_changes_nothing_more(people: People, seven: StatutoryPack) -> None:
    clock = received(at=datetime(2026, 11, 26, 10, tzinfo=SHANGHAI))
    close(people, "2026-12-02", "2026-12-03")
    order(people)
    put(people, first="2027-03-01", kind="closed")  # a day that no open deadline reaches
    order(people)
    moved = Event.objects.filter(complaint=clock.complaint_id, kind="retargeted")
    laws = [c for e in moved for c in e.text.details["clocks"] if c["clock"] == "statutory"]
    assert len(laws) == 1 and laws[0]["to"].startswith("2026-12-09")


def test_what_is_missed_stays_missed_and_weeks_never_move(people: People, seven: StatutoryPack) -> None:
    late = received(at=datetime(2026, 11, 10, 10, tzinfo=SHANGHAI))
    weeks = received("web", at=datetime(2026, 11, 26, 10, tzinfo=SHANGHAI), region="international")
    before = list(Clock.objects.filter(pk__in=[late.pk, weeks.pk]).values_list("due_at", flat=True))
    close(people, "2026-11-12", "2026-11-13")
    close(people, "2026-12-02", "2026-12-03")
    older = retarget_clocks.on_older_versions(NOW).values_list("pk", flat=True)
    assert not {late.pk, weeks.pk} & set(older)
    assert list(Clock.objects.filter(pk__in=[late.pk, weeks.pk]).values_list("due_at", flat=True)) == before


def test_an_extension_is_counted_too(people: People, seven: StatutoryPack) -> None:
    StatutoryPack.objects.filter(pk=seven.pk).update(extensions=[[3, 1]])
    clock = received(at=datetime(2026, 11, 26, 10, tzinfo=SHANGHAI))
    complaint = clock.complaint
    Approval.objects.create(
        complaint=complaint,
        handling=complaint.handlings.get(),
        kind="deadline_extension",
        state="approved",
        required_role="supervisor",
        reason="The maker",
        requested_by=people["agent"],
        requested_at=NOW,
        decided_at=NOW,
        snapshot={"clock_id": clock.pk},
    )
    Clock.objects.filter(pk=clock.pk).update(due_at=end_of(2026, 12, 10))
    close(people, "2026-12-02", "2026-12-03")
    order(people)
    assert Clock.objects.get(pk=clock.pk).due_at == end_of(2026, 12, 14)


def test_the_deadline_says_why_it_moved(people: People, seven: StatutoryPack) -> None:
    clock = received(at=datetime(2026, 11, 26, 10, tzinfo=SHANGHAI))
    close(people, "2026-12-02", "2026-12-03")
    order(people)
    fresh = Clock.objects.select_related("calendar", "complaint").get(pk=clock.pk)
    found = explain_days(fresh, one_complaint.events_of(fresh.complaint))
    assert found is not None and [str(change.words) for change in found.changes] == [
        "Counted again because the calendar changed"
    ]
    assert found.count.due_at == fresh.due_at


def test_the_pages_that_load_days_say_how_many_deadlines_they_touch(
    people: People, seven: StatutoryPack
) -> None:
    received(at=datetime(2026, 11, 26, 10, tzinfo=SHANGHAI))
    received(at=datetime(2026, 11, 27, 10, tzinfo=SHANGHAI))
    version = calendar_now("CN-OFFICE")
    working, saturday = version.working, date(2026, 12, 5)
    worked = type(working)(
        working.timezone,
        working.hours,
        working.closed,
        {**working.special, saturday: working.hours[0]},
    )
    assert recount.touched(version, worked, NOW) == (2, 2)
    assert recount.touched(version, working, NOW) == (0, 0)
    client = Client()
    client.force_login(people["manager"])
    csv = "date,kind,hours,name\n2026-12-05,work_like,Monday,Swap\n"
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = {"file": SimpleUploadedFile("days.csv", csv.encode()), "meaning": "closed", "like": "0"}
    html = client.post("/settings/calendars/CN-OFFICE/import/", sent).content.decode()
    assert "2 open statutory deadlines would move, 2 of them earlier" in " ".join(html.split())


# --- A last day that is a holiday ---
@pytest.fixture
def moves_on(people: People) -> StatutoryPack:
    before = StatutoryPack.objects.get(code="CN-GENERIC-15D")
    given: dict[str, Any] = {name: getattr(before, name) for name in packs.CONTENT if name != "calendar_id"}
    given |= {"calendar": "CN-OFFICE", "extensions": "", "to_open_day": True}
    by = person(people["manager"])
    return packs.save("CN-GENERIC-15D", given, seen=before.version, reason="The law", by=by, at=MONDAY)


FLAGGED: dict[str, Any] = {"risk_flags": ["external"]}


def of_september() -> Clock:
    return received("phone", at=datetime(2026, 9, 17, 10, tzinfo=SHANGHAI), **FLAGGED)


def test_without_the_setting_a_holiday_is_a_day(people: People) -> None:
    assert of_september().due_at == end_of(2026, 10, 2)


def test_a_last_day_in_the_holidays_moves_to_the_next_open_day(
    people: People, moves_on: StatutoryPack
) -> None:
    clock = of_september()
    assert clock.due_at == end_of(2026, 10, 8)
    clock = Clock.objects.select_related("calendar", "complaint").get(pk=clock.pk)
    found = explain_days(clock, [])
    assert found is not None
    assert (found.count.counted, found.count.day) == (date(2026, 10, 2), date(2026, 10, 8))
    client = Client()
    client.force_login(people["manager"])
    html = " ".join(
        client.get(f"/complaints/{clock.complaint.number}/clocks/{clock.pk}/").content.decode().split()
    )
    assert "Oct. 2, 2026" in html and "Oct. 8, 2026" in html


def test_a_holding_message_does_not_move(people: People, moves_on: StatutoryPack) -> None:
    moves_on.holding_day = 15
    clock = of_september()
    assert duty.holding_due(moves_on, clock) == end_of(2026, 10, 2)


def test_it_needs_a_calendar(people: People) -> None:
    before = StatutoryPack.objects.get(code="CN-GENERIC-15D")
    given: dict[str, Any] = {name: getattr(before, name) for name in packs.CONTENT if name != "calendar_id"}
    given |= {"calendar": "", "extensions": "", "to_open_day": True}
    with pytest.raises(Exception) as refused:
        packs.save(
            "CN-GENERIC-15D",
            given,
            seen=before.version,
            reason="The law",
            by=person(people["manager"]),
            at=MONDAY,
        )
    assert set(refused.value.errors) == {"calendar"}  # type: ignore[attr-defined]


def test_whatever_the_receipt_the_last_day_is_open_and_never_earlier(
    people: People, moves_on: StatutoryPack
) -> None:
    working = calendar_now("CN-OFFICE").working
    for offset in range(400):
        at = datetime(2026, 1, 1, 10, tzinfo=SHANGHAI) + timedelta(days=offset)
        found = duty.count_on(moves_on, at, working, 15)
        assert working.is_working_day(found.day) and found.day >= found.counted
        assert not any(
            working.is_working_day(found.counted + timedelta(days=n))
            for n in range((found.day - found.counted).days)
        )


def test_complaints_of_others_keep_their_number_of_queries(
    people: People, seven: StatutoryPack, django_assert_max_num_queries: Any
) -> None:
    for day in range(20, 27):
        received(at=datetime(2026, 11, day, 10, tzinfo=SHANGHAI))
    version = calendar_now("CN-OFFICE")
    with django_assert_max_num_queries(4):
        recount.touched(version, version.working, NOW)
    assert Complaint.objects.count() == 7
