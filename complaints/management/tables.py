"""Read tables as other programs write them: which encoding, which separator, which columns.

A file that cannot be read is refused with a text that says what it seems to be and what to do.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
LARGEST_CELL = 1_000_000
SAMPLE = 256 * 1024
"""The number of bytes from which the encoding is detected."""
MOSTLY = 0.7
"""The least share of everyday characters for a text to be taken as GB18030 or Big5."""
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NAMES = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_SAVE_AS = "Save it as “CSV UTF-8” and import that"
OTHERS = {
    b"PK\x03\x04": f"an Excel workbook or another archive. {_SAVE_AS}.",
    b"\xd0\xcf\x11\xe0": f"an old Excel workbook. {_SAVE_AS}.",
    b"\xff\xd8\xff": "a picture, not a table.",
    b"\x89PNG": "a picture, not a table.",
    b"%PDF": f"a PDF, not a table. Open the table it was made from. {_SAVE_AS}.",
    b"\x1f\x8b": "compressed. Unpack it first.",
    b"{": "JSON, not a table. Send it to the HTTP interface, or make a CSV file of it.",
    b"[": "JSON, not a table. Send it to the HTTP interface, or make a CSV file of it.",
}
"""{first bytes of a file: what it is}, to explain why a file is not a table."""


class BadFile(ValueError):
    """The file, its columns or an option cannot be used at all."""


@dataclass(frozen=True)
class Row:
    """One row: its first line in the file (the header is line 1), its cells by column, cells beyond them."""

    line: int
    cells: dict[str, str]
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table that can be read: its encoding, separator, columns, and how many rows it has."""

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]
    count: int

    @property
    def manner(self) -> str:
        """Return in words how the table is written: "GB18030, separated by tabs"."""
        name = NAMES.get(self.encoding, self.encoding.upper())
        return f"{name}, separated by {SEPARATORS[self.separator]}"

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not wholly empty."""
        lines = _lines(self.path, self.encoding, self.separator)
        next(lines)
        for line, cells in lines:
            width = len(self.header)
            if any(cell.strip() for cell in cells):
                filled = [*cells, *[""] * width]
                extra = tuple(cell for cell in cells[width:] if cell.strip())
                yield Row(line, dict(zip(self.header, filled, strict=False)), extra)


def open_table(path: Path, *, encoding: str | None = None) -> Table:
    """Look at a file and return it as a table. Raises BadFile with words that say what is wrong."""
    try:
        with path.open("rb") as file:
            sample = file.read(SAMPLE)
    except OSError as problem:
        raise BadFile(f"{path}: {problem.strerror}") from problem
    encoding = _given(path, encoding) if encoding else _encoding(path, sample)
    try:
        first = _first_line(path, encoding)
        separator = _separator(first)
        lines = _lines(path, encoding, separator)
        header = tuple(cell.strip() for cell in next(lines, (0, []))[1])
        count = sum(1 for _line in lines)
    except UnicodeError as problem:
        raise BadFile(
            f"{path}: some bytes are not {NAMES.get(encoding, encoding.upper())} ({problem.reason}"
            f" at byte {problem.start}). {_SAVE_AS}, or name the encoding with --encoding."
            if isinstance(problem, UnicodeDecodeError)
            else f"{path}: {problem}"
        ) from problem
    except csv.Error as problem:
        raise BadFile(f"{path}: {problem}. Is a quotation mark missing?") from problem
    if not any(header):
        raise BadFile(f"{path}: the file is empty; its first line must name the columns.")
    twice = [name for name, times in Counter(filter(None, header)).items() if times > 1]
    if twice:
        raise BadFile(f"{path}: two columns are named {twice[0]!r}; rename one of them.")
    return Table(path, encoding, separator, header, count)


def _lines(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it begins."""
    csv.field_size_limit(LARGEST_CELL)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        begins = 1
        try:
            for cells in reader:
                if cells:
                    yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as problem:
            raise csv.Error(f"line {begins}: {problem}") from problem


def _first_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding) as file:
        return next((line for line in file if line.strip()), "")


def _separator(header: str) -> str:
    """Return the separator that makes the most columns of the header; a comma if there is only one column."""
    counted = {
        separator: len(next(csv.reader([header], delimiter=separator), [])) for separator in SEPARATORS
    }
    return max(counted, key=lambda separator: counted[separator])


def _given(path: Path, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError as problem:
        raise BadFile(f"{path}: there is no encoding {encoding!r}.") from problem
    return "utf-8-sig" if name == "utf-8" else name


def _encoding(path: Path, sample: bytes) -> str:
    for begin, words in OTHERS.items():
        if sample.lstrip(b" \r\n\t").startswith(begin):
            raise BadFile(f"{path}: this is {words}")
    for mark, name in BOMS.items():
        if sample.startswith(mark):
            return name
    without_mark = _utf_16(sample)
    if without_mark:
        return without_mark
    if b"\x00" in sample:
        raise BadFile(f"{path}: this is not a text. {_SAVE_AS}.")
    if _decoded(sample, "utf-8") is not None:
        return "utf-8-sig"
    shares = {name: _share(sample, name) for name in ("gb18030", "big5hkscs")}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] >= MOSTLY:
        return best
    raise BadFile(
        f"{path}: the text is neither UTF-8 nor UTF-16 nor Chinese (GB18030, Big5)."
        f" {_SAVE_AS}, or name the encoding, such as --encoding cp1252."
    )


def _decoded(sample: bytes, encoding: str) -> str | None:
    """Return the sample as text; a character that is cut off at its end does not matter."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample, final=len(sample) < SAMPLE)
    except UnicodeDecodeError:
        return None


def _utf_16(sample: bytes) -> str:
    """Return the byte order of a UTF-16 text without a mark, judging by where its zero bytes stand."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    few, many = sorted((even, odd))
    if many < len(sample) / 20 or few > many / 10:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _share(sample: bytes, encoding: str) -> float:
    """Return which share of the characters beyond ASCII are everyday ones in this encoding."""
    text = _decoded(sample, encoding)
    if text is None:
        return 0.0
    others = [char for char in text if not char.isascii()]
    everyday = sum(1 for char in others if _is_everyday(char, encoding))
    return everyday / len(others) if others else 0.0


def _is_everyday(char: str, encoding: str) -> bool:
    """Return True for signs and for characters of the first level of GB 2312 or Big5."""
    try:
        lead = char.encode("gb2312" if encoding == "gb18030" else "big5")[0]
    except UnicodeEncodeError:
        return False
    return 0xA1 <= lead <= (0xD7 if encoding == "gb18030" else 0xC6)
