"""Statutory packs, for managers: the packs in force, and the form of one pack with its versions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import for_roles
from complaints.forms.packs import PackForm
from complaints.models import StatutoryPack
from complaints.reads.policy_words import pack_length
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.sla.policies.conditions import in_words
from complaints.sla.statutory import duty, packs
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui import formats
from ui.answers import done_at

managers = for_roles(*duties.EDIT_RULES)


@managers
@require_safe
def listing(request: Request) -> HttpResponse:
    return _list(request)


def _list(request: Request, result: Attempt = doors.FINE) -> HttpResponse:
    context = {
        "rows": [_told(pack) for pack in duty.packs_now()],
        "today": doors.now().date(),
        "refusal": result.message,
    }
    return render(request, "complaints/packs/list.html", context, status=result.status)


def _told(pack: StatutoryPack) -> dict[str, Any]:
    return {
        "pack": pack,
        "length": pack_length(pack),
        "holding": pack_length(pack, pack.holding_day) if pack.holding_day else "",
        "conditions": in_words(pack.match),
        "steps": formats.listed(pack_length(pack, more) for more in pack.steps),
    }


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, code: str | None = None) -> HttpResponse:
    """Change one pack or add one. A POST makes a new version."""
    known = packs.versions(code) if code else []
    if code is not None and not known:
        return _list(request, Attempt(404, _("This pack is not there any more.")))
    shown = known[0] if known else None
    if request.method != "POST":
        fresh = {"version": shown.version if shown else 0}
        return _edit_page(request, known, PackForm(pack=shown, initial=fresh))
    form, at = PackForm(request.POST, pack=shown), doors.now()

    def step() -> None:
        packs.save(
            code,
            form.given(),
            seen=form.seen_version,
            reason=form.cleaned_data["reason"],
            by=person(request.user),
            at=at,
        )

    result = doors.attempt(form, step)
    if not result.done:
        return _edit_page(request, known, form, result)
    return done_at(request, _("The pack applies to complaints received from now on."), "complaints:packs")


def _edit_page(
    request: Request, known: list[StatutoryPack], form: PackForm, result: Attempt = doors.FINE
) -> HttpResponse:
    context = {
        "pack": known[0] if known else None,
        "versions": [_told(pack) for pack in known],
        "form": form,
        "refusal": result.message,
    }
    return render(request, "complaints/packs/edit.html", context, status=result.status)
