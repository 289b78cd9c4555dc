"""What somebody may grant, and who may decide on what is more (lifecycle.md, "Authority and approvals")."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from accounts.models import User
from accounts.roles import Role, TeamKind, Tier
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
)

_GRADE_OF_TIER = {
    Tier.FRONT_LINE: AuthorityGrade.FRONT_LINE,
    Tier.SPECIALIST: AuthorityGrade.SECOND_LINE,
    Tier.EXPERT: AuthorityGrade.EXPERT,
}


@dataclass(frozen=True)
class Authority:
    """Limit in minor units, and the kinds of remedy it covers (None: every kind)."""

    limit_minor: int
    kinds: frozenset[str] | None

    def covers(self, kind: str, total_minor: int) -> bool:
        """Whether this total of this kind may be granted without asking."""
        return total_minor <= self.limit_minor and (self.kinds is None or kind in self.kinds)


NOTHING = Authority(0, frozenset())


def grade_of(user: User) -> AuthorityGrade | None:
    if user.role == Role.SUPERVISOR:
        return AuthorityGrade.SUPERVISOR
    if user.role == Role.MANAGER:
        return AuthorityGrade.MANAGER
    if user.role == Role.AGENT:
        return _GRADE_OF_TIER.get(Tier(user.tier or 1))
    return None


def authority_of(user: User) -> Authority:
    """What this person may grant in one complaint."""
    grade = grade_of(user)
    return authority_of_grade(grade) if grade else NOTHING


def authority_of_grade(grade: AuthorityGrade) -> Authority:
    row = AuthorityLimit.objects.filter(grade=grade).first()
    if row is None:
        return NOTHING
    return Authority(row.limit_minor, None if row.every_kind else frozenset(k.code for k in row.kinds.all()))


def accepted_minor(complaint: Complaint) -> int:
    """Face value of all remedies already accepted in this complaint, every round, minor units."""
    chosen = PlanOption.objects.filter(plan__handling__complaint=complaint, chosen_at__isnull=False)
    return int(chosen.aggregate(total=Sum("amount_minor"))["total"] or 0)


def approved_limit_minor(handling: Handling) -> int | None:
    """The highest limit a decision maker set in this round for a plan returned to draft."""
    return (
        Approval.objects.filter(
            handling=handling,
            kind=ApprovalKind.COMPENSATION,
            state=ApprovalState.APPROVED,
            limit_minor__isnull=False,
        )
        .order_by("-limit_minor")
        .values_list("limit_minor", flat=True)
        .first()
    )


def within(
    user: User, complaint: Complaint, handling: Handling, options: Iterable[tuple[str, int]], accepted: int
) -> bool:
    """Whether every option (kind, amount in minor units) may go out at once, accepted remedies counted in."""
    authority = authority_of(user)
    granted = approved_limit_minor(handling)

    def allowed(kind: str, amount: int) -> bool:
        return authority.covers(kind, accepted + amount) or (
            granted is not None and accepted + amount <= granted
        )

    return all(allowed(kind, amount) for kind, amount in options)


def barred_ids(complaint: Complaint) -> set[int]:
    """Users named in the complaint or with a declared conflict of interest."""
    rows = Participant.objects.filter(
        complaint=complaint, role__in=[ParticipantRole.NAMED, ParticipantRole.CONFLICT], user__isnull=False
    )
    return {user_id for user_id in rows.values_list("user_id", flat=True) if user_id}


@dataclass(frozen=True)
class Asked:
    """Who is asked to decide, and at which level."""

    level: str
    people: tuple[User, ...]


def who_decides(complaint: Complaint, kind: str, amount_minor: int, requester: User | None) -> Asked | None:
    """The first level with somebody who may decide; None when nobody may.

    Level order: the team's supervisors (for a review: quality's first), their deputies, the managers.
    Money goes to the first level whose limit covers it.
    """
    excluded = barred_ids(complaint) | {user_id for user_id in (complaint.assignee_id,) if user_id}
    if requester:
        excluded.add(requester.pk)
    supervisors = User.objects.filter(role=Role.SUPERVISOR, is_active=True)
    own = supervisors.filter(teams=complaint.team_id)
    levels: list[tuple[str, Iterable[User]]] = []
    if kind == ApprovalKind.REVIEW:
        levels.append(("quality", supervisors.filter(teams__kind=TeamKind.QUALITY)))
    levels.append((Role.SUPERVISOR, own))
    levels.append(("deputy", supervisors.filter(deputises_for__in=own)))
    levels.append((Role.MANAGER, User.objects.filter(role=Role.MANAGER, is_active=True)))
    for level, people in levels:
        fit = tuple(
            person
            for person in {p.pk: p for p in people}.values()
            if person.pk not in excluded and _limit_covers(person, kind, amount_minor)
        )
        if fit:
            return Asked(str(level), fit)
    return None


def _limit_covers(person: User, kind: str, amount_minor: int) -> bool:
    return kind != ApprovalKind.COMPENSATION or amount_minor <= authority_of(person).limit_minor
