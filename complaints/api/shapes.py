"""The shapes of answers (docs/http-interface.md, "A complaint").

`rows.py` loads the rows; no query runs here.
"""

from collections.abc import Callable, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.api.fields import MoneyOut, money
from complaints.models import (
    ApprovalKind,
    ApprovalState,
    Claim,
    Clock,
    ClockKind,
    ClockState,
    Complaint,
    Plan,
    PlanOption,
    PlanState,
    PromiseState,
)
from complaints.sla import clocks
from complaints.sla.calendars.days import beyond_loaded
from complaints.terms.stages import (
    CallbackOutcome,
    Channel,
    Emotion,
    Flag,
    Gravity,
    Outcome,
    Reach,
    Region,
    Segment,
    Severity,
    Stage,
    WaitingOn,
)

Out = serializers.Serializer


def each(shape: type[serializers.Serializer[Any]], **context: Any) -> Callable[[Sequence[Any]], list[Any]]:
    """Return a function that turns rows into a list of answers of this shape."""

    def show(rows: Sequence[Any]) -> list[Any]:
        many: Any = shape(rows, many=True, context=context)
        return list(many.data)

    return show


NOT_CHOSEN = "not_chosen"


def _read(source: str | None = None, **given: Any) -> serializers.CharField:
    return serializers.CharField(source=source, read_only=True, **given)


def _word(choices: type[Any], source: str | None = None, **given: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=choices.values, source=source, read_only=True, **given)


def _moment(source: str | None = None, **given: Any) -> serializers.DateTimeField:
    return serializers.DateTimeField(source=source, read_only=True, **given)


class CustomerOut(Out[Any]):
    id = serializers.IntegerField(read_only=True)
    name = _read()
    segment = _word(Segment, allow_null=True)
    phone = _read()
    email = _read()
    external_id = _read(allow_null=True)
    region = _word(Region, allow_null=True)
    language = _read()
    anonymous_reason = _read()
    perhaps_same = serializers.IntegerField(
        source="shown_hint", allow_null=True, read_only=True, default=None
    )


class EchoedCustomerOut(CustomerOut):
    """The customer in an answer to `receive`.

    A caller who may not see this customer gets back only what they have sent.
    """

    id = serializers.IntegerField(read_only=True, allow_null=True)


class ClaimOut(Out[Claim]):
    id = serializers.IntegerField(read_only=True)
    text = _read()
    category = _read("category.code", allow_null=True, default=None)
    disposition = _word(Claim.Disposition)
    reason = _read()


class OptionOut(Out[PlanOption]):
    id = serializers.IntegerField(read_only=True)
    kind = _read("remedy.code")
    amount = serializers.SerializerMethodField()
    description = _read()
    state = serializers.SerializerMethodField()

    @extend_schema_field(MoneyOut)
    def get_amount(self, option: PlanOption) -> dict[str, str] | None:
        return money(option.amount_minor)

    @extend_schema_field(serializers.ChoiceField(choices=[*PlanState.values, NOT_CHOSEN]))
    def get_state(self, option: PlanOption) -> str:
        """Return the state of an option.

        That is `chosen`, or `not_chosen` next to a chosen one; before any choice it is the state of the plan.
        """
        if option.chosen_at:
            return str(PlanState.CHOSEN.value)
        state = option.plan.state
        return NOT_CHOSEN if state == PlanState.CHOSEN else str(state.value)


class PlanApprovalOut(Out[Any]):
    id = serializers.IntegerField(read_only=True)
    kind = _word(ApprovalKind)
    state = _word(ApprovalState)
    required_role = _read()
    due_at = _moment(allow_null=True)


class PlanOut(Out[Plan]):
    id = serializers.IntegerField(read_only=True)
    state = _word(PlanState)
    options = OptionOut(many=True, source="rows_options", read_only=True)
    approval = PlanApprovalOut(source="rows_approval", allow_null=True, read_only=True)


class PromiseOut(Out[Any]):
    id = serializers.IntegerField(read_only=True)
    text = _read()
    due_at = _moment()
    state = _word(PromiseState)


class SubjectOut(Out[Any]):
    type = serializers.CharField()
    id = serializers.IntegerField()


class ClockOut(Out[Clock]):
    kind = _word(ClockKind)
    round = serializers.IntegerField(read_only=True)
    subject = serializers.SerializerMethodField()
    state = _word(ClockState)
    started_at = _moment()
    due_at = _moment()
    original_due_at = _moment()
    target_minutes = serializers.SerializerMethodField()
    stopped_at = _moment(allow_null=True)
    breached_at = _moment(allow_null=True)
    remaining_minutes = serializers.SerializerMethodField()
    beyond_official_list = serializers.SerializerMethodField(
        help_text="Due after the last day whose holidays its calendar knows: it may change."
    )

    @extend_schema_field(SubjectOut(allow_null=True))
    def get_subject(self, clock: Clock) -> dict[str, Any] | None:
        return {"type": clock.subject_type, "id": clock.subject_id} if clock.subject_type else None

    def get_beyond_official_list(self, clock: Clock) -> bool:
        return beyond_loaded(clock.calendar, clock.due_at)

    def get_target_minutes(self, clock: Clock) -> int:
        return clock.target_seconds // 60

    def get_remaining_minutes(self, clock: Clock) -> int | None:
        """Return the whole working minutes left, rounded down: negative when late, null once ended."""
        seconds = clocks.remaining_seconds(clock, self.context["at"])
        return None if seconds is None else seconds // 60


class ReasonOut(Out[Any]):
    rule = serializers.CharField()
    word = serializers.CharField()
    effect = serializers.CharField()


class DeadlineOut(Out[Any]):
    kind = _word(ClockKind)
    due_at = _moment()


class TriageOut(Out[Any]):
    category = serializers.CharField(allow_null=True)
    severity = _word(Severity, allow_null=True)
    emotion = _word(Emotion, allow_null=True)
    team = serializers.CharField(allow_null=True)
    confidence = serializers.FloatField()
    reasons = ReasonOut(many=True)
    similar = serializers.ListField(child=serializers.CharField())


class PreviewOut(TriageOut):
    """Where a complaint would begin if it were received now, and the deadlines that it would get."""

    tier = serializers.IntegerField()
    assignee = serializers.CharField(allow_null=True)
    region = serializers.CharField(allow_null=True)
    deadlines = DeadlineOut(many=True)


class ComplaintOut(Out[Complaint]):
    """A complaint, as every move answers with it."""

    number = _read()
    version = serializers.IntegerField(read_only=True)
    stage = _word(Stage)
    tier = serializers.IntegerField(read_only=True, min_value=1, max_value=3)
    round = serializers.IntegerField(read_only=True, min_value=1)
    severity = _word(Severity)
    severity_reason = _read()
    gravity = _word(Gravity)
    reach = _word(Reach)
    category = _read("category.code")
    channel = _word(Channel)
    region = _word(Region, allow_null=True)
    waiting_on = _word(WaitingOn, allow_null=True)
    assignee = _read("assignee.username", allow_null=True, default=None)
    team = _read("team.code")
    customer = CustomerOut(read_only=True)
    subject = _read()
    description = _read()
    occurred_at = _moment(allow_null=True)
    place = _read()
    order_reference = _read()
    desired_outcome = _read()
    loss_amount = serializers.SerializerMethodField()
    confidential = serializers.BooleanField(read_only=True)
    about_staff = serializers.ListField(
        child=serializers.CharField(), source="rows_about_staff", read_only=True
    )
    external_reference = _read()
    external_id = _read(allow_null=True)
    authority_due_at = _moment(allow_null=True)
    claims = ClaimOut(many=True, source="rows_claims", read_only=True)
    risk_flags = serializers.SerializerMethodField()
    unconfirmed_flags = serializers.SerializerMethodField()
    plan = PlanOut(source="rows_plan", allow_null=True, read_only=True)
    promises = PromiseOut(many=True, source="rows_promises", read_only=True)
    clocks = ClockOut(many=True, source="rows_clocks", read_only=True)
    triage = serializers.SerializerMethodField()
    outcome = _word(Outcome, allow_null=True)
    callback_outcome = _word(CallbackOutcome, allow_null=True)
    merged_into = _read("merged_into.number", allow_null=True, default=None)
    created_at = _moment()
    received_at = _moment()
    closed_at = _moment(allow_null=True)
    next_due_at = _moment(allow_null=True)

    @extend_schema_field(MoneyOut(allow_null=True))
    def get_loss_amount(self, complaint: Complaint) -> dict[str, str] | None:
        return money(complaint.loss_minor)

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Flag.values)))
    def get_risk_flags(self, complaint: Complaint) -> list[str]:
        return [flag.flag for flag in complaint.rows_flags]  # type: ignore[attr-defined]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Flag.values)))
    def get_unconfirmed_flags(self, complaint: Complaint) -> list[str]:
        return [f.flag for f in complaint.rows_flags if f.confirmed_at is None]  # type: ignore[attr-defined]

    @extend_schema_field(TriageOut)
    def get_triage(self, complaint: Complaint) -> dict[str, Any]:
        kept = complaint.triage or {}
        return {
            "category": kept.get("category"),
            "severity": kept.get("severity"),
            "emotion": kept.get("emotion") or complaint.emotion or None,
            "team": kept.get("team"),
            "confidence": kept.get("confidence") or 0.0,
            "reasons": kept.get("reasons") or [],
            "similar": kept.get("similar") or [],
        }


class ReceivedOut(ComplaintOut):
    """The answer of `receive`.

    Only a token with the scope `intake` gets the private link, to pass it on to the customer.
    """

    customer = EchoedCustomerOut(read_only=True)
    portal_url = serializers.CharField(required=False)
