"""Third-party assets match their recorded checksums, and templates use only icons of the sprite."""

import hashlib
import re
from pathlib import Path

from django.conf import settings

VENDOR: Path = settings.BASE_DIR / "static" / "vendor"
RECORDS = {"SHA256SUMS", "VENDORED.md"}


def recorded() -> dict[str, str]:
    lines = (VENDOR / "SHA256SUMS").read_text().splitlines()
    return {name.removeprefix("./"): digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def test_every_vendored_file_has_the_recorded_checksum() -> None:
    files = [path for path in VENDOR.rglob("*") if path.is_file() and path.name not in RECORDS]
    actual = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
    assert actual == recorded()


def test_every_vendored_folder_has_a_licence_and_is_listed() -> None:
    listed = (VENDOR / "VENDORED.md").read_text()
    for folder in (path for path in VENDOR.iterdir() if path.is_dir()):
        assert (folder / "LICENSE").is_file(), folder.name
        assert folder.name in listed, folder.name


def test_style_sheets_ask_for_no_source_map() -> None:
    for path in VENDOR.rglob("*.css"):
        assert "sourceMappingURL" not in path.read_text(), path.name


def test_every_icon_in_a_template_is_in_the_sprite() -> None:
    (sprite,) = VENDOR.glob("tabler-icons-*/sprite.svg")
    carried = set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text()))
    used = {
        (name, path.name)
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r"{% icon [\"']([^\"']+)[\"']", path.read_text())
    }
    assert not {(name, where) for name, where in used if name not in carried}
