"""Somebody leaves while others give them work: afterwards they hold nothing, whoever was faster."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from accounts.models import SettingsChange, Team, User
from complaints.demo import organisation
from complaints.lifecycle import assign, diagnose, escalate, leaving, staff
from complaints.lifecycle.remedies import carry_out
from complaints.models import Task
from complaints.rights.actors import person
from complaints.tests.conftest import MONDAY
from complaints.tests.invariants import always_holds
from complaints.tests.races import scenes
from complaints.tests.races.kit import Press, Scene, press_both, two_windows
from complaints.tests.races.marks import RACING

pytestmark = RACING
TRIES = 6
People = dict[str, User]


@pytest.fixture
def windows(transactional_db: None) -> Iterator[ThreadPoolExecutor]:
    with two_windows() as threads:
        yield threads


def load() -> People:
    organisation.load(MONDAY)
    User.objects.create_user("admin9", role="admin")
    return {user.username: user for user in User.objects.all()}


def read(name: str) -> User:
    """Return the person as a request would read them."""
    return User.objects.get(username=name)


def leaves(name: str) -> Press:
    return lambda scene: staff.deactivate(read(name), by=person(read("admin")), at=scene.at)


def back_to_work(people: People) -> None:
    """Undo what the last try did to the accounts, as if the people had come back."""
    for name, user in people.items():
        User.objects.filter(username=name).update(is_active=True, version=user.version)


def takes(scene: Scene) -> object:
    return assign.take(scene.fresh(), by=person(read("agent2")), at=scene.at)


def is_assigned(scene: Scene) -> object:
    return assign.assign(scene.fresh(), by=scene.by("supervisor"), at=scene.at, assignee=read("agent2"))


def starts(scene: Scene) -> object:
    return diagnose.start_diagnosis(scene.fresh(), by=person(read("agent2")), at=scene.at)


def gets_a_task(scene: Scene) -> object:
    given = {"title": "Look", "team": scene.fresh().team, "owner": read("agent2")}
    return carry_out.add_task(scene.fresh(), by=scene.by("supervisor"), at=scene.at, **given)


def asks(scene: Scene) -> object:
    words = {"reason": "R", "tried": "T", "ask": "A"}
    return escalate.escalate(scene.fresh(), by=scene.by("agent"), at=scene.at, **words)


def resigns_from_it(scene: Scene) -> object:
    return assign.release(scene.fresh(), by=person(read("agent2")), at=scene.at)


def of_agent2(people: People) -> Scene:
    scene = scenes.unassigned(people)
    assign.take(scene.complaint, by=scene.by("agent2"), at=MONDAY)
    return scene


@pytest.mark.parametrize(
    ("prepare", "press"),
    [
        (scenes.unassigned, takes),
        (scenes.unassigned, is_assigned),
        (scenes.unassigned, starts),
        (scenes.one, gets_a_task),
        (of_agent2, gets_a_task),
        (of_agent2, is_assigned),
        (of_agent2, starts),
        (of_agent2, resigns_from_it),
    ],
)
def test_nobody_who_left_holds_anything(
    windows: ThreadPoolExecutor, prepare: Callable[[People], Scene], press: Press
) -> None:
    people = load()
    for turn in range(TRIES):
        scene = prepare(people)
        pair = (leaves("agent2"), press) if turn % 2 else (press, leaves("agent2"))
        outcome = press_both(windows, scene, *pair).split("/")
        left, other = outcome if turn % 2 else reversed(outcome)
        # 400: the person was gone before the other request looked them up, so they could not be chosen.
        assert (left, other in {"done", "400", "403", "409"}) == ("done", True), outcome
        assert leaving.held_by(read("agent2")).total == 0
        assert not Task.objects.filter(owner__username="agent2").exists()
        assert scene.fresh().assignee != people["agent2"]
        always_holds(scene.fresh())
        back_to_work(people)


def test_a_team_is_left_while_its_complaint_is_taken(windows: ThreadPoolExecutor) -> None:
    people = load()
    phone = list(Team.objects.filter(members=people["agent2"]))

    def leave_the_team(scene: Scene) -> object:
        return staff.change(read("agent2"), {"teams": []}, by=person(read("admin")), at=scene.at)

    for turn in range(TRIES):
        scene = scenes.unassigned(people)
        pair = (leave_the_team, takes) if turn % 2 else (takes, leave_the_team)
        press_both(windows, scene, *pair)
        assert scene.fresh().assignee is None
        people["agent2"].teams.set(phone)
        back_to_work(people)


def test_a_supervisor_leaves_while_being_asked(windows: ThreadPoolExecutor) -> None:
    """The request is with somebody who can sign in, or climbs at its deadline."""
    people = load()
    for _turn in range(TRIES):
        scene = scenes.one(people, "diagnose")
        assert press_both(windows, scene, asks, leaves("supervisor")) in {"done/done", "409/done"}
        always_holds(scene.fresh())
        back_to_work(people)


def test_two_administrators_cannot_remove_each_other(windows: ThreadPoolExecutor) -> None:
    people = load()
    for _turn in range(TRIES):
        scene = Scene(people, scenes.one(people).complaint)
        each_other = (
            lambda s: staff.deactivate(read("admin9"), by=person(people["admin"]), at=s.at),
            lambda s: staff.deactivate(read("admin"), by=person(people["admin9"]), at=s.at),
        )
        assert press_both(windows, scene, *each_other) in {"done/403", "403/done"}
        assert User.objects.filter(role="admin", is_active=True).count() == 1
        back_to_work(people)


def test_two_changes_of_one_account_do_not_undo_each_other(windows: ThreadPoolExecutor) -> None:
    people = load()
    scene = Scene(people, scenes.one(people).complaint)

    def rename(text: str, admin: str) -> Press:
        by, version = person(people[admin]), read("agent2").version
        return lambda s: staff.change(read("agent2"), {"name_en": text}, by=by, at=s.at, version=version)

    for turn in range(TRIES):
        both = rename(f"A{turn}", "admin"), rename(f"B{turn}", "admin9")
        assert press_both(windows, scene, *both) in {"done/409", "409/done"}
    assert SettingsChange.objects.filter(key="agent2").count() == TRIES
