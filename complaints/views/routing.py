"""Routing rules, for managers: which team gets which complaints, and a form to try the rules."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import for_roles
from accounts.roles import Tier
from complaints.forms.routing import RuleForm, TryForm
from complaints.models import Category, RoutingRule
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.triage import routing, routing_table
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at

managers = for_roles(*duties.EDIT_RULES)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: Request) -> HttpResponse:
    """Show all rules; a POST adds one."""
    if request.method != "POST":
        return _page(request)
    form = RuleForm(request.POST)
    result = doors.attempt(
        form, lambda: routing_table.add(form.cleaned_data, by=person(request.user), at=doors.now())
    )
    return _done(request, _("The rule is added.")) if result.done else _page(request, form, result)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: Request, pk: int) -> HttpResponse:
    """Change one rule."""
    shown = RoutingRule.objects.select_related("team").filter(pk=pk).first()
    if shown is None:
        return _page(request, result=Attempt(404, _("This rule is not there any more.")))
    form = RuleForm(request.POST or None, rule=shown)
    result = doors.FINE
    if request.method == "POST":
        result = doors.attempt(
            form, lambda: routing_table.edit(pk, form.cleaned_data, by=person(request.user), at=doors.now())
        )
        if result.done:
            return _done(request, _("The rule is changed."))
    context = {"form": form, "rule": shown, "refusal": result.message}
    return render(request, "complaints/routing/rule.html", context, status=result.status)


@managers
@require_POST
def delete(request: Request, pk: int) -> HttpResponse:
    result = doors.attempt(None, lambda: routing_table.delete(pk, by=person(request.user), at=doors.now()))
    return _done(request, _("The rule has been deleted.")) if result.done else _page(request, result=result)


@managers
@require_POST
def shift(request: Request, pk: int) -> HttpResponse:
    up = request.POST.get("to") == "up"
    result = doors.attempt(
        None, lambda: routing_table.shift(pk, up=up, by=person(request.user), at=doors.now())
    )
    return _done(request, _("The order is changed.")) if result.done else _page(request, result=result)


def _done(request: Request, text: str) -> HttpResponse:
    return done_at(request, text, "complaints:routing")


def _page(request: Request, form: RuleForm | None = None, result: Attempt = doors.FINE) -> HttpResponse:
    rules = routing_table.rules()
    names = {category.code: category.name for category in Category.objects.all()}
    trial = TryForm(request.GET if "category" in request.GET else None)
    context = {
        "tiers": [
            (
                label,
                tier,
                [(rule, names.get(rule.branch, rule.branch)) for rule in rules if rule.tier == tier],
            )
            for tier, label in Tier.choices
        ],
        "form": form or RuleForm(),
        "adding": form is not None,
        "trial": trial,
        "found": _found(trial),
        "refusal": result.message,
    }
    return render(request, "complaints/routing/page.html", context, status=result.status)


def _found(trial: TryForm) -> dict[str, Any] | None:
    """Return the tier and the first rule that matches, or None if the form was not sent or is invalid."""
    if not trial.is_bound or not trial.is_valid():
        return None
    data = trial.cleaned_data
    tier = routing.starting_tier(data["severity"], set(), set())
    try:
        rule = routing.rule_for(
            tier, channel=data["channel"], category_code=data["category"], region=data["region"] or None
        )
    except routing.NoRoute as problem:
        return {"tier": tier, "problem": problem.message}
    return {"tier": tier, "tier_name": Tier(tier).label, "rule": rule}
