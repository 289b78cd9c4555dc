"""A complaint is found as soon as it is written, in both scripts, and only by those who may see it."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from opencc import OpenCC

from accounts.models import User
from complaints.lifecycle import converse, customers, edit, engine
from complaints.lifecycle.remedies import carry_out
from complaints.models import Complaint, SearchDocument
from complaints.rights import access
from complaints.rights.actors import person
from complaints.search import find, index
from complaints.search.words import question
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.triage.normalise import normalise

pytestmark = pytest.mark.django_db
People = dict[str, User]
TEXTS = Path(settings.BASE_DIR) / "tests" / "data" / "complaint_texts.csv"


def numbers(typed: str, user: User | None = None) -> list[str]:
    seen = access.visible_to(user) if user else Complaint.objects.all()
    return list(find.matching(seen, typed).order_by("pk").values_list("number", flat=True))


def test_a_new_complaint_is_found_by_all_that_is_told(people: People) -> None:
    factories.receive(
        people["agent"], description="别的事", customer=factories.intake.CustomerData(name="王")
    )
    complaint = factories.receive(
        people["agent"],
        description="电饭煲内胆开裂",
        claims=[{"text": "客服推诿"}],
        subject="Cracked bowl",
        order_reference="HG-2026-77",
        desired_outcome="全額退款",
        customer=factories.intake.CustomerData(name="欧阳娜", phone="100-0000-8123", email="na@example.com"),
    )
    for typed in (
        "内胆",
        "內膽開裂",
        "推诿",
        "cracked",
        "HG-2026-77",
        "全额退款",
        "歐陽娜",
        "100-0000-8123",
        "8123",
        "na@example.com",
        complaint.number,
        complaint.number.removeprefix("RD-"),
        "电饭煲 cracked",
        "8123 内胆",
        "crack",
        "+86 100-0000-8123",
        "100 0000 8123 欧阳娜",
        complaint.number.replace("-", "").lower(),
        "202677",
    ):
        assert numbers(typed) == [complaint.number], typed
    for typed in ("电饭煲 broken", "broken 8123", "电饭锅 8123", "iPhone 8123", "x8123"):
        assert numbers(typed) == [], typed


def test_corrections_are_found_and_what_was_corrected_is_not(people: People) -> None:
    complaint = factories.receive(people["agent"], description="The kettle leaks")
    edit.edit(complaint, {"description": "The pot leaks"}, by=person(people["agent"]), at=MONDAY)
    assert (numbers("kettle"), numbers("pot")) == ([], [complaint.number])
    customers.change(complaint.customer, {"name": "Newname"}, by=person(people["agent"]), at=MONDAY)
    assert numbers("newname") == [complaint.number]


def test_what_may_not_be_seen_is_not_found(people: People) -> None:
    complaint = factories.receive(people["agent"], description="Quetzal was rude", about_staff=["agent2"])
    assert numbers("quetzal", people["agent"]) == [complaint.number]
    assert numbers("quetzal", people["agent2"]) == []
    assert numbers("quetzal", people["specialist"]) == []


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "0086 13800138000",
        "（138）0013 8000",
        "１３８００１３８０００",
        "13800138000转8",
        "0013 8000",
        "8000",
    ],
)
def test_a_phone_number_is_found_in_any_spelling(people: People, typed: str) -> None:
    who = factories.intake.CustomerData
    complaint = factories.receive(people["agent"], customer=who(name="A", phone="+86 138 0013 8000"))
    factories.receive(people["agent"], customer=who(name="B", phone="13900139001"))
    assert numbers(typed) == [complaint.number]


def test_what_is_written_later_is_found_at_once(people: People) -> None:
    agent, other = person(people["agent"]), factories.receive(people["agent"], description="Another")
    complaint = factories.diagnosed(people["agent"])
    converse.log_received(complaint, body="发票号 FP20267788", channel="phone", by=agent, at=MONDAY)
    converse.note(complaint, body="Talked to Vermeer in the depot", by=agent, at=MONDAY)
    for typed in ("FP20267788", "發票號", "vermeer depot", "fp-20267788"):
        assert numbers(typed) == [complaint.number], typed
        assert numbers(typed, people["agent"]) == [complaint.number]
        assert numbers(typed, people["warehouse"]) == []
    assert other.number not in numbers("vermeer")
    edit.edit(complaint, {"subject": "Kettle"}, by=agent, at=MONDAY)
    assert numbers("vermeer kettle") == [complaint.number]


def test_the_evidence_of_tasks_is_found(people: People) -> None:
    agent = person(people["agent"])
    complaint = factories.diagnosed(people["agent"])
    team = people["warehouse"].teams.get()
    task = carry_out.add_task(complaint, title="Weigh the parcel", team=team, by=agent, at=MONDAY)
    assert numbers("weigh parcel") == [complaint.number]
    keeper = person(people["warehouse"])
    carry_out.accept_task(task, by=keeper, at=MONDAY)
    carry_out.finish_task(task, by=keeper, at=MONDAY, evidence="Slip QX-5521")
    assert numbers("qx5521") == [complaint.number]


def test_an_event_that_names_another_complaint_is_not_indexed(people: People) -> None:
    complaint = factories.receive(people["agent"])
    with engine.recording(complaint, by=person(people["agent"]), at=MONDAY) as turn:
        turn.event("merged_in", "Zebrawood", source="RD-99999")
        turn.event("flagged", "Mahogany")
    assert (numbers("zebrawood"), numbers("mahogany")) == ([], [complaint.number])


def test_a_search_needs_one_query_besides_the_list_and_the_index(
    people: People, django_assert_num_queries: Any
) -> None:
    for _each in range(3):
        factories.receive(people["agent"], description="Kettle leaks")
    with django_assert_num_queries(1):
        assert len(list(find.matching(Complaint.objects.all(), "kettle 水 OR 1234").values("pk"))) == 0
    with django_assert_num_queries(2):
        assert len(list(find.matching(Complaint.objects.all(), "kettle leak").values("pk"))) == 3
    with connection.cursor() as cursor:
        asked = question("kettle 1234")
        assert asked is not None
        sql, values = find._containing(asked)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{sql}", values)
        plan = str(cursor.fetchall())
    assert "search_tokens" in plan or "VIRTUAL TABLE INDEX" in plan


SIGNS = ["%", "_", "'; --", '"', "*", "a AND", "NEAR(", "\\", "(", "x" * 5_000]


@pytest.mark.parametrize("typed", SIGNS, ids=range(len(SIGNS)))
def test_signs_of_query_languages_mean_nothing(people: People, typed: str) -> None:
    complaint = factories.receive(people["agent"], description="退款 refund")
    assert numbers(typed) == []
    assert numbers(f"退款 {typed[:1]}退款") == ([complaint.number] if not typed[:1].isalnum() else [])


def test_the_index_is_rebuilt_for_all_or_for_what_it_lacks(people: People) -> None:
    factories.receive(people["agent"], description="One pot")
    factories.receive(people["agent"], description="Two pots")
    SearchDocument.objects.all()[0].delete()
    assert index.missing() == 1
    call_command("rebuild_search", missing=True, verbosity=0)
    assert index.missing() == 0
    SearchDocument.objects.update(plain="")
    call_command("rebuild_search", verbosity=0)
    assert len(numbers("two pots")) == 1


def test_words_out_of_real_texts_find_exactly_the_texts_that_contain_them(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This holds for rare words and for common ones."""
    call_command("import_complaints", str(TEXTS), username="online", verbosity=0)
    with TEXTS.open(encoding="utf-8", newline="") as file:
        rows = [row["text"] for row in csv.DictReader(file)]
    ids = dict(Complaint.objects.values_list("description", "external_id"))
    texts = {ids[text.strip()]: text for text in rows}
    words = [*_chinese(texts.values()), *_english(texts.values())]
    assert len(words) == 20
    for word in words:
        wanted = {key for key, text in texts.items() if _holds(normalise(text), word)}
        assert wanted
        for typed in {word, OpenCC("s2t").convert(word), OpenCC("s2hk").convert(word)}:
            for few in (500, 0):
                monkeypatch.setattr(find, "FEW", few)
                found = find.matching(Complaint.objects.filter(external_id__in=texts), typed)
                assert set(found.values_list("external_id", flat=True)) == wanted, typed


def _holds(text: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z0-9]){word}", text) is not None
    return word in text


def _chinese(texts: Any) -> list[str]:
    """Return pieces of two to four characters from the middle of a sentence."""
    runs = [run for text in texts for run in re.findall(r"[\u4e00-\u9fff]{8,}", normalise(text))]
    return [run[3 : 5 + number % 3] for number, run in enumerate(runs[::3][:10])]


def _english(texts: Any) -> list[str]:
    words = [word for text in texts for word in re.findall(r"[a-z]{5,}", normalise(text))]
    return list(dict.fromkeys(words))[4::9][:10]
