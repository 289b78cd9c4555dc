"""Translation catalogues: compile them, compare them with the code, fill them from parts.

Compiling needs only polib. Comparing and updating call Django's `makemessages`, and so need gettext. They
work in a copy of the sources, so the working tree changes only when an update writes the finished file.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.conf import settings

LANGUAGES = {"zh_Hans": "nplurals=1; plural=0;", "zh_Hant": "nplurals=1; plural=0;"}
SOURCES = ("ui", "accounts", "complaints", "reporting", "config", "templates", "manage.py")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Key = tuple[str, str, str]


class CatalogueError(Exception):
    """The catalogues cannot be read, or gettext is not installed."""


@dataclass
class Part:
    """Translations delivered for one page: {"English" or "context|English": Chinese}.

    An entry without a context is used for every context that has no entry of its own.
    """

    name: str
    entries: dict[str, list[str]] = field(default_factory=dict)


def catalogue(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def compile_changed() -> list[Path]:
    """Compile each .po file that is newer than its .mo file. Return the files that were written."""
    written = []
    for source in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(target)  # so that a running server never reads half a file
        written.append(target)
    return written


def key(entry: polib.POEntry) -> Key:
    """Return what identifies an entry: context, text and plural."""
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def name(entry: polib.POEntry) -> str:
    """Return what parts and messages call an entry: its text, after its context if it has one."""
    return f"{entry.msgctxt}|{entry.msgid}" if entry.msgctxt else str(entry.msgid)


def texts(entry: polib.POEntry) -> list[str]:
    if entry.msgid_plural:
        return [entry.msgstr_plural[index] for index in sorted(entry.msgstr_plural)]
    return [entry.msgstr]


def is_translated(entry: polib.POEntry) -> bool:
    return not entry.fuzzy and bool(texts(entry)) and all(texts(entry))


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def extract(language: str) -> polib.POFile:
    """Return every text that code and templates mark for translation.

    Raises CatalogueError without gettext.
    """
    if shutil.which("xgettext") is None:
        raise CatalogueError("gettext is not installed (on Debian: apt-get install gettext)")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        skipped = shutil.ignore_patterns("tests", "migrations", "__pycache__")
        for name in SOURCES:
            source = settings.BASE_DIR / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=skipped)
            else:
                shutil.copy(source, copy / name)
        (copy / "locale").mkdir()
        command = [
            sys.executable,
            "manage.py",
            "makemessages",
            "--locale",
            language,
            "--no-location",
            "--no-obsolete",
        ]
        done = subprocess.run(
            command, cwd=copy, capture_output=True, text=True, env=extraction_environment(copy)
        )
        if done.returncode:
            raise CatalogueError(f"makemessages failed:\n{done.stdout}{done.stderr}")
        found = copy / "locale" / language / "LC_MESSAGES" / "django.po"
        return polib.pofile(str(found)) if found.exists() else polib.POFile()


def extraction_environment(copy: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"REDRESS_VAR", "DATABASE_URL"}}
    return {**kept, "REDRESS_VAR": str(copy / "var"), "DJANGO_SETTINGS_MODULE": "config.settings.test"}


def problems(current: polib.POFile, extracted: polib.POFile) -> Iterator[str]:
    """Yield what is wrong with a catalogue, one line each."""
    have = {key(entry): entry for entry in current if not entry.obsolete}
    used = {key(entry): entry for entry in extracted}
    for missing in sorted(set(used) - set(have)):
        yield f"missing: {name(used[missing])!r}"
    for unused in sorted(set(have) - set(used)):
        yield f"no longer used: {name(have[unused])!r}"
    for entry in have.values():
        if entry.fuzzy:
            yield f"fuzzy: {name(entry)!r}"
        elif not is_translated(entry):
            yield f"untranslated: {name(entry)!r}"
        else:
            yield from placeholder_problems(entry)


def placeholder_problems(entry: polib.POEntry) -> Iterator[str]:
    # A language with a single form uses the placeholders of the plural.
    wanted = placeholders(entry.msgid_plural or entry.msgid)
    for text in texts(entry):
        if placeholders(text) != wanted:
            yield f"placeholders differ: {name(entry)!r} -> {text!r}"


def read_parts(language: str) -> tuple[list[Part], list[str]]:
    """Return the parts of a language, and the lines that report where two of them disagree."""
    parts: list[Part] = []
    disagreements: list[str] = []
    first: dict[str, tuple[str, list[str]]] = {}
    for path in sorted((Path(settings.LOCALE_PATHS[0]) / "parts").glob(f"*.{language}.json")):
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CatalogueError(f"{path.name}: {error}") from error
        part = Part(
            path.name,
            {
                msgid.replace("\x04", "|"): [text] if isinstance(text, str) else list(text)
                for msgid, text in raw.items()
            },
        )
        for msgid, text in part.entries.items():
            earlier, before = first.setdefault(msgid, (part.name, text))
            if before != text:
                disagreements.append(f"{earlier} and {part.name} disagree on {msgid!r}: {before} / {text}")
        parts.append(part)
    return parts, disagreements


def updated(
    current: polib.POFile, extracted: polib.POFile, parts: list[Part], plural_forms: str
) -> polib.POFile:
    """Return the texts in use, each with the translation from a part, else from the current catalogue.

    A part wins as long as its file exists. Once it is merged and deleted, the catalogue is edited by hand.
    """
    known = {key(entry): texts(entry) for entry in current if is_translated(entry) and not entry.obsolete}
    given: dict[str, list[str]] = {}
    for part in parts:
        for msgid, text in part.entries.items():
            given.setdefault(msgid, text)
    result = polib.POFile(wrapwidth=110)
    result.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms,
    }
    for entry in sorted(extracted, key=key):
        found = given.get(name(entry)) or given.get(entry.msgid) or known.get(key(entry)) or [""]
        fresh = polib.POEntry(
            msgid=entry.msgid, msgctxt=entry.msgctxt, flags=[f for f in entry.flags if f != "fuzzy"]
        )
        fresh.comment = entry.comment
        if entry.msgid_plural:
            fresh.msgid_plural = entry.msgid_plural
            fresh.msgstr_plural = dict(enumerate(found))
        else:
            fresh.msgstr = found[0]
        result.append(fresh)
    return result


def load(language: str) -> polib.POFile:
    path = catalogue(language)
    return polib.pofile(str(path)) if path.exists() else polib.POFile()
