"""What was changed in the settings, for managers and administrators."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import changes
from accounts.models import SettingsChange
from complaints.api import paging
from complaints.api.doors import Door
from complaints.api.fields import Measured
from complaints.api.queries import Query, read_query
from complaints.api.schema import listed, reads
from complaints.api.shapes import each


class ChangeOut(serializers.Serializer[SettingsChange]):
    """`before` is null for something new, `after` for something deleted; else both hold what differs."""

    id = serializers.IntegerField(source="seq", read_only=True)
    at = serializers.DateTimeField(read_only=True)
    by = serializers.CharField(
        source="by.username", allow_null=True, default=None, read_only=True, help_text="Null for commands."
    )
    subject = serializers.CharField(read_only=True, help_text="Such as team, person, limits or routing.")
    key = serializers.CharField(read_only=True, help_text="Which one of them.")
    before = serializers.DictField(allow_null=True, read_only=True)
    after = serializers.DictField(allow_null=True, read_only=True)


class ChangeQuery(Query):
    subject = Measured(max_length=20, required=False)


class SettingsChanges(Door):
    roles = changes.READERS

    @reads(
        listed(ChangeOut, "SettingsChange"),
        says="Who changed which setting, newest first.",
        name="settings_changes_list",
        tag="settings",
        parameters=[ChangeQuery],
        paged=True,
    )
    def get(self, request: Request) -> Response:
        self.require_role()
        asked = read_query(request, ChangeQuery)
        found = SettingsChange.objects.select_related("by").filter(**asked)
        return paging.answer(request, found, [paging.Part(by="-id")], each(ChangeOut))
