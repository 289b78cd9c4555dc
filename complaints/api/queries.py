"""Query parameters of lists: the known names and the shape of their values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from complaints.api.errors import flat
from complaints.api.fields import LARGEST_ID, Measured, Moment
from complaints.api.paging import LARGEST_SIZE, Part
from complaints.models import ApprovalKind, ApprovalState, Clock, Complaint
from complaints.search import find
from complaints.terms.errors import MissingDetail
from complaints.terms.stages import Channel, Severity, Stage, WaitingOn

PAGING = ("cursor", "page_size")
PAGE_PARAMETERS = [
    OpenApiParameter(
        "cursor", str, description="Taken from the links `next` and `previous`.", required=False
    ),
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": 50}, required=False
    ),
]
NOBODY = "none"


class Query(serializers.Serializer[Any]):
    """The parameters of a list, in addition to those of its pages."""


def read_query(request: Request, query: type[Query], *, others: Iterable[str] = PAGING) -> dict[str, Any]:
    """Return the parameters. Raises MissingDetail for an unknown name or a wrong value."""
    known = {*query._declared_fields, *others}
    errors = {
        str(name)[:80]: [_("There is no such filter.")] for name in request.query_params if name not in known
    }
    given = {name: value for name, value in request.query_params.items() if name in query._declared_fields}
    form = query(data=given)
    if not form.is_valid():
        errors |= flat(form.errors)
    if errors:
        raise MissingDetail(errors)
    return dict(form.validated_data)


def _word(choices: Iterable[str]) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=list(choices), required=False)


def _code(limit: int = 24) -> serializers.CharField:
    return Measured(max_length=limit, required=False)


class ComplaintQuery(Query):
    stage = _word(Stage.values)
    tier = serializers.IntegerField(min_value=1, max_value=3, required=False)
    assignee = Measured(max_length=150, required=False, help_text="A username, or none.")
    team = _code()
    severity = _word(Severity.values)
    category = _code()
    channel = _word(Channel.values)
    customer = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    waiting_on = _word([*WaitingOn.values, NOBODY])
    breached = serializers.ChoiceField(choices=["true", "false"], required=False)
    due_before = Moment(allow_null=False)
    received_after = Moment(allow_null=False)
    received_before = Moment(allow_null=False)
    q = Measured(max_length=200, required=False, help_text="Words to find in the text.")
    ordering = _word(["next_due", "-received_at", "severity"])


ORDERS: dict[str, list[Part]] = {
    "next_due": [Part(Q(next_due_at__isnull=False), "next_due_at"), Part(Q(next_due_at__isnull=True), "-id")],
    "-received_at": [Part(by="-received_at")],
    "severity": [Part(Q(severity=severity), "-received_at") for severity in Severity.values],
}
PLAIN = {
    "stage": "stage",
    "tier": "tier",
    "team": "team__code",
    "severity": "severity",
    "category": "category__code",
    "channel": "channel",
    "customer": "customer",
}


def filtered(complaints: QuerySet[Complaint], asked: dict[str, Any]) -> QuerySet[Complaint]:
    """Narrow complaints by the parameters of `ComplaintQuery`."""
    found = complaints.filter(**{PLAIN[name]: value for name, value in asked.items() if name in PLAIN})
    if "assignee" in asked:
        nobody = asked["assignee"] == NOBODY
        found = found.filter(Q(assignee__isnull=True) if nobody else Q(assignee__username=asked["assignee"]))
    if "waiting_on" in asked:
        on = None if asked["waiting_on"] == NOBODY else asked["waiting_on"]
        found = found.filter(waiting_on=on) if on else found.filter(waiting_on__isnull=True)
    if "breached" in asked:
        late = Exists(Clock.objects.filter(complaint=OuterRef("pk"), breached_at__isnull=False))
        found = found.filter(late if asked["breached"] == "true" else ~late)
    moments: dict[str, datetime] = {
        lookup: asked[name]
        for name, lookup in (
            ("due_before", "next_due_at__lt"),
            ("received_after", "received_at__gte"),
            ("received_before", "received_at__lt"),
        )
        if name in asked
    }
    found = found.filter(**moments)
    return find.matching(found, asked["q"]) if "q" in asked else found


class ApprovalQuery(Query):
    complaint = _code()
    state = _word(ApprovalState.values)
    kind = _word(ApprovalKind.values)
