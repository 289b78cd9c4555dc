"""Files as evidence: which files are accepted, from whom, and how they are sent out."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from complaints.lifecycle import attach, escalate
from complaints.lifecycle.attach import tidy_name
from complaints.models import Attachment, Complaint
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.api.kit import OFFER, Caller
from complaints.tests.api.states import LATER, PNG
from complaints.tests.conftest import MONDAY

People = dict[str, User]
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00\xb8" + b"\x00" * 100
HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def complaint(people: People) -> Complaint:
    return factories.diagnosed(people["agent"])


def send(user: User, complaint: Complaint, content: bytes, name: str = "bowl.png", **more: Any) -> Any:
    """Upload a file as a browser or curl does. Django's test client writes the form."""
    caller = Caller(user)
    return caller.client.post(
        f"/api/v1/complaints/{complaint.number}/attachments/",
        {"file": SimpleUploadedFile(name, content), **more},
        headers=caller.headers,
    )


def test_a_picture_is_kept_with_its_type_size_and_digest(people: People, complaint: Complaint) -> None:
    answer = send(people["agent"], complaint, PNG, note="The bowl", shared="true")
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["name"], shown["content_type"], shown["size"]) == ("bowl.png", "image/png", len(PNG))
    assert (shown["note"], shown["shared"], shown["uploaded_by"]) == ("The bowl", True, "agent")
    assert len(shown["sha256"]) == 64
    listed = Caller(people["agent2"]).get(f"complaints/{complaint.number}/attachments/").json()["results"]
    assert listed == [shown]
    assert complaint.events.last().kind == "attached"


def test_it_goes_out_as_it_came_in_and_only_to_be_saved(people: People, complaint: Complaint) -> None:
    url = send(people["agent"], complaint, PDF, "答复 2.pdf").json()["url"]
    answer = Caller(people["agent2"]).get(url.removeprefix("http://testserver"))
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=utf-8''%E7%AD%94%E5%A4%8D%202.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bowl.png", EXE),
        ("bowl.png", HTML),
        ("bowl.png", PDF),
        ("answer.pdf", PNG),
        ("page.html", HTML),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("setup.exe", EXE),
        ("bowl", PNG),
        ("bowl.png.exe", PNG),
        ("words.txt", b"a\x00b"),
        ("empty.png", b""),
    ],
)
def test_the_content_tells_the_type_not_the_name(
    people: People, complaint: Complaint, name: str, content: bytes
) -> None:
    answer = send(people["agent"], complaint, content, name)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("name", ["words.txt", "BOWL.PNG", "answer.PDF"])
def test_endings_may_be_written_large(people: People, complaint: Complaint, name: str) -> None:
    content = {"t": b"Words", "G": PNG, "F": PDF}[name[-1]]
    assert send(people["agent"], complaint, content, name).status_code == 201


def test_ten_megabytes_are_taken_and_one_more_byte_is_not(people: People, complaint: Complaint) -> None:
    full = PNG + b"\x00" * (attach.LARGEST - len(PNG))
    assert send(people["agent"], complaint, full).status_code == 201
    over = send(people["agent"], complaint, full + b"\x00")
    assert (over.status_code, list(over.json()["errors"])) == (400, ["file"])
    way_over = send(people["agent"], complaint, full + b"\x00" * 200_000)
    assert (way_over.status_code, way_over.json()["code"]) == (413, "too_large")
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\li\\bowl.png", "bowl.png"),
        ("bo\x00w\x1bl\u202e.png", "bowl.png"),
        ("...", "file"),
        (" . bowl.png. ", "bowl.png"),
        ("碗.png", "碗.png"),
        ("e\u0301.png", "é.png"),
        ("x" * 200 + ".png", "x" * 116 + ".png"),
    ],
)
def test_names_lose_paths_and_what_cannot_be_seen(given: str, kept: str) -> None:
    assert tidy_name(given) == kept


def test_a_complaint_has_at_most_fifty_files(
    people: People, complaint: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attach, "MOST", 2)
    assert [send(people["agent"], complaint, PNG).status_code for _file in range(3)] == [201, 201, 400]


def test_a_form_without_a_file_and_a_body_in_json(people: People, complaint: Complaint) -> None:
    agent = Caller(people["agent"])
    path = f"/api/v1/complaints/{complaint.number}/attachments/"
    for answer in (
        agent.client.post(path, {"note": "x"}, headers=agent.headers),
        agent.client.post(path, {"file": "words"}, headers=agent.headers),
        agent.post(path, {"file": "words"}),
        agent.post(path, {}),
    ):
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])


def test_who_went_on_to_another_tier_may_add_until_it_is_picked_up(
    people: People, complaint: Complaint
) -> None:
    escalate.escalate(
        complaint, by=person(people["supervisor"]), at=LATER, reason="Skill", tried="All", ask="Help"
    )
    assert send(people["agent"], complaint, PNG).status_code == 201
    assert send(people["agent2"], complaint, PNG).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("agent2", 201), ("supervisor", 201), ("manager", 403), ("specialist", 404), ("warehouse", 404)],
)
def test_who_may(people: People, complaint: Complaint, name: str, status: int) -> None:
    assert send(people[name], complaint, PNG).status_code == status
    assert Attachment.objects.count() == (status == 201)


def test_a_closed_complaint_takes_no_more(people: People) -> None:
    complaint = factories.closed(people["agent"], people["callback"])
    answer = send(people["agent"], complaint, PNG)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_stage")


def test_a_file_of_another_complaint_is_not_here(people: People, complaint: Complaint) -> None:
    other = factories.receive(people["agent"])
    pk = send(people["agent"], complaint, PNG).json()["id"]
    assert Caller(people["agent"]).get(f"complaints/{other.number}/attachments/{pk}/").status_code == 404
    assert (
        Caller(people["specialist"]).get(f"complaints/{complaint.number}/attachments/{pk}/").status_code
        == 404
    )


@pytest.mark.parametrize("move", ["remedies", "explain"])
def test_a_picture_explains_a_cognition_problem(people: People, move: str) -> None:
    finding = {"problem_type": "cognition", "finding": "not_upheld" if move == "explain" else "upheld"}
    complaint, other = (factories.found(people["agent"], at=MONDAY, finding=finding) for _each in range(2))
    agent, path = Caller(people["agent"]), f"complaints/{complaint.number}/{move}/"
    body: dict[str, Any] = OFFER if move == "remedies" else {"body": "How it is worn by use"}
    without = agent.post(path, body)
    assert (without.status_code, list(without.json()["errors"])) == (400, ["no_visual_reason"])
    elsewhere = send(people["agent"], other, PNG).json()["id"]
    assert "visual" in agent.post(path, body | {"visual": elsewhere}).json()["errors"]
    picture = send(people["agent"], complaint, PNG).json()["id"]
    assert agent.post(path, body | {"visual": picture}).status_code == 200


@pytest.mark.parametrize("word", ["yes", "on", "2", "[]"])
def test_shared_is_true_or_false_and_no_other_word(people: People, complaint: Complaint, word: str) -> None:
    answer = send(people["agent"], complaint, PNG, shared=word)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["shared"])
    assert send(people["agent"], complaint, PNG, shared="false").json()["shared"] is False


HEIC = (24).to_bytes(4, "big") + b"ftypheix" + bytes(4) + b"mif1heix" + bytes(64)


def test_a_picture_that_keeps_its_place_is_evidence_but_never_shared(
    people: People, complaint: Complaint
) -> None:
    refused = send(people["agent"], complaint, HEIC, "bowl.heic", shared="True")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["file"])
    kept = send(people["agent"], complaint, HEIC, "bowl.heic")
    assert (kept.status_code, kept.json()["content_type"]) == (201, "image/heic")
    message = {"direction": "out", "channel": "email", "body": "See", "attachments": [kept.json()["id"]]}
    answer = Caller(people["agent"]).post(f"complaints/{complaint.number}/messages/", message)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["attachments"])
    assert not Attachment.objects.filter(shared=True).exists()


def test_a_file_that_is_not_what_its_ending_says_is_told_so(people: People, complaint: Complaint) -> None:
    wrong = send(people["agent"], complaint, PNG, "bowl.pdf").json()["errors"]["file"][0]
    assert ".pdf" in wrong
    other = send(people["agent"], complaint, EXE, "bowl.exe").json()["errors"]["file"][0]
    assert ".exe" not in other


def test_the_longest_name_of_a_type_has_room(people: People, complaint: Complaint) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("[Content_Types].xml", "<x/>")
    answer = send(people["agent"], complaint, written.getvalue(), "answer.docx")
    assert answer.status_code == 201
    assert answer.json()["content_type"].endswith("wordprocessingml.document")
