"""The caller's own account, and a triage preview that saves nothing."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.roles import Role
from complaints.api.bodies import carry_out
from complaints.api.bodies_intake import TriageBody, receipt_of
from complaints.api.doors import Door
from complaints.api.schema import changes, reads
from complaints.api.shapes import PreviewOut
from complaints.lifecycle import placing
from complaints.rights.actors import person

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


class TriagePreview(Door):
    @changes(
        TriageBody,
        {200: PreviewOut},
        says="Where a complaint would begin, why, and what it would be promised. Nothing is saved.",
        name="triage_preview",
        versioned=False,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        return self.once(self._previewed)

    def _previewed(self) -> Response:
        given, at = self.read(TriageBody), timezone.now()
        receipt = receipt_of(given)
        by = person(self.caller)
        found = carry_out(given, lambda: placing.checked_preview(receipt, by=by, at=at))
        placed = found.placed
        said = placed.triaged.record(placed.team) | {
            "tier": placed.tier,
            "assignee": placed.assignee.username if placed.assignee else None,
            "region": found.given.region or None,
            "deadlines": [promise._asdict() for promise in found.promises],
        }
        return Response(PreviewOut(said).data)
