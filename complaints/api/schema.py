"""How endpoints describe themselves in OpenAPI: the answers that any of them may give."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from complaints.api.doors import IF_MATCH, KEY, ErrorOut
from complaints.api.queries import PAGE_PARAMETERS

Function = TypeVar("Function", bound=Callable[..., Any])
REFUSALS = {
    400: "Something is missing or wrong; `errors` says where.",
    401: "Not signed in.",
    403: "Not allowed for this role, person or token.",
    404: "Does not exist, or the caller may not see it.",
    409: "The complaint is not in a state that allows this, or has changed since it was read.",
    413: "Too large.",
    415: "Unsupported media type.",
    429: "Too many calls; Retry-After says how long to wait.",
}


def refusals(*codes: int) -> dict[int, OpenApiResponse]:
    """Return the descriptions of these HTTP statuses for an operation."""
    return {code: OpenApiResponse(ErrorOut, description=REFUSALS[code]) for code in codes}


def listed(item: type[serializers.Serializer[Any]], name: str) -> serializers.Serializer[Any]:
    """Return the shape {"next", "previous", "results"} for a kind of row."""
    found: serializers.Serializer[Any] = inline_serializer(
        f"{name}Page",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": item(many=True),
        },
    )
    return found


def reads(
    answer: Any,
    *,
    says: str,
    name: str,
    tag: str,
    parameters: Sequence[Any] = (),
    paged: bool = False,
    examples: Sequence[OpenApiExample] = (),
) -> Callable[[Function], Function]:
    """Describe an endpoint that changes nothing."""
    return extend_schema(
        operation_id=name,
        description=says,
        tags=[tag],
        parameters=[*parameters, *(PAGE_PARAMETERS if paged else ())],
        responses={200: answer} | refusals(400, 401, 403, 404, 429),
        examples=list(examples),
    )


def changes(
    body: Any,
    answers: dict[int, Any],
    *,
    says: str,
    name: str,
    tag: str,
    post: bool = True,
    versioned: bool = True,
    parameters: Sequence[Any] = (),
    examples: Sequence[OpenApiExample] = (),
) -> Callable[[Function], Function]:
    """Describe an endpoint that changes something.

    With `post` it takes an Idempotency-Key, with `versioned` an If-Match header.
    """
    headers = [*([IF_MATCH] if versioned else []), *([KEY] if post else [])]
    return extend_schema(
        operation_id=name,
        description=says,
        tags=[tag],
        parameters=[*parameters, *headers],
        request=body,
        responses=answers | refusals(400, 401, 403, 404, 409, 413, 415, 429),
        examples=list(examples),
    )


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>` or `Bearer <key>`, with a key created under Settings → Tokens.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
