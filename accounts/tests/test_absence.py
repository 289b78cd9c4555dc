"""One's own absences are saved, listed and ended. Nobody can change those of others."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Absence, User

pytestmark = pytest.mark.django_db
URL = "/settings/absence/"
DAY = timedelta(days=1)


@pytest.fixture
def boss() -> User:
    return User.objects.create(username="boss", role="supervisor", language="en")


@pytest.fixture
def other() -> User:
    return User.objects.create(username="other", name_en="Zhao Lei", role="supervisor")


def local(moment: datetime) -> str:
    return timezone.localtime(moment, timezone.get_default_timezone()).strftime("%Y-%m-%dT%H:%M")


def given(delegate: User, since: timedelta | None = DAY, until: timedelta = 2 * DAY) -> dict[str, Any]:
    now = timezone.now()
    return {
        "since": local(now + since) if since is not None else "",
        "until": local(now + until),
        "delegate": delegate.pk,
    }


def kept(user: User, delegate: User, since: timedelta = -DAY, until: timedelta = DAY) -> Absence:
    now = timezone.now()
    return Absence.objects.create(
        user=user, delegate=delegate, since=now + since, until=now + until, created_at=now
    )


@pytest.mark.parametrize("role", ["agent", "department", "admin"])
def test_people_who_decide_on_nothing_have_no_such_page(client: Client, role: str, other: User) -> None:
    client.force_login(User.objects.create(username="x", role=role))
    absence = kept(other, User.objects.create(username="y", role="supervisor"))
    assert client.get(URL).status_code == 403
    assert client.post(URL, given(other)).status_code == 403
    assert client.post(f"{URL}{absence.pk}/end/").status_code == 403
    assert "/settings/absence/" not in client.get("/accounts/settings/").content.decode()


def test_signed_out_goes_to_sign_in(client: Client) -> None:
    assert client.get(URL)["Location"].startswith("/accounts/login/")


def test_an_absence_is_kept_and_listed(client: Client, boss: User, other: User) -> None:
    client.force_login(boss)
    assert URL in client.get("/accounts/settings/").content.decode()
    assert client.post(URL, given(other)).status_code == 303
    absence = Absence.objects.get()
    assert (absence.user, absence.delegate, absence.until - absence.since) == (boss, other, DAY)
    page = client.get(URL).content.decode()
    assert "decided by Zhao Lei" in page
    assert "upcoming" in page


def test_without_a_beginning_it_begins_now(client: Client, boss: User, other: User) -> None:
    client.force_login(boss)
    client.post(URL, given(other, since=None))
    assert Absence.objects.at(timezone.now()).get().user == boss


@pytest.mark.parametrize(
    ("since", "until"), [(-DAY, DAY), (2 * DAY, DAY), (DAY, DAY), (None, -DAY), (-2 * DAY, -DAY)]
)
def test_times_that_make_no_sense_are_refused(
    client: Client, boss: User, other: User, since: timedelta | None, until: timedelta
) -> None:
    client.force_login(boss)
    assert client.post(URL, given(other, since, until)).status_code == 400
    assert not Absence.objects.exists()


@pytest.mark.parametrize("field", ["until", "delegate"])
@pytest.mark.parametrize("value", ["", "nonsense", "\x00", "9" * 30])
def test_what_is_missing_or_nonsense_is_refused(
    client: Client, boss: User, other: User, field: str, value: str
) -> None:
    client.force_login(boss)
    assert client.post(URL, given(other) | {field: value}).status_code == 400


@pytest.mark.parametrize("change", [{"role": "manager"}, {"role": "agent", "tier": 1}, {"is_active": False}])
def test_the_stand_in_is_somebody_active_of_the_same_role(
    client: Client, boss: User, other: User, change: dict[str, Any]
) -> None:
    User.objects.filter(pk=other.pk).update(**change)
    client.force_login(boss)
    assert client.post(URL, given(other)).status_code == 400
    assert not Absence.objects.exists()


def test_nobody_stands_in_for_themselves(client: Client, boss: User) -> None:
    client.force_login(boss)
    assert client.post(URL, given(boss)).status_code == 400


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [(0.5, 3, 400), (1.5, 1.7, 400), (0.1, 0.9, 303), (2.1, 3, 303)],
)
def test_own_absences_do_not_overlap(
    client: Client, boss: User, other: User, since: float, until: float, status: int
) -> None:
    kept(boss, other, DAY, 2 * DAY)
    kept(other, boss, DAY, 3 * DAY)
    client.force_login(boss)
    assert client.post(URL, given(other, since * DAY, until * DAY)).status_code == status


def test_sent_twice_it_is_kept_once(client: Client, boss: User, other: User) -> None:
    client.force_login(boss)
    answers = [client.post(URL, given(other)).status_code for _time in range(2)]
    assert (answers, Absence.objects.count()) == ([303, 400], 1)


def test_ended_early_the_time_is_free_again(client: Client, boss: User, other: User) -> None:
    absence = kept(boss, other)
    client.force_login(boss)
    assert client.post(f"{URL}{absence.pk}/end/").status_code == 303
    assert not Absence.objects.at(timezone.now() + timedelta(seconds=1)).exists()
    assert client.post(URL, given(other, None, DAY)).status_code == 303
    ended = Absence.objects.get(pk=absence.pk).ended_at
    client.post(f"{URL}{absence.pk}/end/")
    assert Absence.objects.get(pk=absence.pk).ended_at == ended, "doing it a second time changes nothing"


def test_nobody_ends_somebody_elses(client: Client, boss: User, other: User) -> None:
    absence = kept(other, boss)
    client.force_login(boss)
    assert client.post(f"{URL}{absence.pk}/end/").status_code == 404
    assert client.get(f"{URL}{absence.pk}/end/").status_code == 405
    assert Absence.objects.get().ended_at is None


def test_queries_do_not_grow(
    client: Client, boss: User, other: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(boss)
    for number in range(50):
        kept(boss, other, (number + 1) * DAY, (number + 2) * DAY)
    with django_assert_max_num_queries(9):
        client.get(URL)
