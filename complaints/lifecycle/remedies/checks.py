"""Check an offer by the kind of its problem, and put together what its approver will see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.lifecycle import diagnose, engine, files
from complaints.models import Claim, Diagnosis, Plan, ProblemType, Remedy
from complaints.rights import authority
from complaints.terms.errors import Problems
from complaints.terms.input import amount_minor, clean_text

MAX_OPTIONS = 4


@dataclass(frozen=True)
class Option:
    remedy: Remedy
    amount: int
    description: str
    claims: list[Claim]


def check_offer(turn: engine.Turn, data: Mapping[str, Any]) -> tuple[list[Option], dict[str, Any]]:
    problems = Problems()
    diagnosis = diagnose.current_diagnosis(turn.handling)
    given: Sequence[Mapping[str, Any]] = data.get("options") or []
    if not 1 <= len(given) <= MAX_OPTIONS:
        problems.add("options", _("Offer one to four options."))
    options = [_check_option(problems, turn, index, entry) for index, entry in enumerate(given, start=1)]
    extra: dict[str, Any] = {
        "single_option_reason": clean_text(
            problems, "single_option_reason", data.get("single_option_reason") or "", limit=500
        ),
        "no_visual_reason": clean_text(
            problems, "no_visual_reason", data.get("no_visual_reason") or "", limit=500
        ),
        "visual_id": files.check_visual(problems, turn.complaint, data.get("visual")),
        "improvement": data.get("improvement") or {},
    }
    kind = diagnosis.problem_type if diagnosis else None
    if kind == ProblemType.COMPENSATION and len(given) < 2 and not extra["single_option_reason"]:
        problems.add("single_option_reason", _("Offer a second option, or say why there is only one."))
    if kind == ProblemType.COGNITION and not (extra["visual_id"] or extra["no_visual_reason"]):
        problems.add("no_visual_reason", _("Say why no picture or video explains it."))
    if kind == ProblemType.PROCESS or extra["improvement"]:
        _check_improvement(problems, extra["improvement"])
    problems.check()
    return [option for option in options if option], extra


def _check_option(
    problems: Problems, turn: engine.Turn, index: int, entry: Mapping[str, Any]
) -> Option | None:
    field = f"options.{index}"
    remedy = Remedy.objects.filter(code=str(entry.get("kind") or ""), is_active=True).first()
    amount = amount_minor(problems, f"{field}.amount", entry.get("amount"))
    description = clean_text(
        problems, f"{field}.description", entry.get("description") or "", limit=1000, required=True
    )
    if remedy is None:
        problems.add(f"{field}.kind", _("Choose a remedy from the catalogue."))
        return None
    if amount is None:
        amount = remedy.cost_minor
    if amount is None:
        problems.add(f"{field}.amount", _("This remedy needs an amount."))
        return None
    ids = [int(claim) for claim in entry.get("claims") or []]
    claims = list(turn.complaint.all_claims().filter(pk__in=ids))
    if len(claims) != len(set(ids)):
        problems.add(f"{field}.claims", _("Choose one of the values offered."))
    return Option(remedy, amount, description, claims)


def _check_improvement(problems: Problems, improvement: Mapping[str, Any]) -> None:
    """Check an improvement: title, owner and date. A process problem needs one; other offers may have one."""
    clean_text(problems, "improvement.title", improvement.get("title") or "", limit=200, required=True)
    if not isinstance(improvement.get("owner"), User):
        problems.add("improvement.owner", _("Choose who is responsible for it."))
    if not isinstance(improvement.get("due_at"), datetime):
        problems.add("improvement.due_at", _("Enter a date."))


def snapshot(turn: engine.Turn, plan: Plan, accepted: int, diagnosis: Diagnosis | None) -> dict[str, Any]:
    """Return what is to be decided as plain data, so that later edits of anything do not change it."""
    assert turn.user is not None
    limit = authority.authority_of(turn.user).limit_minor
    return {
        "demand": turn.complaint.desired_outcome or (diagnosis.desired_outcome if diagnosis else ""),
        "finding": diagnosis.finding if diagnosis else None,
        "statement": diagnosis.problem_statement if diagnosis else "",
        "requester_limit": limit,
        "accepted": accepted,
        "options": [
            {
                "letter": option.letter,
                "kind": option.remedy.code,
                "name_en": option.remedy.name_en,
                "name_zh": option.remedy.name_zh,
                "amount": option.amount_minor,
                "description": option.description,
            }
            for option in plan.options.select_related("remedy")
        ],
    }
