"""The organisation: categories, teams, the caller's own account; and a triage preview that saves nothing."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Team, User
from accounts.roles import Role, TeamKind
from complaints.api import paging
from complaints.api.bodies import Body, carry_out
from complaints.api.doors import Door
from complaints.api.fields import Choice, Text
from complaints.api.schema import changes, listed, reads
from complaints.api.shapes import TriageOut, each
from complaints.models import Category
from complaints.rights.actors import person
from complaints.terms.input import MAX_DESCRIPTION
from complaints.terms.stages import Channel
from complaints.triage import place

TAG = "organisation"


class CategoryOut(serializers.Serializer[Category]):
    code = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="In the caller's language.")
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", allow_null=True, default=None, read_only=True
    )
    is_leaf = serializers.BooleanField(read_only=True, help_text="Complaints are classified by leaves.")
    is_active = serializers.BooleanField(read_only=True)
    attribution = serializers.CharField(read_only=True)


class TeamOut(serializers.Serializer[Team]):
    code = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    kind = serializers.ChoiceField(choices=TeamKind.values, read_only=True)
    tier = serializers.IntegerField(allow_null=True, read_only=True)


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


class Categories(Door):
    @reads(
        listed(CategoryOut, "Category"),
        says="The tree of categories.",
        name="categories_list",
        tag=TAG,
        paged=True,
    )
    def get(self, request: Request) -> Response:
        found = Category.objects.select_related("parent")
        return paging.answer(request, found, [paging.Part()], each(CategoryOut), default_size=200)


class Teams(Door):
    @reads(listed(TeamOut, "Team"), says="The active teams.", name="teams_list", tag=TAG, paged=True)
    def get(self, request: Request) -> Response:
        found = Team.objects.filter(is_active=True)
        return paging.answer(request, found, [paging.Part()], each(TeamOut))


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
