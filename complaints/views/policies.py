"""SLA policies, for managers: the rules in force, one rule to edit, the history, a form to try the rules."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import for_roles
from complaints.forms.policies import RemoveForm, RuleForm, TryForm
from complaints.models import Calendar, Policy, PolicyRule
from complaints.reads import policy_words
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.sla import targets
from complaints.sla.deadlines import simulate
from complaints.sla.policies import history as policy_history
from complaints.sla.policies import table
from complaints.sla.policies.conditions import in_words
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at
from ui.names import in_language

SHOWN = 20
managers = for_roles(*duties.EDIT_RULES)
testers = for_roles(*duties.TRY_POLICIES)


@managers
@require_safe
def listing(request: Request) -> HttpResponse:
    return _list(request)


def _list(request: Request, result: Attempt = doors.FINE) -> HttpResponse:
    policy = targets.policy_now()
    rules = table.rules_of(policy)
    names = {calendar.code: in_language(calendar, "name") for calendar in Calendar.objects.all()}
    context = {
        "policy": policy,
        "rows": [(rule, in_words(rule.match), _cells(rule, names)) for rule in rules],
        "refusal": result.message,
    }
    return render(request, "complaints/policies/list.html", context, status=result.status)


def _cells(rule: PolicyRule, calendars: dict[str, str]) -> list[tuple[str, int, str]]:
    """Return (clock, seconds, calendar name) for each clock that the rule names."""
    return [
        (str(targets.KIND_WORDS[kind]), cell[0] * 60, calendars.get(cell[1], cell[1]))
        for kind in targets.POLICY_KINDS
        if (cell := rule.targets.get(kind))
    ]


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: Request, order: int | None = None) -> HttpResponse:
    """Change one rule or add one. The button “try” only tries the result."""
    policy = _seen(request.POST)
    rules = table.rules_of(policy)
    shown = next((each for each in rules if each.order == order), None)
    if order is not None and shown is None:
        return _list(request, Attempt(404, _("This rule is not there any more.")))
    if request.method != "POST":
        return _rule_page(request, policy, rules, shown)
    form, at = RuleForm(request.POST, rules=rules, rule=shown), doors.now()
    if "try" in request.POST:
        return _trial(request, policy, rules, shown, form)

    def step() -> None:
        table.put(
            order,
            form.given(),
            place=form.cleaned_data["place"],
            seen=form.seen_version,
            reason=form.cleaned_data["reason"],
            by=person(request.user),
            at=at,
        )

    result = doors.attempt(form, step)
    if result.done:
        return _done(request, _("The new version applies to every clock that starts from now on."))
    return _rule_page(request, policy, rules, shown, form=form, result=result)


@managers
@require_POST
def delete(request: Request, order: int) -> HttpResponse:
    policy = _seen(request.POST)
    rules = table.rules_of(policy)
    shown = next((each for each in rules if each.order == order), None)
    if shown is None:
        return _list(request, Attempt(404, _("This rule is not there any more.")))
    form, at = RemoveForm(request.POST, auto_id="remove_%s"), doors.now()

    def step() -> None:
        reason, by = form.cleaned_data["reason"], person(request.user)
        table.remove(order, seen=form.seen_version, reason=reason, by=by, at=at)

    result = doors.attempt(form, step)
    if result.done:
        return _done(request, _("The rule has been deleted. The new version applies from now on."))
    return _rule_page(request, policy, rules, shown, removal=form, result=result)


def _seen(data: QueryDict) -> Policy | None:
    """Return the version that the form was rendered from, else the newest.

    The form names rules by their position, and positions may differ between versions.
    """
    version = data.get("version", "")
    known = Policy.objects.filter(version=int(version)) if version.isdecimal() and len(version) < 9 else None
    return (known.first() if known is not None else None) or targets.policy_now()


def _trial(
    request: Request,
    policy: Policy | None,
    rules: Sequence[PolicyRule],
    shown: PolicyRule | None,
    form: RuleForm,
) -> HttpResponse:
    """Try the table as it would be after the change, without saving it."""
    at, found = doors.now(), []
    trial = TryForm(request.POST, user=request.user, at=at, prefix="try")

    def step() -> None:
        order, place = shown.order if shown else None, form.cleaned_data["place"]
        drafted = table.draft(policy, order, form.given(), place=place, at=at)
        attempted = doors.attempt(trial, lambda: found.append(simulate.simulate(trial.case(), drafted)))
        statuses.append(attempted.status)

    statuses: list[int] = []
    result = doors.attempt(form, step)
    if result.done:
        result = Attempt(statuses[0])
    simulation = found[0] if found else None
    return _rule_page(
        request, policy, rules, shown, form=form, trial=trial, simulation=simulation, result=result
    )


def _rule_page(
    request: Request,
    policy: Policy | None,
    rules: Sequence[PolicyRule],
    shown: PolicyRule | None,
    *,
    form: RuleForm | None = None,
    removal: RemoveForm | None = None,
    trial: TryForm | None = None,
    simulation: simulate.Simulation | None = None,
    result: Attempt = doors.FINE,
) -> HttpResponse:
    fresh = {"version": policy.version if policy else 0}
    context = {
        "rule": shown,
        "form": form or RuleForm(rules=rules, rule=shown, initial=fresh),
        "removal": removal or RemoveForm(initial=fresh, auto_id="remove_%s"),
        "removing": removal is not None,
        "trial": trial or TryForm(user=request.user, at=doors.now(), prefix="try"),
        "trying": trial is not None,
        "found": policy_words.told(simulation) if simulation else None,
        "refusal": result.message,
    }
    return render(request, "complaints/policies/rule.html", context, status=result.status)


def _done(request: Request, text: str) -> HttpResponse:
    return done_at(request, text, "complaints:policies")


@managers
@require_safe
def history(request: Request) -> HttpResponse:
    """Show the versions, newest first, each with what it changed."""
    versions = Policy.objects.order_by("-version")
    page = Paginator(versions, SHOWN).get_page(request.GET.get("page"))
    with_rules = versions.select_related("created_by").prefetch_related("rules")
    start = page.start_index() - 1 if page.paginator.count else 0
    # One version more than is shown is read, because each is described by its difference from the one before.
    found = policy_history.history(list(with_rules[start : start + SHOWN + 1]))[:SHOWN]
    return render(request, "complaints/policies/history.html", {"page": page, "versions": found})


@testers
@require_safe
def trial(request: Request) -> HttpResponse:
    """Show which rule a complaint would match now, and every moment that follows. Nothing is changed."""
    asked = any(name in request.GET for name in TryForm.base_fields)
    form, found = TryForm(request.GET if asked else None, user=request.user, at=doors.now()), []
    result = doors.FINE
    if asked:
        rules = table.rules_of(targets.policy_now())
        result = doors.attempt(form, lambda: found.append(simulate.simulate(form.case(), rules)))
    context: dict[str, Any] = {
        "trial": form,
        "found": policy_words.told(found[0]) if found else None,
        "may_edit": request.user.role in duties.EDIT_RULES,
    }
    return render(request, "complaints/policies/try.html", context, status=result.status)
