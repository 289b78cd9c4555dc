"""Receive a complaint: record it, grade it, route it, start its clocks, acknowledge it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import Role, TeamKind
from complaints import notify, routing
from complaints.actors import SYSTEM as SYSTEM_ACTOR
from complaints.actors import Actor
from complaints.lifecycle import engine
from complaints.lifecycle.errors import Problems, RoleMayNot
from complaints.lifecycle.moves import CUSTOMER, SYSTEM
from complaints.lifecycle.stages import (
    CRITICAL_FLAGS,
    ON_THE_LINE,
    SEVERITY_MATRIX,
    Channel,
    Flag,
    Gravity,
    Reach,
    Region,
    Segment,
    Severity,
)
from complaints.lifecycle.words import MAX_DESCRIPTION, clean_text, past_moment
from complaints.models import (
    Category,
    Claim,
    ClockKind,
    Complaint,
    Customer,
    Direction,
    ParticipantRole,
    Purpose,
    RiskFlag,
    Submission,
)
from complaints.models.customer import phone_digits
from complaints.models.organisation import OTHER_CATEGORY
from complaints.sla import clocks
from complaints.triage.engine import Suggestion, suggest

KEY_ROOM = 64
RECEIVING_ROLES = frozenset({Role.AGENT, Role.SUPERVISOR, CUSTOMER, SYSTEM})


@dataclass(frozen=True)
class CustomerData:
    """Who complains, as told: an existing id, or a name and ways to reach them, or why they stay unnamed."""

    id: int | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    external_id: str = ""
    segment: str | None = None
    language: str = "zh-hans"
    anonymous_reason: str = ""


@dataclass(frozen=True)
class Receipt:
    """What is given at receipt. What is left out triage fills in. `loss_minor` in minor units."""

    customer: CustomerData
    channel: str
    description: str
    subject: str = ""
    category: str | None = None
    gravity: str | None = None
    reach: str | None = None
    severity: str | None = None
    severity_reason: str = ""
    emotion: str | None = None
    occurred_at: datetime | None = None
    place: str = ""
    order_reference: str = ""
    desired_outcome: str = ""
    loss_minor: int | None = None
    risk_flags: Sequence[str] = ()
    region: str | None = None
    claims: Sequence[Mapping[str, Any]] = ()
    about_staff: Sequence[str] = ()
    confidential: bool | None = None
    external_reference: str = ""
    received_at: datetime | None = None
    external_id: str | None = None
    submission_key: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


def receive(receipt: Receipt, *, by: Actor, at: datetime) -> Complaint:
    """Begin a complaint. The same submission key again returns the complaint it made the first time.

    Raises RoleMayNot (403) or MissingDetail (400) by field.
    """
    if by.role not in RECEIVING_ROLES:
        raise RoleMayNot(_("Your role does not record complaints."))
    earlier = _already_submitted(receipt.submission_key)
    if earlier is not None:
        return earlier
    checked = _check(receipt, by, at)
    try:
        with transaction.atomic():
            return _open(checked, by=by, at=at)
    except IntegrityError:
        earlier = _already_submitted(receipt.submission_key)
        if earlier is None:
            raise
        return earlier


def _already_submitted(key: str) -> Complaint | None:
    found = Submission.objects.select_related("complaint").filter(key=_key(key)) if key else None
    submission = found.first() if found is not None else None
    return submission.complaint if submission else None


def _key(given: str) -> str:
    """A submission key as it is kept: whatever a client sends has room."""
    short = len(given) <= KEY_ROOM and given.isascii() and given.isprintable()
    return given if short else hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class _Checked:
    receipt: Receipt
    texts: dict[str, str]
    suggestion: Suggestion
    category: Category
    staff: list[User]
    claims: list[tuple[str, Category | None]]


def _check(receipt: Receipt, by: Actor, at: datetime) -> _Checked:
    """Everything that can be wrong with a receipt, noted beside its field."""
    problems = Problems()
    problems.one_of("channel", receipt.channel, Channel.values)
    limits = {
        "subject": 200,
        "place": 200,
        "order_reference": 80,
        "desired_outcome": 1000,
        "external_reference": 80,
        "severity_reason": 300,
    }
    texts = {
        name: clean_text(problems, name, getattr(receipt, name), limit=size) for name, size in limits.items()
    }
    texts["description"] = clean_text(
        problems, "description", receipt.description, limit=MAX_DESCRIPTION, required=True
    )
    past_moment(problems, "received_at", receipt.received_at, at)
    past_moment(problems, "occurred_at", receipt.occurred_at, at)
    for name, choices in (
        ("gravity", Gravity.values),
        ("reach", Reach.values),
        ("severity", Severity.values),
        ("region", Region.values),
    ):
        if getattr(receipt, name):
            problems.one_of(name, getattr(receipt, name), choices)
    clean_text(problems, "external_id", receipt.external_id, limit=120)
    if receipt.severity and not texts["severity_reason"]:
        problems.add("severity_reason", _("Give a reason for setting the severity by hand."))
    if set(receipt.risk_flags) - set(Flag.values):
        problems.add("risk_flags", _("Choose one of the values offered."))
    if receipt.loss_minor is not None and receipt.loss_minor < 0:
        problems.add("loss_amount", _("An amount can't be below zero."))
    _check_customer(problems, receipt.customer)
    suggestion = suggest(texts["description"], receipt.channel, receipt.loss_minor)
    category = _leaf(problems, "category", receipt.category) if receipt.category else _suggested(suggestion)
    claims = [
        (
            clean_text(problems, "claims", claim.get("text"), limit=MAX_DESCRIPTION, required=True),
            _leaf(problems, "claims", claim["category"]) if claim.get("category") else None,
        )
        for claim in receipt.claims
    ] or [(texts["description"], None)]
    staff = list(User.objects.filter(username__in=receipt.about_staff))
    if len(staff) != len(set(receipt.about_staff)):
        problems.add("about_staff", _("There is nobody of this name here."))
    problems.check()
    assert category is not None
    return _Checked(receipt, texts, suggestion, category, staff, claims)


def _leaf(problems: Problems, field_name: str, code: object) -> Category | None:
    found = Category.objects.filter(code=str(code), is_leaf=True, is_active=True).first()
    if found is None:
        problems.add(field_name, _("There is no category of this code."))
    return found


def _suggested(suggestion: Suggestion) -> Category:
    found = Category.objects.filter(code=suggestion.category, is_leaf=True, is_active=True).first()
    return found or Category.objects.get(code=OTHER_CATEGORY)


def _check_customer(problems: Problems, data: CustomerData) -> None:
    if data.id is not None:
        if not Customer.objects.filter(pk=data.id).exists():
            problems.add("customer", _("There is no such customer."))
        return
    clean_text(problems, "name", data.name, limit=120)
    clean_text(problems, "phone", data.phone, limit=40)
    clean_text(problems, "external_id", data.external_id, limit=120)
    if clean_text(problems, "email", data.email, limit=254):
        _check_email(problems, data.email.strip())
    if data.language not in dict(settings.LANGUAGES):
        problems.add("language", _("Choose one of the values offered."))
    clean_text(problems, "anonymous_reason", data.anonymous_reason, limit=200)
    if data.segment and data.segment not in Segment.values:
        problems.add("segment", _("Choose one of the values offered."))
    if not data.name.strip() and not data.anonymous_reason.strip():
        problems.add("name", _("Give the customer's name, or why they stay unnamed."))


def _check_email(problems: Problems, address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        problems.add("email", _("This is no e-mail address."))


def find_customer(data: CustomerData) -> Customer | None:
    """Match by id, else external id, else the digits of the phone, else e-mail (api.md)."""
    digits = phone_digits(data.phone)
    for match in (
        {"pk": data.id} if data.id is not None else None,
        {"external_id": data.external_id} if data.external_id else None,
        {"phone_digits": digits} if digits else None,
        {"email__iexact": data.email} if data.email else None,
    ):
        found = Customer.objects.filter(**match).order_by("pk").first() if match else None
        if found is not None:
            return found
    return None


def _customer(data: CustomerData, at: datetime) -> Customer:
    """A match is not overwritten; nobody matched is a new customer."""
    return find_customer(data) or Customer.objects.create(
        name=data.name.strip(),
        phone=data.phone.strip(),
        phone_digits=phone_digits(data.phone),
        email=data.email.strip(),
        external_id=data.external_id or None,
        segment=data.segment or None,
        language=data.language,
        anonymous_reason=data.anonymous_reason.strip(),
        created_at=at,
    )


def _grade(checked: _Checked) -> tuple[Gravity, Reach, Severity, set[str], set[str]]:
    """Gravity, reach, severity, all flags, and those a person set."""
    receipt, suggestion = checked.receipt, checked.suggestion
    by_person = set(receipt.risk_flags)
    flags = by_person | set(suggestion.flags)
    gravity = Gravity(receipt.gravity or suggestion.gravity)
    reach = Reach(receipt.reach or suggestion.reach)
    severity = Severity(receipt.severity) if receipt.severity else SEVERITY_MATRIX[gravity, reach]
    if flags & CRITICAL_FLAGS:
        severity = Severity.CRITICAL
    return gravity, reach, severity, flags, by_person


def _open(checked: _Checked, *, by: Actor, at: datetime) -> Complaint:
    receipt = checked.receipt
    gravity, reach, severity, flags, by_person = _grade(checked)
    customer = _customer(receipt.customer, at)
    region = receipt.region or customer.region
    tier = routing.starting_tier(severity, flags, by_person)
    team = routing.team_for(tier, channel=receipt.channel, category_code=checked.category.code, region=region)
    assignee = None
    on_the_line = by.is_agent and receipt.channel in ON_THE_LINE
    if on_the_line and tier == 1 and not checked_conflict(by, checked.staff):
        assignee, team = by.user, _own_team(by.user, team)
        tier = team.tier or tier
    received_at = receipt.received_at or at
    turn = engine.open_complaint(
        {
            **checked.texts,
            "channel": receipt.channel,
            "category": checked.category,
            "gravity": gravity,
            "reach": reach,
            "severity": severity,
            "emotion": receipt.emotion or checked.suggestion.emotion,
            "occurred_at": receipt.occurred_at,
            "loss_minor": receipt.loss_minor,
            "region": region,
            "confidential": bool(checked.staff) if receipt.confidential is None else receipt.confidential,
            "received_at": received_at,
            "external_id": receipt.external_id,
            "triage": _triage_record(checked.suggestion, severity, team.code),
            "needs_triage": checked.category.code == OTHER_CATEGORY,
        },
        customer=customer,
        tier=tier,
        team=team,
        assignee=assignee,
        by=by,
        at=at,
    )
    complaint = turn.complaint
    if receipt.submission_key:
        Submission.objects.create(key=_key(receipt.submission_key), complaint=complaint, created_at=at)
    for position, (text, category) in enumerate(checked.claims, start=1):
        Claim.objects.create(complaint=complaint, position=position, text=text, category=category)
    for user in checked.staff:
        engine.involve(complaint, ParticipantRole.NAMED, at=at, user=user)
    _set_flags(turn, flags, by_person)
    _record(turn, on_the_line)
    _start_clocks(turn, on_the_line and receipt.received_at is None)
    return engine.settle(turn)


def checked_conflict(by: Actor, staff: list[User]) -> bool:
    """Whether the person who records the complaint is the one complained about."""
    return by.user is not None and by.user.pk in {user.pk for user in staff}


def _own_team(user: User | None, routed: Team) -> Team:
    """The routed team if the agent is in it, else the agent's own handling team."""
    assert user is not None
    teams = list(user.teams.filter(kind=TeamKind.HANDLING).order_by("tier", "code"))
    return routed if routed in teams or not teams else teams[0]


def _triage_record(suggestion: Suggestion, severity: str, team: str) -> dict[str, Any]:
    """What triage said and why, as shown beside the complaint."""
    return {
        "category": suggestion.category,
        "gravity": suggestion.gravity,
        "severity": severity,
        "emotion": suggestion.emotion,
        "team": team,
        "confidence": suggestion.confidence,
        "hints": list(suggestion.hints),
        "reasons": [{"rule": r.rule, "word": r.word, "effect": r.effect} for r in suggestion.reasons],
        "similar": [],
    }


def _set_flags(turn: engine.Turn, flags: set[str], by_person: set[str]) -> None:
    for flag in sorted(flags):
        person = flag in by_person
        RiskFlag.objects.create(
            complaint=turn.complaint,
            flag=flag,
            set_at=turn.at,
            set_by=turn.user if person else None,
            confirmed_at=turn.at if person else None,
        )


def _record(turn: engine.Turn, on_the_line: bool) -> None:
    complaint = turn.complaint
    event = turn.message(
        "received",
        complaint.description,
        direction=Direction.IN,
        purpose=Purpose.CALL if on_the_line else Purpose.REPLY,
        channel=complaint.channel,
        by_person=True,
        tier=complaint.tier,
        team=complaint.team.code,
        severity=complaint.severity,
        category=complaint.category.code,
    )
    if complaint.assignee is None:
        notify.tell_users(
            notify.responsible(complaint), "new_complaint", complaint=complaint, at=turn.at, event=event
        )
    if complaint.flags.exists():
        experts = User.objects.filter(role=Role.AGENT, tier=3, is_active=True)
        alerted = [*notify.supervisors_of(complaint.team), *experts]
        by_person = complaint.flags.filter(set_by__isnull=False).exists()
        flags = sorted(complaint.flags.values_list("flag", flat=True))
        alert = turn.event("flagged", signed=None if by_person else SYSTEM_ACTOR, flags=flags)
        notify.tell_users(alerted, "risk_flag", complaint=complaint, at=turn.at, event=alert)


def _start_clocks(turn: engine.Turn, customer_heard: bool) -> None:
    """Start what the policy promises. Who logs while the customer is on the line has answered already."""
    complaint, start = turn.complaint, turn.complaint.received_at
    for kind in (
        ClockKind.ACKNOWLEDGE,
        ClockKind.FIRST_RESPONSE,
        ClockKind.RECOVERY,
        ClockKind.UPDATE,
        ClockKind.RESOLUTION,
    ):
        clocks.start(complaint, kind, start)
    if complaint.assignee is None:
        clocks.start(complaint, ClockKind.PICKUP, turn.at)
    if customer_heard:
        clocks.meet(complaint, ClockKind.ACKNOWLEDGE, ClockKind.FIRST_RESPONSE, at=turn.at)
    if not complaint.customer.can_be_reached:
        if not customer_heard:
            clocks.cancel(complaint, ClockKind.ACKNOWLEDGE, at=turn.at)
        return
    event = turn.message(
        "acknowledged",
        "",
        direction=Direction.OUT,
        purpose=Purpose.AUTOMATIC,
        by_person=False,
        signed=SYSTEM_ACTOR,
        template="acknowledgement",
    )
    notify.tell_customer("acknowledgement", complaint=complaint, at=turn.at, event=event)
    clocks.meet(complaint, ClockKind.ACKNOWLEDGE, at=turn.at)
