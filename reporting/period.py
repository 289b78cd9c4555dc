"""The days that a report covers, in the reader's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

CHOICES = (7, 30, 90)
DEFAULT = 30
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Period:
    """Whole days; both ends are included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after the period."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def query(self) -> str:
        return f"from={self.first.isoformat()}&to={self.last.isoformat()}"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def last_days(days: int, at: datetime) -> Period:
    """Return the period of this many days that ends today, in the reader's zone."""
    today = timezone.localdate(at)
    return Period(today - timedelta(days=days - 1), today)


def read(chosen: dict[str, str], at: datetime) -> tuple[Period, str]:
    """Return the requested period and the name of the problem with it, "" if there is none.

    With a problem the default period is returned, so that the page can still show something.
    """
    days = chosen.get("days", "")
    if days.isdigit() and int(days) in CHOICES:
        return last_days(int(days), at), ""
    first, last = chosen.get("from", ""), chosen.get("to", "")
    if not first and not last:
        return last_days(DEFAULT, at), "days" if days else ""
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return last_days(DEFAULT, at), "date"
    if period.first > period.last or not FIRST_YEAR <= period.first.year <= period.last.year < 9000:
        return last_days(DEFAULT, at), "order"
    return period, ""
