"""Working calendars, for managers: weekly hours, single dates, and the lists of holidays."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.account import COMMON_ZONES
from accounts.permissions import for_roles
from complaints.forms.base import StepForm
from complaints.forms.calendars import (
    ConfirmForm,
    DayForm,
    LoadForm,
    ShowForm,
    TakeOutForm,
    UploadForm,
    WeekForm,
)
from complaints.models import ALWAYS_CODE, CalendarVersion
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.sla.calendars import checks, contents, files, overview, versions
from complaints.sla.calendars.days import What, after, content_of, merge_import
from complaints.sla.calendars.versions import Edit, Saved
from complaints.sla.statutory import recount
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui.answers import see_other

managers = for_roles(*duties.EDIT_RULES)
FOLDER = "complaints/calendars"


@managers
@require_safe
def listing(request: Request) -> HttpResponse:
    return render(request, f"{FOLDER}/list.html", {"rows": overview.rows(doors.now(), viewer=request.user)})


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, code: str) -> HttpResponse:
    """Show and change the time zone and the weekly hours, with the history of the calendar."""
    version = _newest(code)
    form = WeekForm(request.POST or None, content=content_of(version), initial={"version": version.version})
    result = doors.FINE
    if request.method == "POST":
        result = _save(request, code, form, lambda e: versions.change_week(e, form.cleaned_data))
        if result.done:
            return _done("complaints:calendar", code)
    context = {
        "form": form,
        "zones": COMMON_ZONES,
        "clocks": overview.open_clocks_of(version, viewer=request.user),
        "history": overview.history(version.calendar_id),
        "years": overview.years(version, doors.now()),
    }
    return _show(request, "edit", version, context, result)


@managers
@require_safe
def year(request: Request, code: str, year: int) -> HttpResponse:
    return _year(request, _newest(code), year)


@managers
@require_POST
def put(request: Request, code: str, year: int) -> HttpResponse:
    """Give dates hours that differ from their weekday, or close them."""
    version, form = _newest(code), DayForm(request.POST)
    result = _save(request, code, form, lambda e: versions.put_days(e, form.cleaned_data))
    if not result.done:
        return _year(request, version, year, result, day=form)
    return _done("complaints:calendar-year", code, int(form.cleaned_data["first"].strip()[:4]))


@managers
@require_POST
def take_out(request: Request, code: str, year: int) -> HttpResponse:
    version, form, dates = _newest(code), TakeOutForm(request.POST), request.POST.getlist("dates")
    result = _save(request, code, form, lambda e: versions.take_out(e, dates))
    if not result.done:
        return _year(request, version, year, result, out=form, ticked=set(dates))
    return _done("complaints:calendar-year", code, year)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: Request, code: str, year: int) -> HttpResponse:
    """Show what the library's list of a year would change; a POST applies it."""
    version, at = _newest(code, changeable=True), doors.now()
    content = content_of(version)
    if not checks.near(year, at):
        raise Http404("year out of range")
    like = overview.likeliest_weekday(content, request.POST.get("like") or request.GET.get("like"))
    form = LoadForm(request.POST or None, initial={"version": version.version, "like": str(like)})
    result = doors.FINE
    if request.method == "POST":
        result = _save(request, code, form, lambda e: versions.load_year(e, year, form.cleaned_data["like"]))
        if result.done:
            return _done("complaints:calendar-year", code, year)
    context: dict[str, Any] = {"form": form, "year": year, "show": ShowForm(initial={"like": str(like)})}
    if content.country:
        changes, loaded = versions.library_changes(content, year, like)
        context |= {"preview": overview.preview(content, changes), "loaded": loaded}
        context["touched"] = recount.touched(version, after(content, changes).working, at)
    return _show(request, "load", version, context, result)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request, code: str) -> HttpResponse:
    """Read a file and show what it would change. Nothing is saved yet."""
    version, at = _newest(code, changeable=True), doors.now()
    if request.method != "POST":
        like = overview.likeliest_weekday(content_of(version), None)
        return _show(request, "import", version, {"form": UploadForm(at=at, initial={"like": str(like)})})
    form = UploadForm(request.POST, request.FILES, at=at)
    found = contents.Contents()

    def step() -> None:
        nonlocal found
        found = form.read(at, ZoneInfo(version.working.timezone))

    result = doors.attempt(form, step)
    if not result.done:
        return _show(request, "import", version, {"form": form}, result)
    given = form.cleaned_data["official"]
    confirm = ConfirmForm(
        at=at,
        initial={
            "version": version.version,
            "rows": files.write_csv(found.days.values()),
            "asked": files.write_csv(each.day for each in found.asked) if found.asked else "",
            "official": [str(year) for year in sorted(given)],
        },
    )
    return _preview(request, version, confirm, found, given)


@managers
@require_POST
def confirm(request: Request, code: str) -> HttpResponse:
    """Save the dates that the preview showed."""
    version, at = _newest(code, changeable=True), doors.now()
    form, found = ConfirmForm(request.POST, at=at), contents.Contents()

    def step(change: Edit) -> Saved:
        days = form.days()
        found.days = {day.date: day for day in days}
        return versions.import_days(change, days, form.cleaned_data["official"])

    result = _save(request, code, form, step)
    if result.done:
        return _done("complaints:calendar", code)
    return _preview(request, version, form, found, form.cleaned_data.get("official", set()), result)


def _newest(code: str, *, changeable: bool = False) -> CalendarVersion:
    version = versions.newest(code)
    if version is None or (changeable and code == ALWAYS_CODE):
        raise Http404("no such calendar")
    return version


def _save(request: Request, code: str, form: StepForm, step: Callable[[Edit], Saved]) -> Attempt:
    """Save a new version, and show a message that also names any input that was corrected."""
    saved: Saved | None = None

    def run() -> None:
        nonlocal saved
        given = form.cleaned_data
        saved = step(Edit(code, form.seen_version, given["reason"], person(request.user), doors.now()))

    result = doors.attempt(form, run)
    if saved is not None:
        text = _("Version %(number)d applies to clocks that start from now on.")
        messages.success(request, text % {"number": saved.version.version})
        for warning in saved.warnings:
            messages.warning(request, warning)
    return result


def _done(name: str, *where: object) -> HttpResponse:
    return see_other(name, *where)


def _year(
    request: Request,
    version: CalendarVersion,
    year: int,
    result: Attempt = doors.FINE,
    *,
    day: DayForm | None = None,
    out: TakeOutForm | None = None,
    ticked: set[str] | None = None,
) -> HttpResponse:
    at = doors.now()
    if not checks.near(year, at):
        raise Http404("year out of range")
    initial = {"version": version.version}
    context = {
        "table": overview.year_table(content_of(version), year, at),
        "day": day or DayForm(initial=initial),
        "adding": day is not None,
        "out": out or TakeOutForm(initial=initial),
        "ticked": ticked or set(),
    }
    return _show(request, "year", version, context, result)


def _preview(
    request: Request,
    version: CalendarVersion,
    form: ConfirmForm,
    found: contents.Contents,
    official: set[int],
    result: Attempt = doors.FINE,
) -> HttpResponse:
    content = content_of(version)
    changes = merge_import(content, found.days.values(), official)
    context = {
        "form": form,
        "preview": overview.preview(content, changes),
        "touched": recount.touched(version, after(content, changes).working, doors.now()),
        "ignored": found.ignored,
        "removed": [change.day for change in changes if change.what == What.REMOVED],
        "official_years": sorted(official),
    }
    return _show(request, "preview", version, context, result)


def _show(
    request: Request,
    page: str,
    version: CalendarVersion,
    context: dict[str, Any],
    result: Attempt = doors.FINE,
) -> HttpResponse:
    shared = {
        "version": version,
        "calendar": version.calendar,
        "fixed": version.calendar.code == ALWAYS_CODE,
        "refusal": result.message,
        "stale": result.status == 409,
    }
    return render(request, f"{FOLDER}/{page}.html", shared | context, status=result.status)
