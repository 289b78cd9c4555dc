"""Set, confirm and lift risk flags (docs/lifecycle.md, "Severity and risk flags")."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import people
from accounts.roles import TOP_TIER
from complaints.lifecycle import engine, tiers
from complaints.models import Complaint, RiskFlag
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.sla import retarget
from complaints.sla.statutory import duty
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import CRITICAL_FLAGS, ESCALATING_STAGES, Flag, Severity


def flag_risk(
    complaint: Complaint, *, by: Actor, at: datetime, flag: str, reason: str, version: int | None = None
) -> Complaint:
    """Set a flag. Legal, media and safety make the complaint critical and move it to tier 3 at once.

    A flag that a keyword rule had set, and nobody has confirmed, counts as set by this person from now on.
    """

    def not_on(turn: engine.Turn) -> RiskFlag | None:
        found = _on(turn, flag)
        if found is not None and found.confirmed_at is not None:
            raise MoveNotAllowed(_("This risk is already flagged."))
        return found

    with engine.move("flag-risk", complaint, by=by, at=at, version=version, ready=not_on) as turn:
        reason = _check(flag, reason)
        found = turn.found or RiskFlag(complaint=turn.complaint, flag=flag, set_at=at)
        found.set_by, found.reason = turn.user, reason
        found.confirmed_at, found.confirmed_by = at, turn.user
        found.save()
        took_effect(turn, found)
    return complaint


def confirm_risk(
    complaint: Complaint, *, by: Actor, at: datetime, flag: str, reason: str, version: int | None = None
) -> Complaint:
    """Confirm a flag that a keyword rule has set."""

    def unconfirmed(turn: engine.Turn) -> RiskFlag | None:
        found = _on(turn, flag)
        if flag in Flag.values and (found is None or found.confirmed_at is not None):
            raise MoveNotAllowed(_("This risk is not flagged, or it has already been confirmed."))
        return found

    with engine.move("confirm-risk", complaint, by=by, at=at, version=version, ready=unconfirmed) as turn:
        reason = _check(flag, reason)
        found: RiskFlag = turn.found
        found.confirmed_at, found.confirmed_by, found.reason = at, turn.user, reason
        found.save(update_fields=["confirmed_at", "confirmed_by", "reason"])
        took_effect(turn, found, "risk_confirmed")
    return complaint


def clear_risk(
    complaint: Complaint, *, by: Actor, at: datetime, flag: str, reason: str, version: int | None = None
) -> Complaint:
    """Lift a flag. If no grave flag is left, the severity is again `graded_severity`."""

    def on(turn: engine.Turn) -> RiskFlag | None:
        found = _on(turn, flag)
        if flag in Flag.values and found is None:
            raise MoveNotAllowed(_("This risk is not flagged."))
        return found

    with engine.move("clear-risk", complaint, by=by, at=at, version=version, ready=on) as turn:
        reason = _check(flag, reason)
        found: RiskFlag = turn.found
        found.cleared_at, found.cleared_by, found.cleared_reason = at, turn.user, reason
        found.save(update_fields=["cleared_at", "cleared_by", "cleared_reason"])
        if not grave_risks(turn.complaint):
            turn.change(severity=turn.complaint.graded_severity)
        turn.event("risk_cleared", reason, flag=flag)
        retarget.retarget(turn.complaint, at=at, may_be_later=by.is_supervisor)
    return complaint


def grave_risks(complaint: Complaint) -> bool:
    """Return True if the complaint has a flag that makes it critical whatever its grade."""
    return complaint.flags.filter(flag__in=CRITICAL_FLAGS, cleared_at__isnull=True).exists()


def _on(turn: engine.Turn, flag: str) -> RiskFlag | None:
    return RiskFlag.objects.filter(complaint=turn.complaint, flag=flag, cleared_at__isnull=True).first()


def _check(flag: str, reason: str) -> str:
    problems = Problems()
    problems.one_of("flag", flag, Flag.values)
    reason = clean_text(problems, "reason", reason, limit=300, required=True)
    problems.check()
    return reason


def took_effect(turn: engine.Turn, found: RiskFlag, name: str = "flagged") -> None:
    """Apply a flag: set severity, recompute clocks, notify people; a grave flag moves it to tier 3."""
    complaint = turn.complaint
    grave = found.flag in CRITICAL_FLAGS
    if grave:
        turn.change(severity=Severity.CRITICAL)
    event = turn.event(name, found.reason, flags=[found.flag])
    duty.begin(complaint)
    retarget.retarget(complaint, at=turn.at, may_be_later=False)
    handled = complaint.stage in ESCALATING_STAGES and complaint.tier < TOP_TIER
    if grave and found.confirmed_at and handled:
        tiers.to_the_top(turn, found.flag)
    told = [*notify.responsible(complaint), *notify.supervisors_of(complaint.team), *people.experts()]
    notify.tell_users(told, "risk_flag", complaint=complaint, at=turn.at, event=event)
