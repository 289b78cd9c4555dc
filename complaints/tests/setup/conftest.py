"""A database as it is after `migrate`, without the tables that the other tests begin with."""

from collections.abc import Iterator

import pytest

from accounts.models import Team, User
from accounts.roles import Role
from complaints.models import (
    AuthorityLimit,
    Calendar,
    CalendarVersion,
    Category,
    ChecklistItem,
    Playbook,
    Policy,
    PolicyRule,
    Remedy,
    RoutingRule,
    SeverityMatrix,
    SquadSeat,
    StatutoryPack,
)
from ui import organisation

PASSWORD = "correct-horse-battery"


@pytest.fixture
def bare(db: None) -> Iterator[None]:
    """Delete everything that an organisation would set up."""
    for model in (
        *(RoutingRule, PolicyRule, Policy, SeverityMatrix, StatutoryPack, SquadSeat, ChecklistItem),
        *(Playbook, AuthorityLimit, Remedy, CalendarVersion, Calendar, User, Team),
    ):
        model._default_manager.all().delete()
    Category.objects.filter(parent__isnull=False).delete()
    Category.objects.all().delete()
    organisation.forget()
    yield
    organisation.forget()


@pytest.fixture
def one_of_each(bare: None) -> dict[str, User]:
    """One person per role, in no team, as the first people of an installation are."""
    return {
        role: User.objects.create_user(role, f"{role}@example.com", PASSWORD, role=role)
        for role in Role.values
    }
