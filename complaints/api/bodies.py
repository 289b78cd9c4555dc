"""Request bodies: which fields a client may send and of which type. The rules are checked by the steps."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.exceptions import ValidationError as FieldErrors
from rest_framework.fields import SkipField, empty
from rest_framework.request import Request

from complaints.api.errors import BODY, flat
from complaints.terms.errors import MissingDetail

Answer = TypeVar("Answer")


class Body(serializers.Serializer[Any]):
    """The fields of a body. A field that is not declared is refused."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Refuse unknown fields in nested bodies too."""
        if isinstance(data, Mapping):
            unknown = {
                str(name)[:80]: [_("There is no such field.")] for name in data if name not in self.fields
            }
            if unknown:
                raise FieldErrors(unknown)
            meant = {name: as_meant(self.fields[str(name)], value) for name, value in data.items()}
            data = {name: value for name, value in meant.items() if value is not empty}
        return dict(super().to_internal_value(data))


def as_meant(field: Any, raw: Any) -> Any:
    """Return what a client means by a value of a field.

    For an optional field null and "" are the same as leaving it out. A field that may be empty keeps the
    empty value, so that a correction can clear it.
    """
    if field.required or not (raw is None or raw == ""):
        return raw
    if isinstance(field, serializers.CharField):
        return "" if raw is None and not field.allow_null else raw
    return None if field.allow_null else empty


def many(body: type[Body], **given: Any) -> Any:
    """Return a field that takes a list of bodies."""
    make: Any = body
    return make(many=True, **given)


class Given:
    """The content of a request body.

    `values` has every field of the body; a wrong or missing one is blank or None. `errors` is {path:
    [texts]}, and `sent` holds the names of the fields that were sent with a value, or cleared.
    """

    def __init__(self, body: type[Body], raw: Any) -> None:
        self.body = body
        self.values: dict[str, Any] = {}
        self.errors: dict[str, list[str]] = {}
        self.sent: set[str] = set()
        fields = body().fields
        if not isinstance(raw, Mapping):
            self.errors[BODY] = [_("Send a JSON object.")]
            raw = {}
        for name in raw.keys() - fields.keys():
            self.errors[str(name)[:80]] = [_("There is no such field.")]
        for name, field in fields.items():
            meant = as_meant(field, raw.get(name, empty))
            if meant is not empty:
                self.sent.add(name)
            self._take(name, field, meant)

    def _take(self, name: str, field: Any, raw: Any) -> None:
        try:
            self.values[name] = field.run_validation(raw)
        except SkipField:
            self.values[name] = None
        except FieldErrors as problem:
            for path, texts in flat(problem.detail).items():
                self.errors[name if path == BODY else f"{name}.{path}"] = texts
            self.values[name] = "" if isinstance(field, serializers.CharField) else None

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def only_sent(self) -> dict[str, Any]:
        """Return the fields that the client sent, without those it left out."""
        return {name: value for name, value in self.values.items() if name in self.sent}


def read(request: Request, body: type[Body]) -> Given:
    """Read the body of a request.

    A body that is not JSON becomes an error in `Given`; wrong input is refused only after the other checks.
    """
    try:
        raw = request.data
    except ParseError as problem:
        given = Given(body, {})
        given.errors = {BODY: [str(problem.detail)]}
        return given
    return Given(body, raw)


class _NotMeant(Exception):
    """Rolls back a trial of a step.

    When a body has wrong values, the step is tried with blanks in their place, only to learn whether
    it would be refused for another reason first."""


def carry_out(given: Given, step: Callable[[], Answer]) -> Answer:
    """Run a step with the given input and return its result.

    Wrong input is refused last (docs/lifecycle.md, "Order of checks"). So even with wrong input the step is
    tried, to find out whether another check refuses it first, and then rolled back.

    Raises what the step raises, or MissingDetail with all errors of the input at once.
    """
    if not given.errors:
        return step()
    errors = dict(given.errors)
    try:
        with transaction.atomic():
            step()
            raise _NotMeant
    except _NotMeant:
        pass
    except MissingDetail as problem:
        for name, texts in problem.errors.items():
            if not any(name == known or known.startswith(f"{name}.") for known in errors):
                errors[name] = texts
    raise MissingDetail(errors)
