"""Reading bodies (only JSON in UTF-8) and answering (always in JSON)."""

import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def too_large() -> TooLarge:
    return TooLarge(_("The request is too large."))


class JSONBody(BaseParser):
    """A JSON parser that refuses NaN and infinity, endless nesting, and bodies above the size limit."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(settings.API_LARGEST_BODY + 1)
        if len(raw) > settings.API_LARGEST_BODY:
            raise too_large()
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_refuse) if raw.strip() else {}
        except (ValueError, RecursionError):
            raise ParseError(_("This is not JSON in UTF-8.")) from None


def _refuse(name: str) -> None:
    raise ValueError(name)


class AlwaysJSON(BaseContentNegotiation):
    """There is only one format, so the Accept header has no effect."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], str(renderers[0].media_type)
