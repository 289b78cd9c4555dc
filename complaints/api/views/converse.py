"""Messages, calls, notes, the timeline and the files of a complaint."""

from typing import Any

from django.http import FileResponse, Http404
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import paging
from complaints.api.bodies import Body, Given, carry_out
from complaints.api.doors import Door
from complaints.api.fields import Choice, Moment, Text, YesNo, identifier
from complaints.api.parsing import JSONBody
from complaints.api.schema import changes, listed, reads, refusals
from complaints.api.shapes import each
from complaints.lifecycle import attach, converse
from complaints.models import ActorKind, Attachment, Complaint, Direction, Event, Purpose
from complaints.reads import one_complaint
from complaints.terms.stages import Channel

TAG = "conversation"
ROOM = attach.LARGEST + 100_000
"""The largest body in bytes: one file, and the parts of the form around it."""


class MessageBody(Body):
    direction = Choice(Direction.values, required=True)
    channel = Choice(
        Channel.values, help_text="An outgoing message by phone is a call that reached the customer."
    )
    body = Text(required=True)
    purpose = Choice([*converse.WRITABLE_PURPOSES, Purpose.FINAL])
    promised_at = Moment(help_text="The time of a promise in the message; it gets a clock.")
    said_at = Moment(help_text="Only with direction in: when the customer said it, if that was earlier.")
    attachments = serializers.ListField(child=identifier(), required=False, max_length=20)


class MessageOut(serializers.Serializer[Event]):
    id = serializers.IntegerField(source="pk", read_only=True)
    direction = serializers.ChoiceField(choices=Direction.values, source="message.direction", read_only=True)
    channel = serializers.CharField(source="message.channel", read_only=True)
    purpose = serializers.ChoiceField(choices=Purpose.values, source="message.purpose", read_only=True)
    body = serializers.CharField(source="text.body", read_only=True)
    by = serializers.CharField(source="actor.username", allow_null=True, default=None, read_only=True)
    by_person = serializers.BooleanField(source="message.by_person", read_only=True)
    thanks = serializers.BooleanField(
        source="message.thanks", read_only=True, help_text="Nothing but thanks: no answer is owed."
    )
    at = serializers.DateTimeField(read_only=True)
    attachments = serializers.SerializerMethodField()

    def get_attachments(self, event: Event) -> list[int]:
        return list(event.text.details.get("attachments", []))


class EventOut(serializers.Serializer[Event]):
    seq = serializers.IntegerField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    kind = serializers.CharField(read_only=True)
    round = serializers.IntegerField(read_only=True)
    actor_kind = serializers.ChoiceField(choices=ActorKind.values, read_only=True)
    actor = serializers.CharField(source="actor.username", allow_null=True, default=None, read_only=True)
    changed = serializers.DictField(read_only=True)
    body = serializers.CharField(source="text.body", read_only=True)
    details = serializers.DictField(source="text.details", read_only=True)
    hash = serializers.CharField(read_only=True)
    previous_hash = serializers.CharField(read_only=True)


class AttachmentOut(serializers.Serializer[Attachment]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)
    content_type = serializers.CharField(read_only=True)
    size = serializers.IntegerField(read_only=True, help_text="Bytes.")
    sha256 = serializers.CharField(source="digest", read_only=True)
    note = serializers.CharField(read_only=True)
    shared = serializers.BooleanField(read_only=True)
    uploaded_by = serializers.CharField(
        source="uploaded_by.username", allow_null=True, default=None, read_only=True
    )
    at = serializers.DateTimeField(read_only=True)
    url = serializers.SerializerMethodField()

    def get_url(self, attachment: Attachment) -> str:
        base: str = self.context["base"]
        return f"{base}{attachment.pk}/"


class Messages(Door):
    @reads(
        listed(MessageOut, "Message"),
        says="Messages each way, calls and notes, oldest first.",
        name="messages_list",
        tag=TAG,
        paged=True,
    )
    def get(self, request: Request, number: str) -> Response:
        events = one_complaint.messages_of(self.complaint(number))
        return paging.answer(request, events, [paging.Part()], each(MessageOut))

    @changes(
        MessageBody,
        {201: MessageOut},
        says="Write to the customer (out), record what they said (in), or add a note (internal).",
        name="messages_add",
        tag=TAG,
    )
    def post(self, request: Request, number: str) -> Response:
        return self.once(lambda: self._add(number))

    def _add(self, number: str) -> Response:
        complaint, given = self.complaint(number), self.read(MessageBody)
        event = carry_out(given, lambda: self._step(complaint, given))
        made = one_complaint.messages_of(complaint).get(pk=event.pk)
        return Response(MessageOut(made).data, status=status.HTTP_201_CREATED)

    def _step(self, complaint: Complaint, given: Given) -> Event:
        direction, channel, body = given["direction"], given["channel"] or "", given["body"]
        if direction == Direction.INTERNAL:
            return converse.note(complaint, body=body, **self.who)
        if direction == Direction.IN:
            return converse.log_received(
                complaint, body=body, channel=channel, said_at=given["said_at"], **self.who
            )
        promised_at, purpose = given["promised_at"], given["purpose"]
        if channel == Channel.PHONE:
            return converse.log_call(
                complaint, body=body, purpose=purpose or Purpose.CALL, promised_at=promised_at, **self.who
            )
        return converse.message(
            complaint,
            body=body,
            purpose=purpose or Purpose.REPLY,
            channel=channel,
            promised_at=promised_at,
            attachments=given["attachments"] or (),
            **self.who,
        )


class Timeline(Door):
    @reads(
        listed(EventOut, "Event"),
        says="Every event, oldest first, with its hash in the chain; 200 per page by default.",
        name="timeline",
        tag=TAG,
        paged=True,
    )
    def get(self, request: Request, number: str) -> Response:
        events = one_complaint.events_of(self.complaint(number))
        return paging.answer(request, events, [paging.Part()], self._show, default_size=paging.LARGEST_SIZE)

    def _show(self, events: list[Event]) -> Any:
        return each(EventOut)(one_complaint.readable(events, self.caller))


class FormYesNo(YesNo):
    """A field of a form, where everything is text: true and false in any case, 1 and 0 count as booleans."""

    def to_internal_value(self, data: Any) -> bool:
        words = {"true": True, "false": False, "1": True, "0": False}
        return super().to_internal_value(words.get(data.lower(), data) if isinstance(data, str) else data)


class AttachmentBody(Body):
    file = serializers.FileField(required=False, allow_null=True, use_url=False)
    note = Text(500)
    shared = FormYesNo(required=False, default=False, help_text="Whether the customer sees it.")


class Attachments(Door):
    parser_classes = (MultiPartParser, JSONBody)
    largest_body = ROOM

    @reads(
        listed(AttachmentOut, "Attachment"),
        says="The files of a complaint, oldest first.",
        name="attachments_list",
        tag=TAG,
        paged=True,
    )
    def get(self, request: Request, number: str) -> Response:
        files = one_complaint.attachments_of(self.complaint(number))
        return paging.answer(request, files, [paging.Part()], self._show)

    def _show(self, files: list[Attachment]) -> Any:
        return each(AttachmentOut, base=self._base())(files)

    def _base(self) -> str:
        return self.request.build_absolute_uri(self.request.path)

    @extend_schema(request={"multipart/form-data": AttachmentBody})
    @changes(
        AttachmentBody,
        {201: AttachmentOut},
        says="Add a file as evidence (multipart/form-data). Its type is detected from its content.",
        name="attachments_add",
        tag=TAG,
    )
    def post(self, request: Request, number: str) -> Response:
        return self.once(lambda: self._add(number))

    def _add(self, number: str) -> Response:
        complaint, given = self.complaint(number), self.read(AttachmentBody)
        if isinstance(given["file"], str):
            given.values["file"] = None
        attachment = carry_out(
            given,
            lambda: attach.attach(
                complaint, given["file"], note=given["note"], shared=bool(given["shared"]), **self.who
            ),
        )
        shown = AttachmentOut(attachment, context={"base": self._base()})
        return Response(shown.data, status=status.HTTP_201_CREATED)


class AttachmentContent(Door):
    @extend_schema(
        operation_id="attachments_read",
        description="The file itself, as a download.",
        tags=[TAG],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY} | refusals(401, 403, 404, 429),
    )
    def get(self, request: Request, number: str, pk: int) -> FileResponse:
        complaint = self.complaint(number)
        file = one_complaint.attachments_of(complaint).filter(pk=pk).first()
        if file is None or not file.file.storage.exists(str(file.file.name)):
            raise Http404("no such file")
        response = FileResponse(file.file.open("rb"), content_type="application/octet-stream")
        response.headers["Content-Disposition"] = content_disposition_header(True, file.name)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
