"""Scenes of operations that keep the organisation: teams, categories, remedies and people.

Each call gets a code or a user name of its own, so that it does not meet what an earlier call has made.
"""

import itertools
from collections.abc import Callable
from typing import Any

from accounts.models import User
from complaints.lifecycle import converse
from complaints.models import Event
from complaints.rights.actors import CUSTOMER
from complaints.tests import factories
from tests.schema.world import Scene, World, one

numbers = itertools.count(1)
NAMES = {"name_en": "New", "name_zh": "新的", "name_hant": "新的"}
MONEY = {"amount": "5.00", "currency": "CNY"}


def adding(letter: str, **body: Any) -> Callable[[World], Scene]:
    return lambda _world: Scene("manager", body={"code": f"{letter}-{next(numbers)}"} | NAMES | body)


def changing(code: str) -> Callable[[World], Scene]:
    return lambda _world: Scene("manager", {"code": code}, {"name_en": "Renamed"})


def somebody(*, active: bool) -> str:
    """Make an account and return its user name."""
    name = f"somebody{next(numbers)}"
    User.objects.create(username=name, name_en="Some Body", email=f"{name}@example.com", is_active=active)
    return name


def on_person(body: Any, *, active: bool = True) -> Callable[[World], Scene]:
    return lambda _world: Scene("admin", {"username": somebody(active=active)}, body)


def new_person(_world: World) -> Scene:
    name = f"newcomer{next(numbers)}"
    body = {"username": name, "name_en": "New Comer", "email": f"{name}@example.com", "role": "manager"}
    return Scene("admin", body=body)


def thanked(world: World) -> Scene:
    complaint = world.in_stage(factories.diagnosed)
    converse.write_in(complaint, by=CUSTOMER, at=world.now, body="Thanks, and when will it be done?")
    written = Event.objects.filter(complaint=complaint, kind=converse.WORDS_IN).latest("pk")
    return one(complaint, "agent", {"message": written.pk})


ORGANISATION: dict[str, Callable[[World], Scene]] = {
    "teams_add": adding("T", kind="department"),
    "teams_change": changing("TECH"),
    "categories_add": adding("LOG", parent="LOG", is_leaf=True),
    "categories_change": changing("LOG-LATE"),
    "remedies_add": adding("R", type="any", cost=MONEY),
    "remedies_change": changing("COUP20"),
    "settings_changes_list": lambda _world: Scene("manager"),
    "users_list": lambda _world: Scene("admin"),
    "users_read": on_person(None),
    "users_add": new_person,
    "users_edit": on_person({"name_en": "Other"}),
    "users_deactivate": on_person({}),
    "users_invite": on_person({}, active=False),
    "complaints_mark_thanks": thanked,
}
