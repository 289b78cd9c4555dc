"""The caller's own account, and a triage preview that saves nothing."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.roles import Role
from complaints.api.bodies import Body, carry_out
from complaints.api.doors import Door
from complaints.api.fields import Choice, Text
from complaints.api.schema import changes, reads
from complaints.api.shapes import TriageOut
from complaints.rights.actors import person
from complaints.terms.input import MAX_DESCRIPTION
from complaints.terms.stages import Channel
from complaints.triage import place

TAG = "organisation"


class UserOut(serializers.Serializer[User]):
    username = serializers.CharField(read_only=True)
    name = serializers.CharField(source="display_name", read_only=True)
    role = serializers.ChoiceField(choices=Role.values, read_only=True)
    tier = serializers.IntegerField(allow_null=True, read_only=True)
    teams = serializers.SerializerMethodField()
    language = serializers.CharField(read_only=True)
    timezone = serializers.CharField(read_only=True)

    def get_teams(self, user: User) -> list[str]:
        return [team.code for team in user.teams.all()]


class Me(Door):
    @reads(UserOut, says="The user who calls.", name="users_me", tag=TAG)
    def get(self, request: Request) -> Response:
        return Response(UserOut(self.caller).data)


class TriageBody(Body):
    description = Text(MAX_DESCRIPTION, required=True)
    channel = Choice(Channel.values, required=True)


class TriagePreview(Door):
    @changes(
        TriageBody,
        {200: TriageOut},
        says="What triage suggests for a text, and why. Nothing is saved.",
        name="triage_preview",
        versioned=False,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        return self.once(self._previewed)

    def _previewed(self) -> Response:
        given = self.read(TriageBody)
        said = carry_out(
            given,
            lambda: place.preview(given["description"], given["channel"], by=person(self.caller)),
        )
        return Response(TriageOut(said).data)
