"""Several workers recalculate deadlines for one order: each complaint once, and the last ends it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from accounts.models import User
from complaints.demo import organisation
from complaints.models import Clock, Complaint, RetargetJob, RetargetRange
from complaints.rights.actors import SYSTEM, person
from complaints.rows import timeline
from complaints.sweeps import retarget_clocks, retarget_job
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.races.kit import LATER
from complaints.tests.races.marks import RACING
from complaints.tests.sweeps.test_retarget_job import edit_policy

WORKERS, COMPLAINTS = 4, 40
pytestmark = RACING


@pytest.fixture
def made(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> list[Complaint]:
    """Return complaints whose deadlines must be recalculated, in sixteen ranges of two or three."""
    organisation.load(MONDAY)
    found = [factories.receive(SYSTEM, channel="web") for _number in range(COMPLAINTS)]
    edit_policy(480)
    monkeypatch.setattr(retarget_job, "CHUNK", 1)
    retarget_job.begin(reason="Shorter", by=person(User.objects.get(username="manager")), at=LATER)
    return found


def test_four_workers_recalculate_each_complaint_once(made: list[Complaint]) -> None:
    together = Barrier(WORKERS)

    def work(_number: int) -> int:
        try:
            connection.ensure_connection()
            together.wait(timeout=20)
            seen = 0
            while (done := retarget_job.step(LATER, chunk=1)) is not None:
                seen += done
            return seen
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as threads:
        seen = list(threads.map(work, range(WORKERS)))
    job = RetargetJob.objects.get()
    assert not job.is_open, "the last worker ends it"
    assert job.seen == job.expected == sum(seen)
    assert sum(1 for number in seen if number) > 1, "the workers shared the complaints"
    assert {complaint.events.filter(kind="retargeted").count() for complaint in made} == {1}
    assert not retarget_clocks.on_older_versions(LATER).exists()
    for complaint in Complaint.objects.all():
        assert list(timeline.faults(complaint)) == []


def test_a_worker_that_dies_leaves_its_range_to_the_others(made: list[Complaint]) -> None:
    def dies() -> None:
        try:
            with transaction.atomic():
                assert retarget_job.step(LATER) is not None
                raise KeyboardInterrupt
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread, pytest.raises(KeyboardInterrupt):
        thread.submit(dies).result()
    assert not Clock.objects.filter(rule__policy__version=2).exists()
    while retarget_job.step(LATER) is not None:
        pass
    assert {complaint.events.filter(kind="retargeted").count() for complaint in made} == {1}


def test_the_job_stays_open_while_another_worker_has_the_last_range(made: list[Complaint]) -> None:
    RetargetRange.objects.exclude(pk=RetargetRange.objects.latest("pk").pk).delete()

    def looks() -> int | None:
        try:
            return retarget_job.step(LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        assert retarget_job.step(LATER) is not None
        assert thread.submit(looks).result() is None
        assert RetargetJob.objects.get().is_open
    assert retarget_job.step(LATER) is None
    assert not RetargetJob.objects.get().is_open
