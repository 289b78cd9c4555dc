"""What a preview says is what the record gets: grade, tier, team, person and every promise."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from complaints.lifecycle import intake, placing
from complaints.models import Category, Clock, Complaint
from complaints.rights.actors import CUSTOMER, SYSTEM, Actor, person
from complaints.rows import lookups
from complaints.terms.errors import RoleMayNot
from complaints.terms.stages import Channel, Flag, Gravity, Reach, Region, Segment
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
People = dict[str, User]
INPUTS, SEED = 500, 20261129
WORDS = [
    *("我的快递迟到了三天", "手机充电时着火了，我要找律师", "退款一直没到账", "12315 已受理"),
    *("客服态度很差！！", "我要曝光你们", "孩子吃了不舒服", "想咨询一下"),
    *("The parcel is late", "My order arrived broken, I lost 800 yuan"),
]
KNOWN = [
    {"name": "周美玲", "phone": "100-0000-0001", "segment": "loyal"},
    {"name": "Ann Lee", "email": "ann@example.com"},
    {"anonymous_reason": "Did not say"},
]


def drawn(dice: random.Random, leaves: list[str]) -> dict[str, Any]:
    """Return one random receipt. Half of each optional value is left out."""

    def maybe(*values: Any) -> Any:
        return dice.choice(values) if dice.random() < 0.5 else None

    known = dice.choice(KNOWN)
    fresh = {"name": "New", "phone": f"131{dice.randrange(10**8):08d}", "segment": maybe(*Segment.values)}
    return {
        "customer": intake.CustomerData(**dice.choice([known, fresh])),
        "channel": dice.choice(Channel.values),
        "description": " ".join(dice.sample(WORDS, dice.choice([1, 1, 2]))),
        "category": maybe(*leaves),
        "gravity": maybe(*Gravity.values),
        "reach": maybe(*Reach.values),
        "region": maybe(*Region.values),
        "risk_flags": dice.sample(Flag.values, dice.choice([0, 0, 0, 1, 2])),
        "about_staff": dice.choice([(), (), (), ("agent",), ("supervisor",)]),
        "loss_minor": maybe(100, 80_000),
        "received_at": maybe(MONDAY - timedelta(minutes=dice.randrange(1, 5000))),
    }


def test_the_preview_of_anything_is_what_the_record_gets(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(SEED)
    leaves = list(Category.objects.filter(is_leaf=True, is_active=True).values_list("code", flat=True))
    for given in KNOWN:
        factories.receive(people["agent"], customer=intake.CustomerData(**given))
    loggers = [person(people[name]) for name in ("agent", "online", "specialist", "supervisor")]
    # Who is told, and the search, say nothing about where a complaint begins and take most of the time.
    monkeypatch.setattr("complaints.lifecycle.intake.notify.tell_users", lambda *args, **named: [])
    monkeypatch.setattr("complaints.lifecycle.intake.search.write", lambda complaint: None)
    with lookups.shared():
        for number in range(INPUTS):
            receipt = factories.receipt(**drawn(dice, leaves))
            compare(receipt, dice.choice([*loggers, CUSTOMER, SYSTEM]), number)


def compare(receipt: intake.Receipt, by: Actor, number: int) -> None:
    said = placing.preview(receipt, by=by, at=MONDAY)
    placed = said.placed
    with transaction.atomic():
        made = intake.receive(receipt, by=by, at=MONDAY)
        got = (made.severity, made.tier, made.team, made.assignee, made.region or None)
        grade = placed.triaged.grade.severity
        wanted = (grade, placed.tier, placed.team, placed.assignee, said.given.region or None)
        assert got == wanted, f"input {number}: {receipt}"
        clocks = Clock.objects.filter(complaint=made).values_list("kind", "due_at")
        assert sorted(clocks) == sorted((p.kind.value, p.due_at) for p in said.promises), receipt
        assert set(made.flags.values_list("flag", flat=True)) == placed.triaged.flags
        transaction.set_rollback(True)


def test_a_preview_writes_nothing_and_the_region_of_the_customer_counts(people: People) -> None:
    customer = factories.receive(people["agent"]).customer
    customer.region = "international"
    customer.save()
    before = Complaint.objects.count()
    receipt = factories.receipt(customer=intake.CustomerData(id=customer.pk), channel="web")
    said = placing.preview(receipt, by=CUSTOMER, at=MONDAY)
    assert said.given.region == "international" and Complaint.objects.count() == before
    assert "statutory" in {promise.kind for promise in said.promises}


def test_who_may_not_receive_may_not_look_either(people: People) -> None:
    with pytest.raises(RoleMayNot):
        placing.checked_preview(factories.receipt(), by=person(people["manager"]), at=MONDAY)
