"""Who is asked to decide, level by level, and who stands in (lifecycle.md, "Authority and approvals")."""

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
"""How many must approve: one, or for money above every single limit two managers."""


@dataclass(frozen=True)
class Question:
    """What is to be decided. `options` are (kind of remedy, amount), `amount_minor` is the sum in all."""

    complaint: Complaint
    kind: str
    requester: User | None
    amount_minor: int = 0
    options: tuple[tuple[str, int], ...] = ()

    @property
    def is_money(self) -> bool:
        return self.kind == ApprovalKind.COMPENSATION


def options_of(plan: Plan | None) -> tuple[tuple[str, int], ...]:
    """Kind and amount of each option of a plan."""
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
    """Who is asked to decide, at which level, how many of them must approve, and who is away."""

    level: ApprovalLevel
    people: tuple[User, ...]
    needs: int = ON_ITS_OWN
    absences: tuple[Absence, ...] = ()

    @property
    def stand_ins(self) -> list[dict[str, str]]:
        """Who is away until when and who was asked instead, to be kept with the request."""
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
    """Whether somebody may decide: no conflict, not the requester or assignee, and a limit that covers it."""

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
        """One look at the limits of a grade is enough for all who have it."""
        if grade not in self.grades:
            self.grades[grade] = authority_of_grade(grade)
        limits, amount = self.grades[grade], self.question.amount_minor
        return amount <= limits.limit_minor and all(
            limits.covers(kind, amount, option) for kind, option in self.question.options
        )

    @property
    def above_every_limit(self) -> bool:
        """Above what any one person may decide, whoever is there."""
        return self.question.is_money and not any(
            self._covers(grade) for grade in (AuthorityGrade.SUPERVISOR, AuthorityGrade.MANAGER)
        )


def who_decides(question: Question, at: datetime) -> Asked | None:
    """The first level with somebody who may decide; None when nobody may.

    Money goes to the first level whose limit covers it, above every limit to two managers.
    """
    fit = _Fitness(question)
    if fit.above_every_limit:
        anybody = _Fitness(question, ignores_limits=True)
        asked = _asked(ApprovalLevel.MANAGER, question, anybody, at, needs=BY_TWO)
        return asked if asked and len(asked.people) >= BY_TWO else None
    return _first(ORDER, question, fit, at)


def why_nobody(question: Question) -> str:
    """What to say when nobody may decide."""
    if _Fitness(question).above_every_limit:
        return _("This is above everybody's limit and needs two managers; there are not two who may decide.")
    return _("Nobody is here who may decide on this.")


def who_is_next(approval: Approval, at: datetime) -> Asked | None:
    """The next level above the one asked that has somebody fit who was not asked yet; None at the top."""
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
    """Whether it is this person's to decide: asked before, asked if it were asked now, or standing in."""
    if approval.needs == BY_TWO and user.role != Role.MANAGER:
        return False
    people = list(approval.asked.all())
    if user in people or user.pk in {absence.delegate_id for absence in _stand_ins(_away(people, at), at)}:
        return True
    asked = who_decides(question_of(approval), at)
    return asked is not None and user in asked.people


def stands_in_for(user: User, at: datetime) -> QuerySet[Absence]:
    """Absences of those whose requests come to this user at a moment, while the user is there."""
    absences = Absence.objects.at(at)
    return absences.filter(~Exists(absences.filter(user=user)), delegate=user, user__role=user.role)


def limit_covers(approval: Approval, user: User) -> bool:
    """Whether this person's own limit covers what is asked; two managers together need none."""
    return _Fitness(question_of(approval), ignores_limits=approval.needs == BY_TWO).limit_covers(user)


def _first(levels: Iterable[ApprovalLevel], question: Question, fit: _Fitness, at: datetime) -> Asked | None:
    found = (_asked(level, question, fit, at) for level in levels)
    return next((asked for asked in found if asked), None)


def _asked(
    level: ApprovalLevel, question: Question, fit: _Fitness, at: datetime, needs: int = ON_ITS_OWN
) -> Asked | None:
    """Who of a level is asked: who is fit, and for whoever is away their stand-in. No chains."""
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
    """Absences of these people at a moment, by whose they are."""
    absences = Absence.objects.at(at).filter(user__in=[person.pk for person in people])
    return {absence.user_id: absence for absence in absences.select_related("user", "delegate")}


def _stand_ins(away: dict[int, Absence], at: datetime) -> list[Absence]:
    """Those absences whose stand-in has the same role and is there: no chains."""
    delegates = [absence.delegate for absence in away.values()]
    also_away = _away(delegates, at) if delegates else {}
    return [
        absence
        for absence in away.values()
        if absence.delegate.role == absence.user.role and absence.delegate_id not in also_away
    ]
