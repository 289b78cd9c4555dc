"""A refused, repeated or broken upload leaves no file, and evidence never lies in the working folder."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from accounts.models import User
from complaints.lifecycle import attach
from complaints.models import Attachment
from complaints.tests import factories
from complaints.tests.api.states import PNG
from complaints.tests.api.test_attachments import send

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def media(settings: LazySettings, tmp_path: Path) -> Path:
    """Keep files in a real folder, as production does; the other tests keep them in memory."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    }
    return Path(settings.MEDIA_ROOT)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_accepted_file_is_stored_below_the_media_folder(people: People, media: Path) -> None:
    complaint = factories.diagnosed(people["agent"])
    assert send(people["agent"], complaint, PNG).status_code == 201
    assert len(files(media)) == 1


def test_a_file_sent_with_a_wrong_field_is_only_tried(people: People, media: Path) -> None:
    complaint = factories.diagnosed(people["agent"])
    assert send(people["agent"], complaint, PNG, shared="perhaps").status_code == 400
    assert files(media) == []
    assert not Attachment.objects.exists()


def test_a_step_that_fails_after_the_file_was_stored_takes_it_back(
    people: People, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = factories.diagnosed(people["agent"])

    def breaks(*args: Any, **kwargs: Any) -> None:
        assert files(media), "the file is stored before the row"
        raise ConnectionError("the database is gone")

    monkeypatch.setattr(attach.Attachment, "save", breaks)
    with pytest.raises(ConnectionError):
        send(people["agent"], complaint, PNG)
    assert files(media) == []


def test_a_refused_type_is_never_stored(people: People, media: Path) -> None:
    complaint = factories.diagnosed(people["agent"])
    assert send(people["agent"], complaint, b"MZ\x90\x00" + b"\x00" * 60, "run.png").status_code == 400
    assert files(media) == []
