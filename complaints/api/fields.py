"""How values are written (docs/http-interface.md, "Format"). Types are strict: "5" is not a number."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Team, User
from complaints.terms.errors import Problems
from complaints.terms.input import MAX_TEXT, amount_minor
from ui import organisation

AMOUNT = r"^\d{1,9}(\.\d{1,2})?$"
LARGEST_ID = 2**63 - 1
OFFSET = re.compile(r"\d(Z|[+-]\d{2}(:?\d{2})?)$", re.IGNORECASE)
CLOCK_TIME = re.compile(r"[T ]\d{2}(:?\d{2})", re.IGNORECASE)
"""Finds a time of day in a text.

It is needed because the end of a date such as 2026-10-01 or 2026-10 looks like a UTC offset.
"""


class Measured(serializers.CharField):
    """A text whose maximum length is checked before trimming, because the schema counts it that way too."""

    def to_internal_value(self, data: Any) -> str:
        if self.max_length is not None and len(str(data)) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return str(super().to_internal_value(data))


class Text(Measured):
    """A JSON string. How long it may be and whether it is required is decided by the step."""

    def __init__(self, max_length: int = MAX_TEXT, **given: Any) -> None:
        given.setdefault("required", False)
        given.setdefault("allow_blank", True)
        given.setdefault("default", "")
        if given["required"]:
            given.pop("default")
        super().__init__(max_length=max_length, **given)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of the listed words. An empty string is not one of them."""

    def __init__(self, choices: Sequence[str], **given: Any) -> None:
        given.setdefault("required", False)
        given.setdefault("allow_null", not given["required"])
        super().__init__(choices=list(choices), **given)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return str(super().to_internal_value(data))


class YesNo(serializers.BooleanField):
    """A JSON boolean; 0, 1 and "true" are refused."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Number(serializers.IntegerField):
    """A JSON integer; booleans, fractions and digits in a string are refused."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(data)


def identifier(**given: Any) -> Number:
    """Return a field for the id of a row, as another answer gave it."""
    return Number(min_value=1, max_value=LARGEST_ID, **given)


class Moment(serializers.DateTimeField):
    """ISO 8601 with an offset. A time without one is refused, because it could be in any zone.

    A date or a week date alone has none either.
    """

    default_error_messages = {"offset": _("Give the time with its offset, as in 2026-11-23T09:30:00+08:00.")}

    def __init__(self, **given: Any) -> None:
        given.setdefault("required", False)
        given.setdefault("allow_null", True)
        super().__init__(**given)

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            self.fail("invalid", format="ISO 8601")
        if value[:4].isdecimal() and not (CLOCK_TIME.search(value) and OFFSET.search(value)):
            self.fail("offset")
        try:
            moment = super().to_internal_value(value)
            moment.astimezone(timezone.get_current_timezone())
        except (OverflowError, ValueError):
            self.fail("invalid", format="ISO 8601")
        return moment


@extend_schema_field(
    {
        "oneOf": [
            {
                "type": "object",
                "properties": {
                    "amount": {"type": "string", "pattern": AMOUNT},
                    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                },
                "required": ["amount"],
                "additionalProperties": False,
            },
            {"type": "string", "pattern": AMOUNT},
        ],
        "example": {"amount": "120.00", "currency": "CNY"},
    }
)
class MoneyIn(serializers.Field):
    """{"amount": "120.00", "currency": "CNY"}, or the amount alone. The value is in minor units."""

    default_error_messages = {
        "shape": _('Write an amount as {{"amount": "120.00", "currency": "{currency}"}}.'),
        "currency": _("Only {currency} is accepted."),
    }

    def __init__(self, **given: Any) -> None:
        given.setdefault("required", False)
        given.setdefault("allow_null", True)
        super().__init__(**given)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, dict):
            if not {"amount"} <= data.keys() <= {"amount", "currency"}:
                self.fail("shape", currency=_currency())
            if data.get("currency", _currency()) != _currency():
                self.fail("currency", currency=_currency())
            data = data["amount"]
        if not isinstance(data, str) or not data:
            self.fail("shape", currency=_currency())
        problems = Problems()
        minor = amount_minor(problems, "amount", data) if data == data.strip() else None
        if minor is None:
            raise serializers.ValidationError(
                problems.errors.get("amount") or self.error_messages["shape"].format(currency=_currency())
            )
        return minor

    def to_representation(self, value: Any) -> Any:
        return money(value)


def _currency() -> str:
    return organisation.current().currency


def money(minor: int | None) -> dict[str, str] | None:
    """Return an amount in minor units as the object that clients see."""
    if minor is None:
        return None
    return {"amount": f"{minor // 100}.{minor % 100:02d}", "currency": _currency()}


def plain_amount(minor: int | None) -> str | None:
    """Return an amount in minor units as the text that a step takes."""
    return None if minor is None else f"{minor // 100}.{minor % 100:02d}"


@extend_schema_field(OpenApiTypes.STR)
class PersonIn(serializers.Field):
    """A username. The value is the active user of that name."""

    default_error_messages = {"unknown": _("There is no user with this name.")}

    def __init__(self, **given: Any) -> None:
        given.setdefault("required", False)
        given.setdefault("allow_null", True)
        super().__init__(**given)

    def to_internal_value(self, data: Any) -> User:
        found = None
        if isinstance(data, str) and 0 < len(data) <= 150 and "\x00" not in data and data.isprintable():
            found = User.objects.filter(username=data, is_active=True).first()
        if found is None:
            self.fail("unknown")
        return found

    def to_representation(self, value: User) -> str:
        return value.username


@extend_schema_field(OpenApiTypes.STR)
class TeamIn(serializers.Field):
    """The code of a team. The value is the active team of that code."""

    default_error_messages = {"unknown": _("There is no active team with this code.")}

    def __init__(self, **given: Any) -> None:
        given.setdefault("required", False)
        given.setdefault("allow_null", True)
        super().__init__(**given)

    def to_internal_value(self, data: Any) -> Team:
        found = None
        if isinstance(data, str) and 0 < len(data) <= 20 and data.isascii() and data.isprintable():
            found = Team.objects.filter(code=data, is_active=True).first()
        if found is None:
            self.fail("unknown")
        return found

    def to_representation(self, value: Team) -> str:
        return value.code


class MoneyOut(serializers.Serializer[Any]):
    """An amount in the organisation's currency."""

    amount = serializers.RegexField(AMOUNT)
    currency = serializers.CharField()
