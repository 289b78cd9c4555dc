"""Authenticate calls of the HTTP interface, by a token or by the session of somebody who is signed in."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authentication import SessionAuthentication as Sessions
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts import tokens
from accounts.models import ApiToken, TokenScope, User

KEYWORD = "Token"
KEYWORDS = (b"token", b"bearer")
"""Many clients only know how to write "Bearer"."""


class TokenAuthentication(BaseAuthentication):
    """Reads `Authorization: Token <key>`, or the same with `Bearer`.

    A wrong token is refused with 401, even if the request also has a valid session.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() not in KEYWORDS:
            return None
        token = None
        if len(words) == 2:
            token = tokens.find(words[1].decode("latin-1"), timezone.now())
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, revoked or has expired."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class SessionAuthentication(Sessions):
    """Accepts the session of the pages, with the same protection against forged requests (CSRF)."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        plain: HttpRequest = request._request
        if not getattr(plain, "user", None) or not plain.user.is_authenticated:
            return None
        self.enforce_csrf(request)
        return plain.user, None


def is_intake(request: Request) -> bool:
    """Return True if the caller uses a token that may only record complaints."""
    return isinstance(request.auth, ApiToken) and request.auth.scope == TokenScope.INTAKE


class ScopeAllows(BasePermission):
    """Lets tokens do no more than their scope.

    *read* only reads. *intake* only makes the calls that an endpoint names in `intake_methods`.
    """

    def has_permission(self, request: Request, view: object) -> bool:
        token = request.auth
        if not isinstance(token, ApiToken) or token.scope == TokenScope.WRITE:
            return True
        if token.scope == TokenScope.INTAKE:
            self.message = _("This token can only record complaints.")
            return request.method in getattr(view, "intake_methods", ())
        self.message = _("This token can only read.")
        return request.method in SAFE_METHODS
