"""After an outage everything is recorded in the order in which it fell due, and nobody gets too much mail.

The rule stands in docs/clocks.md, "After an outage".
"""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core import mail

from accounts.models import User
from complaints.lifecycle import escalate
from complaints.models import Clock, Complaint, Effect, Outbox
from complaints.notices import notify, outbox
from complaints.notices.notify import Notice
from complaints.rights.actors import person
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
People = dict[str, User]
BACK = MONDAY + timedelta(days=1)
"""The moment at which the workers run again."""


@pytest.fixture
def outage(people: People) -> int:
    """Make complaints that nothing has swept since Monday 10:00.

    They are with a team, with an agent, at the top tier, and one has a pending request.
    """
    User.objects.update(language="en", quiet_from=None, quiet_until=None)
    for _number in range(4):
        factories.receive(people["online"], channel="web")
    for _number in range(3):
        factories.receive(people["agent"])
    for _number in range(2):
        factories.receive(people["agent"], risk_flags=["safety"])
    asked = factories.diagnosed(people["agent"])
    escalate.escalate(asked, by=person(people["agent"]), at=MONDAY, reason="R", tried="T", ask="A")
    last = Outbox.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    Outbox.objects.filter(state="queued").update(state="sent", sent_at=MONDAY)
    return last


def told(since: int, channel: str = "in_app") -> Counter[tuple[str, str]]:
    rows = Outbox.objects.filter(pk__gt=since, user__isnull=False, channel=channel)
    return Counter(rows.values_list("user__username", "complaint__number"))


@pytest.mark.parametrize("batch", [1, 7, 200])
def test_each_person_hears_of_each_complaint_once(people: People, outage: int, batch: int) -> None:
    sweep(BACK, batch=batch)
    heard = told(outage)
    assert {username for username, _number in heard} >= {
        "online",
        "agent",
        "supervisor",
        "specialist",
        "manager",
    }
    assert set(heard.values()) == {1}
    assert set(told(outage, "email").values()) == {1}
    sweep(BACK)
    assert told(outage) == heard


def test_it_is_the_latest_that_is_told(people: People, outage: int) -> None:
    sweep(BACK)
    complaint = Complaint.objects.filter(channel="web")[0]
    row = Outbox.objects.get(user=people["specialist"], complaint=complaint, channel="in_app", pk__gt=outage)
    assert row.effect is not None
    later = Effect.objects.filter(clock__complaint=complaint, at__gt=row.effect.at, kind="fired")
    # Whatever fired later no longer concerned the second line, or was a wait for the customer.
    assert [effect.level for effect in later] == []


def test_all_is_recorded_in_the_order_of_its_own_time(people: People, outage: int) -> None:
    sweep(BACK)
    for complaint in Complaint.objects.all():
        missed = complaint.events.filter(kind="breached").order_by("seq")
        due = [datetime.fromisoformat(event.text.details["due"]) for event in missed]
        assert due and due == sorted(due)
        effects = Effect.objects.filter(clock__complaint=complaint).order_by("pk")
        moments = [effect.at for effect in effects]
        assert moments == sorted(moments)
        levels = Counter(effects.values_list("clock", "level"))
        assert set(levels.values()) == {1}
    assert not Clock.objects.filter(breached_at__isnull=False).exclude(breach_noticed_at=BACK).exists()


def test_mail_comes_as_one_letter_to_each_person(people: People, outage: int) -> None:
    sweep(BACK)
    waiting = told(outage, "email")
    outbox.send_queued(BACK)
    letters = Counter(letter.to[0] for letter in mail.outbox if letter.to[0].endswith("heguang.example"))
    by_person = Counter(username for username, _number in waiting)
    for username, count in by_person.items():
        user = people[username]
        assert letters[user.email] == (1 if count > outbox.SINGLE_MAILS else count)
        text = "".join(letter.body for letter in mail.outbox if letter.to == [user.email])
        numbers = [number for name, number in waiting if name == username]
        assert all(text.count(f"/complaints/{number}/") == 1 for number in numbers)
    assert max(by_person.values()) > outbox.SINGLE_MAILS
    before = len(mail.outbox)
    sweep(BACK)
    outbox.send_queued(BACK + timedelta(minutes=10))
    assert len(mail.outbox) == before


def test_the_most_important_is_told_and_of_equals_the_latest(people: People) -> None:
    first, second = factories.receive(people["agent"]), factories.receive(people["agent"])
    agent, supervisor = people["agent"], people["supervisor"]
    context = {"clock": "recovery", "level": 100}
    given = [
        Notice([agent, supervisor], "breach", first, context=context),
        Notice([agent], "escalated", first),
        Notice([agent], "warning", second, context={"level": 90}),
        Notice([supervisor], "approval_requested", first),
        Notice([agent, agent], "breach", first, context=context | {"clock": "resolution"}),
        Notice([supervisor], "breach", first, context=context),
    ]
    kept = notify.one_each(given)
    assert [(notice.template, {user.username for user in notice.users}) for notice in kept] == [
        ("warning", {"agent"}),
        ("approval_requested", {"supervisor"}),
        ("breach", {"agent"}),
    ]
    assert kept[-1].context["clock"] == "resolution"
