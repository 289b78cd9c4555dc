"""Change what each grade may grant without approval (docs/organisation.md, "Limits")."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import changes
from complaints.models import AuthorityGrade, AuthorityKindLimit, AuthorityLimit, Remedy
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, Problems, RoleMayNot
from complaints.terms.input import amount_minor

CASH_GRADES = frozenset({AuthorityGrade.FRONT_LINE, AuthorityGrade.SECOND_LINE, AuthorityGrade.EXPERT})
"""The grades that make offers. Only for them the number of cash remedies can be limited."""
MAX_REMEDIES, MAX_DAYS = 999, 3_650


def change(grade: str, data: Mapping[str, Any], *, by: Actor, at: datetime) -> AuthorityLimit:
    """Set the limit of a grade, the kinds it may grant, their own limits, and the rule for cash.

    `data` has `limit`, `every_kind` (bool), `kinds` (codes), `kind_limits` {code: amount}, `cash_remedies`
    and `cash_days`, with amounts and numbers as texts. Offers and requests made before stay as they are.
    Raises RoleMayNot for anybody but managers, and MissingDetail.
    """
    if by.role not in duties.EDIT_RULES:
        raise RoleMayNot(_("Only managers can change limits."))
    if grade not in AuthorityGrade.values:
        raise MissingDetail({"grade": [_("Choose one of the values offered.")]})
    problems = Problems()
    limit = amount_minor(problems, "limit", data.get("limit"))
    if "limit" not in problems.errors:
        problems.require("limit", limit)
    every_kind = bool(data.get("every_kind"))
    kinds = _check_kinds(problems, data.get("kinds") or [])
    allowed = None if every_kind else {kind.code for kind in kinds}
    kind_limits = _check_kind_limits(problems, data.get("kind_limits") or {}, allowed, limit)
    cash_remedies, cash_days = _check_cash(problems, grade, data)
    problems.check()
    assert limit is not None
    with transaction.atomic():
        before = _stored(grade)
        row, _made = AuthorityLimit.objects.update_or_create(
            grade=grade,
            defaults={
                "limit_minor": limit,
                "every_kind": every_kind,
                "cash_remedies": cash_remedies,
                "cash_days": cash_days,
            },
        )
        row.kinds.set([] if every_kind else kinds)
        row.kind_limits.all().delete()
        for remedy, amount in kind_limits:
            AuthorityKindLimit.objects.create(authority=row, remedy=remedy, limit_minor=amount)
        changes.record("limits", grade, before, _stored(grade), by=by.user, at=at)
    return row


def _stored(grade: str) -> dict[str, Any] | None:
    """Return a grade's limits in the form that the record of changes stores, or None if it has none."""
    row = AuthorityLimit.objects.select_for_update().filter(grade=grade).first()
    if row is None:
        return None
    return {
        "limit": _yuan(row.limit_minor),
        "every_kind": row.every_kind,
        "kinds": sorted(row.kinds.values_list("code", flat=True)),
        "kind_limits": {
            own.remedy.code: _yuan(own.limit_minor) for own in row.kind_limits.select_related("remedy")
        },
        "cash_remedies": row.cash_remedies,
        "cash_days": row.cash_days,
    }


def _yuan(minor_units: int) -> str:
    return f"{minor_units // 100}.{minor_units % 100:02}"


def _check_kinds(problems: Problems, codes: Sequence[str]) -> list[Remedy]:
    found = list(Remedy.objects.filter(code__in=codes))
    if len(found) != len(set(codes)):
        problems.add("kinds", _("Choose one of the values offered."))
    return found


def _check_kind_limits(
    problems: Problems, given: Mapping[str, Any], allowed: set[str] | None, limit: int | None
) -> list[tuple[Remedy, int]]:
    remedies = {remedy.code: remedy for remedy in Remedy.objects.filter(code__in=list(given))}
    found = []
    for code, text in given.items():
        field = f"kind_limits.{code}"
        amount = amount_minor(problems, field, text)
        if amount is None:
            continue
        if code not in remedies:
            problems.add("kinds", _("Choose one of the values offered."))
        elif allowed is not None and code not in allowed:
            problems.add(field, _("This grade cannot grant this kind. Tick it, or leave its limit empty."))
        elif limit is not None and amount > limit:
            problems.add(field, _("This is above the limit of the grade."))
        else:
            found.append((remedies[code], amount))
    return found


def _check_cash(problems: Problems, grade: str, data: Mapping[str, Any]) -> tuple[int | None, int]:
    """Return (cash remedies, days): the most cash remedies in so many days, None for no such rule."""
    remedies = _number(problems, "cash_remedies", data.get("cash_remedies"), 0, MAX_REMEDIES)
    days = _number(problems, "cash_days", data.get("cash_days"), 1, MAX_DAYS)
    if remedies is not None and grade not in CASH_GRADES:
        problems.add("cash_remedies", _("This grade makes no offers, so it has no such rule."))
    default: int = AuthorityLimit._meta.get_field("cash_days").get_default()
    return remedies, days or default


def _number(problems: Problems, field: str, value: object, low: int, high: int) -> int | None:
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    # Only ASCII digits and at most nine, because int() also accepts other scripts and numbers of any length.
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not low <= number <= high:
        problems.add(field, _("Enter a number from %(low)d to %(high)d.") % {"low": low, "high": high})
        return None
    return number
