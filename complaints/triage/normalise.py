"""One spelling for matching: width, case and script folded away."""

import unicodedata
from functools import lru_cache

from opencc import OpenCC


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    """Loaded on first use: the dictionaries take a moment."""
    return OpenCC("t2s")


def normalise(text: str) -> str:
    """NFKC, case folded, traditional characters as simplified ones, typographic apostrophes as straight ones.

    Offsets differ from the original text: words found are reported in this spelling.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _to_simplified().convert(folded)
