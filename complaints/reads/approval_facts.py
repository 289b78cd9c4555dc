"""What a request shows so that it can be decided in 20 seconds: question, amounts, people asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Tier
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    Clock,
    ClockKind,
    Diagnosis,
)
from complaints.reads import one_complaint
from complaints.rights import authority, deciders
from complaints.terms.stages import Finding
from ui import formats
from ui.formats import money
from ui.names import pick

ICONS = {
    ApprovalKind.COMPENSATION: "coin",
    ApprovalKind.ESCALATION: "stairs-up",
    ApprovalKind.NOT_UPHELD: "scale",
    ApprovalKind.DEADLINE_EXTENSION: "clock-plus",
    ApprovalKind.REVIEW: "sitemap",
}


def _dearest(approval: Approval) -> dict[str, Any]:
    options = approval.snapshot.get("options") or [{}]
    return dict(max(options, key=lambda option: option.get("amount") or 0))


def local_name(entry: dict[str, Any]) -> str:
    """Return the name of something that was stored with its names in every language."""
    return pick(entry, "name")


def question(approval: Approval) -> str:
    """Return what is asked as one question, with its amount."""
    shot = approval.snapshot
    if approval.kind == ApprovalKind.COMPENSATION:
        dearest, accepted = _dearest(approval), int(shot.get("accepted") or 0)
        words = {"amount": money(int(dearest.get("amount") or 0)), "name": local_name(dearest)}
        if accepted:
            words["accepted"] = money(accepted)
            return _("Approve %(amount)s (%(name)s) on top of the %(accepted)s already accepted?") % words
        return _("Approve %(amount)s: %(name)s?") % words
    if approval.kind == ApprovalKind.ESCALATION:
        tiers = dict(Tier.choices)
        ends = {"low": tiers.get(shot.get("from_tier"), ""), "high": tiers.get(shot.get("to_tier"), "")}
        return _("Move this complaint from %(low)s to %(high)s?") % ends
    return {
        ApprovalKind.NOT_UPHELD: _("Tell the customer that the complaint is not upheld?"),
        ApprovalKind.REVIEW: _("Accept this review and close the complaint?"),
        ApprovalKind.DEADLINE_EXTENSION: _("Move the deadline to a later time?"),
    }[ApprovalKind(approval.kind)]


def approve_label(approval: Approval) -> str:
    """Return the label of the primary button, which says what it will do."""
    if approval.kind == ApprovalKind.COMPENSATION:
        return _("Approve %(amount)s") % {"amount": money(approval.amount_minor)}
    return {
        ApprovalKind.ESCALATION: _("Approve the escalation"),
        ApprovalKind.NOT_UPHELD: _("Approve and send it"),
        ApprovalKind.REVIEW: _("Approve and close"),
        ApprovalKind.DEADLINE_EXTENSION: _("Approve the later time"),
    }[ApprovalKind(approval.kind)]


def ready_reasons() -> list[str]:
    """Return three ready-made reasons for a refusal that suit most requests."""
    return [
        _("There is not enough evidence yet."),
        _("A smaller remedy is enough."),
        _("Talk to the customer again first."),
    ]


def request_row(approval: Approval) -> dict[str, Any]:
    """Return what a request shows in the list and above its facts."""
    return {
        "approval": approval,
        "question": question(approval),
        "icon": ICONS[ApprovalKind(approval.kind)],
        "votes": votes_line(approval),
    }


def votes_line(approval: Approval) -> str:
    """Say who has approved, where two managers must; "" for all other requests."""
    if approval.needs == deciders.ON_ITS_OWN:
        return ""
    voters = [vote.by.display_name for vote in approval.votes.all()]
    if not voters:
        return _("Two managers must approve this.")
    if approval.state == ApprovalState.PENDING:
        return _("%(name)s has approved; one more manager must approve.") % {"name": voters[0]}
    return _("Approved by %(names)s.") % {"names": formats.listed(voters)}


def stood_in(approval: Approval) -> list[dict[str, Any]]:
    """Return who was away when the request was put, until when, and who was asked instead."""
    entries = approval.snapshot.get("stand_ins") or []
    if not entries:
        return []
    names = {entry["by"] for entry in entries}
    people = {user.username: user.display_name for user in User.objects.filter(username__in=names)}
    return [
        {
            "name": local_name(entry),
            "until": datetime.fromisoformat(entry["until"]),
            "by": people.get(entry["by"], entry["by"]),
        }
        for entry in entries
    ]


@dataclass(frozen=True)
class Ladder:
    """The limits of requester and reader and the amount.

    Each is given in minor units, and as a percentage of one bar.
    """

    asker: int
    decider: int
    amount: int
    asker_share: float
    decider_share: float
    amount_share: float
    above: bool


def ladder(approval: Approval, user: User) -> Ladder | None:
    """Return the limits and the amount of a compensation as one bar, or None for other kinds."""
    if approval.kind != ApprovalKind.COMPENSATION:
        return None
    asker = int(approval.snapshot.get("requester_limit") or 0)
    decider, amount = authority.limit_minor_of(user), approval.amount_minor
    full = max(asker, decider, amount, 1) * 1.25
    share = 100 / full
    above = amount > decider and approval.needs == deciders.ON_ITS_OWN
    return Ladder(asker, decider, amount, asker * share, decider * share, amount * share, above)


def request_facts(approval: Approval, user: User) -> dict[str, Any]:
    """Return everything that is needed to decide on one request."""
    complaint = approval.complaint
    limit = int(approval.snapshot.get("requester_limit") or 0)
    options = [
        option | {"name": local_name(option), "over": int(option.get("amount") or 0) > limit}
        for option in approval.snapshot.get("options") or []
    ]
    diagnosis = Diagnosis.objects.filter(handling=approval.handling_id, superseded_at__isnull=True).first()
    of_customer = one_complaint.complaints_of_customer(user, complaint)
    finding = approval.snapshot.get("finding") or (diagnosis.finding if diagnosis else "")
    return request_row(approval) | {
        "approve_label": approve_label(approval),
        "money": approval.kind == ApprovalKind.COMPENSATION,
        "options": options,
        "finding": dict(Finding.choices).get(finding, ""),
        "statement": approval.snapshot.get("statement") or (diagnosis.problem_statement if diagnosis else ""),
        "responsibility": diagnosis.get_responsibility_display() if diagnosis else "",
        "review": approval.review,
        "ladder": ladder(approval, user),
        "stood_in": stood_in(approval),
        "voted": user.pk in {vote.by_id for vote in approval.votes.all()},
        "own": approval.held_by_id == user.pk,
        "clock": Clock.objects.filter(complaint=complaint, kind=ClockKind.RESOLUTION, round=complaint.round)
        .order_by("-id")
        .first(),
        "complaints_of_customer": of_customer["all"],
        "complaints_hidden": of_customer["all"] - of_customer["seen"],
        "precedents": one_complaint.precedents(user, complaint, limit=3),
        "pending": approval.state == ApprovalState.PENDING,
        "reasons": ready_reasons(),
        "visible": bool(of_customer["this"]),
    }
