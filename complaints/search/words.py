"""How texts and searches become tokens. Both are converted alike, so that a match contains what was asked.

Scripts written without spaces (Chinese, Japanese, Korean) yield each character and each pair of neighbours.
So no dictionary has to guess where words end, and words inside sentences are found wherever they stand. Other
scripts yield their words and the beginnings of these words. Width, case and traditional characters are folded
first.

A question asks for all of its words. Only a word that is wholly a number may also be a part of a phone, order
or complaint number, in any spelling of it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from complaints.triage.normalise import normalise

_DENSE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_DENSE}]+)|((?:(?![{_DENSE}])[^\W_])+)")
_VARIANTS = str.maketrans("敍揹著", "叙背着")
"""Variants that the conversion to simplified Chinese keeps in some words. Here they are always folded."""
LONGEST_TOKEN = 64
PREFIXES = range(3, 9)
"""The lengths of a word's beginning that are tokens.

For a longer beginning, its first eight letters are looked up, and then the text is searched.
"""
DIGITS_TOGETHER = 4
"""Phone and order numbers are found by any part of at least this many digits."""
MOST_TOKENS = 64
"""The most words that one search may have, and the most tokens that one word may have."""
LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[+(]?\d[\d()\-‐-―./*#]*")
_EXTENDED = re.compile(r"[\d+()\-‐-―.\s*#/]+(?:(?:转|轉|分机|分機|ext\.?)\s*\d+)?")
_MIXED = re.compile(r"([a-z]{1,8})[-_ ]?(\d{3,})")


@dataclass(frozen=True)
class Run:
    """Letters and digits without a gap, all of one kind of script."""

    text: str
    dense: bool

    @property
    def is_word(self) -> bool:
        """Return True for a word that is long enough to be found by its beginning; a number never is."""
        return not self.dense and len(self.text) >= PREFIXES.start and not self.text.isdecimal()

    def tokens(self) -> Iterator[str]:
        if not self.dense:
            yield self.text[:LONGEST_TOKEN]
            if self.is_word:
                yield from (beginning(self.text[:size]) for size in PREFIXES if size <= len(self.text))
            return
        yield from self.text
        yield from self.pairs()

    def pairs(self) -> Iterator[str]:
        yield from (self.text[at : at + 2] for at in range(len(self.text) - 1))

    def asked(self, *, last: bool) -> Iterator[str]:
        """Yield the tokens that a text needs to contain this run. Its last word may be only a beginning."""
        if self.dense and len(self.text) > 1:
            yield from self.pairs()
        elif last and self.is_word:
            yield beginning(self.text)
        else:
            yield self.text[:LONGEST_TOKEN]


def beginning(letters: str) -> str:
    return f"pfx{letters[: PREFIXES.stop - 1]}"


def runs(text: str) -> list[Run]:
    """Return the runs of a text after folding width, case and traditional characters."""
    folded = normalise(text).translate(_VARIANTS)
    return [Run(dense or word, bool(dense)) for dense, word in _RUN.findall(folded)]


def plain(texts: Iterable[str]) -> str:
    """Return the runs of all texts with single blanks between and around them.

    Phrases are searched in this text.
    """
    return f" {' '.join(run.text for text in texts for run in runs(text))} "


def tokens(texts: Iterable[str]) -> set[str]:
    """Return all tokens by which these texts can be found."""
    return {token for text in texts for run in runs(text) for token in run.tokens()}


def digit_tokens(digits: str) -> list[str]:
    """Return a token for every four neighbouring digits of a number; fewer digits give none."""
    ends = range(DIGITS_TOGETHER, len(digits) + 1)
    return [f"tel{digits[end - DIGITS_TOGETHER : end]}" for end in ends]


@dataclass(frozen=True)
class Way:
    """One way in which a word can be in a text: it has all `tokens`, and all `phrases` as well."""

    tokens: tuple[str, ...]
    phrases: tuple[str, ...]


Question = tuple[tuple[Way, ...], ...]
"""A search: for each word its `Way`s, of which one must match. All words must match."""


def question(typed: str, key: Callable[[str], str] = str) -> Question | None:
    """Return the search for what somebody typed, or None if it contains no words.

    `key` returns the normal form of a phone number.
    """
    text = unicodedata.normalize("NFKC", typed)
    if any(map(str.isdecimal, text)) and _EXTENDED.fullmatch(text):
        groups = [(text.strip(), True)]
    else:
        groups = list(_groups(text.split()))
    asked = [_of_number(word, key) if number else _of_word(word) for word, number in groups]
    found = tuple(ways for ways in asked if ways)[:MOST_TOKENS]
    return found or None


def _groups(words: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the words. Numbers side by side come together, because they may be one phone number."""
    numbers: list[str] = []
    for word in words:
        if _NUMBER.fullmatch(word):
            numbers.append(word)
            continue
        if numbers:
            yield " ".join(numbers), True
            numbers = []
        yield word, False
    if numbers:
        yield " ".join(numbers), True


def _of_word(word: str) -> tuple[Way, ...]:
    """Return what a text must contain so that this word is found in it: each `Way` alone is enough.

    Letters with a number are found with and without a hyphen between them.
    """
    own = _way(runs(word))
    mixed = _MIXED.fullmatch(normalise(word))
    if own is None or mixed is None:
        return (own,) if own else ()
    letters, digits = mixed.groups()
    apart, together = [Run(letters, False), Run(digits, False)], [Run(letters + digits, False)]
    return tuple(
        Way(
            tuple(token for run in found for token in run.asked(last=False)),
            (_phrase(found, open_end=False),),
        )
        for found in (apart, together)
    )


def _of_number(text: str, key: Callable[[str], str]) -> tuple[Way, ...]:
    """Return what a text must contain so that this number is found in it: each `Way` alone is enough.

    The number may stand alone, or be part of a phone, order or complaint number.
    """
    parts = text.split()
    own = [found for part in parts if (found := runs(part))]
    if not own:
        return ()
    ways = [
        Way(
            tuple(token for found in own for run in found for token in run.asked(last=False))[:MOST_TOKENS],
            tuple(_phrase(found, open_end=False) for found in own),
        )
    ]
    whole = "".join(filter(str.isdecimal, text))
    for digits in dict.fromkeys((key(text).removeprefix("+")[:LONGEST_NUMBER], whole[:LONGEST_NUMBER])):
        if digits.isdecimal() and len(digits) >= DIGITS_TOGETHER:
            ways.append(Way(tuple(digit_tokens(digits)), (digits,)))
    each = ["".join(filter(str.isdecimal, part)) for part in parts]
    if len(each) > 1 and all(len(digits) >= DIGITS_TOGETHER for digits in each):
        of_all = tuple(token for digits in each for token in digit_tokens(digits))
        ways.append(Way(of_all[:MOST_TOKENS], tuple(each)))
    return tuple(ways)


def _way(found: list[Run]) -> Way | None:
    if not found:
        return None
    wanted = dict.fromkeys(token for run in found for token in run.asked(last=run is found[-1]))
    more = len(found) > 1 or _is_more_than_its_tokens(found[0])
    open_end = found[-1].is_word
    return Way(tuple(wanted)[:MOST_TOKENS], (_phrase(found, open_end=open_end),) if more else ())


def _is_more_than_its_tokens(run: Run) -> bool:
    return len(run.text) > (2 if run.dense else PREFIXES.stop - 1 if run.is_word else LONGEST_TOKEN)


def _phrase(found: list[Run], *, open_end: bool) -> str:
    """Return the phrase with blanks at the beginning of words, and at the end of complete ones.

    Scripts written without spaces get no blanks.
    """
    inner = " ".join(run.text for run in found)
    return f"{'' if found[0].dense else ' '}{inner}{'' if found[-1].dense or open_end else ' '}"
