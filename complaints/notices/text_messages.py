"""The length of text messages. One part holds 70 characters, several parts 67 each, with the signature.

Gateways put the organisation's signature, 【…】, before each message. Its brackets force 16-bit characters.
That holds for English messages too.
"""

from collections.abc import Iterable

from ui import organisation

ONE_PART = 70
OF_SEVERAL = 67


def length(words: str) -> int:
    """Return how many 16-bit units a text takes; a rare character or an emoji takes two."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def parts(words: str) -> int:
    """Return in how many parts these words are sent, the signature before them included."""
    units = length(f"【{organisation.current().brand_name}】{words}")
    return 1 if units <= ONE_PART else -(-units // OF_SEVERAL)


def fitting(wordings: Iterable[str], link: str) -> str:
    """Return the first wording that fits into one part together with the link, else the shortest."""
    found = [f"{wording} {link}".strip() for wording in wordings]
    return next((words for words in found if parts(words) == 1), min(found, key=length))
