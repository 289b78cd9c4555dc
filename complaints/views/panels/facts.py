"""The data from which the panel of a stage is drawn."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from complaints.forms.base import StepForm
from complaints.models import Complaint, Handling


@dataclass(frozen=True)
class Facts:
    """The reader, the complaint in its current round, and forms that were refused, by their key."""

    user: User
    complaint: Complaint
    handling: Handling
    bound: dict[str, StepForm]

    @property
    def fresh(self) -> dict[str, Any]:
        """The initial values of every new form: the complaint's version that the user sees."""
        return {"version": self.complaint.version}
