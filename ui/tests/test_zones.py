"""A time for somebody whose zone is not known names the zone; a legal date is the date of the law's zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from ui import formats

LONDON, SHANGHAI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Shanghai")


def test_a_moment_names_its_zone() -> None:
    moment = datetime(2026, 11, 29, 14, 31, tzinfo=UTC)
    assert formats.moment_in_zone(moment, SHANGHAI) == "29 Nov 2026, 22:31 (Shanghai time)"
    assert formats.moment_in_zone(moment, LONDON) == "29 Nov 2026, 14:31 (London time)"
    assert formats.moment_in_zone(moment, ZoneInfo("UTC")) == "29 Nov 2026, 14:31 (UTC)"


def test_the_end_of_a_day_is_that_day_where_the_law_is() -> None:
    end = datetime(2027, 1, 24, 23, 59, 59, 999999, tzinfo=UTC)
    assert formats.day_in_zone(end, LONDON) == "24 January 2027"
    assert formats.day_in_zone(end, SHANGHAI) == "25 January 2027"


@pytest.mark.parametrize(
    ("zone", "english", "simplified", "traditional"),
    [
        ("Europe/London", "London", "伦敦", "倫敦"),
        ("America/New_York", "New York", "纽约", "紐約"),
        ("Asia/Taipei", "Taipei", "台北", "台北"),
        ("Asia/Chongqing", "Shanghai", "上海", "上海"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "布宜诺斯艾利斯", "布宜諾斯艾利斯"),
    ],
)
def test_cities_are_named_as_the_reader_knows_them(
    zone: str, english: str, simplified: str, traditional: str
) -> None:
    for language, city in (("en", english), ("zh-hans", simplified), ("zh-hant", traditional)):
        with translation.override(language):
            assert formats.city_of(ZoneInfo(zone)) == city
