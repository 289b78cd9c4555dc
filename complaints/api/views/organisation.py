"""Read teams, categories and remedies; managers and administrators may also change them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Team
from accounts.roles import TeamKind
from complaints.api import paging
from complaints.api.bodies import Body, Given, carry_out
from complaints.api.doors import Door
from complaints.api.fields import Choice, MoneyIn, MoneyOut, Number, Text, YesNo, money
from complaints.api.schema import changes, listed, reads
from complaints.api.shapes import each
from complaints.models import Category, Remedy
from complaints.models.organisation import Attribution
from complaints.rights import duties
from complaints.setup import edit

TAG = "organisation"


class NamedOut(serializers.Serializer[Any]):
    code = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="In the caller's language.")
    name_en = serializers.CharField(read_only=True)
    name_zh = serializers.CharField(read_only=True)
    name_hant = serializers.CharField(read_only=True)
    is_active = serializers.BooleanField(read_only=True, help_text="False when retired.")
    version = serializers.SerializerMethodField(help_text="For If-Match. It changes with the row.")
    subject: ClassVar[str]

    def get_version(self, row: Any) -> int:
        return edit.version_in(self.subject, row)


class CategoryOut(NamedOut):
    subject = "categories"
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", allow_null=True, default=None, read_only=True
    )
    is_leaf = serializers.BooleanField(read_only=True, help_text="Complaints are classified by leaves.")
    attribution = serializers.CharField(read_only=True)


class TeamOut(NamedOut):
    subject = "teams"
    kind = serializers.ChoiceField(choices=TeamKind.values, read_only=True)
    tier = serializers.IntegerField(allow_null=True, read_only=True)


class RemedyOut(NamedOut):
    subject = "remedies"
    type = serializers.CharField(read_only=True)
    cost = serializers.SerializerMethodField(help_text="Null where it depends on the complaint.")
    ladder_step = serializers.IntegerField(read_only=True)
    promise_en = serializers.CharField(read_only=True)
    promise_zh = serializers.CharField(read_only=True)
    promise_hant = serializers.CharField(read_only=True)
    is_cash = serializers.BooleanField(read_only=True)
    is_principled = serializers.BooleanField(read_only=True)

    @extend_schema_field(MoneyOut(allow_null=True))
    def get_cost(self, remedy: Remedy) -> dict[str, str] | None:
        return money(remedy.cost_minor)


class NamedBody(Body):
    name_en, name_zh, name_hant = Text(120), Text(120), Text(120)
    is_active = YesNo(required=False, help_text="False retires it: history keeps it, choices do not.")


class TeamBody(NamedBody):
    kind = Choice(TeamKind.values)
    tier = Number(min_value=1, max_value=3, required=False, allow_null=True)


class CategoryBody(NamedBody):
    parent = Text(20, allow_null=True)  # type: ignore[assignment]
    is_leaf = YesNo(required=False, help_text="False makes a branch.")
    attribution = Choice(Attribution.values)


class RemedyBody(NamedBody):
    type = Text(40)
    cost = MoneyIn()
    ladder_step = Number(min_value=0, max_value=99, required=False)
    promise_en, promise_zh, promise_hant = Text(60), Text(60), Text(60)
    is_cash = YesNo(required=False)
    is_principled = YesNo(required=False)


class NewTeam(TeamBody):
    code = Text(20, required=True)


class NewCategory(CategoryBody):
    code = Text(20, required=True)


class NewRemedy(RemedyBody):
    code = Text(20, required=True)


COLUMNS = {"cost": "cost_minor"}
"""{field of a body: name of the column}, where the two differ."""
EMPTY = {"attribution": ""}
"""{column: value to store for null}, for columns that cannot be null."""


def given_of(given: Given) -> dict[str, Any]:
    """Return the columns that were sent."""
    return {
        COLUMNS.get(name, name): EMPTY.get(name) if value is None else value
        for name, value in given.only_sent().items()
    }


class Keeping(Door):
    """The base class of endpoints that add or change rows of one subject."""

    out: ClassVar[type[NamedOut]]
    roles = duties.KEEP_ORGANISATION

    def add(self, body: type[Body]) -> Response:
        given = self.read(body)
        row = carry_out(given, lambda: edit.add(self.out.subject, given_of(given), by=self.by, at=self.at))
        return Response(self.out(row).data, status=status.HTTP_201_CREATED)

    def change(self, code: str, body: type[Body]) -> Response:
        given = self.read(body)
        row = carry_out(given, lambda: edit.change(self.out.subject, code, given_of(given), **self.who))
        return Response(self.out(row).data)


class Teams(Keeping):
    out = TeamOut

    @reads(listed(TeamOut, "Team"), says="The active teams.", name="teams_list", tag=TAG, paged=True)
    def get(self, request: Request) -> Response:
        found = Team.objects.filter(is_active=True)
        return paging.answer(request, found, [paging.Part()], each(TeamOut))

    @changes(
        NewTeam, {201: TeamOut}, says="Add a team or department.", name="teams_add", tag=TAG, versioned=False
    )
    def post(self, request: Request) -> Response:
        return self.once(lambda: self.add(NewTeam))


class OneTeam(Keeping):
    out = TeamOut

    @changes(
        TeamBody,
        {200: TeamOut},
        says="Rename or retire a team, or change its kind and tier. Only fields that are sent change.",
        name="teams_change",
        tag=TAG,
        post=False,
    )
    def patch(self, request: Request, code: str) -> Response:
        return self.change(code, TeamBody)


class Categories(Keeping):
    out = CategoryOut

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

    @changes(
        NewCategory,
        {201: CategoryOut},
        says="Add a branch, or a category below one.",
        name="categories_add",
        tag=TAG,
        versioned=False,
    )
    def post(self, request: Request) -> Response:
        return self.once(lambda: self.add(NewCategory))


class OneCategory(Keeping):
    out = CategoryOut

    @changes(
        CategoryBody,
        {200: CategoryOut},
        says="Rename, move or retire a category. A branch takes its categories along.",
        name="categories_change",
        tag=TAG,
        post=False,
    )
    def patch(self, request: Request, code: str) -> Response:
        return self.change(code, CategoryBody)


class Remedies(Keeping):
    out = RemedyOut

    @reads(listed(RemedyOut, "Remedy"), says="The remedies.", name="remedies_list", tag=TAG, paged=True)
    def get(self, request: Request) -> Response:
        return paging.answer(request, Remedy.objects.all(), [paging.Part()], each(RemedyOut))

    @changes(NewRemedy, {201: RemedyOut}, says="Add a remedy.", name="remedies_add", tag=TAG, versioned=False)
    def post(self, request: Request) -> Response:
        return self.once(lambda: self.add(NewRemedy))


class OneRemedy(Keeping):
    out = RemedyOut

    @changes(
        RemedyBody,
        {200: RemedyOut},
        says="Change or retire a remedy. Offers that were made keep their amounts.",
        name="remedies_change",
        tag=TAG,
        post=False,
    )
    def patch(self, request: Request, code: str) -> Response:
        return self.change(code, RemedyBody)
