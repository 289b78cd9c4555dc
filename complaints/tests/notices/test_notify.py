"""People are told through the channels they chose, once each, and not by mail or webhook in quiet hours."""

import ast
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import User
from accounts.notices import NoticeKind
from accounts.quiet import quiet_ends
from complaints.models import Complaint, Event, Outbox, ParticipantRole
from complaints.notices import notify, texts
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, SHANGHAI

pytestmark = pytest.mark.django_db
People = dict[str, User]
NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI)
CODE = Path(notify.__file__).parent.parent


def chose(user: User, **fields: Any) -> User:
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def with_webhook(user: User, *kinds: str) -> User:
    return chose(user, webhook_url="https://hooks.example.com/x", webhook_kinds=list(kinds))


def told(complaint: Complaint, users: list[User], template: str, at: datetime = MONDAY) -> list[Outbox]:
    event = Event.objects.filter(complaint=complaint).latest("seq")
    Outbox.objects.filter(event=event).delete()
    return notify.tell_users(users, template, complaint=complaint, at=at, event=event)


def channels(rows: list[Outbox]) -> list[tuple[str, str]]:
    return sorted((row.user.username, row.channel) for row in rows if row.user)


def test_what_leaves_the_desk_unless_one_chooses_otherwise(people: People) -> None:
    complaint, agent = factories.receive(people["agent"]), people["agent"]
    assert channels(told(complaint, [agent], "breach")) == [("agent", "email"), ("agent", "in_app")]
    assert channels(told(complaint, [agent], "approval_requested")) == [
        ("agent", "email"),
        ("agent", "in_app"),
    ]
    for template in ("warning", "customer_wrote", "task", "assigned"):
        assert channels(told(complaint, [agent], template)) == [("agent", "in_app")], template


def test_each_is_told_as_they_chose(people: People) -> None:
    complaint = factories.receive(people["agent"])
    chose(people["agent"], mailed_kinds=["customer"])
    with_webhook(chose(people["agent2"], mailed_kinds=[]), "customer", "breach")
    chose(people["callback"], mailed_kinds=["customer"], email="")
    chose(people["supervisor"], mailed_kinds=[], webhook_kinds=["customer"])
    users = [people[name] for name in ("agent", "agent2", "callback", "supervisor")]
    assert channels(told(complaint, users, "customer_wrote")) == [
        ("agent", "email"),
        ("agent", "in_app"),
        ("agent2", "in_app"),
        ("agent2", "webhook"),
        ("callback", "in_app"),
        ("supervisor", "in_app"),
    ]


@pytest.mark.parametrize(
    ("template", "level", "kind"),
    [
        ("warning", 50, "warning"),
        ("warning", 75, "warning"),
        ("warning", 90, "last_warning"),
        ("breach", 100, "breach"),
        ("breach", 102, "breach"),
        ("task_done", 0, "task"),
        ("unheard of", 0, "other"),
    ],
)
def test_kinds(template: str, level: int, kind: str) -> None:
    assert texts.kind_of(template, {"level": level}) == kind


def test_two_queries_for_many_complaints_and_people(people: People, django_assert_num_queries: Any) -> None:
    made, users = [factories.receive(people["agent"]) for _ in range(6)], [people["agent"], people["manager"]]
    Outbox.objects.all().delete()
    events = {event.complaint_id: event for event in Event.objects.all()}
    notices = [notify.Notice(users, "breach", each, event=events[each.pk]) for each in made]
    with django_assert_num_queries(1):
        rows = notify.rows_for(notices, at=MONDAY)
    assert all(row.pk is None for row in rows)
    assert Counter(row.complaint_id for row in rows) == {each.pk: 4 for each in made}
    with django_assert_num_queries(2):
        notify.tell(notices, at=MONDAY)
    assert Outbox.objects.count() == 6 * 4


def test_the_same_cause_is_told_once_a_channel_by_constraint(people: People) -> None:
    complaint = factories.receive(people["agent"])
    row = next(row for row in told(complaint, [people["agent"]], "breach") if row.channel == "email")
    with pytest.raises(IntegrityError), transaction.atomic():
        notify.tell_users([people["agent"]], "breach", complaint=complaint, at=MONDAY, event=row.event)
    assert row.recipient == f"user:{people['agent'].pk}"
    assert row.message_id == f"<redress-e{row.event_id}-u{people['agent'].pk}@localhost>"


def test_two_people_with_one_mailbox_are_both_told(people: People) -> None:
    complaint = factories.receive(people["agent"])
    for name in ("agent", "agent2"):
        chose(people[name], email="desk@example.com")
    rows = told(complaint, [people["agent"], people["agent2"], people["agent"]], "breach")
    assert [channel for _name, channel in channels(rows)].count("email") == 2


def test_nobody_is_told_what_they_may_not_hear(people: People) -> None:
    complaint = factories.receive(people["agent"], about_staff=["online"])
    complaint.participants.create(user=people["manager"], role=ParticipantRole.NAMED, since=MONDAY)
    users = [people[name] for name in ("agent", "agent2", "online", "manager", "manager2")]
    rows = told(complaint, users, "breach")
    assert {name for name, _channel in channels(rows)} == {"agent", "manager2"}


# --- Quiet hours ---
def test_at_night_only_the_page_is_told_at_once(people: People) -> None:
    complaint = factories.receive(people["agent"])
    with_webhook(people["agent"], "breach")
    waits = {row.channel: row.not_before for row in told(complaint, [people["agent"]], "breach", NIGHT)}
    assert waits == {"in_app": None, "email": MORNING, "webhook": MORNING}


def test_a_critical_complaint_wakes_people(people: People) -> None:
    complaint = factories.receive(people["agent"], gravity="S4", reach="many")
    assert complaint.severity == "critical"
    rows = told(complaint, [people["agent"]], "breach", NIGHT)
    assert [row.not_before for row in rows] == [None, None]


def at(day: int, hour: int, minute: int = 0, zone: str = "Asia/Shanghai") -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        (at(23, 21, 59), None),
        (at(23, 22), at(24, 8)),
        (at(24, 0), at(24, 8)),
        (at(24, 7, 59), at(24, 8)),
        (at(24, 8), None),
        (at(23, 15, zone="UTC"), at(24, 8)),
    ],
)
def test_quiet_hours_past_midnight(moment: datetime, ends: datetime | None) -> None:
    assert quiet_ends(User(timezone="Asia/Shanghai"), moment) == ends


def test_quiet_hours_within_a_day_in_the_persons_own_zone() -> None:
    user = User(timezone="Europe/London", quiet_from=time(12), quiet_until=time(14, 30))
    assert quiet_ends(user, at(23, 13, zone="Europe/London")) == at(23, 14, 30, zone="Europe/London")
    assert quiet_ends(user, at(23, 20)) is not None, "it is noon in London"
    assert quiet_ends(user, at(23, 13)) is None


def test_quiet_hours_over_the_change_of_the_clocks() -> None:
    user = User(timezone="Europe/London")
    before = datetime(2026, 3, 28, 23, 0, tzinfo=ZoneInfo("Europe/London"))
    ends = quiet_ends(user, before)
    assert ends is not None
    assert ends - before.astimezone(ZoneInfo("UTC")) == timedelta(hours=8), "an hour of the night is missing"
    assert ends.astimezone(ZoneInfo("Europe/London")).hour == 8


def test_no_quiet_hours_and_a_zone_nobody_knows() -> None:
    assert quiet_ends(User(quiet_from=None, quiet_until=None), NIGHT) is None
    assert quiet_ends(User(timezone="Mars/Olympus"), NIGHT) == MORNING, "the server's zone is used"


# --- Words ---
def templates_told() -> Iterator[str]:
    """Yield every template name that the code passes to tell_users or Notice."""
    for path in CODE.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"tell_users", "Notice"}:
                for argument in node.args[1:2]:
                    if isinstance(argument, ast.Constant):
                        yield str(argument.value)


def test_every_notice_has_words_and_a_kind() -> None:
    found = {
        *templates_told(),
        "warning",
        "breach",
        "task",
        "approval_at_top",
        "action_verified",
        "action_failed",
    }
    assert len(found) > 20
    assert found <= set(texts.NOTICES)
    for template in texts.NOTICES:
        assert texts.sentence(template, {})
    kinds = {entry.kind for entry in texts.NOTICES.values()} | {NoticeKind.LAST_WARNING}
    assert kinds == set(NoticeKind)


def test_a_notice_of_a_clock_says_which_and_how_far() -> None:
    context = {"clock": "first_response", "level": 75, "due": "2026-11-23T11:00:00+08:00"}
    with translation.override("en"):
        assert texts.sentence("warning", context) == "First reply: 75 % of the time has passed."
        assert texts.sentence("breach", context) == "First reply: the deadline has passed."
    assert texts.due_of(context) == MONDAY + timedelta(hours=1)
