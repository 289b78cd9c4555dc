"""Shared by all views: run a step, show a refusal at the right field, answer with a page or a part."""

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
        """A request of a user who is signed in."""

        htmx: HtmxDetails
        user: User
else:
    Request = HttpRequest


@dataclass(frozen=True)
class Attempt:
    """The result of a step: done, or refused with an HTTP status and a message above the form."""

    status: int = 200
    message: str = ""

    @property
    def done(self) -> bool:
        return self.status == 200


FINE = Attempt()


def attempt(form: StepForm | None, step: Callable[[], object]) -> Attempt:
    """Run a step after checking its form, and return the result.

    `form` is None for a step without input. A refusal puts its messages into the form, which the caller shows
    again, so that nothing typed is lost.
    """
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


def run(
    form: StepForm | None,
    step: Callable[[], object],
    *,
    done: Callable[[], HttpResponse],
    refused: Callable[[Attempt], HttpResponse],
) -> HttpResponse:
    """Run a step with its form and return the answer of `done`, or of `refused` with what was wrong."""
    result = attempt(form, step)
    return done() if result.done else refused(result)


def page_or_part(
    request: HttpRequest, page: str, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Answer with the whole page, or with the part of it that an htmx request swaps in."""
    htmx = bool(getattr(request, "htmx", False))
    response = render(request, part if htmx else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def now() -> datetime:
    """Return the moment of this request. A view reads it once and passes it on."""
    return timezone.now()
