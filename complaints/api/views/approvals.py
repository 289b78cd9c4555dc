"""Requests for approval: what is asked, and the decision."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import paging
from complaints.api.bodies import Body, Given, carry_out
from complaints.api.bodies_moves import Nothing
from complaints.api.doors import Door
from complaints.api.fields import MoneyIn, MoneyOut, Text, money
from complaints.api.queries import ApprovalQuery, read_query
from complaints.api.schema import changes, listed, reads
from complaints.api.shapes import each
from complaints.lifecycle.approvals import decisions
from complaints.models import Approval, ApprovalKind, ApprovalState
from complaints.reads import approvals

TAG = "approvals"
ORDER = [paging.Part(Q(due_at__isnull=False), "due_at"), paging.Part(Q(due_at__isnull=True))]


class ApproveBody(Body):
    limit = MoneyIn(help_text="For money only: the highest amount. A new offer has to be made.")
    note = Text(2000)


class RefuseBody(Body):
    reason = Text(2000, required=True)


class ApprovalOut(serializers.Serializer[Approval]):
    id = serializers.IntegerField(read_only=True)
    complaint = serializers.CharField(source="complaint.number", read_only=True)
    kind = serializers.ChoiceField(choices=ApprovalKind.values, read_only=True)
    state = serializers.ChoiceField(choices=ApprovalState.values, read_only=True)
    required_role = serializers.CharField(read_only=True)
    due_at = serializers.DateTimeField(allow_null=True, read_only=True)
    requested_by = serializers.CharField(
        source="requested_by.username", allow_null=True, default=None, read_only=True
    )
    requested_at = serializers.DateTimeField(read_only=True)
    amount = serializers.SerializerMethodField()
    limit = serializers.SerializerMethodField()
    reason = serializers.CharField(read_only=True)
    decided_by = serializers.CharField(
        source="decided_by.username", allow_null=True, default=None, read_only=True
    )
    decided_at = serializers.DateTimeField(allow_null=True, read_only=True)
    decision_note = serializers.CharField(read_only=True)
    automatic = serializers.BooleanField(read_only=True)

    @extend_schema_field(MoneyOut(allow_null=True))
    def get_amount(self, approval: Approval) -> dict[str, str] | None:
        return money(approval.amount_minor) if approval.kind == ApprovalKind.COMPENSATION else None

    @extend_schema_field(MoneyOut(allow_null=True))
    def get_limit(self, approval: Approval) -> dict[str, str] | None:
        return money(approval.limit_minor)


class Approvals(Door):
    @reads(
        listed(ApprovalOut, "Approval"),
        says="Requests put to the caller, or of complaints they may see; earliest due first.",
        name="approvals_list",
        tag=TAG,
        parameters=[ApprovalQuery],
        paged=True,
    )
    def get(self, request: Request) -> Response:
        asked = read_query(request, ApprovalQuery)
        found = approvals.approvals_seen_by(self.caller, self.at)
        if "complaint" in asked:
            asked["complaint__number"] = asked.pop("complaint").upper()
        return paging.answer(request, self._related(found.filter(**asked)), ORDER, self._show)

    def _related(self, found: QuerySet[Approval]) -> QuerySet[Approval]:
        return found.select_related("complaint", "requested_by", "decided_by")

    def _show(self, rows: list[Approval]) -> Any:
        return each(ApprovalOut)(rows)


class DecisionDoor(Door):
    def make(self, pk: int, body: type[Body], step: Callable[[Approval, Given], Approval]) -> Response:
        return self.once(lambda: self._make(pk, body, step))

    def _make(self, pk: int, body: type[Body], step: Callable[[Approval, Given], Approval]) -> Response:
        approval, given = self._find(pk), self.read(body)
        carry_out(given, lambda: step(approval, given))
        return Response(ApprovalOut(Approval.objects.get(pk=approval.pk)).data)

    def _find(self, pk: int) -> Approval:
        found = approvals.get_approval_for(self.caller, pk, self.at)
        if found is None:
            raise Http404("no such request")
        return found


class Approve(DecisionDoor):
    @changes(
        ApproveBody,
        {200: ApprovalOut},
        says="Approve. The request is carried out at once; after the first of two managers it stays pending.",
        name="approvals_approve",
        tag=TAG,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.make(
            pk,
            ApproveBody,
            lambda approval, given: decisions.decide(
                approval, approve=True, note=given["note"], limit_minor=given["limit"], **self.who
            ),
        )


class Reject(DecisionDoor):
    @changes(RefuseBody, {200: ApprovalOut}, says="Reject with a reason.", name="approvals_reject", tag=TAG)
    def post(self, request: Request, pk: int) -> Response:
        return self.make(
            pk,
            RefuseBody,
            lambda approval, given: decisions.decide(
                approval, approve=False, note=given["reason"], **self.who
            ),
        )


class WithdrawRequest(DecisionDoor):
    @changes(
        Nothing, {200: ApprovalOut}, says="Withdraw one's own request.", name="approvals_withdraw", tag=TAG
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.make(pk, Nothing, lambda approval, given: decisions.withdraw(approval, **self.who))
