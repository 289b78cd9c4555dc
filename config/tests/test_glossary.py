"""One word for one thing: the catalogues and the demo's Chinese keep to the tables of `docs/glossary.md`."""

import ast
import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation

from ui import formats

ROOT = Path(settings.BASE_DIR)
DEMO = ROOT / "complaints" / "demo"
LANGUAGES = ("zh_Hans", "zh_Hant")
CHINESE = re.compile(r"[一-鿿]")
HALF_WIDTH = re.compile(r"[一-鿿][,;:!?()]|[一-鿿]\.(?:\s|$)|[(,;:!?][一-鿿]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]*>")
CODE = re.compile(r"\b[A-Z]{1,4}-?\d[\w.-]*|\b[A-Z]{2,}(?:-[A-Z]+)+\b")
DATE_FORMAT = re.compile(r"\b[A-Za-z]\b|年n月j日")
NOW = datetime(2026, 11, 29, tzinfo=UTC)
QUOTES = {"zh_Hans": "「」『』", "zh_Hant": "“”‘’"}


@dataclass(frozen=True)
class Term:
    """One row of the glossary.

    `banned` holds for each language the words that must not be used, each with the words inside which it may
    stand.
    """

    english: str
    words: dict[str, str]
    banned: dict[str, list[tuple[str, list[str]]]]

    @property
    def key(self) -> tuple[str, str]:
        """Return context and text as in the catalogues."""
        found = re.fullmatch(r"(.+) \((.+)\)", self.english)
        return (found[2], found[1]) if found else ("", self.english)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def rows(heading: str) -> list[list[str]]:
    """Return the rows of the table whose first heading this is."""
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append(cells(line))
    return found


def banned(cell: str) -> list[tuple[str, list[str]]]:
    found = []
    for part in filter(None, (piece.strip() for piece in cell.split(";"))):
        match = re.fullmatch(r"(.+?) \(but (.+)\)", part)
        found.append((match[1], match[2].split(", ")) if match else (part, []))
    return found


def terms() -> list[Term]:
    return [
        Term(
            english=english,
            words={"zh_Hans": hans, "zh_Hant": hant},
            banned={"zh_Hans": banned(not_hans), "zh_Hant": banned(not_hant)},
        )
        for english, hans, hant, _means, not_hans, not_hant in rows("English")
    ]


def latin_words() -> set[str]:
    return {word for row in rows("words") for word in re.findall(r"[A-Za-z]+", row[0])}


def catalogue(language: str) -> dict[tuple[str, str], str]:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    return {
        (entry.msgctxt or "", entry.msgid): entry.msgstr or entry.msgstr_plural.get(0, "")
        for entry in polib.pofile(str(path))
        if not entry.obsolete
    }


def strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a TOML file with its key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from strings(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, key)
    elif isinstance(value, str):
        yield key, value


def demo_texts(language: str) -> Iterator[str]:
    for path in sorted(DEMO.glob("*.toml")):
        for key, text in strings(tomllib.loads(path.read_text(encoding="utf-8"))):
            if (language == "zh_Hant") == key.endswith("hant"):
                yield text
    if language == "zh_Hant":
        with (DEMO / "names_hant.csv").open(encoding="utf-8", newline="") as table:
            yield from (row["traditional"] for row in csv.DictReader(table))
    else:
        for path in sorted(DEMO.glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def chinese_texts(language: str) -> list[str]:
    texts = [*catalogue(language).values(), *demo_texts(language)]
    return [text for text in texts if CHINESE.search(text)]


def faults(text: str, language: str, known: list[Term], latin: set[str]) -> Iterator[str]:
    for term in known:
        for word, inside in term.banned[language]:
            left = text
            for longer in inside:
                left = left.replace(longer, "")
            if word in left:
                yield f"{text}: not {word} but {term.words[language]}"
    if HALF_WIDTH.search(text):
        yield f"{text}: half-width punctuation"
    if "  " in text:
        yield f"{text}: two blanks"
    if re.search(r"(?<!…)…(?!…)", text):
        yield f"{text}: half an ellipsis"
    if any(mark in text for mark in QUOTES[language]):
        yield f"{text}: quotation marks of the other script"
    plain = CODE.sub(" ", PLACEHOLDER.sub(" ", text))
    for word in re.findall(r"[A-Za-z]+", plain):
        if word not in latin and not DATE_FORMAT.search(word):
            yield f"{text}: {word} is English"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chinese_texts_keep_to_the_glossary(language: str) -> None:
    known, latin = terms(), latin_words()
    found = [fault for text in chinese_texts(language) for fault in faults(text, language, known, latin)]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_term_is_translated_by_its_word(language: str) -> None:
    texts = catalogue(language)
    wrong = [
        f"{term.english}: {texts[term.key]} instead of {term.words[language]}"
        for term in terms()
        if term.key in texts and texts[term.key] != term.words[language]
    ]
    assert wrong == []


def test_most_terms_are_texts_of_the_catalogue() -> None:
    """A term whose English text was reworded would silently drop out of the test above.

    Then the glossary must follow the new text.
    """
    texts = catalogue("zh_Hans")
    missing = [term.english for term in terms() if term.key not in texts]
    assert missing == ["Complaint", "Claim"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("转给其他团队", "zh_Hans"),
        ("升级至 %(tier)s 级", "zh_Hans"),
        ("已过期限", "zh_Hans"),
        ("好的,谢谢", "zh_Hans"),
        ("好的(谢谢)", "zh_Hans"),
        ("两个  空格", "zh_Hans"),
        ("气死 angry", "zh_Hans"),
        ("请看「这里」", "zh_Hans"),
        ("等等…", "zh_Hans"),
        ("迴音", "zh_Hant"),
        ("除備註外只讀", "zh_Hant"),
        ("請看“這裡”", "zh_Hant"),
    ],
)
def test_a_fault_is_found(text: str, language: str) -> None:
    assert list(faults(text, language, terms(), latin_words()))


@pytest.mark.parametrize(
    "text",
    [
        "按法定期限答复",
        "可上传 PDF、Word",
        "n月j日 H:i",
        "%(n)s 件投诉（RD-10001）",
        "如 50, 75, 90",
        "等等……",
    ],
)
def test_a_right_text_is_left_alone(text: str) -> None:
    assert not list(faults(text, "zh_Hans", terms(), latin_words()))


def test_english_has_no_twelve_hour_clock() -> None:
    texts = [text for _context, text in catalogue("zh_Hans")]
    assert [text for text in texts if re.search(r"\b[ap]\.m\.", text) or "  " in text] == []
    with translation.override("en"):
        written = formats.short_moment(datetime(2026, 11, 22, 6, 5, tzinfo=UTC), NOW)
    assert not written.endswith(".")
