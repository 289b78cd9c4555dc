"""Pages on which requests are decided."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Absence, User
from complaints.lifecycle import engine, escalate
from complaints.lifecycle.approvals import climbing, decisions
from complaints.models import Approval, Complaint
from complaints.rights.actors import SYSTEM, person
from complaints.tests import factories
from complaints.tests.views import desk_cases as cases

People = dict[str, User]


def url(approval: Approval) -> str:
    return f"/approvals/{approval.pk}/"


@pytest.mark.parametrize("username", ["agent", "warehouse", "admin"])
def test_other_roles_are_refused(people: People, client: Client, username: str) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people[username])
    assert client.get("/approvals/").status_code == 403
    assert client.get(url(approval)).status_code == 403
    assert client.post(url(approval), {"decision": "approve"}).status_code == 403
    approval.refresh_from_db()
    assert approval.state == "pending"


def test_signed_out_goes_to_sign_in(people: People, client: Client) -> None:
    answer = client.get("/approvals/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_who_is_not_asked_finds_nothing(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["supervisor2"])
    assert "Nothing is waiting for you" in client.get("/approvals/").content.decode()
    assert client.get(url(approval)).status_code == 404
    assert client.post(url(approval), {"decision": "approve"}).status_code == 404


def test_the_request_shows_what_is_needed(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["supervisor"])
    page = client.get("/approvals/").content.decode()
    for words in (
        "Approve ¥300: Partial refund?",
        "Two missed calls",
        "Upheld",
        "You, up to ¥3,000",
        "Requester, up to ¥200",
    ):
        assert words in page
    assert str(approval.complaint.number) in page


def test_a_request_is_approved_once_and_the_second_person_is_told(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["supervisor"])
    answer = client.post(url(approval), {"decision": "approve"})
    assert (answer.status_code, answer["Location"]) == (303, "/approvals/")
    approval.refresh_from_db()
    assert (approval.state, approval.decided_by) == ("approved", people["supervisor"])
    again = client.post(url(approval), {"decision": "reject", "reason": "No"})
    assert again.status_code == 409
    assert "Wang Min" in again.content.decode()
    approval.refresh_from_db()
    assert approval.state == "approved"


def test_reject_needs_a_reason_and_keeps_the_page(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["supervisor"])
    assert client.post(url(approval), {"decision": "reject", "reason": " "}).status_code == 400
    assert client.post(url(approval), {"decision": "reject", "reason": "Too dear"}).status_code == 303
    approval.refresh_from_db()
    assert (approval.state, approval.decision_note) == ("rejected", "Too dear")


@pytest.mark.parametrize("limit", ["", "abc", "-5", "300", "12.345"])
def test_a_bad_limit_is_refused_and_kept(people: People, client: Client, limit: str) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["supervisor"])
    answer = client.post(url(approval), {"decision": "limit", "limit": limit})
    assert answer.status_code == 400
    assert f'value="{limit}"' in answer.content.decode() or not limit
    approval.refresh_from_db()
    assert approval.state == "pending"


def test_another_amount(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["supervisor"])
    assert client.post(url(approval), {"decision": "limit", "limit": "250"}).status_code == 303
    approval.refresh_from_db()
    assert (approval.state, approval.limit_minor) == ("approved", 25000)


def test_an_unknown_decision_is_refused(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["supervisor"])
    assert client.post(url(approval), {"decision": "maybe"}).status_code == 400
    assert client.post(url(approval)).status_code == 400
    assert client.put(url(approval)).status_code == 405


def test_asked_but_overtaken_learns_who_was_faster(people: People, client: Client) -> None:
    """The answer names the faster decider, even though the complaint is out of sight by then."""
    approval = cases.money_asked(people["agent"])
    approval.asked.add(people["supervisor2"])
    decisions.decide(approval, by=person(people["supervisor"]), at=cases.ago(minutes=5), approve=True)
    client.force_login(people["supervisor2"])
    answer = client.post(url(approval), {"decision": "approve"})
    assert answer.status_code == 409
    assert "Wang Min" in answer.content.decode()


def test_an_escalation_shows_reason_tried_and_tiers(people: People, client: Client) -> None:
    complaint = cases.received(people["agent"])
    texts = {"reason": "Public post", "tried": "Two calls", "ask": "One voice"}
    escalate.escalate(complaint, by=person(people["agent"]), at=cases.ago(hours=1), **texts)
    client.force_login(people["supervisor"])
    page = client.get("/approvals/").content.decode()
    for words in (*texts.values(), "Move this complaint from Frontline to Specialist?"):
        assert words in page
    assert 'value="limit"' not in page


def test_queries_do_not_grow(people: People, client: Client) -> None:
    client.force_login(people["supervisor"])
    counts = []
    original = cases.money_asked(people["agent"]).complaint
    for more in (4, 45):
        cases.copies(original, more)
        client.get("/approvals/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/approvals/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15, [query["sql"][:160] for query in queries]


def test_the_requester_takes_the_request_back(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["agent"])
    page = client.get(approval.complaint.get_absolute_url()).content.decode()
    assert f"{url(approval)}withdraw/" in page
    assert client.get(f"{url(approval)}withdraw/").status_code == 405
    assert client.post(f"{url(approval)}withdraw/").status_code == 303
    approval.refresh_from_db()
    assert approval.state == "withdrawn"
    assert client.post(f"{url(approval)}withdraw/").status_code == 409


@pytest.mark.parametrize(
    ("name", "status"),
    [("agent2", 403), ("supervisor", 403), ("online", 404), ("warehouse", 403), ("admin", 403)],
)
def test_nobody_else_takes_it_back(people: People, client: Client, name: str, status: int) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people[name])
    assert client.post(f"{url(approval)}withdraw/").status_code == status
    page = client.get(approval.complaint.get_absolute_url())
    assert f"{url(approval)}withdraw/" not in page.content.decode()
    approval.refresh_from_db()
    assert approval.state == "pending"


def test_the_inbox_says_which_of_two_managers_has_approved(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"], amount="30000.00")
    client.force_login(people["manager"])
    assert "Two managers must approve this." in client.get("/approvals/").content.decode()
    assert client.post(url(approval), {"decision": "approve"}).status_code == 303
    listed = client.get("/approvals/").content.decode()
    assert "your approval is recorded. One more manager must approve." in listed
    assert "Nothing is waiting for you" in listed
    again = client.post(url(approval), {"decision": "approve"})
    assert again.status_code == 403
    assert "You have already approved this" in again.content.decode()
    client.force_login(people["manager2"])
    assert (
        "Gao Yuan has approved; one more manager must approve." in client.get("/approvals/").content.decode()
    )
    assert client.post(url(approval), {"decision": "approve"}).status_code == 303
    assert "Approved by Gao Yuan, Luo Jia." in client.get(url(approval)).content.decode()


def test_the_inbox_says_what_has_climbed_and_for_whom(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    third = User.objects.create(username="third", name_en="Qin Yu", role="supervisor")
    now = cases.ago(minutes=1)
    Absence.objects.create(
        user=people["supervisor2"],
        delegate=third,
        since=cases.ago(days=1),
        until=cases.ago(days=-1),
        created_at=now,
    )
    with engine.recording(approval.complaint, by=SYSTEM, at=now) as turn:
        climbing.climb(turn, approval)
    client.force_login(third)
    page = client.get("/approvals/").content.decode()
    for words in ("Deputy supervisor", "moved up: no decision in time", "Zhao Lei is away until", "Qin Yu"):
        assert words in page


def test_a_grant_by_itself_is_marked(people: People, client: Client) -> None:
    complaint = cases.received(people["agent"])
    texts = {"reason": "R", "tried": "T", "ask": "A"}
    escalate.escalate(complaint, by=person(people["agent"]), at=cases.ago(hours=2), **texts)
    approval = Approval.objects.get()
    approval.state, approval.automatic, approval.decided_at = "approved", True, cases.ago(hours=1)
    approval.save()
    client.force_login(people["supervisor"])
    assert "granted automatically" in client.get(url(approval)).content.decode()
    assert "Nothing is waiting for you" in client.get("/approvals/").content.decode()


def test_the_decider_learns_how_often_the_customer_has_really_complained(
    people: People, client: Client
) -> None:
    approval = cases.money_asked(people["agent"])
    elsewhere = factories.receive(people["online"], channel="web", category="LOG-LATE", gravity="S3")
    Complaint.objects.filter(pk=elsewhere.pk).update(customer=approval.complaint.customer)
    client.force_login(people["supervisor"])
    assert client.get(elsewhere.get_absolute_url()).status_code == 404
    page = client.get(url(approval)).content.decode()
    assert "2 complaints so far" in page
    assert "1 of them is handled where you do not look in" in page
    assert str(elsewhere.number) not in page


def test_a_complaint_about_the_decider_is_not_even_counted(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    about = factories.receive(people["agent2"], about_staff=["supervisor"])
    Complaint.objects.filter(pk=about.pk).update(customer=approval.complaint.customer)
    client.force_login(people["supervisor"])
    page = client.get(url(approval)).content.decode()
    assert "1 complaint so far" in page and "handled where you" not in page


def test_a_decision_on_what_has_changed_since_is_refused(people: People, client: Client) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["supervisor"])
    page = client.get("/approvals/").content.decode()
    assert f'name="version" value="{approval.complaint.version}"' in page
    old = {"decision": "approve", "version": approval.complaint.version - 1}
    answer = client.post(url(approval), old)
    assert answer.status_code == 409
    assert f'name="version" value="{approval.complaint.version}"' in answer.content.decode()
    approval.refresh_from_db()
    assert approval.state == "pending"


def test_what_became_of_a_decision_sent_on_leaving_is_told_on_the_next_page(
    people: People, client: Client
) -> None:
    approval = cases.money_asked(people["agent"])
    client.force_login(people["supervisor"])
    refused = client.post(url(approval), {"decision": "reject", "reason": "", "left": "1"})
    assert (refused.status_code, refused.content) == (400, b"")
    assert "your decision was not recorded" in client.get("/approvals/").content.decode()
    taken = client.post(url(approval), {"decision": "approve", "left": "1"})
    assert (taken.status_code, taken.content) == (204, b"")
    assert f"{approval.complaint.number}: Approved" in client.get("/approvals/").content.decode()
