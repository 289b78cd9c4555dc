"""The lists of holidays that fill calendars."""

from datetime import date, timedelta

import pytest

from complaints.sla.calendars.checks import check_place
from complaints.sla.calendars.holidays import china_days, country_days, year_list
from complaints.terms.errors import Problems


def _days(*spans: tuple[int, int, int]) -> set[date]:
    """Return the days of 2026 in spans of (month, first day, last day)."""
    return {date(2026, month, day) for month, first, last in spans for day in range(first, last + 1)}


def test_china_2026_is_the_notice_of_the_state_council() -> None:
    closed, worked, official = china_days(2026)
    spans = [(1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)]
    assert closed == _days(*spans)
    assert worked == _days((1, 4, 4), (2, 14, 14), (2, 28, 28), (5, 9, 9), (9, 20, 20), (10, 10, 10))
    assert official


def test_china_2026_has_248_working_days() -> None:
    closed, worked, _ = china_days(2026)
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(day in worked or (day.weekday() < 5 and day not in closed) for day in year) == 248


def test_adjusted_days_are_weekend_days_and_never_closed() -> None:
    for year in range(2010, 2027):
        closed, worked, official = china_days(year)
        assert official
        assert not closed & worked
        assert all(day.weekday() >= 5 and day.year == year for day in worked)


def test_china_2027_has_no_notice_yet() -> None:
    closed, worked, official = china_days(2027)
    assert not official
    assert not worked
    assert {date(2027, 1, 1), date(2027, 2, 6), date(2027, 10, 1)} <= closed


@pytest.mark.parametrize("year", [1900, 1950, 2003, 2028, 2100, 2200])
def test_a_year_outside_the_tables_is_not_an_error(year: int) -> None:
    closed, worked, official = china_days(year)
    assert not official
    assert not worked
    assert all(day.year == year for day in closed)


def test_other_countries_come_with_their_parts() -> None:
    assert date(2026, 12, 25) in country_days("GB", 2026)
    assert date(2026, 12, 28) in country_days("GB", 2026, "ENG")
    assert date(2026, 11, 30) in country_days("GB", 2026, "SCT")
    assert date(2026, 11, 30) not in country_days("GB", 2026, "ENG")


@pytest.mark.parametrize(("country", "subdiv"), [("XX", None), ("GB", "XX"), ("", None)])
def test_an_unknown_place_is_a_value_error(country: str, subdiv: str | None) -> None:
    with pytest.raises(ValueError, match="no holidays are known"):
        country_days(country, 2026, subdiv)


def weekdays(place: str, year: int = 2026) -> set[date]:
    return {day for day in year_list(place, year).closed if day.weekday() < 5}


def test_england_has_its_own_days() -> None:
    days = set(year_list("GB-ENG", 2026).closed)
    assert {date(2026, 4, 6), date(2026, 8, 31)} <= days and len(days) == 9


@pytest.mark.parametrize(("place", "days"), [("HK", 17), ("MO", 10)])
def test_the_days_on_which_offices_close(place: str, days: int) -> None:
    for year in (2026, 2027) if place == "HK" else (2026,):
        assert len(year_list(place, year).closed) == days


def test_taiwan_2026_has_sixteen_weekdays_off() -> None:
    assert len(weekdays("TW")) == 16


def test_what_a_library_computes_is_not_official() -> None:
    for place in ("GB-ENG", "HK", "TW", "US", "JP"):
        found = year_list(place, 2026)
        assert found.computed and not found.official
    assert year_list("CN", 2026).official and not year_list("CN", 2026).computed
    assert not year_list("CN", 2027).official and not year_list("CN", 2027).computed


@pytest.mark.django_db
def test_britain_is_not_offered_without_its_part() -> None:
    problems = Problems()
    assert check_place(problems, "country", "GB") == "GB"
    assert "GB-ENG" in problems.errors["country"][0]
    fine = Problems()
    assert check_place(fine, "country", "gb-eng") == "GB-ENG" and not fine.errors
