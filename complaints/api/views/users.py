"""The accounts of people, for administrators. `complaints/lifecycle/staff.py` has the rules."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import invitations, people
from accounts.models import User
from accounts.roles import Role, Tier
from complaints.api import paging
from complaints.api.bodies import Body, carry_out
from complaints.api.bodies_moves import Nothing
from complaints.api.doors import Door
from complaints.api.fields import Choice, Measured, Number, Text
from complaints.api.queries import Query, read_query
from complaints.api.schema import changes, listed, reads
from complaints.api.shapes import each
from complaints.lifecycle import staff
from complaints.lifecycle.leaving import Held
from complaints.rights import duties
from ui import organisation

TAG = "people"
STATES = ("active", "invited", "expired", "inactive")


class HeldOut(serializers.Serializer[Held]):
    """How much work went back to the teams. `complaints` counts those neither in callback nor in review."""

    complaints = serializers.IntegerField(read_only=True)
    callbacks = serializers.IntegerField(read_only=True)
    reviews = serializers.IntegerField(read_only=True)
    tasks = serializers.IntegerField(read_only=True)
    requests = serializers.IntegerField(read_only=True)
    actions = serializers.IntegerField(read_only=True)


class PersonOut(serializers.Serializer[User]):
    username = serializers.CharField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    name = serializers.CharField(source="display_name", read_only=True)
    name_en = serializers.CharField(read_only=True)
    name_zh = serializers.CharField(read_only=True)
    email = serializers.CharField(read_only=True)
    role = serializers.ChoiceField(choices=Role.values, read_only=True)
    tier = serializers.IntegerField(allow_null=True, read_only=True)
    teams = serializers.SerializerMethodField()
    language = serializers.CharField(read_only=True)
    timezone = serializers.CharField(read_only=True)
    state = serializers.SerializerMethodField(
        help_text="active may sign in; invited has a link, expired had one, to set a password."
    )
    invited_until = serializers.DateTimeField(allow_null=True, read_only=True, default=None)

    def get_teams(self, user: User) -> list[str]:
        return [team.code for team in user.teams.all()]

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, user: User) -> str:
        return invitations.state_of(user, self.context["at"])


class ChangedPersonOut(PersonOut):
    given_back = HeldOut(read_only=True, help_text="What went back to the teams with this call.")


class PersonBody(Body):
    name_en = Text(80)
    name_zh = Text(80)
    email = Text(254)
    role = Choice(Role.values, allow_null=False)
    tier = Number(required=False, allow_null=True, min_value=min(Tier.values), max_value=max(Tier.values))
    teams = serializers.ListField(child=Measured(max_length=20), required=False, max_length=100)
    language = Choice([code for code, _name in settings.LANGUAGES], allow_null=False)
    timezone = Text(64)


class NewPersonBody(PersonBody):
    username = Text(150, required=True)
    language = Choice([code for code, _name in settings.LANGUAGES], allow_null=False, default="en")


class PersonQuery(Query):
    q = Measured(max_length=80, required=False, help_text="Part of a name, username or mail address.")


class PeopleDoor(Door):
    roles = duties.KEEP_PEOPLE

    def find(self, username: str) -> User:
        self.require_role()
        found = invitations.with_invitations(User.objects.prefetch_related("teams"))
        person = None if "\x00" in username else found.filter(username=username).first()
        if person is None:
            raise Http404("no such person")
        return person

    def show_person(
        self, username: str, held: Held | None = None, code: int = status.HTTP_200_OK
    ) -> Response:
        person, context = self.find(username), {"at": self.at}
        data: dict[str, Any] = dict(PersonOut(person, context=context).data)
        if held is not None:
            data = data | {"given_back": HeldOut(held).data}
        return Response(data, status=code, headers={"ETag": f'"{person.version}"'})

    def mail(self, person: User, key: str) -> None:
        """Mail the invitation link after the transaction has been committed."""
        transaction.on_commit(lambda: invitations.send(person, key))


class People(PeopleDoor):
    @reads(
        listed(PersonOut, "Person"),
        says="All people with their roles and teams, for administrators.",
        name="users_list",
        tag=TAG,
        parameters=[PersonQuery],
        paged=True,
    )
    def get(self, request: Request) -> Response:
        self.require_role()
        asked = read_query(request, PersonQuery)
        found = invitations.with_invitations(people.matching(asked.get("q", "")))
        return paging.answer(request, found, [paging.Part()], each(PersonOut, at=self.at))

    @changes(
        NewPersonBody,
        {201: PersonOut},
        says="Make an account and mail the invitation. The person sets the password themselves.",
        name="users_add",
        versioned=False,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        self.require_role()
        return self.once(self._add)

    def _add(self) -> Response:
        given = self.read(NewPersonBody)
        given.values["timezone"] = given.values.get("timezone") or organisation.current().time_zone
        person, key = carry_out(given, lambda: staff.create(given.values, by=self.by, at=self.at))
        self.mail(person, key)
        return self.show_person(person.username, code=status.HTTP_201_CREATED)


class OnePerson(PeopleDoor):
    @reads(PersonOut, says="The account of a person.", name="users_read", tag=TAG)
    def get(self, request: Request, username: str) -> Response:
        return self.show_person(username)

    @changes(
        PersonBody,
        {200: ChangedPersonOut},
        says="Change an account. Only fields that are sent change. Losing role or teams gives work back.",
        name="users_edit",
        tag=TAG,
        post=False,
    )
    def patch(self, request: Request, username: str) -> Response:
        person, given = self.find(username), self.read(PersonBody)
        sent: dict[str, Any] = {
            name: value for name, value in given.only_sent().items() if name not in given.errors
        }
        held = carry_out(given, lambda: staff.change(person, sent, **self.who))
        return self.show_person(username, held)


class Deactivate(PeopleDoor):
    @changes(
        Nothing,
        {200: ChangedPersonOut},
        says="Take the right to sign in away. Sessions and tokens end, and open work goes back to the teams.",
        name="users_deactivate",
        tag=TAG,
    )
    def post(self, request: Request, username: str) -> Response:
        person = self.find(username)

        def act() -> Response:
            given = self.read(Nothing)
            held = carry_out(given, lambda: staff.deactivate(person, **self.who))
            return self.show_person(username, held)

        return self.once(act)


class Invite(PeopleDoor):
    @changes(
        Nothing,
        {200: PersonOut},
        says="Mail a new link to somebody who cannot sign in, for example after they were deactivated.",
        name="users_invite",
        tag=TAG,
    )
    def post(self, request: Request, username: str) -> Response:
        person = self.find(username)

        def act() -> Response:
            given = self.read(Nothing)
            key = carry_out(given, lambda: staff.invite(person, **self.who))
            self.mail(person, key)
            return self.show_person(username)

        return self.once(act)
