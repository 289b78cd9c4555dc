"""The base class of all endpoints: caller, moment, version, repeated requests, and the form of answers."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.middleware import known_zone
from accounts.models import User
from complaints.api import idempotency, parsing, rows
from complaints.api.bodies import Body, Given, read
from complaints.lifecycle import files
from complaints.models import Approval, ApprovalState, Complaint
from complaints.rights import access
from complaints.rights.actors import Actor, person
from complaints.terms.errors import MissingDetail

_ETAG = re.compile(r'^(?:W/)?"?(\d{1,9})"?$', re.ASCII)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    pattern=r'^(W/)?"?[0-9]{1,9}"?$',
    description="The version that was read. If it has changed: 409 stale_version.",
)
KEY = OpenApiParameter(
    idempotency.HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    pattern=r"^[\x21-\x7e]{1,255}$",
    description="The same key and body within 24 hours return the first answer.",
)


class ErrorOut(serializers.Serializer[Any]):
    """An error in the caller's language. `errors` is {field: [texts]} when the input is wrong."""

    code = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class Door(APIView):
    """An endpoint.

    `roles` limits who may use it. Other roles get 403. An object that the caller may not see gives 404 first.
    """

    roles: ClassVar[frozenset[str] | None] = None
    largest_body: ClassVar[int | None] = None

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        self.at = timezone.now()
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        translation.activate(get_language_from_request(request._request))
        super().initial(request, *args, **kwargs)
        timezone.activate(known_zone(self.caller.timezone) or timezone.get_default_timezone())
        length = request.META.get("CONTENT_LENGTH") or "0"
        if str(length).isdigit() and int(length) > (self.largest_body or settings.API_LARGEST_BODY):
            raise parsing.too_large()

    @property
    def caller(self) -> User:
        user = self.request.user
        assert isinstance(user, User)
        return user

    @property
    def by(self) -> Actor:
        return person(self.caller)

    def require_role(self) -> None:
        """Raise PermissionDenied (403) for a caller whose role this endpoint does not serve."""
        if self.roles is not None and self.caller.role not in self.roles:
            raise PermissionDenied

    @property
    def version(self) -> int | None:
        """Return the version that the caller saw, from If-Match, or None if there is none.

        Raises MissingDetail if the header is malformed.
        """
        given = self.request.headers.get("If-Match")
        if given is None or given.strip() == "*":
            return None
        found = _ETAG.match(given.strip())
        if found is None:
            raise MissingDetail({"If-Match": [_('Send the version in quotes, such as "7".')]})
        return int(found[1])

    @property
    def who(self) -> dict[str, Any]:
        """The arguments that every step takes."""
        return {"by": self.by, "at": self.at, "version": self.version}

    def complaint(self, number: str) -> Complaint:
        """Return a complaint that the caller may see. Raises 404 otherwise."""
        return access.get_complaint_for(self.caller, number)

    def read(self, body: type[Body]) -> Given:
        return read(self.request, body)

    def once(self, act: Callable[[], Response]) -> Response:
        """Call `act`, or return the first answer if this Idempotency-Key was answered already.

        If the step is refused or only tried, the files that it has stored are deleted again.
        """
        with files.undone_on_failure():
            return idempotency.once(self.request, self.caller, self.at, act)

    def show(self, complaint: Complaint, status: int = 200) -> Response:
        """Answer with the complaint, even if the step has just made it invisible to the caller."""
        data = rows.answer(complaint, reader=self.caller, at=self.at)
        return Response(data, status=status, headers={"ETag": f'"{data["version"]}"'})

    def waits(self, complaint: Complaint) -> bool:
        """Return True if the move that was just made is waiting for an approval."""
        asked = Approval.objects.filter(
            complaint=complaint,
            state=ApprovalState.PENDING,
            requested_by=self.caller,
            requested_at=self.at,
        )
        return asked.exists()

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        answered = super().finalize_response(request, response, *args, **kwargs)
        answered.headers["Cache-Control"] = "no-store"
        answered.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        if request.method in SAFE_METHODS:
            answered.headers.setdefault("Vary", "Authorization, Cookie, Accept-Language")
        return answered
