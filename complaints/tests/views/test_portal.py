"""The customer's own page."""

import pytest
from django.test import Client

from accounts.models import User
from complaints.lifecycle import converse
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies.offers import latest_plan
from complaints.models import Complaint, Message, PlanOption
from complaints.rights import links
from complaints.rights.actors import person
from complaints.tests.portal import page_of, token_of
from complaints.tests.views import desk_cases as cases

People = dict[str, User]
GOOD = {"resolved": "yes", "csat_solution": "5", "csat_attitude": "5"}


def url(complaint: Complaint, part: str = "") -> str:
    return page_of(complaint, part)


def first_option(complaint: Complaint) -> PlanOption:
    plan = latest_plan(complaint.handlings.get(round=1))
    assert plan is not None
    return plan.options.all()[0]


@pytest.mark.parametrize("part", ["", "choose/", "reject/", "message/", "rate/"])
def test_a_wrong_or_revoked_link_says_nothing(people: People, client: Client, part: str) -> None:
    complaint = cases.offered(people["agent"])
    ended = url(complaint, part)
    links.revoke(complaint, at=cases.ago(minutes=1))
    for address in (ended, f"/p/nonsense/{part}"):
        answer = client.post(address) if part else client.get(address)
        assert answer.status_code == 404
        assert str(complaint.number) not in answer.content.decode()
        assert answer["Referrer-Policy"] == "no-referrer"


def test_headers_keep_the_page_private(people: People, client: Client) -> None:
    answer = client.get(url(cases.offered(people["agent"])))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()


def test_no_note_no_staff_name_no_words_of_a_call(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    other = cases.received(people["agent"], 2)
    converse.note(complaint, by=person(people["agent2"]), at=cases.ago(minutes=5), body="INTERNAL NOTE")
    for language in ("en", "zh-hans"):
        page = client.get(url(complaint), {"lang": language}).content.decode()
        assert "The voucher is on your account" in page
        for user in people.values():
            assert user.name_en not in page
            assert user.name_zh not in page
        for secret in ("INTERNAL NOTE", "SECRET words", other.number, token_of(other), "Code 8812"):
            assert str(secret) not in page


def test_the_customers_language_is_the_default(people: People, client: Client) -> None:
    complaint = cases.offered(people["agent"])
    assert '<html lang="en"' in client.get(url(complaint)).content.decode()
    complaint.customer.language = "zh-hans"
    complaint.customer.save()
    assert '<html lang="zh-Hans"' in client.get(url(complaint)).content.decode()
    assert '<html lang="en"' in client.get(url(complaint), {"lang": "en"}).content.decode()
    assert '<html lang="en"' in client.get(url(complaint)).content.decode(), "the choice is kept"
    assert client.get(url(complaint), {"lang": "xx"}).status_code == 200


def test_choose_once(people: People) -> None:
    client = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    complaint = cases.offered(people["agent"])
    option = first_option(complaint)
    assert client.post(url(complaint, "choose/"), {"option": option.pk}).status_code == 303
    option.refresh_from_db()
    assert (option.chosen_channel, bool(option.chosen_at)) == ("web", True)
    again = client.post(url(complaint, "choose/"), {"option": option.pk})
    assert again.status_code == 409
    assert "You chose" in again.content.decode()
    assert complaint.tasks.count() == 1


@pytest.mark.parametrize("option", ["", "0", "999999", "abc"])
def test_a_choice_that_was_not_offered(people: People, client: Client, option: str) -> None:
    complaint = cases.offered(people["agent"])
    assert client.post(url(complaint, "choose/"), {"option": option}).status_code == 400
    complaint.refresh_from_db()
    assert complaint.waiting_on == "customer"


def test_an_option_of_another_complaint_is_refused(people: People, client: Client) -> None:
    mine, theirs = cases.offered(people["agent"], 1), cases.offered(people["agent"], 2)
    assert client.post(url(mine, "choose/"), {"option": first_option(theirs).pk}).status_code == 400


def test_something_else(people: People, client: Client) -> None:
    complaint = cases.offered(people["agent"])
    empty = client.post(url(complaint, "reject/"), {"counter_proposal": "Kept words"})
    assert empty.status_code == 400
    assert "Kept words" in empty.content.decode()
    words = {"reason": "Too little", "counter_proposal": "All of it"}
    assert client.post(url(complaint, "reject/"), words).status_code == 303
    plan = latest_plan(complaint.handlings.get())
    assert plan is not None
    assert (plan.state, plan.counter_proposal) == ("rejected", "All of it")
    assert client.post(url(complaint, "reject/"), words).status_code == 409


def test_a_message_arrives_once(people: People, client: Client) -> None:
    complaint = cases.offered(people["agent"])
    words = {"body": "Any news?", "key": "k1"}
    assert client.post(url(complaint, "message/"), {"body": "  ", "key": "k1"}).status_code == 400
    assert client.post(url(complaint, "message/"), words).status_code == 303
    assert client.post(url(complaint, "message/"), words).status_code == 409
    assert Message.objects.filter(complaint=complaint, event__kind="message_in").count() == 1
    assert client.post(url(complaint, "message/"), {"body": "Any news?", "key": "k2"}).status_code == 303


def test_satisfied_by_link_goes_to_review(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    assert client.post(url(complaint, "rate/"), GOOD | {"nps": "10", "note": "Thanks"}).status_code == 303
    complaint.refresh_from_db()
    done = complaint.handlings.get().callbacks.get()
    assert (complaint.stage, done.outcome, done.nps, done.recorded_by) == ("review", "satisfied", 10, None)
    assert done.attempts.get().channel == "web"
    assert client.post(url(complaint, "rate/"), GOOD).status_code == 409


def test_unsatisfied_by_link_starts_the_second_handling(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    bad = {"resolved": "no", "csat_solution": "2", "csat_attitude": "5"}
    assert client.post(url(complaint, "rate/"), bad).status_code == 400
    assert client.post(url(complaint, "rate/"), bad | {"still_wrong": "No money"}).status_code == 303
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.round, complaint.tier, complaint.assignee) == ("diagnose", 2, 2, None)


def test_fair_by_link_leaves_the_call_to_a_person(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    answer = client.post(url(complaint, "rate/"), GOOD | {"csat_solution": "3"}, follow=True)
    assert "We will call you" in answer.content.decode()
    assert client.post(url(complaint, "rate/"), GOOD | {"csat_solution": "3"}).status_code == 409
    complaint.refresh_from_db()
    pending = calls.open_callback(complaint)
    assert complaint.stage == "callback"
    assert pending is not None
    assert pending.attempts.count() == 1
    assert complaint.clocks.live().filter(kind="callback").exists(), "the call is still due"


@pytest.mark.parametrize("score", ["", "0", "6", "x"])
def test_a_bad_score_is_refused(people: People, client: Client, score: str) -> None:
    complaint = cases.in_callback(people["agent"])
    assert client.post(url(complaint, "rate/"), GOOD | {"csat_solution": score}).status_code == 400


def test_rating_before_the_callback_is_refused(people: People, client: Client) -> None:
    assert client.post(url(cases.offered(people["agent"]), "rate/"), GOOD).status_code == 409


def test_reading_changes_nothing(people: People, client: Client) -> None:
    complaint = cases.offered(people["agent"])
    client.get(url(complaint))
    for part in ("choose/", "reject/", "message/", "rate/"):
        assert client.get(url(complaint, part)).status_code == 405
    before = complaint.version
    complaint.refresh_from_db()
    assert complaint.version == before
