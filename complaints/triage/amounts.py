"""Losses that a text states in yuan."""

import re

_DIGIT = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNIT = {"十": 10, "百": 100, "千": 1_000}
_HAN = "零一二两三四五六七八九十百千万"
_NUMBER = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,9}}(?:\.\d+)?|[{_HAN}]{{1,9}})"
    r"(?:\s?[万千百k](?![a-z]))?"
)
_MONEY = (
    rf"(?:[¥]|rmb|cny)\s?({_NUMBER})"
    rf"|({_NUMBER})\s?(?:多|余)?\s?(?:元|块|圆|人民币|rmb\b|cny\b|yuan\b)"
)
_GAP = r"[^。!?;\n¥\d]{0,6}?"
_LOSS_ZH = r"(?:损失|亏了|亏损|被骗|骗走|骗了|多收|多扣|多付|乱扣|少退|盗刷|重复扣|误扣|白花)"
_LOSS_EN = r"(?:loss(?:es)? of|lost|overcharged|scammed|cheated|stolen|out of pocket|defrauded)"
_LOSS = re.compile(rf"{_LOSS_ZH}{_GAP}(?:{_MONEY})|{_LOSS_EN}[^.!?;\n¥\d]{{0,20}}?(?:{_MONEY})")
_LOSS_AFTER = re.compile(rf"(?:{_MONEY})(?:的损失|损失|被盗刷|被骗|被乱扣| loss\b| was stolen| were stolen)")
_NOT_BEFORE = re.compile(
    r"(?:没有?|未|并无|无|不会|避免|以免)[^,。]{0,3}$|\b(?:no|not|n't|never|without)\b[\w\s]{0,8}$"
)


def stated_loss(text: str) -> int | None:
    """Return the largest amount that a normalised text calls a loss, in fen, or None."""
    found = []
    for pattern in (_LOSS, _LOSS_AFTER):
        for match in pattern.finditer(text):
            if not _NOT_BEFORE.search(text[: match.start()]):
                found.append(_fen(next(group for group in match.groups() if group)))
    return max(found, default=None)


def _fen(number: str) -> int:
    """Return '1,200.50', '1.2万', '五百' or '两千三' in fen."""
    number = number.replace(",", "").replace(" ", "")
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([万千百k]?)", number)
    if match:
        factor = {"万": 10_000, "千": 1_000, "百": 100, "k": 1_000}.get(match[2], 1)
        return round(float(match[1]) * factor * 100)
    return _han(number) * 100


def _han(number: str) -> int:
    """Return the value of a Chinese numeral below 100 million; '两千三' is 2,300."""
    if "万" in number:
        high, _, low = number.partition("万")
        short = len(low) == 1 and low in _DIGIT
        return (_han(high) or 1) * 10_000 + (_han(low) * 1_000 if short else _han(low))
    total, digit, unit = 0, 0, 10
    for position, char in enumerate(number):
        if char in _DIGIT:
            digit = _DIGIT[char]
            last = position == len(number) - 1
            if last:
                # A bare last digit counts in the next smaller unit (两千三), unless a 零 precedes it.
                total += digit * (unit // 10 if number[position - 1 : position] not in ("", "零") else 1)
        else:
            unit = _UNIT.get(char, 1)
            total += (digit or 1) * unit
            digit = 0
    return total
