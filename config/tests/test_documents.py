"""The documents describe what exists, and everything that code cites from them stands in them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from complaints.api.moves import MOVES as API_MOVES
from complaints.models import ClockKind
from complaints.terms.moves import MOVES
from complaints.terms.stages import OPEN_STAGES, Stage
from reporting.figures import FIGURES

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
FOLDERS = (
    *("ui", "accounts", "complaints", "reporting", "config"),
    *("docs", "templates", "tests", "bench", "locale", "static/css", "static/js", ".ci"),
)
KINDS = {".py", ".md", ".html", ".txt", ".toml", ".csv", ".css", ".js", ".yaml", ".ini", ".example", ""}
NOT_OURS = {"vendor", "data", "__pycache__", "migrations"}
DOCUMENT = re.compile(r"(?<![\w/.-])[\w./-]*\w\.md\b")
SECTION = re.compile(r"([\w-]+\.md)\)?, [\"“*]([^\"”*]+)[\"”*]")
LINK = re.compile(r"\]\(([^()#\s:]+)(?:#[^)]*)?\)")
QUOTED = re.compile(r"`([^`\s]+)`")
NUMBERS = {
    "requirements.md": re.compile(r"(?<![\w-])(?:R-\d{3}[a-c]?|L-\d{2})\b"),
    "clocks.md": re.compile(r"(?<![\w%.-])E\d{1,2}\b"),
    "lifecycle.md": re.compile(r"(?<![\w%.-])T\d{2}\b"),
}
"""Numbers that code cites, each with the document whose table has a row for it."""


def sources() -> Iterator[tuple[Path, str]]:
    """Yield the text of every file of ours, without vendored files and sample data."""
    files = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in sorted(files):
        if path.suffix in KINDS and not NOT_OURS.intersection(path.relative_to(ROOT).parts):
            yield path, path.read_text(encoding="utf-8", errors="ignore")


TEXTS = list(sources())
MARKDOWN = [(path, text) for path, text in TEXTS if path.suffix == ".md"]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def exists(name: str, near: Path) -> bool:
    """Return whether a name is a path from the root or from the citing file, or the name of a document."""
    places = (ROOT, near.parent, DOCS)
    if "*" in name:
        return any(next(iter(place.glob(name)), None) for place in places)
    return any((place / name).exists() for place in places)


def rows(text: str, heading: str) -> dict[str, list[str]]:
    """Return the rows of the first table whose head begins with this cell, by their own first cell."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    found = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        first, *others = [cell.strip() for cell in line.strip().strip("|").split("|")]
        found[first] = others
    return found


def document(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def numbered(name: str) -> set[str]:
    """Return the numbers that have a row of their own in a document."""
    return set(re.findall(r"^\| ([A-Z]-?\d+[a-c]?) \|", document(name), re.MULTILINE))


def has_heading(name: str, section: str) -> bool:
    headings = re.findall(r"^#+ (.+)$", document(name), re.MULTILINE)
    return any(heading.casefold().startswith(section.casefold()) for heading in headings)


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_document_that_is_named_exists() -> None:
    others = {path.name for path in ROOT.glob("static/vendor/**/*.md")}
    missing = [
        f"{shown(path)}: {name}"
        for path, text in TEXTS
        for name in DOCUMENT.findall(text)
        if path != Path(__file__) and name not in others and not exists(name, path)
    ]
    assert missing == []


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_that_is_named_has_a_row(name: str) -> None:
    known = numbered(name)
    missing = [
        f"{shown(path)}: {number}"
        for path, text in TEXTS
        for number in NUMBERS[name].findall(text)
        if path not in {Path(__file__), ROOT / ".ruff.toml"} and number not in known
    ]
    assert missing == []


def test_links_between_documents_resolve() -> None:
    broken = [
        f"{shown(path)}: {target}"
        for path, text in MARKDOWN
        for target in LINK.findall(text)
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_section_that_is_named_is_a_heading() -> None:
    missing = [
        f"{shown(path)}: {name}, {section}"
        for path, text in TEXTS
        for name, section in SECTION.findall(" ".join(text.split()))
        if path != Path(__file__) and (DOCS / name).exists() and not has_heading(name, section)
    ]
    assert missing == []


def test_every_path_in_a_document_exists() -> None:
    """Quoted paths from the root, or with the ending of a file, exist. A bare name may lie anywhere."""
    tops = {folder.partition("/")[0] for folder in FOLDERS} | {"static"}
    names = {path.name for path, _text in TEXTS}
    missing = [
        f"{shown(path)}: {name}"
        for path, text in MARKDOWN
        for name in QUOTED.findall(text)
        if re.fullmatch(r"[\w./*-]+", name)
        and (name.split("/")[0] in tops or re.search(r"\w\.(py|toml|csv|svg)$", name))
        and not (exists(name, path) or ("/" not in name and name in names))
    ]
    assert missing == []


def test_every_document_is_listed_in_the_readme_of_docs() -> None:
    listed = document("README.md")
    assert [path.name for path in sorted(DOCS.glob("*.md")) if path.name not in listed] == []


def test_the_picture_of_the_structure_is_current() -> None:
    """Redraw it with `python docs/draw_structure.py`."""
    script = str(DOCS / "draw_structure.py")
    assert subprocess.run([sys.executable, script, "--check"], cwd=ROOT, check=False).returncode == 0


def test_a_room_uses_only_rooms_above_it_in_the_table() -> None:
    lines = list(rows(document("architecture.md"), "room"))
    order = {Path(path).stem: number for number, line in enumerate(lines) for path in codes(line)}
    wrong = []
    for path in sorted((ROOT / "complaints").rglob("*.py")):
        room = Path(path.relative_to(ROOT / "complaints").parts[0]).stem
        if room not in order or "tests" in path.parts:
            continue
        for used in re.findall(
            r"^\s*(?:from|import) complaints[. ](?:import )?(\w+)", path.read_text(), re.M
        ):
            if order.get(used, -1) > order[room]:
                wrong.append(f"{shown(path)} uses {used}")
    assert wrong == []


def test_the_moves_are_those_of_the_table() -> None:
    told = {}
    for name, (stages, roles, standings, _effect) in rows(document("lifecycle.md"), "move").items():
        sources = OPEN_STAGES if stages == "open" else {Stage(stage) for stage in stages.split(", ")}
        told[name.strip("`")] = (set(sources), set(roles.split(", ")), set(standings.split(", ")))
    coded = {
        row.name: (
            set(row.sources),
            {str(role) for role in row.roles},
            {each.value for each in row.standings},
        )
        for row in MOVES.values()
    }
    assert told == coded


def test_the_bodies_of_the_moves_are_those_of_the_interface() -> None:
    told = {}
    for name, (body,) in rows(document("http-interface.md"), "move").items():
        optional = set(re.findall(r"\(`(\w+)`\)", body))
        told[name.split("`")[1]] = ({*codes(body)} - optional, optional, name.endswith("*"))
    coded = {}
    for row in API_MOVES.values():
        fields = row.body().fields
        needed = {name for name, field in fields.items() if field.required}
        coded[row.name] = (needed, set(fields) - needed, row.may_wait)
    assert told == coded


def test_every_kind_of_clock_is_documented() -> None:
    assert {name.split("`")[1] for name in rows(document("clocks.md"), "kind")} == set(ClockKind.values)


def test_every_figure_is_documented() -> None:
    assert {name.strip("`") for name in rows(document("metrics.md"), "key")} == set(FIGURES)


def test_each_requirement_says_whether_it_is_built() -> None:
    states = re.findall(r"^\| [RL]-\w+ \| (\w+) \|", document("requirements.md"), re.MULTILINE)
    assert set(states) == {"built", "partly", "planned"}
    assert len(states) == len(numbered("requirements.md"))
