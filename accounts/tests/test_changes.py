"""Each change of a setting is written down once, and nobody can alter what was written unnoticed."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts import changes
from accounts.models import SettingsChange, SettingsHead, User

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def manager() -> User:
    return User.objects.create_user("manager", password="x", role="manager")


def three(by: User) -> None:
    changes.record("team", "T1", None, {"name_en": "One", "tier": 1}, by=by, at=AT)
    changes.record("team", "T1", {"name_en": "One"}, {"name_en": "一号"}, by=by, at=AT)
    changes.record("limits", "tier1", {"limit": 200}, None, by=None, at=AT)


def test_only_what_differs_is_kept(manager: User) -> None:
    changes.record(
        "team", "T1", {"a": 1, "b": [1], "gone": 3}, {"a": 1, "b": [2], "new": AT}, by=manager, at=AT
    )
    change = SettingsChange.objects.get()
    assert (change.before, change.after) == (
        {"b": [1], "gone": 3},
        {"b": [2], "new": "2026-11-23T02:00:00.123Z"},
    )
    assert (change.seq, change.by, change.at, change.subject, change.key) == (1, manager, AT, "team", "T1")


@pytest.mark.parametrize(("before", "after"), [({"a": 1}, {"a": 1}), (None, None), ({}, {})])
def test_nothing_is_written_when_nothing_changed(
    before: dict[str, object] | None, after: dict[str, object] | None
) -> None:
    changes.record("team", "T1", before, after, by=None, at=AT)
    assert not SettingsChange.objects.exists()


def test_what_was_made_and_deleted_is_kept_whole(manager: User) -> None:
    three(manager)
    first, last = SettingsChange.objects.get(seq=1), SettingsChange.objects.get(seq=3)
    assert (first.before, first.after) == (None, {"name_en": "One", "tier": 1})
    assert (last.before, last.after, last.by) == ({"limit": 200}, None, None)


def test_an_untouched_chain_verifies(manager: User) -> None:
    three(manager)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "3 changes of settings: no fault" in out.getvalue()


@pytest.mark.parametrize(
    "altered", [{"after": {"name_en": "Two"}}, {"before": None}, {"by": None}, {"key": "T2"}, {"seq": 9}]
)
def test_a_change_that_was_altered_is_named(manager: User, altered: dict[str, object]) -> None:
    three(manager)
    SettingsChange.objects.filter(seq=2).update(**altered)
    with pytest.raises(CommandError, match="settings change 2"):
        call_command("verify_audit")


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_change_that_was_removed_is_named(manager: User, seq: int) -> None:
    three(manager)
    SettingsChange.objects.filter(seq=seq).delete()
    with pytest.raises(CommandError, match=f"settings change {seq}: missing"):
        call_command("verify_audit")


def test_a_head_that_was_set_back_is_noticed(manager: User) -> None:
    three(manager)
    SettingsHead.objects.update(count=2)
    with pytest.raises(CommandError, match="settings change 3: the head does not match it"):
        call_command("verify_audit")
