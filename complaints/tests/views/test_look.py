"""Open pages poll: they get nothing while nothing has changed, and soon show a breach."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from complaints.lifecycle import converse
from complaints.models import Complaint, Participant
from complaints.rights.actors import person
from complaints.sweeps.due_clocks import sweep
from complaints.tests.pages import shown
from complaints.tests.views import desk_cases as cases

People = dict[str, User]
WS_BAR = 'id="ws-bar" hx-swap-oob="true"'
HTMX = {"HX-Request": "true"}


def address_in(page: str) -> str:
    """Return the address that an open page polls."""
    found = re.search(r'data-looks hx-get="(/complaints/[^"]*)"', shown(page))
    assert found
    return found[1].replace("&amp;", "&")


def looked(client: Client, page: str) -> tuple[int, str]:
    answer = client.get(address_in(page), headers=HTMX)
    return answer.status_code, shown(answer.content.decode())


@pytest.fixture
def late(people: People) -> Complaint:
    """Return a complaint whose recovery was due some minutes ago, and which nobody has swept yet."""
    return cases.received(people["agent"], 1, at=timezone.now() - timedelta(hours=4, minutes=5))


def test_an_open_complaint_shows_a_breach_and_leaves_the_forms_alone(
    people: People, client: Client, late: Complaint
) -> None:
    client.force_login(people["supervisor"])
    page = client.get(late.get_absolute_url()).content.decode()
    assert looked(client, page) == (204, "")
    sweep(timezone.now())
    status, part = looked(client, page)
    assert status == 200
    for words in (
        "Promise missed: Recovery",
        'id="ws-bar" hx-swap-oob="true"',
        "has changed here in the meantime",
    ):
        assert words in part
    assert "<form" not in part
    # The new part knows what it shows now, and keeps the version on which the forms are based.
    assert looked(client, part) == (204, "")
    assert f"shown={late.version}" in address_in(part)


def test_a_note_is_no_move_and_makes_no_form_stale(people: People, client: Client, late: Complaint) -> None:
    client.force_login(people["supervisor"])
    page = client.get(late.get_absolute_url()).content.decode()
    converse.note(late, by=person(people["agent"]), at=timezone.now(), body="Called the store")
    status, part = looked(client, page)
    assert (status, "Called the store" in part) == (200, True)
    assert "has changed here in the meantime" not in part


def test_the_queue_shows_a_breach_too(people: People, client: Client, late: Complaint) -> None:
    client.force_login(people["supervisor"])
    for path in ("/", "/complaints/?view=overdue&channel=phone", f"/complaints/?q={late.number}"):
        assert looked(client, client.get(path).content.decode())[0] == 204
    page = client.get("/").content.decode()
    sweep(timezone.now())
    status, part = looked(client, page)
    assert (status, str(late.number) in part) == (200, True)
    assert part.lstrip().startswith('<div class="rd-page q-page" id="queue">')
    assert looked(client, part)[0] == 204


def test_a_new_complaint_and_a_deadline_that_passes_change_the_queue(
    people: People, client: Client, late: Complaint
) -> None:
    client.force_login(people["supervisor"])
    page = client.get("/").content.decode()
    cases.received(people["agent"], 2)
    assert looked(client, page)[0] == 200
    page = client.get("/").content.decode()
    Complaint.objects.filter(pk=late.pk).update(next_due_at=timezone.now() + timedelta(hours=30))
    assert looked(client, page)[0] == 200


def test_seen_gets_into_no_link(people: People, client: Client, late: Complaint) -> None:
    client.force_login(people["supervisor"])
    part = client.get("/complaints/?view=open&seen=old", headers=HTMX).content.decode()
    assert "seen=old" not in part
    # Without htmx a whole page comes, whatever the request says it has seen.
    seen = re.search(r"seen=(\w+)", part)
    assert seen
    assert client.get(f"/complaints/?view=open&seen={seen[1]}").status_code == 200


def test_who_may_not_see_it_looks_at_nothing(people: People, client: Client, late: Complaint) -> None:
    client.force_login(people["supervisor"])
    address = address_in(client.get(late.get_absolute_url()).content.decode())
    queue = client.get("/").content.decode()
    client.force_login(people["online"])
    assert client.get(address).status_code == 404
    Participant.objects.create(complaint=late, user=people["supervisor"], role="named", since=timezone.now())
    client.force_login(people["supervisor"])
    assert client.get(address).status_code == 404
    assert str(late.number) not in looked(client, queue)[1]
    client.logout()
    assert client.get(address).status_code == 204
    client.force_login(people["warehouse"])
    assert client.get(address).status_code == 404


def test_looking_is_cheap(people: People, client: Client, late: Complaint) -> None:
    client.force_login(people["supervisor"])
    addresses = [address_in(client.get(path).content.decode()) for path in ("/", late.get_absolute_url())]
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, headers=HTMX).status_code == 204
        # The queries: session, user, the user's teams, what is shown, and the count for a list's pages.
        assert len(queries) <= 5, [query["sql"][:100] for query in queries]
