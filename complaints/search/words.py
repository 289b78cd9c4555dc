"""How texts and questions become tokens. Both go the same way, so that a match contains what was asked.

Scripts written without spaces (Chinese, Japanese, Korean) yield each character and each pair of neighbours.
So no dictionary has to guess where words end, and words inside sentences are found wherever they stand. Other
scripts yield their words. Width, case and traditional characters are folded first.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from complaints.triage.normalise import normalise

_DENSE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_DENSE}]+)|((?:(?![{_DENSE}])[^\W_])+)")
_VARIANTS = str.maketrans("敍揹著", "叙背着")
"""Characters that the conversion to simplified Chinese leaves in some words; here it need not know words."""
LONGEST_TOKEN = 64
DIGITS_TOGETHER = 4
"""Phone numbers are found by any part of at least this many digits."""
MOST_TOKENS = 64
"""The most tokens of one question. More would cost time without narrowing the result."""


@dataclass(frozen=True)
class Run:
    """Letters and digits without a gap, all of one kind of script."""

    text: str
    dense: bool

    def tokens(self) -> Iterator[str]:
        if not self.dense:
            yield self.text[:LONGEST_TOKEN]
            return
        yield from self.text
        yield from (self.text[at : at + 2] for at in range(len(self.text) - 1))

    def asked(self) -> Iterator[str]:
        """Yield the tokens that a text must have to contain this run."""
        yield from [self.text] if self.dense and len(self.text) == 1 else self._longest()

    def _longest(self) -> Iterator[str]:
        yield from (token for token in self.tokens() if not self.dense or len(token) == 2)


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


def phone_tokens(digits: str) -> list[str]:
    """Return a token for every four neighbouring digits of a phone number; fewer digits give none."""
    ends = range(DIGITS_TOGETHER, len(digits) + 1)
    return [f"tel{digits[end - DIGITS_TOGETHER : end]}" for end in ends]


@dataclass(frozen=True)
class Question:
    """A search: all `tokens` must be in the text, and all `phrases` as well."""

    tokens: tuple[str, ...]
    phrases: tuple[str, ...]


def question(words: str) -> Question | None:
    """Return the search for what somebody typed, or None if it contains no words.

    Words are separated by blanks, and all of them must match.
    """
    wanted: dict[str, None] = {}
    phrases: list[str] = []
    for word in words.split():
        found = runs(word)
        wanted |= dict.fromkeys(token for run in found for token in run.asked())
        if len(found) > 1 or any(_is_more_than_its_tokens(run) for run in found):
            phrases.append(_phrase(found))
    if not wanted:
        return None
    return Question(tuple(wanted)[:MOST_TOKENS], tuple(phrases)[:MOST_TOKENS])


def _is_more_than_its_tokens(run: Run) -> bool:
    return len(run.text) > (2 if run.dense else LONGEST_TOKEN)


def _phrase(found: list[Run]) -> str:
    """Return the phrase with blanks at its ends, so that only whole words match. Dense scripts get none."""
    inner = " ".join(run.text for run in found)
    return f"{'' if found[0].dense else ' '}{inner}{'' if found[-1].dense else ' '}"
