"""The timeline reads in one language: names of tiers, remedies and moments follow the reader."""

import pytest
from django.utils import translation

from accounts.models import User
from complaints.lifecycle import escalate
from complaints.lifecycle.remedies import carry_out
from complaints.models import Complaint, Event, Task
from complaints.reads import story
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
People = dict[str, User]


def read(complaint: Complaint, language: str, kind: str, user: User) -> story.Entry:
    events = list(
        Event.objects.filter(complaint=complaint, kind=kind).select_related("text", "actor", "message")
    )
    with translation.override(language):
        return story.entries(events, user)[-1]


def test_a_tier_is_named_as_the_organisation_names_it(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    by = person(people["supervisor"])
    escalate.escalate(complaint, by=by, at=MONDAY, reason="hard", tried="all", ask="take over")
    who = people["supervisor"]
    assert read(complaint, "en", "escalated", who).line.startswith("Escalated to Specialist, Second line")
    assert read(complaint, "zh-hans", "escalated", who).line.startswith("升级至二线，二线")
    assert read(complaint, "zh-hant", "escalated", who).line.startswith("升級至二線，二線")


def test_a_task_that_carries_out_a_remedy_is_named_in_one_language(people: People) -> None:
    complaint = factories.chosen(people["agent"])
    task = Task.objects.get(complaint=complaint)
    remedy = task.option.remedy if task.option else None
    assert remedy is not None
    agent = people["agent"]
    for language, name in (("en", remedy.name_en), ("zh-hans", remedy.name_zh)):
        assert read(complaint, language, "task_opened", agent).body == f"{task.option.letter} · {name}"
    carry_out.finish_task(task, by=person(agent), at=MONDAY, evidence="transfer 4711")
    assert read(complaint, "zh-hans", "task_done", agent).line == f"任务完成：A · {remedy.name_zh}"
    assert read(complaint, "en", "task_done", agent).line == f"Task done: A · {remedy.name_en}"
