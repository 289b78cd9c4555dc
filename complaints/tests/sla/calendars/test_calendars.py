"""Managers change calendars, tested here without pages: who may, what is refused, what is kept."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.models import CalendarVersion, Clock, DayKind, DaySource
from complaints.rights.actors import SYSTEM, Actor, person
from complaints.sla.calendars import checks, versions, wording
from complaints.sla.calendars.days import Day, YearLoaded, beyond_loaded, content_of
from complaints.sla.calendars.versions import Edit, Saved
from complaints.sla.targets import calendar_now
from complaints.terms.errors import (
    LifecycleError,
    MissingDetail,
    MoveNotAllowed,
    RoleMayNot,
    StaleVersion,
)
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, SHANGHAI

pytestmark = pytest.mark.django_db
HOURS = "09:00-12:00 13:00-18:00"
WEEK = {"timezone": "Asia/Shanghai", "country": "CN"} | {f"day_{day}": HOURS for day in range(5)}


@pytest.fixture
def manager(people: dict[str, User]) -> Actor:
    return person(people["manager"])


def an_edit(by: Actor, seen: int = 1, code: str = "CN-OFFICE") -> Edit:
    return Edit(code, seen, "Because", by, MONDAY)


def change(by: Actor, seen: int = 1, code: str = "CN-OFFICE", **data: str) -> Saved:
    return versions.change_week(an_edit(by, seen, code), {**WEEK, **data})


def put(by: Actor, seen: int = 1, **data: str) -> Saved:
    return versions.put_days(an_edit(by, seen), data)


def wrong(act: Any) -> dict[str, list[str]]:
    with pytest.raises(MissingDetail) as refused:
        act()
    return refused.value.errors


def shanghai(*when: int) -> datetime:
    return datetime(*when, tzinfo=SHANGHAI)  # type: ignore[misc]


@pytest.mark.parametrize("name", ["agent", "supervisor", "quality", "warehouse", "admin", None])
def test_nobody_but_a_manager_changes_a_calendar(people: dict[str, User], name: str | None) -> None:
    by, before = person(people[name]) if name else SYSTEM, CalendarVersion.objects.count()
    edit = an_edit(by)
    for act in (
        lambda: change(by, day_5=HOURS),
        lambda: put(by, first="2026-12-24", kind="closed"),
        lambda: versions.take_out(edit, ["2026-10-01"]),
        lambda: versions.load_year(edit, 2028, "0"),
        lambda: versions.import_days(edit, [], set()),
    ):
        with pytest.raises(RoleMayNot):
            act()
    assert CalendarVersion.objects.count() == before


def test_a_change_is_a_version_with_who_why_and_when(manager: Actor) -> None:
    made = change(manager, day_5="10:00-16:00").version
    assert (made.version, made.reason, made.created_by, made.created_at) == (
        2,
        "Because",
        manager.user,
        MONDAY,
    )
    first = CalendarVersion.objects.get(calendar=made.calendar, version=1)
    assert made.working.hours[5] == ((time(10), time(16)),) and not first.working.hours[5]
    before, after = content_of(first), content_of(CalendarVersion.objects.get(pk=made.pk))
    assert (before.days, before.years, before.country) == (after.days, after.years, after.country)
    (line,) = wording.differences(before, after)
    assert (line.subject, line.text) == ("Saturday", "closed → 10:00–16:00")


def test_two_changes_of_one_version_are_one(manager: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = versions.newest("CN-OFFICE")
    change(manager, day_5=HOURS)
    with pytest.raises(StaleVersion):
        change(manager, day_6=HOURS)
    # Both had read the version before either wrote, and the database lets only one of them write.
    monkeypatch.setattr(versions, "newest", lambda code: seen)
    with pytest.raises(StaleVersion):
        change(manager, day_6=HOURS)
    assert calendar_now("CN-OFFICE").version == 2


def test_elapsed_time_stays_as_it_is(manager: Actor) -> None:
    for act in (
        lambda: change(manager, code="ALWAYS"),
        lambda: versions.load_year(an_edit(manager, code="ALWAYS"), 2027, "0"),
    ):
        with pytest.raises(MoveNotAllowed):
            act()
    with pytest.raises(LifecycleError):
        change(manager, code="NONE")


def test_open_clocks_keep_their_version_and_their_deadline(manager: Actor, people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    kept = list(Clock.objects.order_by("pk").values_list("pk", "calendar", "due_at"))
    used = [
        calendar.calendar.code for calendar in CalendarVersion.objects.filter(pk__in={k[1] for k in kept})
    ]
    assert "CN-OFFICE" in used
    change(manager, **{f"day_{day}": "10:00-11:00" for day in range(5)})
    put(manager, 2, first="2026-11-24", kind="closed")
    assert (
        list(Clock.objects.filter(complaint=complaint).order_by("pk").values_list("pk", "calendar", "due_at"))
        == kept
    )
    later = factories.receive(people["agent"], at=MONDAY + timedelta(hours=1))
    newest = calendar_now("CN-OFFICE")
    assert later.clocks.filter(calendar=newest).exists()


# --- What is refused ---
def test_a_calendar_that_never_opens_is_refused(manager: Actor) -> None:
    empty = {f"day_{day}": "" for day in range(7)}
    versions.take_out(an_edit(manager), [str(day) for day in calendar_now("CN-OFFICE").working.special])
    assert "400 days" in str(wrong(lambda: change(manager, 2, **empty))["content"])
    # Hours on one date are enough if the date is soon,
    put(manager, 2, first="2027-06-01", kind="hours", hours="09:00-10:00")
    assert change(manager, 3, **empty).version.version == 4
    # and not enough if it is further off or past.
    put(manager, 4, first="2028-06-01", kind="hours", hours="09:00-10:00")
    act = lambda: versions.take_out(an_edit(manager, 5), ["2027-06-01"])  # noqa: E731
    assert "400 days" in str(wrong(act)["content"])


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"timezone": ""}, "timezone"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"country": "ATLANTIS"}, "country"),
        ({"country": "GB-XX"}, "country"),
        ({"day_1": "09:00"}, "day_1"),
        ({"day_1": "09:00-18:00x"}, "day_1"),
        ({"day_1": "09:60-18:00"}, "day_1"),
        ({"day_1": "24:00-08:00"}, "day_1"),
        ({"day_1": "09:00-24:30"}, "day_1"),
        ({"day_1": "09:00-09:00"}, "day_1"),
        ({"day_1": "٠٩:٠٠-١٨:٠٠"}, "day_1"),
        ({"day_1": "09:00-10:00 " * 40}, "day_1"),
        ({"day_1": " ".join(f"{n:02}:00-{n:02}:30" for n in range(13))}, "day_1"),
        ({"day_1": "20:00-19:00 10:00-21:00"}, "day_1"),
        ({"day_0": ""}, "day_0"),
    ],
)
def test_a_wrong_week_is_refused_beside_its_field(manager: Actor, data: dict[str, str], field: str) -> None:
    assert set(wrong(lambda: change(manager, **data))) == {field}


def test_all_that_is_wrong_is_told_at_once(manager: Actor) -> None:
    edit = an_edit(manager)._replace(reason=" ")
    act = lambda: versions.change_week(edit, {**WEEK, "timezone": "x", "day_1": "x"})  # noqa: E731
    assert set(wrong(act)) == {"timezone", "day_1", "reason"}


def test_nothing_changed_is_no_version(manager: Actor) -> None:
    assert set(wrong(lambda: change(manager))) == {"content"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("09:00-12:00, 11:00-14:00", "09:00–14:00"),
        ("13:00-18:00；09:00～12:00、10:00-11:00", "09:00–12:00, 13:00–18:00"),
        ("22:00-06:00, 23:00-05:00", "22:00–06:00"),
        ("00:00-24:00, 09:00-10:00", "00:00–24:00"),
    ],
)
def test_overlapping_hours_are_merged_and_told(manager: Actor, text: str, kept: str) -> None:
    saved = change(manager, day_5=text)
    assert wording.windows_in_words(saved.version.working.hours[5]) == kept
    assert saved.warnings == [f"Saturday: the hours overlap and were merged into {kept}."]


@pytest.mark.parametrize(
    "text",
    ["9:00-12:00 13:00-18:00", "22:00–06:00", "00:00–24:00", "09:00:30–24:00", "06:00-14:00,14:00-22:00", ""],
)
def test_hours_in_words_can_be_typed_again(text: str) -> None:
    windows = checks.read_windows(text)
    assert checks.read_windows(wording.windows_in_words(windows)) == windows
    assert checks.merge_windows(windows) == windows


# --- Dates ---
def test_days_worked_like_a_weekday_follow_its_hours(manager: Actor) -> None:
    put(manager, first="2026-12-26", kind="work_like", like="4", name="Sale")
    assert calendar_now("CN-OFFICE").working.special[date(2026, 12, 26)] == (
        (time(9), time(12)),
        (time(13), time(18)),
    )
    made = change(manager, 2, day_4="09:00-15:00").version
    assert made.working.special[date(2026, 12, 26)] == ((time(9), time(15)),)
    day = content_of(made).days[date(2026, 12, 26)]
    assert (day.kind, day.like, day.name, day.source) == (DayKind.WORK_LIKE, 4, "Sale", DaySource.TYPED)
    assert set(wrong(lambda: change(manager, 3, day_4=""))) == {"day_4"}


def test_a_date_of_its_own_takes_the_place_of_what_stood_there(manager: Actor) -> None:
    made = put(manager, first="2026-10-01", last="2026-10-02", kind="hours", hours="10:00-12:00").version
    assert date(2026, 10, 1) not in made.working.closed
    assert made.working.between(shanghai(2026, 10, 1), shanghai(2026, 10, 3)) == timedelta(hours=4)
    again = put(manager, 2, first="2026-10-01", kind="closed").version
    assert again.working.between(shanghai(2026, 10, 1), shanghai(2026, 10, 3)) == timedelta(hours=2)
    back = versions.take_out(an_edit(manager, 3), ["2026-10-01"]).version
    assert back.working.between(shanghai(2026, 10, 1), shanghai(2026, 10, 2)) == timedelta(hours=8)


def test_only_dates_that_are_there_are_taken_out(manager: Actor) -> None:
    for dates in ([], ["2026-11-24"], ["x"], ["2026-10-01", "9999-99-99"]):
        assert set(wrong(lambda dates=dates: versions.take_out(an_edit(manager), dates))) == {"dates"}


# --- Lists ---
def test_the_source_of_a_year_is_kept_with_it(org: None) -> None:
    content = content_of(calendar_now("CN-OFFICE"))
    assert content.years[2026] == YearLoaded(True, DaySource.LIBRARY)
    assert content.years[2027] == YearLoaded(False, DaySource.LIBRARY)
    assert content.missing_years(2026) == [2027]
    assert content_of(calendar_now("UK-OFFICE")).missing_years(2026) == []
    assert content_of(calendar_now("NIGHT")).missing_years(2026) == []
    day = content.days[date(2026, 10, 10)]
    assert (day.kind, day.like, day.source) == (DayKind.WORK_LIKE, 0, DaySource.LIBRARY)


@pytest.mark.parametrize(
    ("code", "moment", "beyond"),
    [
        ("CN-OFFICE", (2026, 12, 31, 18, 0), False),
        ("CN-OFFICE", (2027, 1, 1, 0, 0), False),
        ("CN-OFFICE", (2027, 1, 1, 0, 1), True),
        ("CN-OFFICE", (2027, 6, 1, 12, 0), True),
        ("UK-OFFICE", (2027, 6, 1, 12, 0), False),
        ("UK-OFFICE", (2028, 6, 1, 12, 0), True),
        ("NIGHT", (2030, 6, 1, 12, 0), False),
        ("ALWAYS", (2030, 6, 1, 12, 0), False),
    ],
)
def test_a_deadline_beyond_the_official_lists(
    org: None, code: str, moment: tuple[int, ...], beyond: bool
) -> None:
    assert beyond_loaded(calendar_now(code), shanghai(*moment)) is beyond


def test_a_calendar_that_follows_a_place_without_a_list_is_beyond_at_once(manager: Actor) -> None:
    data = {"timezone": "Asia/Shanghai", "country": "CN"} | {f"day_{day}": "22:00-06:00" for day in range(7)}
    made = versions.change_week(an_edit(manager, code="NIGHT"), data).version
    assert beyond_loaded(made, MONDAY)
    assert content_of(made).missing_years(2026) == [2026, 2027]


@pytest.mark.parametrize(
    ("official", "until"),
    [
        ({2025, 2026}, 2026),
        ({2026, 2027, 2029}, 2027),
        ({2024}, 2024),
        ({2024, 2027}, 2024),
        ({2028}, None),
        (set(), None),
    ],
)
def test_how_far_the_lists_reach_without_a_break(org: None, official: set[int], until: int | None) -> None:
    years = {year: YearLoaded(True, DaySource.LIBRARY) for year in official}
    content = replace(content_of(calendar_now("NIGHT")), years=years)
    assert content.loaded_until(2026) == (date(until, 12, 31) if until else None)


def test_loading_a_year_keeps_what_people_typed(manager: Actor) -> None:
    put(manager, first="2028-05-01", kind="hours", hours="09:00-10:00", name="Mine")
    made = versions.load_year(an_edit(manager, 2), 2028, "0").version
    days = content_of(made).days
    assert days[date(2028, 5, 1)].name == "Mine" and days[date(2028, 1, 1)].source == DaySource.LIBRARY
    assert made.years["2028"] == {"official": False, "source": "library"}


@pytest.mark.parametrize(
    ("year", "like", "field"), [(2028, "6", "like"), (2028, "", "like"), (2300, "0", "year")]
)
def test_a_year_that_cannot_be_loaded(manager: Actor, year: int, like: str, field: str) -> None:
    assert set(wrong(lambda: versions.load_year(an_edit(manager), year, like))) == {field}


def test_an_official_list_is_not_replaced_by_a_part_of_it(manager: Actor) -> None:
    notice = [Day(date(2027, 10, 1), DayKind.CLOSED, name="国庆节", source=DaySource.IMPORTED)]
    made = versions.import_days(an_edit(manager), notice, {2027}).version
    assert made.loaded_until == date(2027, 12, 31)
    assert [day.date for day in content_of(made).year(2027)] == [date(2027, 10, 1)]
    assert set(wrong(lambda: versions.load_year(an_edit(manager, 2), 2027, "0"))) == {"year"}


def test_an_import_changes_only_its_dates_unless_it_is_the_whole_list(manager: Actor) -> None:
    put(manager, first="2027-03-01", kind="closed", name="Typed")
    incoming = [Day(date(2027, 10, 1), DayKind.CLOSED, name="国庆节", source=DaySource.IMPORTED)]
    before = content_of(calendar_now("CN-OFFICE"))
    made = versions.import_days(an_edit(manager, 2), incoming, set()).version
    assert set(content_of(made).days) == set(before.days)
    whole = versions.import_days(an_edit(manager, 3), incoming, {2027}).version
    assert [day.date for day in content_of(whole).year(2027)] == [date(2027, 3, 1), date(2027, 10, 1)]
    assert content_of(whole).year(2026) == before.year(2026)
    assert set(wrong(lambda: versions.import_days(an_edit(manager, 4), incoming, {2029}))) == {"official"}


def test_imported_working_days_need_a_weekday_with_hours(manager: Actor) -> None:
    days = [Day(date(2027, 10, 9), DayKind.WORK_LIKE, like=6, source=DaySource.IMPORTED)]
    assert set(wrong(lambda: versions.import_days(an_edit(manager), days, set()))) == {"file"}


def test_differences_are_told_in_stretches(org: None) -> None:
    before = content_of(calendar_now("CN-OFFICE"))
    days = {day: what for day, what in before.days.items() if day.year != 2025}
    added = Day(date(2026, 12, 24), DayKind.HOURS, ((time(9), time(12)),), name="Early")
    after = replace(before, timezone="UTC", days={**days, added.date: added})
    lines = dict(wording.differences(before, after))
    assert lines["Time zone"] == "Asia/Shanghai → UTC"
    assert lines["1 date added"] == "2026-12-24 09:00–12:00 Early"
    assert lines["33 dates removed"].startswith("2025-01-01 closed") and " more" in lines["33 dates removed"]
