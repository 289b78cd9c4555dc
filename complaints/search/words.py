"""How texts and questions become tokens: both the same way, so that what is found contains what was asked.

Scripts that are written without spaces (Chinese, Japanese, Korean) give each character and each pair of
neighbours; no dictionary has to guess where words end, so that words inside sentences are found wherever they
stand. Other scripts give their words. Width, case and traditional characters are folded away before.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from complaints.triage.normalise import normalise

_DENSE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_DENSE}]+)|((?:(?![{_DENSE}])[^\W_])+)")
_VARIANTS = str.maketrans("衞敍枱揹著", "卫叙台背着")
"""Characters of Hong Kong and Taiwan that the conversion to simplified ones leaves as they are."""
LONGEST_TOKEN = 64
DIGITS_TOGETHER = 4
"""Phone numbers are found by any part of so many digits or more."""
MOST_TOKENS = 64
"""Of one question; more would cost and not narrow."""


@dataclass(frozen=True)
class Run:
    """Letters and digits without a gap, of one kind of script."""

    text: str
    dense: bool

    def tokens(self) -> Iterator[str]:
        if not self.dense:
            yield self.text[:LONGEST_TOKEN]
            return
        yield from self.text
        yield from (self.text[at : at + 2] for at in range(len(self.text) - 1))

    def asked(self) -> Iterator[str]:
        """Tokens that a text must have to contain this run."""
        yield from [self.text] if self.dense and len(self.text) == 1 else self._longest()

    def _longest(self) -> Iterator[str]:
        yield from (token for token in self.tokens() if not self.dense or len(token) == 2)


def runs(text: str) -> list[Run]:
    folded = normalise(text).translate(_VARIANTS).replace("想像", "想象")
    return [Run(dense or word, bool(dense)) for dense, word in _RUN.findall(folded)]


def plain(texts: Iterable[str]) -> str:
    """The texts as runs with single blanks between and around them: what phrases are looked for in."""
    return f" {' '.join(run.text for text in texts for run in runs(text))} "


def tokens(texts: Iterable[str]) -> set[str]:
    return {token for text in texts for run in runs(text) for token in run.tokens()}


def phone_tokens(digits: str) -> list[str]:
    """Every run of four digits of a phone number; of fewer digits none."""
    ends = range(DIGITS_TOGETHER, len(digits) + 1)
    return [f"tel{digits[end - DIGITS_TOGETHER : end]}" for end in ends]


@dataclass(frozen=True)
class Question:
    """Tokens that a text must all have, and phrases that it must contain besides."""

    tokens: tuple[str, ...]
    phrases: tuple[str, ...]


def question(words: str) -> Question | None:
    """What somebody typed: words with blanks between that must all be there; None when there are none."""
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
    """Words end where they end; dense scripts have no such edges."""
    inner = " ".join(run.text for run in found)
    return f"{'' if found[0].dense else ' '}{inner}{'' if found[-1].dense else ' '}"
