"""Every two moves that can happen at once end in a permitted way and leave the complaints consistent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import User
from complaints.demo import organisation
from complaints.tests.conftest import MONDAY
from complaints.tests.races import pairs_one, pairs_two, pairs_words
from complaints.tests.races.kit import run, two_windows
from complaints.tests.races.marks import RACING

EACH, GROUPS = 1, 6
"""Tries of each pair in this test, and the number of tests they are divided into.

`make races` runs thousands of tries.
"""
PAIRS = [*pairs_one.PAIRS, *pairs_two.PAIRS, *pairs_words.PAIRS]
pytestmark = RACING


@pytest.fixture
def windows(transactional_db: None) -> Iterator[ThreadPoolExecutor]:
    with two_windows() as threads:
        yield threads


@pytest.mark.parametrize("group", range(GROUPS))
def test_two_at_once_end_as_one_after_the_other(windows: ThreadPoolExecutor, group: int) -> None:
    organisation.load(MONDAY)
    people = {user.username: user for user in User.objects.all()}
    models = apps.get_app_config("complaints").get_models(include_auto_created=True)
    tables = [model._meta.db_table for model in models if not model._default_manager.exists()]
    for pair in PAIRS[group::GROUPS]:
        for turn in range(EACH):
            run(windows, pair, pair.prepare(people), turn)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def test_every_pair_has_a_name_of_its_own() -> None:
    assert len({pair.name for pair in PAIRS}) == len(PAIRS)
