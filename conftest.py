"""What every test process sets up once."""

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Load the sample organisation's tables, not its people, once; each test rolls back to them."""
    from complaints.demo import organisation
    from complaints.tests.conftest import MONDAY

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        organisation.load(MONDAY, people=False)
