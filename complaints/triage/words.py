"""Turn the word lists of the rules into regular expressions, and decide whether a found word counts."""

import re
from functools import lru_cache

NOT_EN = (
    r"(?:not|never|no|nothing|cannot|unable to|failed to|fails to|without|yet to|refuses? to|"
    r"(?:is|are|was|were|do|does|did|have|has|had|can|could|wo|would|should|ai)n'?t)"
)
_GAP_ZH = r"[^,。!?;、\n□]{0,6}?"
_GAP_EN = r"(?:[ \t]+[^\s.,!?;□]+){0,4}?[ \t]+"
_MASK = "□"
_ENTRY = re.compile(r"""(?<!\S)(?:'(.+?)'|"(.+?)"|(\S+))(?!\S)""")

_QUOTED = re.compile(
    r"「[^」]{0,400}」|『[^』]{0,400}』|“[^”]{0,400}”|‘[^']{0,400}'|(?<![a-z0-9])\"[^\"\n]{1,400}\"(?![a-z0-9])"
)
_WHOLLY_QUOTED = re.compile(r"\s*(?:「[^」]*」|“[^”]*”|\"[^\"]*\")\s*")

# A clause ends where a new thought begins. A negation does not reach beyond its clause.
_CLAUSE_ZH = re.compile(
    r"[,。!?;:\n]|但|可是|不过(?!敏)|却|而且|然而|结果|(?<![未没有])(?:导致|造成)|以致|害得|因为|所以|后来|直到"
    r"|竟|居然|反而|才|就|便|还"
)
_CLAUSE_EN = re.compile(
    r"[.,!?;:\n]|\b(?:but|however|although|though|yet|because|until|when|after|so|which|while|then|from|with"
    r"|since|about|regarding|and (?:i|we|he|she|it|they|my|the|now|you|your))\b"
)
_NO_ZH = re.compile(
    r"(?:没有?(?!见过|遇到|遇过|碰到|看过|听说|有|想到|料到|多久|过多久|几天|几次|人管|人理"
    r"|人处理|处理|收到|修好|解决)|未(?!成年)|并无|无人|毫无|(?<!毫)无(?!故|缘|语|法|奈)|"
    r"没人|不会|不是|并非|不曾|不至于|不(?!但|仅|止|光|断|停|小心|幸|料|知|得不|管|论|好意思"
    r"|只|同|少|满|合|当|要|能|可|顾|准|给|让|得|久)"
    r"|避免|以免|防止|免得|谨防|别)"
)
_NO_NO_ZH = re.compile(r"(?:不是|并非|难道|会不|是不|有没|能说)$")
_NO_EN = re.compile(
    r"\b(?:not(?! only| just)|no(?! wonder| doubt| longer)|never|nobody|none|neither|nor|without|hardly"
    r"|nothing|(?:is|are|was|were|do|does|did|have|has|had|can|could|wo|would|should|ai)n'?t|cannot)\b"
    r"(?!.*\b(?:not|n't)\b)"
)
_DENIED_AFTER = re.compile(r"(?:的?(?:情况|现象))?(?:倒是?|是)?(?:并)?没有(?:发生|出现|的)|倒是?没有")
_REACH_ZH, _REACH_EN = 10, 5  # characters; words


def mask(text: str, traps: re.Pattern[str]) -> str:
    """Blank out quotations and fixed expressions in a normalised text, without changing its length."""
    body = text if _WHOLLY_QUOTED.fullmatch(text) else _QUOTED.sub(_blank, text)
    return traps.sub(_blank, body)


def _blank(match: re.Match[str]) -> str:
    return _MASK * len(match[0])


@lru_cache(maxsize=1024)
def pattern(words: str) -> re.Pattern[str] | None:
    """Return one expression for a list of words, or None for an empty list."""
    parts = [_word(next(filter(None, entry.groups()))) for entry in _ENTRY.finditer(words)]
    # The longest words come first, so that a whole phrase is reported rather than its beginning.
    return re.compile("|".join(sorted(parts, key=len, reverse=True))) if parts else None


def _word(word: str) -> str:
    if re.search(r"[\u4e00-\u9fff]", word):
        return _GAP_ZH.join(re.escape(part) for part in word.split("…"))
    if word.isdigit():
        return rf"(?<!\d){word}(?!\d)"
    phrases = []
    for phrase in word.split("…"):
        phrases.append(r"[ \t]+".join(_english(part) for part in phrase.split()))
    return rf"(?<![a-z0-9])(?:{_GAP_EN.join(phrases)})(?![a-z0-9])"


def _english(word: str) -> str:
    """Return one English word with the endings that its marks allow."""
    if word == "{not}":
        return NOT_EN
    if word.startswith("="):
        return re.escape(word[1:])
    if word.endswith("*"):
        return re.escape(word[:-1]) + "[a-z]*"
    if len(word) < 4:
        return re.escape(word)
    if word.endswith("e"):
        return re.escape(word[:-1]) + "(?:e|es|ed|ing|er)"
    if word.endswith("y") and word[-2] not in "aeiou":
        return re.escape(word[:-1]) + "(?:y|ies|ied|ying)"
    return re.escape(word) + "(?:s|es|ed|ing)?"


def negated(body: str, start: int, end: int) -> bool:
    """Return True if a negation close before [start, end), in the same clause, denies the word there."""
    if body[start].isascii():
        clause = _CLAUSE_EN.split(body[max(0, start - 80) : start])[-1]
        return bool(_NO_EN.search(" ".join(clause.split()[-_REACH_EN:])))
    if _DENIED_AFTER.match(body[end : end + 12]):
        return True
    clause = _CLAUSE_ZH.split(body[max(0, start - _REACH_ZH) : start])[-1]
    found = list(_NO_ZH.finditer(clause))
    if not found:
        return False
    before = body[: start - len(clause) + found[-1].start()]
    # 不 alone denies only what follows it directly: 不太危险, but not 不上班的司机骂人.
    near = found[-1][0] != "不" or len(clause) - found[-1].end() <= 1
    return near and not _NO_NO_ZH.search(before[-2:]) and len(found) % 2 == 1


def near(body: str, start: int, end: int, others: re.Pattern[str]) -> bool:
    """Return True if one of the other words is within 24 characters, in the same clause."""
    before, after = body[max(0, start - 24) : start], body[end : end + 24]
    for clause in (_CLAUSE_ZH, _CLAUSE_EN):
        before, after = clause.split(before)[-1], clause.split(after)[0]
    return bool(others.search(before) or others.search(after))
