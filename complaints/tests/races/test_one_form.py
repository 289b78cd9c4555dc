"""One form sent by several requests at once: the step is made once, and all get the same answer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.demo import organisation
from complaints.models import Message, SentForm
from complaints.tests.races.marks import RACING
from complaints.tests.views import desk_cases as cases

TIMES = 6
pytestmark = RACING


@pytest.fixture
def agent(transactional_db: None) -> User:
    organisation.load(timezone.now())
    return User.objects.get(username="agent")


def test_six_requests_of_one_form_write_one_note(agent: User) -> None:
    complaint = cases.received(agent)
    before, together = Message.objects.count(), Barrier(TIMES)
    note = {"kind": "note", "body": "Seen", "once": "k"}

    def press(_number: int) -> tuple[int, str]:
        client = Client()
        client.force_login(agent)
        try:
            together.wait(timeout=20)
            answer = client.post(f"/complaints/{complaint.number}/message/", note)
            return answer.status_code, answer.headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as threads:
        answers = list(threads.map(press, range(TIMES)))
    assert answers == [(303, complaint.get_absolute_url())] * TIMES
    assert (Message.objects.count(), SentForm.objects.count()) == (before + 1, 1)
