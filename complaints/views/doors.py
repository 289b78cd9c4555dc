"""What views share: run a step, put its refusal beside the right field, answer page or part."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from accounts.models import User
from complaints.terms.errors import LifecycleError, MissingDetail

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    class Request(HttpRequest):
        """A request of somebody who is signed in."""

        htmx: HtmxDetails
        user: User
else:
    Request = HttpRequest


class StepForm(forms.Form):
    """A form that only carries words to a step; what is required and allowed the step itself says."""

    use_required_attribute = False
    optional: ClassVar[tuple[str, ...]] = ()
    """Fields with the word (optional) beside them. The step decides, this only says."""
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.mark_optional()

    def mark_optional(self) -> None:
        """Tell the field partial which fields bear the word (optional)."""
        for name, bound in self.fields.items():
            bound.says_optional = name in self.optional  # type: ignore[attr-defined]

    def take(self, problem: MissingDetail) -> None:
        """Put each message beside its field; keys like options.1.amount belong to options_1_amount."""
        for key, messages in problem.errors.items():
            name = key.replace(".", "_")
            for message in messages:
                self.add_error(name if name in self.fields else None, message)

    @property
    def seen_version(self) -> int | None:
        version: int | None = self.cleaned_data.get("version")
        return version


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
