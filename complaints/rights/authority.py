"""Limits of authority: what people may grant without asking (docs/lifecycle.md, "Authority and approvals").

All amounts are in minor units of money, at face value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role, Tier
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    AuthorityGrade,
    AuthorityLimit,
    Complaint,
    Handling,
    Participant,
    ParticipantRole,
    PlanOption,
    Remedy,
)
from ui.formats import money

_GRADE_OF_TIER = {
    Tier.FRONT_LINE: AuthorityGrade.FRONT_LINE,
    Tier.SPECIALIST: AuthorityGrade.SECOND_LINE,
    Tier.EXPERT: AuthorityGrade.EXPERT,
}
RIDE_TEAMS = ("FL-RIDE", "SL-RIDE")
"""Agents of these teams may also advance medical costs: grade `ride_safety` in docs/organisation.md."""


@dataclass(frozen=True)
class CashRule:
    """At most `remedies` cash remedies per customer within `days` days. Any further one needs a request."""

    remedies: int
    days: int


@dataclass(frozen=True)
class Authority:
    """A limit, and the kinds of remedy that it covers (None: every kind).

    `kind_limits` is {remedy code: highest amount of one option}. `besides` is a second authority that the
    person also has.
    """

    limit_minor: int
    kinds: frozenset[str] | None
    kind_limits: Mapping[str, int] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    """Kinds that this grade never grants. Below the managers these are the principled concessions."""
    cash: CashRule | None = None
    besides: "Authority | None" = None

    def covers(self, kind: str, total_minor: int, amount_minor: int | None = None) -> bool:
        """Return True if this total may be granted without asking.

        `amount_minor` is the part of the total for this kind; without it, the whole total.
        """
        if self.besides is not None and self.besides.covers(kind, total_minor, amount_minor):
            return True
        amount = total_minor if amount_minor is None else amount_minor
        return (
            total_minor <= self.limit_minor
            and (self.kinds is None or kind in self.kinds)
            and kind not in self.withheld
            and amount <= self.kind_limits.get(kind, amount)
        )

    def leans_on_besides(self, kind: str, total_minor: int, amount_minor: int) -> bool:
        """Return True if the first authority does not cover this amount and kind, but the second one does."""
        alone = replace(self, besides=None)
        return not alone.covers(kind, total_minor, amount_minor) and self.covers(
            kind, total_minor, amount_minor
        )


NOTHING = Authority(0, frozenset())


def grade_of(user: User) -> AuthorityGrade | None:
    """Return the grade whose limits apply to a user, or None for roles that may grant nothing."""
    if user.role == Role.SUPERVISOR:
        return AuthorityGrade.SUPERVISOR
    if user.role == Role.MANAGER:
        return AuthorityGrade.MANAGER
    if user.role == Role.AGENT:
        return _GRADE_OF_TIER.get(Tier(user.tier or 1))
    return None


def authority_of(user: User) -> Authority:
    """Return what this person may grant in one complaint.

    Agents of ride teams also get the limits of the grade `ride_safety`.
    """
    grade = grade_of(user)
    own = authority_of_grade(grade) if grade else NOTHING
    if user.role != Role.AGENT or not user.teams.filter(code__in=RIDE_TEAMS).exists():
        return own
    care = authority_of_grade(AuthorityGrade.RIDE_SAFETY)
    return replace(own, besides=care)


def limit_minor_of(user: User) -> int:
    """Return only the total limit, for pages that show no more than that."""
    limits = AuthorityLimit.objects.filter(grade=grade_of(user) or "")
    return limits.values_list("limit_minor", flat=True).first() or 0


def authority_of_grade(grade: AuthorityGrade) -> Authority:
    """Return the limits of a grade, or NOTHING if managers have not set any."""
    row = AuthorityLimit.objects.filter(grade=grade).first()
    if row is None:
        return NOTHING
    principled = Remedy.objects.filter(is_principled=True).values_list("code", flat=True)
    return Authority(
        row.limit_minor,
        None if row.every_kind else frozenset(row.kinds.values_list("code", flat=True)),
        dict(row.kind_limits.values_list("remedy__code", "limit_minor")),
        frozenset() if grade == AuthorityGrade.MANAGER else frozenset(principled),
        CashRule(row.cash_remedies, row.cash_days) if row.cash_remedies is not None else None,
    )


def accepted_minor(complaint: Complaint) -> int:
    """Return the face value, in minor units, of all remedies accepted in any round of this complaint."""
    chosen = PlanOption.objects.filter(plan__handling__complaint=complaint, chosen_at__isnull=False)
    return int(chosen.aggregate(total=Sum("amount_minor"))["total"] or 0)


def approved_limit_minor(handling: Handling, *, by_manager: bool = False) -> int | None:
    """Return the highest limit that an approval of this round set for offers, or None.

    With `by_manager` only the decisions of managers count.
    """
    approved = Approval.objects.filter(
        handling=handling,
        kind=ApprovalKind.COMPENSATION,
        state=ApprovalState.APPROVED,
        limit_minor__isnull=False,
    )
    if by_manager:
        approved = approved.filter(decided_by__role=Role.MANAGER)
    return approved.order_by("-limit_minor").values_list("limit_minor", flat=True).first()


def within(
    user: User,
    complaint: Complaint,
    handling: Handling,
    options: Iterable[tuple[str, int]],
    accepted: int,
    *,
    at: datetime,
) -> bool:
    """Return True if every option may be offered without approval.

    `options` are (remedy code, amount); `accepted` is the total of remedies accepted before and is added to
    each amount.
    """
    own = authority_of(user)
    too_much_cash = cash_codes() if cash_used_up(own, complaint, at) else frozenset()

    def allowed(kind: str, amount: int) -> bool:
        total = accepted + amount
        granted = approved_limit_minor(handling, by_manager=kind in own.withheld)
        if granted is not None and total <= granted:
            return True
        using = own.besides or NOTHING if kind in too_much_cash else own
        return using.covers(kind, total, amount)

    return all(allowed(kind, amount) for kind, amount in options)


def cash_codes() -> frozenset[str]:
    """Return the codes of all cash remedies."""
    return frozenset(Remedy.objects.filter(is_cash=True).values_list("code", flat=True))


def cash_used_up(own: Authority, complaint: Complaint, at: datetime) -> bool:
    """Return True if this customer has already accepted as many cash remedies as need no request."""
    if own.cash is None:
        return False
    accepted = PlanOption.objects.filter(
        plan__handling__complaint__customer=complaint.customer_id,
        remedy__is_cash=True,
        chosen_at__gt=at - timedelta(days=own.cash.days),
        chosen_at__lte=at,
    )
    return accepted.count() >= own.cash.remedies


def barred_ids(complaint: Complaint) -> set[int]:
    """Return the ids of users who are named in the complaint or have a conflict of interest."""
    rows = Participant.objects.filter(
        complaint=complaint, role__in=[ParticipantRole.NAMED, ParticipantRole.CONFLICT], user__isnull=False
    )
    return {user_id for user_id in rows.values_list("user_id", flat=True) if user_id}


def in_words(own: Authority) -> list[str]:
    """Describe what limits or widens this authority apart from the total, one line each."""
    kinds = {*own.kind_limits, *(own.besides.kinds or () if own.besides else ())}
    names = {remedy.code: remedy.name for remedy in Remedy.objects.filter(code__in=kinds)} if kinds else {}
    up_to = {code: limit for code, limit in own.kind_limits.items() if own.kinds is None or code in own.kinds}
    lines = [_up_to(names[code], limit) for code, limit in up_to.items()]
    if own.besides is not None:
        lines += [_up_to(names[code], own.besides.limit_minor) for code in own.besides.kinds or ()]
    if own.cash is not None:
        words = {"n": own.cash.remedies, "days": own.cash.days}
        lines.append(_("at most %(n)s cash remedies per customer in %(days)s days") % words)
    return lines


def _up_to(name: str, limit_minor: int) -> str:
    return _("%(name)s up to %(sum)s") % {"name": name, "sum": money(limit_minor)}


def grade_rows() -> list[dict[str, Any]]:
    """Return every grade with its limits in words, for the managers' page."""
    limits = {row.grade: row for row in AuthorityLimit.objects.prefetch_related("kinds")}
    rows = []
    for grade in AuthorityGrade:
        row = limits.get(grade)
        rows.append(
            {
                "grade": grade,
                "limit": row.limit_minor if row else None,
                "every_kind": bool(row and row.every_kind),
                "kinds": [kind.name for kind in row.kinds.all()] if row else [],
                "words": in_words(authority_of_grade(grade)) if row else [],
            }
        )
    return rows
