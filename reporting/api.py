"""The figures over the HTTP interface (docs/http-interface.md, `reports/overview/`)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.doors import Door
from complaints.api.queries import Query, read_query
from complaints.api.schema import reads
from complaints.rights import duties
from complaints.terms.errors import MissingDetail
from reporting import grouped, period


class OverviewQuery(Query):
    group_by = serializers.ChoiceField(choices=list(grouped.GROUPS), required=False)


OverviewQuery._declared_fields["from"] = serializers.DateField(required=False, help_text="The first day.")
OverviewQuery._declared_fields["to"] = serializers.DateField(required=False, help_text="The last day.")


class FigureOut(serializers.Serializer[Any]):
    n = serializers.IntegerField(help_text="The denominator of a rate, or the number itself.")
    percent = serializers.FloatField(allow_null=True)
    too_few = serializers.BooleanField(help_text="True if n is below 20, where a rate is not meaningful.")
    parts = serializers.DictField(child=serializers.IntegerField())


class GroupOut(serializers.Serializer[Any]):
    key = serializers.CharField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]
    figures = serializers.DictField(child=FigureOut())


class OverviewOut(serializers.Serializer[Any]):
    group_by = serializers.CharField(allow_null=True)
    totals = serializers.DictField(child=FigureOut())
    groups = GroupOut(many=True)


OverviewOut._declared_fields["from"] = serializers.DateField()
OverviewOut._declared_fields["to"] = serializers.DateField()


class Overview(Door):
    roles = duties.READ_REPORTS

    @reads(
        OverviewOut,
        says="The figures of a period, over what the caller may see. Default: the last 30 days.",
        name="reports_overview",
        tag="reports",
        parameters=[OverviewQuery],
    )
    def get(self, request: Request) -> Response:
        self.require_role()
        asked = read_query(request, OverviewQuery, others=())
        chosen = self._period(asked.get("from"), asked.get("to"))
        found = grouped.overview(self.caller, chosen, self.at, asked.get("group_by"))
        return Response({"from": chosen.first.isoformat(), "to": chosen.last.isoformat(), **found})

    def _period(self, first: date | None, last: date | None) -> period.Period:
        given = {"from": first.isoformat() if first else "", "to": last.isoformat() if last else ""}
        chosen, problem = period.read(given, self.at)
        if problem:
            raise MissingDetail(
                {"from": [_("Give the first and the last day; the first must not be later.")]}
            )
        if chosen.days > grouped.LONGEST_DAYS:
            raise MissingDetail({"to": [_("At most %(days)d days.") % {"days": grouped.LONGEST_DAYS}]})
        return chosen
