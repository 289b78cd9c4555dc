"""Message catalogues are compiled only when needed, compared with the code, and filled from parts."""

import gettext
import json
import os
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from pytest_django import Settings

from config import catalogues
from config.catalogues import Part

PLURALS = catalogues.LANGUAGES["zh_Hans"]


def entry(msgid: str, msgstr: str = "", **more: object) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **more)


def po(*entries: polib.POEntry) -> polib.POFile:
    made = polib.POFile()
    made.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": PLURALS}
    made.extend(entries)
    return made


@pytest.fixture
def locale(tmp_path: Path, settings: Settings) -> Path:
    settings.LOCALE_PATHS = [tmp_path]
    (tmp_path / "parts").mkdir()
    return tmp_path


def test_texts_are_marked_by_names_that_the_catalogues_collect() -> None:
    """xgettext knows `_` and the names of gettext itself: a text under another name stays English."""
    given = re.compile(r"import \w*gettext\w* as (?!_\b)\w+")
    root = Path(settings.BASE_DIR)
    apps = ("ui", "accounts", "complaints", "reporting", "config")
    sources = (source for app in apps for source in (root / app).rglob("*.py"))
    assert [str(source) for source in sources if given.search(source.read_text())] == []


def test_only_newer_catalogues_are_compiled(locale: Path) -> None:
    source = catalogues.catalogue("zh_Hans")
    source.parent.mkdir(parents=True)
    plural = entry("%(n)s day", msgid_plural="%(n)s days", msgstr_plural={0: "%(n)s 天"})
    po(entry("Close", "关闭"), plural).save(str(source))
    (compiled,) = catalogues.compile_changed()
    assert catalogues.compile_changed() == []
    with compiled.open("rb") as file:
        translation = gettext.GNUTranslations(file)
    assert translation.gettext("Close") == "关闭"
    assert translation.ngettext("%(n)s day", "%(n)s days", 5) == "%(n)s 天"
    later = compiled.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert catalogues.compile_changed() == [compiled]


def test_a_complete_catalogue_has_no_problems() -> None:
    current = po(entry("Close", "关闭"), entry("By %(name)s at {time}", "{time},%(name)s"))
    assert list(catalogues.problems(current, po(entry("Close"), entry("By %(name)s at {time}")))) == []


@pytest.mark.parametrize(
    ("current", "line"),
    [
        ([], "missing: 'By %(name)s'"),
        ([entry("By %(name)s", "%(name)s"), entry("Old", "旧")], "no longer used: 'Old'"),
        ([entry("By %(name)s", "")], "untranslated: 'By %(name)s'"),
        ([entry("By %(name)s", "%(name)s", flags=["fuzzy"])], "fuzzy: 'By %(name)s'"),
        ([entry("By %(name)s", "由 %(nmae)s")], "placeholders differ: 'By %(name)s' -> '由 %(nmae)s'"),
        ([entry("By %(name)s", "由")], "placeholders differ: 'By %(name)s' -> '由'"),
    ],
)
def test_each_problem_is_found(current: list[polib.POEntry], line: str) -> None:
    assert list(catalogues.problems(po(*current), po(entry("By %(name)s")))) == [line]


def test_a_lost_placeholder_of_a_plural_is_found() -> None:
    current = po(entry("%(n)s day", msgid_plural="%(n)s days", msgstr_plural={0: "天"}))
    extracted = po(entry("%(n)s day", msgid_plural="%(n)s days"))
    assert list(catalogues.problems(current, extracted)) == ["placeholders differ: '%(n)s day' -> '天'"]


def test_an_update_prefers_parts_keeps_what_is_known_and_drops_what_is_unused() -> None:
    current = po(entry("Close", "关"), entry("Open", "打开"), entry("Old", "旧"))
    extracted = po(entry("Open"), entry("Close"), entry("New"), entry("%(n)s day", msgid_plural="%(n)s days"))
    parts = [Part("pages", {"Close": ["关闭"], "%(n)s day": ["%(n)s 天"]})]
    result = catalogues.updated(current, extracted, parts, PLURALS)
    assert {item.msgid: catalogues.texts(item) for item in result} == {
        "%(n)s day": ["%(n)s 天"],
        "Close": ["关闭"],
        "New": [""],
        "Open": ["打开"],
    }
    assert list(catalogues.problems(result, extracted)) == ["untranslated: 'New'"]


def test_a_part_may_name_a_context() -> None:
    extracted = po(entry("Resolve", msgctxt="stage"), entry("Resolve", msgctxt="clock"), entry("Resolve"))
    parts = [Part("pages", {"stage|Resolve": ["处理"], "Resolve": ["解决"]})]
    result = catalogues.updated(po(), extracted, parts, PLURALS)
    assert {item.msgctxt: item.msgstr for item in result} == {"stage": "处理", "clock": "解决", None: "解决"}


def test_parts_that_disagree_are_told(locale: Path) -> None:
    for name, text in (("a", "关闭"), ("b", "结案")):
        (locale / "parts" / f"{name}.zh_Hans.json").write_text(json.dumps({"Close": text}))
    parts, disagreements = catalogues.read_parts("zh_Hans")
    assert [part.entries for part in parts] == [{"Close": ["关闭"]}, {"Close": ["结案"]}]
    (line,) = disagreements
    assert "a.zh_Hans.json and b.zh_Hans.json disagree on 'Close'" in line


def test_a_broken_part_is_named(locale: Path) -> None:
    (locale / "parts" / "a.zh_Hans.json").write_text("{")
    with pytest.raises(catalogues.CatalogueError, match=r"a\.zh_Hans\.json"):
        catalogues.read_parts("zh_Hans")
