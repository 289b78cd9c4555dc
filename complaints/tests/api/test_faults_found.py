"""What generated calls (`make schema`) came upon, each as a plain test."""

from typing import Any

import pytest

from accounts.models import User
from complaints.models import ImprovementAction
from complaints.tests import factories
from complaints.tests.api.kit import OFFER, Caller

People = dict[str, User]


@pytest.mark.parametrize(
    ("improvement", "wrong"),
    [
        ({"title": "Foam in the box", "owner": None, "due_at": "2027-01-04T09:00:00+08:00"}, "owner"),
        ({"title": "Foam in the box", "owner": "quality", "due_at": None}, "due_at"),
        ({"title": " ", "owner": "quality", "due_at": "2027-01-04T09:00:00+08:00"}, "title"),
    ],
)
def test_half_an_improvement_beside_any_offer_is_refused(
    people: People, improvement: dict[str, Any], wrong: str
) -> None:
    complaint = factories.found(people["agent"])
    path = f"complaints/{complaint.number}/remedies/"
    answer = Caller(people["agent"]).post(path, OFFER | {"improvement": improvement})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [f"improvement.{wrong}"])
    assert not ImprovementAction.objects.exists()
