"""Who is asked to decide, level by level, and who stands in (docs/lifecycle.md, "Authority and approvals").

1. A level names its people: the quality supervisors for reviews, the team's supervisors, their deputies, the
   managers.
2. People are left out who made the request, are assigned to the complaint, have a conflict of interest, or
   have a limit that does not cover the amount.
3. For each person who is away, their stand-in is asked, if the stand-in has the same role and is present.
4. The first level with somebody left is asked. Money above every limit goes to two managers instead.
5. If no level has anybody, the caller refuses the request at once.

Nothing is written here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Absence, User
from accounts.roles import Role, TeamKind
from complaints.models import Approval, ApprovalKind, ApprovalLevel, AuthorityGrade, Complaint, Plan
from complaints.rights.authority import Authority, authority_of_grade, barred_ids, grade_of

ORDER = tuple(ApprovalLevel)
ON_ITS_OWN, BY_TWO = 1, 2
"""The number of approvals needed: one, or those of two managers for money above every single limit."""


@dataclass(frozen=True)
class Question:
    """A question to be decided.

    `options` are (remedy code, amount) and `amount_minor` is the total; all amounts are in minor units.
    """

    complaint: Complaint
    kind: str
    requester: User | None
    amount_minor: int = 0
    options: tuple[tuple[str, int], ...] = ()

    @property
    def is_money(self) -> bool:
        return self.kind == ApprovalKind.COMPENSATION


def options_of(plan: Plan | None) -> tuple[tuple[str, int], ...]:
    """Return (remedy code, amount) of each option of a plan."""
    return tuple(plan.options.values_list("remedy__code", "amount_minor")) if plan else ()


def question_of(approval: Approval) -> Question:
    return Question(
        approval.complaint,
        approval.kind,
        approval.requested_by,
        approval.amount_minor,
        options_of(approval.plan),
    )


@dataclass(frozen=True)
class Asked:
    """The people who are asked to decide, their level, and how many of them must approve.

    `absences` are those for which a stand-in is asked.
    """

    level: ApprovalLevel
    people: tuple[User, ...]
    needs: int = ON_ITS_OWN
    absences: tuple[Absence, ...] = ()

    @property
    def stand_ins(self) -> list[dict[str, str]]:
        """The absences and the stand-ins asked instead, in the form that is stored with the request."""
        return [
            {
                "name_en": absence.user.name_en or absence.user.username,
                "name_zh": absence.user.name_zh or absence.user.username,
                "until": absence.until.isoformat(),
                "by": absence.delegate.username,
            }
            for absence in self.absences
        ]


@dataclass
class _Fitness:
    """Tells whether a person may decide.

    The person must have no conflict, be neither requester nor assignee, and have a limit that covers the
    amount.
    """

    question: Question
    ignores_limits: bool = False
    excluded: set[int] = field(init=False)
    grades: dict[AuthorityGrade, Authority] = field(default_factory=dict)

    def __post_init__(self) -> None:
        question = self.question
        ids = {question.complaint.assignee_id, question.requester.pk if question.requester else None}
        self.excluded = barred_ids(question.complaint) | {user_id for user_id in ids if user_id}

    def __call__(self, person: User) -> bool:
        return person.is_active and person.pk not in self.excluded and self.limit_covers(person)

    def limit_covers(self, person: User) -> bool:
        if not self.question.is_money or self.ignores_limits:
            return True
        grade = grade_of(person)
        return grade is not None and self._covers(grade)

    def _covers(self, grade: AuthorityGrade) -> bool:
        """Compare with the limits of a grade, which are read once for all who have it."""
        if grade not in self.grades:
            self.grades[grade] = authority_of_grade(grade)
        limits, amount = self.grades[grade], self.question.amount_minor
        return amount <= limits.limit_minor and all(
            limits.covers(kind, amount, option) for kind, option in self.question.options
        )

    @property
    def above_every_limit(self) -> bool:
        """True if the amount is above what any single person may decide, whoever is present."""
        return self.question.is_money and not any(
            self._covers(grade) for grade in (AuthorityGrade.SUPERVISOR, AuthorityGrade.MANAGER)
        )


def who_decides(question: Question, at: datetime) -> Asked | None:
    """Return the first level with somebody who may decide, or None if nobody may.

    Money goes to the first level whose limit covers it; above every limit it goes to two managers.
    """
    fit = _Fitness(question)
    if fit.above_every_limit:
        anybody = _Fitness(question, ignores_limits=True)
        asked = _asked(ApprovalLevel.MANAGER, question, anybody, at, needs=BY_TWO)
        return asked if asked and len(asked.people) >= BY_TWO else None
    return _first(ORDER, question, fit, at)


def why_nobody(question: Question) -> str:
    """Return the message for a request that nobody may decide."""
    if _Fitness(question).above_every_limit:
        return _("This is above every limit and needs two managers, but there are not two who can decide it.")
    return _("Nobody available can decide this.")


def who_is_next(approval: Approval, at: datetime) -> Asked | None:
    """Return the next level above the current one with somebody who was not asked yet, or None."""
    question = question_of(approval)
    fit = _Fitness(question, ignores_limits=approval.needs == BY_TWO)
    fit.excluded |= set(approval.asked.values_list("pk", flat=True))
    if approval.needs == BY_TWO:
        return _first((ApprovalLevel.OTHER_MANAGER,), question, fit, at)
    above = [
        level for level in ORDER if ORDER.index(level) > ORDER.index(ApprovalLevel(approval.required_role))
    ]
    return _first(above, question, fit, at)


def may_decide(approval: Approval, user: User, at: datetime) -> bool:
    """Return True if this person may decide the request.

    That is so if they were asked, would be asked if it were put now, or stand in for somebody who was asked.
    """
    if approval.needs == BY_TWO and user.role != Role.MANAGER:
        return False
    people = list(approval.asked.all())
    if user in people or user.pk in {absence.delegate_id for absence in _stand_ins(_away(people, at), at)}:
        return True
    asked = who_decides(question_of(approval), at)
    return asked is not None and user in asked.people


def stands_in_for(user: User, at: datetime) -> QuerySet[Absence]:
    """Return the absences of people whose requests come to this user at a moment.

    While away, the user gets none.
    """
    absences = Absence.objects.at(at)
    return absences.filter(~Exists(absences.filter(user=user)), delegate=user, user__role=user.role)


def limit_covers(approval: Approval, user: User) -> bool:
    """Return True if this person's own limit covers the request. Two managers together need no limit."""
    return _Fitness(question_of(approval), ignores_limits=approval.needs == BY_TWO).limit_covers(user)


def _first(levels: Iterable[ApprovalLevel], question: Question, fit: _Fitness, at: datetime) -> Asked | None:
    found = (_asked(level, question, fit, at) for level in levels)
    return next((asked for asked in found if asked), None)


def _asked(
    level: ApprovalLevel, question: Question, fit: _Fitness, at: datetime, needs: int = ON_ITS_OWN
) -> Asked | None:
    """Return the people whom a level asks: everybody who may decide, or their stand-in if they are away.

    A stand-in who is away too is not replaced.
    """
    people = {person.pk: person for person in _of_level(level, question) if fit(person)}
    away = _away(people.values(), at)
    stood_in = [absence for absence in _stand_ins(away, at) if fit(absence.delegate)]
    asked = {pk: person for pk, person in people.items() if pk not in away}
    asked |= {absence.delegate_id: absence.delegate for absence in stood_in}
    return Asked(level, tuple(asked.values()), needs, tuple(stood_in)) if asked else None


def _of_level(level: ApprovalLevel, question: Question) -> Iterable[User]:
    supervisors = User.objects.filter(role=Role.SUPERVISOR, is_active=True)
    own = supervisors.filter(teams=question.complaint.team_id)
    if level == ApprovalLevel.QUALITY:
        is_review = question.kind == ApprovalKind.REVIEW
        return supervisors.filter(teams__kind=TeamKind.QUALITY) if is_review else ()
    if level == ApprovalLevel.SUPERVISOR:
        return own
    if level == ApprovalLevel.DEPUTY:
        return supervisors.filter(deputises_for__in=own)
    return User.objects.filter(role=Role.MANAGER, is_active=True)


def _away(people: Iterable[User], at: datetime) -> dict[int, Absence]:
    """Return the absences of these people at a moment, by user id."""
    absences = Absence.objects.at(at).filter(user__in=[person.pk for person in people])
    return {absence.user_id: absence for absence in absences.select_related("user", "delegate")}


def _stand_ins(away: dict[int, Absence], at: datetime) -> list[Absence]:
    """Return the absences whose stand-in has the same role and is present.

    There are no chains of stand-ins.
    """
    delegates = [absence.delegate for absence in away.values()]
    also_away = _away(delegates, at) if delegates else {}
    return [
        absence
        for absence in away.values()
        if absence.delegate.role == absence.user.role and absence.delegate_id not in also_away
    ]
