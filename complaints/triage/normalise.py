"""One spelling for matching: differences of width, case and script are folded away."""

import unicodedata
from functools import lru_cache

from opencc import OpenCC


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    """Return the converter. It is loaded on first use, because reading its dictionaries takes a moment."""
    return OpenCC("t2s")


def normalise(text: str) -> str:
    """Return the text in NFKC, case-folded, in simplified characters and with straight apostrophes.

    Positions differ from the original text, so words that were found are reported in this spelling.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _to_simplified().convert(folded)
