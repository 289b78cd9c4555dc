"""The forms in which managers edit calendars. The rules in `sla` parse and check the input."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.base import StepForm
from complaints.models import DayKind
from complaints.sla.calendars import contents, files
from complaints.sla.calendars.days import Content, Day
from complaints.sla.calendars.wording import date_in_words, windows_in_words

WEEKDAY_CHOICES = [(str(number), name) for number, name in WEEKDAYS.items()]


def _reason() -> forms.CharField:
    return forms.CharField(label=_("Why does it change?"), required=False)


def _weekday(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Select(choices=WEEKDAY_CHOICES))


class WeekForm(StepForm):
    """The time zone, the country whose holidays apply, and the hours of each weekday as one text."""

    timezone = forms.CharField(
        label=_("Time zone"),
        required=False,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    country = forms.CharField(
        label=_("Public holidays of"),
        required=False,
        help_text=_(
            "A country code such as CN or HK, or a part such as GB-ENG. Leave empty for no holidays."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": "10"}),
    )
    reason = _reason()
    optional = ("country",)

    def __init__(self, *args: Any, content: Content | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in WEEKDAYS.items():
            self.fields[f"day_{day}"] = forms.CharField(label=name, required=False)
            self.fields[f"day_{day}"].widget.attrs |= {"autocomplete": "off", "inputmode": "text"}
        if content is not None:
            self.initial.update(timezone=content.timezone, country=content.country)
            self.initial.update({f"day_{day}": windows_in_words(content.week[day]) for day in range(7)})
        self.mark_optional()

    @property
    def weekdays(self) -> list[forms.BoundField]:
        return [self[f"day_{day}"] for day in range(7)]


class DayForm(StepForm):
    """One date, or several in a row, that differ from their weekday."""

    first = forms.CharField(label=_("Date"), required=False, widget=forms.TextInput(attrs={"type": "date"}))
    last = forms.CharField(label=_("To"), required=False, widget=forms.TextInput(attrs={"type": "date"}))
    kind = forms.CharField(
        label=_("What applies on this date?"), required=False, widget=forms.Select(choices=DayKind.choices)
    )
    hours = forms.CharField(
        label=_("Hours"), required=False, help_text=_("For example 09:00–12:00, 13:00–18:00")
    )
    like = _weekday(_("Same hours as which weekday?"))
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), required=False)
    reason = _reason()
    optional = ("last", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="day_%s", **kwargs)


class TakeOutForm(StepForm):
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="out_%s", **kwargs)


class LoadForm(StepForm):
    """`like` is the weekday whose hours apply to make-up working days."""

    like = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = _reason()


class ShowForm(StepForm):
    """The weekday whose hours the preview uses for make-up working days."""

    like = _weekday(_("Make-up working days follow the hours of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="show_%s", **kwargs)


class Years(forms.MultipleChoiceField):
    """The years for which a file is the complete official list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> set[int]:
        return {int(year) for year in super().clean(value)}


class UploadForm(StepForm):
    """An uploaded file and what its entries mean."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        required=False,
        help_text=_("An .ics file, or a .csv file with the columns date, kind, hours, name."),
        widget=forms.FileInput(attrs={"accept": ".ics,.csv"}),
    )
    meaning = forms.ChoiceField(
        label=_("What do the entries of an .ics file mean?"),
        choices=contents.MEANINGS,
        initial=contents.BY_NAME,
        widget=forms.RadioSelect,
    )
    like = forms.ChoiceField(
        label=_("Working days in an .ics file follow the hours of"), choices=WEEKDAY_CHOICES
    )
    official = Years(
        label=_("For which years is this the complete official list?"), widget=forms.CheckboxSelectMultiple
    )
    optional = ("official",)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["official"].choices = year_choices(at)  # type: ignore[attr-defined]

    def read(self, at: datetime, zone: ZoneInfo) -> contents.Contents:
        """Return the dates in the file for a calendar in this zone. Raises MissingDetail on `file`."""
        sent: UploadedFile | None = self.cleaned_data["file"]
        data = sent.read(files.MAX_BYTES + 1) if sent else b""
        given = self.cleaned_data
        name = (sent.name or "") if sent else ""
        return files.read_file(
            name, data, meaning=given["meaning"], like=int(given["like"]), at=at, zone=zone
        )


class ConfirmForm(StepForm):
    """The previewed dates as text, and the reason for importing them."""

    rows = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    asked = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    """Days off in one region only, as text like `rows`. `regional` has the dates that the user ticked."""
    regional = forms.TypedMultipleChoiceField(
        required=False, coerce=date.fromisoformat, widget=forms.CheckboxSelectMultiple
    )
    official = Years(widget=forms.MultipleHiddenInput)
    reason = _reason()
    optional = ("regional",)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["official"].choices = year_choices(at)  # type: ignore[attr-defined]
        days = self._days(str(self["asked"].value() or ""), at)
        self.fields["regional"].label = _("Days off in one region only: which of them count here?")
        self.fields["regional"].choices = [  # type: ignore[attr-defined]
            (day.date.isoformat(), f"{date_in_words(day.date)} {day.date.year} {day.name}") for day in days
        ]
        self.at = at

    def days(self) -> list[Day]:
        """Return the dates to import: those of the file, and the ticked ones of one region."""
        given, taken = self.cleaned_data, set(self.cleaned_data["regional"])
        asked = [day for day in self._days(given["asked"], self.at) if day.date in taken]
        found = {day.date: day for day in [*asked, *self._days(given["rows"], self.at)]}
        return [found[day] for day in sorted(found)]

    @staticmethod
    def _days(text: str, at: datetime) -> list[Day]:
        """Return the days in a hidden field. Raises MissingDetail if somebody has made its text invalid."""
        if not text.strip():
            return []
        return list(files.read_file("rows.csv", text.encode(), meaning="", like=None, at=at).days.values())


def year_choices(at: datetime) -> list[tuple[str, str]]:
    return [(str(year), str(year)) for year in range(at.year - 1, at.year + 3)]
