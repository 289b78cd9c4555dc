"""Policies and calendars, which managers read and replace. Each change makes a new version."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.bodies import Body, Given, carry_out, many
from complaints.api.doors import Door
from complaints.api.fields import Choice, Number, Text, YesNo
from complaints.api.schema import changes, listed, reads
from complaints.models import CalendarVersion, Policy, PolicyRule
from complaints.rights import duties
from complaints.sla import targets
from complaints.sla.calendars import versions
from complaints.sla.policies import table
from complaints.sla.policies.conditions import DOMAIN

TAG = "sla"


class TargetOut(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(min_value=1)
    calendar = serializers.CharField()


class RuleOut(serializers.Serializer[Any]):
    order = serializers.IntegerField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    name_hant = serializers.CharField()
    match = serializers.DictField(help_text="Empty matches every complaint.")
    targets = serializers.DictField(
        child=TargetOut(), help_text="By kind of clock. A kind without an entry has no clock."
    )
    escalate = serializers.BooleanField()
    warn = serializers.ListField(child=serializers.IntegerField())


class PolicyOut(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField(allow_null=True)
    rules = RuleOut(many=True)


class TargetBody(Body):
    minutes = Number(required=True, min_value=1, max_value=10_000_000)
    calendar = Text(20, required=True)


class TargetsBody(Body):
    """The minutes and the calendar, by kind of clock."""


class MatchBody(Body):
    """The value by field; all must match."""


for _kind in targets.POLICY_KINDS:
    TargetsBody._declared_fields[str(_kind)] = TargetBody(required=False, allow_null=True)
for _field, _values in DOMAIN.items():
    MatchBody._declared_fields[_field] = (
        YesNo(required=False)
        if any(isinstance(value, bool) for value in _values)
        else Choice([str(value) for value in _values if value is not None], allow_null=None in _values)
    )


class RuleBody(Body):
    name_en = Text(80, required=True)
    name_zh = Text(80, required=True)
    name_hant = Text(80)
    match = MatchBody(required=False)
    targets = TargetsBody(required=True)
    escalate = YesNo(required=False, default=True)
    warn = serializers.ListField(child=Number(min_value=1, max_value=99), required=False, max_length=10)


class PolicyBody(Body):
    reason = Text(300, required=True)
    rules = many(RuleBody, required=True, max_length=200)


def shown_policy(policy: Policy) -> dict[str, Any]:
    return dict(
        PolicyOut(
            {
                "version": policy.version,
                "reason": policy.reason,
                "created_at": policy.created_at,
                "rules": [_shown_rule(rule) for rule in table.rules_of(policy)],
            }
        ).data
    )


def _shown_rule(rule: PolicyRule) -> dict[str, Any]:
    cells = {kind: {"minutes": cell[0], "calendar": cell[1]} for kind, cell in rule.targets.items()}
    names = ("order", "name_en", "name_zh", "name_hant", "match", "escalate")
    return {name: getattr(rule, name) for name in names} | {
        "targets": cells,
        "warn": rule.warn or list(targets.DEFAULT_WARN),
    }


class Policies(Door):
    roles = duties.EDIT_RULES

    @reads(
        PolicyOut,
        says="The policy in force. The first rule that matches is used.",
        name="policies_read",
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        self.require_role()
        return self._answer()

    @changes(
        PolicyBody,
        {200: PolicyOut},
        says="Replace the whole table. Open clocks keep the version they started with.",
        name="policies_replace",
        tag=TAG,
        post=False,
    )
    def put(self, request: Request) -> Response:
        given = self.read(PolicyBody)
        carry_out(given, lambda: self._replace(given))
        return self._answer()

    def _replace(self, given: Given) -> Policy:
        rules = [
            rule
            | {
                "match": dict(rule.get("match") or {}),
                "targets": {
                    kind: (cell["minutes"], cell["calendar"])
                    for kind, cell in (rule.get("targets") or {}).items()
                    if cell
                },
            }
            for rule in given["rules"] or []
        ]
        return table.replace_all(
            rules,
            seen=table.LATEST if self.version is None else self.version,
            reason=given["reason"],
            by=self.by,
            at=self.at,
        )

    def _answer(self) -> Response:
        policy = targets.policy_now()
        if policy is None:
            return Response({"version": 0, "reason": "", "created_at": None, "rules": []})
        return Response(shown_policy(policy), headers={"ETag": f'"{policy.version}"'})


class CalendarOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    version = serializers.IntegerField()
    reason = serializers.CharField()
    timezone = serializers.CharField()
    hours = serializers.DictField(
        child=serializers.CharField(), help_text='By weekday; "0" is Monday: "09:00-12:00, 13:00-18:00".'
    )
    closed = serializers.ListField(child=serializers.DateField())
    special = serializers.DictField(child=serializers.CharField(), help_text="By date, as hours.")
    loaded_until = serializers.DateField(
        allow_null=True, help_text="The last day of the lists of holidays, official or computed."
    )
    warnings = serializers.ListField(child=serializers.CharField(), required=False)


class HoursBody(Body):
    """The hours by weekday."""


for _day in range(7):
    HoursBody._declared_fields[str(_day)] = Text(200)


class CalendarBody(Body):
    code = Text(20, required=True)
    reason = Text(300, required=True)
    timezone = Text(64, allow_null=True, default=None)
    hours = HoursBody(required=False, allow_null=True)
    closed = serializers.ListField(child=Text(10), required=False, allow_null=True, max_length=2000)
    special = serializers.DictField(child=Text(200), required=False, allow_null=True)


def shown_calendar(version: CalendarVersion) -> dict[str, Any]:
    working = version.working
    return {
        "code": version.calendar.code,
        "name": version.calendar.name,
        "version": version.version,
        "reason": version.reason,
        "timezone": working.timezone,
        "hours": {str(day): _written(windows) for day, windows in sorted(working.hours.items()) if windows},
        "closed": sorted(day.isoformat() for day in working.closed),
        "special": {day.isoformat(): _written(windows) for day, windows in sorted(working.special.items())},
        "loaded_until": version.loaded_until.isoformat() if version.loaded_until else None,
    }


def _written(windows: Iterable[tuple[time, time]]) -> str:
    ends = ((f"{start:%H:%M}", f"{end:%H:%M}" if end != time(0) else "24:00") for start, end in windows)
    return ", ".join(f"{start}-{end}" for start, end in ends)


class Calendars(Door):
    roles = duties.EDIT_RULES

    @reads(
        listed(CalendarOut, "Calendar"),
        says="The calendars in force.",
        name="calendars_list",
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        self.require_role()
        found = sorted(targets.calendars_now().values(), key=lambda version: version.calendar.code)
        return Response(
            {"next": None, "previous": None, "results": [shown_calendar(version) for version in found]}
        )

    @changes(
        CalendarBody,
        {200: CalendarOut},
        says="Change one calendar. What is left out stays as it is. Open clocks keep their version.",
        name="calendars_change",
        tag=TAG,
        post=False,
    )
    def put(self, request: Request) -> Response:
        given = self.read(CalendarBody)
        saved = carry_out(given, lambda: self._change(given))
        shown = shown_calendar(saved.version) | {"warnings": saved.warnings}
        return Response(shown, headers={"ETag": f'"{saved.version.version}"'})

    def _change(self, given: Given) -> versions.Saved:
        seen = versions.LATEST if self.version is None else self.version
        edit = versions.Edit(given["code"], seen, given["reason"], self.by, self.at)
        return versions.put_all(edit, given.values)
