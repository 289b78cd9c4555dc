"""The one way in which a step is made from a complaint's page.

Fetch the complaint, check the form, run the step, and answer: the complaint with a message, or the workspace
with the form as it was filled in and what was wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from complaints.forms.base import StepForm
from complaints.models import Complaint
from complaints.rights import access
from complaints.rights.actors import Actor, person
from complaints.views import detail, doors
from complaints.views.doors import Request


@dataclass(frozen=True)
class Signed:
    """Who makes a step, when, and which version of the complaint they saw (None if no version was sent)."""

    by: Actor
    at: datetime
    version: int | None

    @property
    def signed(self) -> dict[str, Any]:
        """The arguments of a step that may be made whatever the version is."""
        return {"by": self.by, "at": self.at}

    @property
    def versioned(self) -> dict[str, Any]:
        """The arguments of a step that is refused once somebody else has changed the complaint."""
        return {"by": self.by, "at": self.at, "version": self.version}


Step = Callable[[Complaint, Any, Signed], object]
"""Runs with the complaint, the checked form and who signs. `on_complaint` passes its result to `said`."""


def on_complaint(
    request: Request,
    number: str,
    form: StepForm | Callable[[Complaint], StepForm] | None,
    step: Step,
    *,
    key: str = "",
    said: str | Callable[[Complaint, Any], str],
) -> HttpResponse:
    """Make a step and answer it. `form` may be made from the complaint; None for a step without input.

    A refused form is shown again under `key`; without a key only the message is shown. `said` is the message
    of success, or makes it from the complaint and the result of the step.
    """
    complaint = access.get_complaint_for(request.user, number)
    filled = form if form is None or isinstance(form, StepForm) else form(complaint)
    by, at = person(request.user), doors.now()
    results: list[Any] = []

    def run() -> None:
        signed = Signed(by, at, filled.seen_version if filled is not None else None)
        results.append(step(complaint, filled, signed))

    def done() -> HttpResponse:
        text = said if isinstance(said, str) else said(complaint, results[0])
        return detail.done(request, complaint, text)

    def refused(result: doors.Attempt) -> HttpResponse:
        if filled is None or key:
            return detail.show(request, complaint, bound={key: filled} if filled else None, attempt=result)
        text = result.message or "; ".join(map(str, filled.non_field_errors()))
        return detail.show(request, complaint, attempt=doors.Attempt(result.status, text))

    return doors.run(filled, run, done=done, refused=refused)
