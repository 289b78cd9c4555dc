"""The flash squad on pages: one click, a card with three fields, and the rota that managers edit."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.models import Complaint, Squad, SquadSeat
from complaints.tests import factories
from complaints.tests.views.test_inbox import signed_in

pytestmark = pytest.mark.django_db


def called(people: dict[str, User]) -> tuple[Complaint, str]:
    complaint = factories.diagnosed(people["agent"])
    path = complaint.get_absolute_url()
    assert signed_in(people["agent"]).post(f"{path}call-squad/").status_code == 303
    return complaint, path


def test_one_click_and_the_card(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    client, path = signed_in(people["agent"]), complaint.get_absolute_url()
    before = client.get(path).content.decode()
    assert "call-squad/" in before and 'id="squad-h"' not in before
    client.post(f"{path}call-squad/")
    page = client.get(path).content.decode()
    assert 'id="squad-h"' in page and "call-squad/" not in page
    assert people["warehouse"].display_name in page
    assert page.count(f'action="{path}fill-squad/"') == 3
    assert client.post(f"{path}call-squad/").status_code == 409


def test_each_field_is_saved_alone_and_by_the_squad(people: dict[str, User]) -> None:
    _complaint, path = called(people)
    for name, field in (("warehouse", "plan"), ("specialist", "diagnosis"), ("agent", "resources")):
        client = signed_in(people[name])
        assert client.get(path).status_code == 200
        assert client.post(f"{path}fill-squad/", {field: f"by {name}"}).status_code == 303
    squad = Squad.objects.get()
    assert (squad.plan, squad.diagnosis, squad.resources) == ("by warehouse", "by specialist", "by agent")
    assert squad.ended_at
    page = signed_in(people["agent"]).get(path).content.decode()
    assert "fill-squad/" not in page and "by warehouse" in page and "call-squad/" in page
    # A department sees only its own tasks once the squad is done.
    assert signed_in(people["warehouse"]).get(path).status_code == 404


def test_what_is_wrong_is_said_beside_the_field_and_stays_typed(people: dict[str, User]) -> None:
    _complaint, path = called(people)
    client = signed_in(people["specialist"])
    answer = client.post(f"{path}fill-squad/", {"plan": "x" * 4001})
    page = answer.content.decode()
    assert answer.status_code == 400 and 'id="squad_plan_errors"' in page and "x" * 4001 in page
    answer = client.post(f"{path}fill-squad/", {"plan": ""})
    assert answer.status_code == 400 and 'id="squad_plan_errors"' in answer.content.decode()
    assert client.post(f"{path}fill-squad/", {}).status_code == 400


@pytest.mark.parametrize(
    ("name", "status"),
    [("agent2", 403), ("online", 404), ("manager", 403), ("warehouse", 404), ("admin", 404)],
)
def test_who_may_not_call_it(people: dict[str, User], name: str, status: int) -> None:
    complaint = factories.diagnosed(people["agent"])
    path = complaint.get_absolute_url()
    assert signed_in(people[name]).post(f"{path}call-squad/").status_code == status
    assert not Squad.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"), [("agent2", 403), ("online", 404), ("manager", 403), ("admin", 404)]
)
def test_who_may_not_write_for_it(people: dict[str, User], name: str, status: int) -> None:
    _complaint, path = called(people)
    assert signed_in(people[name]).post(f"{path}fill-squad/", {"plan": "P"}).status_code == status
    assert Squad.objects.get().plan == ""


def test_the_page_asks_no_more_for_a_larger_squad(people: dict[str, User]) -> None:
    counts = []
    for active in (1, 4):
        for seat in SquadSeat.objects.all():
            SquadSeat.objects.filter(pk=seat.pk).update(is_active=seat.position <= active)
        Squad.objects.all().delete()
        _complaint, path = called(people)
        client = signed_in(people["agent"])
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- The rota ---
def rota(client: Any, **changed: str) -> Any:
    seats = list(SquadSeat.objects.all())
    data = {"seats-TOTAL_FORMS": str(len(seats) + 1), "seats-INITIAL_FORMS": str(len(seats))}
    for number, seat in enumerate(seats):
        names = ("name_en", "name_zh", "name_hant", "position")
        row = {name: getattr(seat, name) for name in names} | {"id": seat.pk, "team": seat.team_id}
        data |= {f"seats-{number}-{name}": str(value) for name, value in row.items()}
        data[f"seats-{number}-is_active"] = "on"
    data |= {f"seats-{len(seats)}-position": "1", f"seats-{len(seats)}-is_active": "on"}
    return client.post("/settings/squad/", data | {key.replace("__", "-"): v for key, v in changed.items()})


def test_managers_keep_the_rota(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    assert "After-sales warehouse" in client.get("/settings/squad/").content.decode()
    assert rota(client, seats__0__on_call=str(people["expert"].pk)).status_code == 303
    assert SquadSeat.objects.get(position=1).on_call == people["expert"]
    answer = rota(client, seats__0__name_en="", seats__1__on_call=str(people["manager"].pk))
    assert answer.status_code == 400
    assert SquadSeat.objects.get(position=1).name_en == "Goods & after-sales"


@pytest.mark.parametrize("name", ["agent", "supervisor", "quality", "warehouse", "admin"])
def test_nobody_else_sees_or_changes_it(people: dict[str, User], name: str) -> None:
    client = signed_in(people[name])
    assert client.get("/settings/squad/").status_code == 403
    assert client.post("/settings/squad/", {}).status_code == 403
