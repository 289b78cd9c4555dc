"""Pictures that leave the house lose the place where they were taken; the original stays as evidence."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from complaints.lifecycle import attach
from complaints.models import Attachment, Complaint
from complaints.notices import outside
from complaints.rights import links
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

HEIC = (16).to_bytes(4, "big") + b"ftypheic" + bytes(68)


def photo(form: str, **more: object) -> bytes:
    written, exif = io.BytesIO(), Image.Exif()
    exif[0x0110] = "PhoneModel 9"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    Image.new("RGB", (40, 20), "red").save(written, form, exif=exif.tobytes(), **more)
    return written.getvalue()


@pytest.mark.parametrize(
    ("form", "kind"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_the_place_is_not_in_what_leaves_the_house(form: str, kind: str) -> None:
    original = photo(form)
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)
    clean = outside.without_place(original, kind)
    assert clean is not None
    with Image.open(io.BytesIO(clean)) as picture:
        assert not picture.getexif()
        # The EXIF orientation (6: turned by 90°) is gone, so the picture itself must have been turned.
        assert picture.size == (20, 40)
    assert b"PhoneModel" not in clean
    assert b"Exif" not in clean


def test_comments_and_xmp_go_too() -> None:
    packet = b"<x:xmpmeta>geo:31.2,121.4</x:xmpmeta>"
    clean = outside.without_place(photo("JPEG", comment=b"at home", xmp=packet), "image/jpeg")
    assert clean is not None
    assert b"at home" not in clean
    assert b"geo:" not in clean


def test_moving_pictures_keep_moving() -> None:
    written = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], comment=b"at home")
    clean = outside.without_place(written.getvalue(), "image/gif")
    assert clean is not None
    assert b"at home" not in clean
    assert Image.open(io.BytesIO(clean)).n_frames == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(HEIC, "image/heic"), (photo("JPEG")[:200], "image/jpeg"), (b"words", "image/png")],
)
def test_a_picture_that_cannot_be_saved_anew_stays_inside(content: bytes, kind: str) -> None:
    assert outside.without_place(content, kind) is None


def attached(
    people: dict[str, User], complaint: Complaint, name: str, content: bytes, **more: bool
) -> Attachment:
    file = SimpleUploadedFile(name, content)
    return attach.attach(complaint, file, by=person(people["agent"]), at=MONDAY, **more)


@pytest.mark.django_db
def test_the_customer_gets_what_is_shared_without_the_place(people: dict[str, User], client: Client) -> None:
    complaint = factories.diagnosed(people["agent"])
    shared = attached(people, complaint, "碗 1.jpg", photo("JPEG"), shared=True)
    kept = attached(people, complaint, "inside.jpg", photo("JPEG"))
    words = attached(people, complaint, "terms.txt", b"Two years", shared=True)
    broken = attached(people, complaint, "broken.jpg", photo("JPEG")[:300], shared=True)
    door = f"/p/{links.token_of(links.make(complaint, at=MONDAY))}/"
    page = client.get(door).content.decode()
    assert "碗 1.jpg" in page
    assert "terms.txt" in page
    assert "inside.jpg" not in page
    answer = client.get(f"{door}files/{shared.pk}/")
    content = answer.content
    assert b"PhoneModel" not in content
    assert not Image.open(io.BytesIO(content)).getexif()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"{door}files/{words.pk}/").content == b"Two years"
    for other in (kept.pk, broken.pk, 9_999):
        assert client.get(f"{door}files/{other}/").status_code == 404
    with shared.file.open("rb") as file:
        assert b"PhoneModel" in file.read()


@pytest.mark.django_db
def test_a_link_opens_no_file_of_another_complaint(people: dict[str, User], client: Client) -> None:
    mine, other = (factories.diagnosed(people["agent"]) for _each in range(2))
    file = attached(people, other, "terms.txt", b"Two years", shared=True)
    door = f"/p/{links.token_of(links.make(mine, at=MONDAY))}/"
    assert client.get(f"{door}files/{file.pk}/").status_code == 404
    assert client.get(f"/p/{'x' * 16}/files/{file.pk}/").status_code == 404
    assert "terms.txt" not in client.get(door).content.decode()
