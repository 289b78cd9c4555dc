"""Traditional Chinese follows the project's own list of words, `locale/hant_words.csv`, not a converter."""

import csv
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings

LOCALE = Path(settings.LOCALE_PATHS[0])


def texts(language: str) -> dict[tuple[str | None, str], str]:
    entries = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))
    return {
        (entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural.get(0, "")
        for entry in entries
        if not entry.obsolete
    }


def faults(simplified: str, traditional: str, rows: list[dict[str, str]]) -> Iterator[str]:
    """Yield each word that differs from the list. Where one term contains another, the longer one decides."""
    left = simplified
    for row in sorted(rows, key=lambda row: -len(row["simplified"])):
        if row["simplified"] in left and row["traditional"] not in traditional:
            yield f"{traditional}: wants {row['traditional']}"
        left = left.replace(row["simplified"], "")
        for never in filter(None, row["never"].split(";")):
            if never in traditional:
                yield f"{traditional}: has {never}"


def rows() -> list[dict[str, str]]:
    with (LOCALE / "hant_words.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_every_text_uses_the_words_of_the_list() -> None:
    simplified, traditional, words = texts("zh_Hans"), texts("zh_Hant"), rows()
    found = [
        fault for key, text in traditional.items() for fault in faults(simplified.get(key, ""), text, words)
    ]
    assert found == []


def test_a_converted_word_would_be_found() -> None:
    assert list(faults("搜索投诉", "搜索投訴", rows()))
    assert not list(faults("搜索投诉", "搜尋客訴", rows()))
