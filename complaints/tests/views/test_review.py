"""The list of reviews, and recording one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import User
from complaints.lifecycle.approvals import decisions
from complaints.models import Approval, Complaint, Review
from complaints.rights.actors import person
from complaints.templatetags import review_ui
from complaints.tests.pages import shown
from complaints.tests.views import desk_cases as cases

People = dict[str, User]
LIGHT = {"attribution": "product", "cause": "LOG-DMG", "scope": "individual", "lesson": "Pack with foam"}


def url(complaint: Complaint) -> str:
    return f"/complaints/{complaint.number}/review/"


@pytest.fixture
def complaint(people: People) -> Complaint:
    return cases.in_review(people["agent"], people["agent2"])


@pytest.mark.parametrize("username", ["warehouse", "admin"])
def test_other_roles_are_refused(people: People, client: Client, complaint: Complaint, username: str) -> None:
    client.force_login(people[username])
    assert client.get("/reviews/").status_code == 403
    assert client.post(url(complaint), LIGHT).status_code == 403


def test_a_manager_reads_but_does_not_record(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["manager"])
    assert str(complaint.number) in client.get("/reviews/").content.decode()
    assert client.post(url(complaint), LIGHT).status_code == 403


def test_only_what_one_may_see(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["online"])
    assert str(complaint.number) not in client.get("/reviews/").content.decode()
    assert client.post(url(complaint), LIGHT).status_code == 404


def test_the_light_form_closes(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["agent"])
    action = {
        "actions_1_title": "Foam",
        "actions_1_owner": str(people["agent"].pk),
        "actions_1_due_at": "2099-01-01",
    }
    answer = client.post(url(complaint), LIGHT | action | {"why_1": "It broke", "fishbone_man": "a\n\nb\n"})
    assert answer.status_code == 303
    complaint.refresh_from_db()
    review = Review.objects.get()
    assert complaint.stage == "closed"
    assert (review.fishbone, review.whys[0]["why"]) == ({"man": ["a", "b"]}, "It broke")
    assert review.actions.get().title == "Foam"
    assert client.post(url(complaint), LIGHT).status_code in {404, 409}


def test_what_is_missing_stands_beside_its_field(
    people: People, client: Client, complaint: Complaint
) -> None:
    client.force_login(people["agent"])
    answer = client.post(url(complaint), {"lesson": "Kept words", "actions_1_title": "Foam"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Kept words" in page
    assert "id_actions_1_owner_errors" in page, "the error stands in the row that was filled in"
    assert Review.objects.count() == 0


def test_a_full_review_waits_for_quality(people: People, client: Client, complaint: Complaint) -> None:
    Complaint.objects.filter(pk=complaint.pk).update(severity="major")
    client.force_login(people["agent"])
    short = client.post(url(complaint), LIGHT)
    assert short.status_code == 400
    full = {"why_1": "It broke", "why_2": "No foam", "fishbone_material": "foam", "no_action_reason": "Done"}
    assert client.post(url(complaint), LIGHT | full).status_code == 303
    assert client.post(url(complaint), LIGHT | full).status_code == 409
    client.force_login(people["quality"])
    page = client.get("/reviews/").content.decode()
    assert "waits for approval" in page
    assert "1 review is waiting for your decision" in page
    assert "No foam" in client.get("/approvals/").content.decode()


def test_queries_do_not_grow(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["quality"])
    counts = []
    for more in (4, 45):
        cases.copies(complaint, more)
        client.get("/reviews/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/reviews/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


# --- The recorded review ---
FULL = {
    "why_1": "It broke",
    "evidence_1": "3 photos",
    "why_2": "No foam",
    "fishbone_material": "Corner foam is not in the packing kit of this batch\nThin rim",
    "fishbone_method": "纸质检查表没有护角这一项所以没有人发现\n二\n三\n四",
    "no_action_reason": "Done",
}


@pytest.fixture
def recorded(people: People, client: Client, complaint: Complaint) -> Complaint:
    Complaint.objects.filter(pk=complaint.pk).update(severity="major")
    client.force_login(people["agent"])
    assert client.post(url(complaint), LIGHT | FULL).status_code == 303
    return complaint


def test_the_fishbone_is_drawn_with_a_list_that_says_the_same(
    people: People, client: Client, recorded: Complaint
) -> None:
    page = shown(client.get(f"/complaints/{recorded.number}/reviewed/").content.decode())
    drawing, words = page[page.index('<svg class="fish"') :].split("</svg>", 1)
    assert 'role="img"' in drawing
    assert "<title" in drawing
    assert "<desc" in drawing
    assert 'style="' not in drawing
    assert "Corner foam is not in the packing kit of this batch" not in drawing, "shortened to fit"
    assert "Corner foam is not in" in drawing
    assert "Method +1" in drawing
    for text in ("Corner foam is not in the packing kit of this batch", "Thin rim", "四"):
        assert text in words
    for branch in ("People", "Equipment", "Material", "Method", "Environment", "Measurement"):
        assert branch in drawing


def test_branches_are_named_in_the_reader_s_language(
    people: People, client: Client, recorded: Complaint
) -> None:
    with translation.override("zh-hans"):
        labels = [str(bone.label) for bone in review_ui.bones({"man": ["新员工"]})]
    assert labels[0] != "People"
    assert len(labels) == 6


@pytest.mark.parametrize("username", ["agent", "quality", "supervisor", "manager"])
def test_it_stands_in_the_panel_while_it_waits(
    people: People, client: Client, recorded: Complaint, username: str
) -> None:
    client.force_login(people[username])
    page = client.get(recorded.get_absolute_url()).content.decode()
    assert "3 photos" in page
    assert 'class="fish"' in page


def test_the_decision_maker_and_the_closed_complaint_show_it(
    people: People, client: Client, recorded: Complaint
) -> None:
    client.force_login(people["quality"])
    assert 'class="fish"' in client.get("/approvals/").content.decode()
    decisions.decide(Approval.objects.get(), by=person(people["quality"]), at=timezone.now(), approve=True)
    client.force_login(people["agent"])
    page = client.get(recorded.get_absolute_url()).content.decode()
    assert 'class="fish"' in page
    assert "Root cause" in page


@pytest.mark.parametrize(("username", "status"), [("online", 404), ("warehouse", 403), ("admin", 403)])
def test_the_full_page_is_not_for_everybody(
    people: People, client: Client, recorded: Complaint, username: str, status: int
) -> None:
    client.force_login(people[username])
    assert client.get(f"/complaints/{recorded.number}/reviewed/").status_code == status


def test_without_a_review_there_is_no_page(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["agent"])
    assert client.get(f"/complaints/{complaint.number}/reviewed/").status_code == 404


def test_systemic_without_an_improvement_is_refused_beside_its_field(
    people: People, client: Client, complaint: Complaint
) -> None:
    client.force_login(people["agent"])
    answer = client.post(url(complaint), LIGHT | {"scope": "systemic"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "id_no_action_reason_errors" in page
    assert '<details class="deep" open>' in page, "the folded part is open, so that the error is seen"
