"""Give texts one spelling for matching, without differences of width, case and script."""

import unicodedata
from functools import lru_cache

from opencc import OpenCC

_UNITED = {"帐": "账", "甚么": "什么", "覆核": "复核", "想像": "想象"}
"""Different spellings of one word that none of the conversions makes equal."""


@lru_cache(maxsize=1)
def _to_simplified() -> tuple[OpenCC, OpenCC]:
    """Return converters of Taiwan's and Hong Kong's characters. Both are needed: each misses some of them.

    They are loaded on first use, because reading their dictionaries takes a moment.
    """
    return OpenCC("tw2s"), OpenCC("hk2s")


def normalise(text: str) -> str:
    """Return the text in NFKC, case-folded, in simplified characters and with straight apostrophes.

    Positions differ from the original text, so words that were found are reported in this spelling.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    for converter in _to_simplified():
        folded = converter.convert(folded)
    for spelling, usual in _UNITED.items():
        folded = folded.replace(spelling, usual)
    return folded
