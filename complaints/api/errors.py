"""How errors are answered (docs/http-interface.md, "Errors"). All have the same shape and none is a 500."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from complaints.terms.errors import LifecycleError, MissingDetail

CODES = {
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "not_authenticated",
    exceptions.PermissionDenied: "forbidden",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "throttled",
    exceptions.ParseError: "invalid",
}
BODY = "body"
"""The name under which `errors` lists what is wrong with the body as a whole."""


def handle(problem: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the answer to an exception, or None for a fault of our own, which Django then logs."""
    set_rollback()
    if isinstance(problem, MissingDetail):
        return _answer(400, problem.code, _("Something is missing or wrong."), errors=problem.errors)
    if isinstance(problem, LifecycleError):
        return _answer(problem.status, problem.code, problem.message)
    if isinstance(problem, Http404):
        return _answer(404, "not_found", _("This does not exist, or you may not see it."))
    if isinstance(problem, PermissionDenied):
        return _answer(403, "forbidden", _("You are not allowed to do this."))
    if isinstance(problem, exceptions.ParseError):
        detail = force_str(problem.detail)
        return _answer(400, "invalid", detail, errors={BODY: [detail]})
    if isinstance(problem, exceptions.ValidationError):
        return _answer(400, "invalid", _("Something is missing or wrong."), errors=flat(problem.detail))
    if isinstance(problem, exceptions.APIException):
        code = CODES.get(type(problem)) or str(problem.default_code)
        return _answer(problem.status_code, code, force_str(problem.detail), headers=_headers(problem))
    return None


def _answer(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Mapping[str, list[str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {"code": code, "detail": detail}
    if errors is not None:
        body["errors"] = dict(errors)
    return Response(body, status=status, headers=dict(headers or {}))


def _headers(problem: exceptions.APIException) -> dict[str, str]:
    found = {}
    if getattr(problem, "auth_header", None):
        found["WWW-Authenticate"] = str(problem.auth_header)  # type: ignore[attr-defined]
    if getattr(problem, "wait", None):
        found["Retry-After"] = str(max(1, int(problem.wait)))  # type: ignore[attr-defined]
    return found


def flat(detail: Any) -> dict[str, list[str]]:
    """Return the errors by the path to the field: {"options.1.amount": [texts]}."""
    found: dict[str, list[str]] = {}
    for path, text in _leaves(detail, ""):
        found.setdefault(path or BODY, []).append(text)
    return found


def _leaves(detail: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            name = name + 1 if isinstance(name, int) else name  # lists are counted from 1, as in the forms
            own = path if name == "non_field_errors" else f"{path}.{name}" if path else str(name)
            yield from _leaves(inner, own)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail, start=1):
            nested = isinstance(inner, Mapping | list)
            if not nested:
                yield path, force_str(inner)
            elif inner:
                yield from _leaves(inner, f"{path}.{index}" if path else str(index))
    else:
        yield path, force_str(detail)
