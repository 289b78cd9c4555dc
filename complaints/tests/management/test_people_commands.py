"""`invite_person` and `deactivate_person` go through the same rules as the pages."""

import re
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from accounts.models import SettingsChange, User
from complaints.tests import factories

pytestmark = pytest.mark.django_db
People = dict[str, User]
PASSWORD = "Long-enough-31"


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_the_first_administrator_is_invited() -> None:
    said = run("invite_person", "boss", "--email", "boss@example.com", "--mail")
    user = User.objects.get(username="boss")
    assert (user.role, user.is_active, user.name_en) == ("admin", False, "boss")
    path = re.search(r"https?://[^/]+(/accounts/invitation/\S+)$", said.strip())[1]  # type: ignore[index]
    assert path in mail.outbox[-1].body
    Client().post(path, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    user.refresh_from_db()
    assert user.is_active
    with pytest.raises(CommandError, match="can sign in already"):
        run("invite_person", "boss")


def test_wrong_input_is_told() -> None:
    with pytest.raises(CommandError, match="There is no team with this code"):
        run("invite_person", "lin", "--email", "lin@example.com", "--role", "agent", "--team", "NOWHERE")
    assert not User.objects.exists()


def test_deactivating_gives_work_back(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    assert "would go back: 1 open complaint" in run("deactivate_person", "agent", "--dry-run")
    assert not SettingsChange.objects.exists()
    assert "back: 1 open complaint" in run("deactivate_person", "agent")
    complaint.refresh_from_db()
    assert complaint.assignee is None
    assert SettingsChange.objects.get().by is None


def test_the_last_administrator_stays(people: People) -> None:
    with pytest.raises(CommandError, match="last administrator"):
        run("deactivate_person", "admin")
    User.objects.create_user("admin9", role="admin")
    run("deactivate_person", "admin")
    with pytest.raises(CommandError, match="last administrator"):
        run("deactivate_person", "admin9")
    with pytest.raises(CommandError, match="no user"):
        run("deactivate_person", "nobody")
