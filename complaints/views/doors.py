"""What views share: run a step, put its refusal beside the right field, answer page or part."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from accounts.models import User
from complaints.forms.base import StepForm
from complaints.terms.errors import LifecycleError, MissingDetail

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    class Request(HttpRequest):
        """A request of somebody who is signed in."""

        htmx: HtmxDetails
        user: User
else:
    Request = HttpRequest


@dataclass(frozen=True)
class Attempt:
    """How a step went: done, or refused with a status and what to say above the form."""

    status: int = 200
    message: str = ""

    @property
    def done(self) -> bool:
        return self.status == 200


FINE = Attempt()


def attempt(form: StepForm | None, step: Callable[[], object]) -> Attempt:
    """Run a step with a checked form. Nothing typed is lost: the bound form is shown again."""
    if form is not None and not form.is_valid():
        return Attempt(400)
    try:
        step()
    except MissingDetail as problem:
        if form is None:
            return Attempt(problem.status, problem.message)
        form.take(problem)
        return Attempt(problem.status)
    except LifecycleError as problem:
        return Attempt(problem.status, problem.message)
    return Attempt()


def page_or_part(
    request: HttpRequest, page: str, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The whole page, or for an htmx request the part of it that is swapped."""
    htmx = bool(getattr(request, "htmx", False))
    response = render(request, part if htmx else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def now() -> datetime:
    """The moment of this request: read once by a view and passed on."""
    return timezone.now()
