"""The share of paused time, compared with a calculation by hand, and who may read it."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.models import Clock, ClockPause, Complaint, Handling, Participant
from complaints.rights import access
from complaints.sla.targets import calendar_now
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from reporting.metrics.paused import Stood, by_agent_and_team
from reporting.period import Period

People = dict[str, User]
DAYS = Period(date(2026, 11, 23), date(2026, 11, 29))
HOUR = timedelta(hours=1)


def resolved(
    by: User, until: datetime, *pauses: tuple[datetime, datetime], calendar: str = "CN-OFFICE"
) -> Clock:
    """Make a resolution clock from Monday 10:00 to `until`, paused in between."""
    complaint = factories.diagnosed(by)
    Handling.objects.filter(complaint=complaint).update(resolved_by=by)
    Clock.objects.filter(complaint=complaint, kind="resolution").update(
        calendar=calendar_now(calendar), ended_as="met", stopped_at=until, next_fire_at=None, next_level=None
    )
    clock = Clock.objects.get(complaint=complaint, kind="resolution")
    for since, end in pauses:
        ClockPause.objects.create(clock=clock, since=since, until=end)
    return clock


@pytest.fixture
def world(people: People) -> None:
    """Make three complaints on CN-OFFICE, 09:00–12:00 and 13:00–18:00. By hand:

    agent, Mon 10:00 – Tue 12:00: 2 + 5 + 3 = 10 h. Paused Mon 11:00–14:00: 1 + 1 = 2 h; Mon 17:00 – Tue
    10:00: 1 + 1 = 2 h. And Mon 10:00 – 12:00: 2 h, never paused. Together 4 of 12 h: a third.
    agent2, Mon 10:00 – 18:00: 7 h, paused 13:00–18:00: 5 h. The team: 9 of 19 h.
    """
    agent, agent2 = people["agent"], people["agent2"]
    tuesday = MONDAY + 24 * HOUR
    resolved(
        agent, tuesday + 2 * HOUR, (MONDAY + HOUR, MONDAY + 4 * HOUR), (MONDAY + 7 * HOUR, tuesday)
    )  # 11:00-14:00 and 17:00-10:00
    resolved(agent, MONDAY + 2 * HOUR)
    resolved(agent2, MONDAY + 8 * HOUR, (MONDAY + 3 * HOUR, MONDAY + 8 * HOUR))


def rows(user: User, period: Period = DAYS) -> tuple[dict[str, Stood], dict[str, Stood]]:
    agents, teams = by_agent_and_team(access.visible_to(user), period)
    return {row.name: row.stood for row in agents}, {row.name: row.stood for row in teams}


@pytest.mark.usefixtures("world")
def test_the_share_by_hand(people: People) -> None:
    agents, teams = rows(people["manager"])
    assert agents == {
        people["agent"].display_name: Stood(2, 4 * HOUR, 12 * HOUR),
        people["agent2"].display_name: Stood(1, 5 * HOUR, 7 * HOUR),
    }
    assert list(agents) == [people["agent2"].display_name, people["agent"].display_name]
    (team,) = teams.values()
    assert team == Stood(3, 9 * HOUR, 19 * HOUR)
    assert round(team.percent, 1) == 47.4
    assert team.too_few


@pytest.mark.usefixtures("world")
def test_only_what_was_resolved_in_the_period_and_counts(people: People) -> None:
    assert rows(people["manager"], Period(date(2026, 11, 25), date(2026, 11, 29))) == ({}, {})
    clock = Clock.objects.filter(kind="resolution").order_by("id")[0]
    Complaint.objects.filter(pk=clock.complaint_id).update(outcome="out_of_scope")
    agents, _teams = rows(people["manager"])
    assert agents[people["agent"].display_name] == Stood(1, timedelta(0), 2 * HOUR)


@pytest.mark.usefixtures("world")
def test_only_what_one_may_see(people: People) -> None:
    assert rows(people["supervisor2"]) == ({}, {})
    clock = Clock.objects.filter(kind="resolution").order_by("id")[0]
    Participant.objects.create(
        complaint=clock.complaint, user=people["supervisor"], role="named", since=MONDAY
    )
    agents, _teams = rows(people["supervisor"])
    assert agents[people["agent"].display_name] == Stood(1, timedelta(0), 2 * HOUR)


def test_a_clock_that_took_no_time_has_no_share() -> None:
    assert Stood(1).percent == 0


@pytest.mark.usefixtures("world")
def test_the_page_shows_it_with_one_set_of_queries(people: People, client: Client) -> None:
    client.force_login(people["manager"])
    page = client.get("/reports/?from=2026-11-23&to=2026-11-29").content.decode()
    for text in ("Time paused, by agent", "71.4 %", "33.3 %", "47.4 %"):
        assert text in page
    client.force_login(people["agent"])
    assert client.get("/reports/").status_code == 403


def test_queries_do_not_grow(people: People) -> None:
    found = []
    for number in (2, 5):
        for _each in range(number):
            resolved(people["agent"], MONDAY + 8 * HOUR, (MONDAY + HOUR, MONDAY + 2 * HOUR))
        with CaptureQueriesContext(connection) as queries:
            rows(people["manager"])
        found.append(len(queries))
    assert found[0] == found[1]
