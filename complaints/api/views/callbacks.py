"""The agenda of callbacks."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import paging
from complaints.api.doors import Door
from complaints.api.schema import listed, reads
from complaints.api.shapes import each
from complaints.models import AttemptResult, Callback
from complaints.reads import callbacks


class AttemptOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField(read_only=True)
    by = serializers.CharField(source="by.username", allow_null=True, default=None, read_only=True)
    channel = serializers.CharField(read_only=True)
    result = serializers.ChoiceField(choices=AttemptResult.values, read_only=True)
    later_at = serializers.DateTimeField(allow_null=True, read_only=True)
    note = serializers.CharField(read_only=True)


class CallbackOut(serializers.Serializer[Callback]):
    id = serializers.IntegerField(read_only=True)
    complaint = serializers.CharField(source="handling.complaint.number", read_only=True)
    round = serializers.IntegerField(source="handling.round", read_only=True)
    customer = serializers.SerializerMethodField()
    due_at = serializers.DateTimeField(read_only=True)
    planned_at = serializers.DateTimeField(allow_null=True, read_only=True)
    notice_sent_at = serializers.DateTimeField(allow_null=True, read_only=True)
    attempts = serializers.SerializerMethodField()

    def get_customer(self, callback: Callback) -> str:
        return str(callback.handling.complaint.customer.label)

    @extend_schema_field(AttemptOut(many=True))
    def get_attempts(self, callback: Callback) -> Any:
        return AttemptOut(callback.attempts.all(), many=True).data


class Callbacks(Door):
    @reads(
        listed(CallbackOut, "Callback"),
        says="Open callbacks of complaints that the caller may see, due first.",
        name="callbacks_list",
        tag="callbacks",
        paged=True,
    )
    def get(self, request: Request) -> Response:
        return paging.answer(
            request,
            callbacks.callbacks_for(self.caller),
            [paging.Part(by="due_at")],
            each(CallbackOut),
        )
