"""Chinese and Arabic numerals as people write them in a sentence, mixed ones and lower bounds too."""

import re
from dataclasses import dataclass

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | dict(
    zip("〇壹贰叁肆伍陆柒捌玖两俩仨", (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 2, 3), strict=True)
)
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_LETTERS = {"w": 10_000, "k": 1_000}
_SCORES = {"廿": "二十", "卅": "三十"}
HAN = "".join((*_DIGITS, *_UNITS, *_MYRIADS, *_SCORES))
"""All characters of which Chinese numerals are made, for a character class."""
_ARABIC = re.compile(r"(\d+(?:\.\d+)?)\s?([十百千万亿]*|[wk])(\d?)")
_SEVERAL = re.compile("[几数]")
FEW = 2
"""几 and 数 mean some: at least two."""


@dataclass(frozen=True)
class Numeral:
    """A value. `at_least` is True if the text gives only a lower bound."""

    value: float
    at_least: bool = False


def read(number: str, more: str = "") -> Numeral | None:
    """Return '1,200.5', '1.2万', '1万2', '两千三', '十几万' or '七八百' as a number; None if it is not one.

    `more` is what follows: 多, 余, 来 or 几, and perhaps a unit for the whole (二十多万).
    """
    text = number.replace(",", "").strip()
    unit = more.strip().lstrip("多余来几")
    some = more.strip()[:1] in ("多", "余", "几")
    arabic = _ARABIC.fullmatch(text)
    if arabic:
        value: float | None = _arabic(*arabic.groups())
    else:
        for score, long in _SCORES.items():
            text = text.replace(score, long)
        some = some or bool(_SEVERAL.search(text)) or _is_span(text)
        value = _whole(_lowest(text))
    if value is None:
        return None
    factor = 1
    for sign in unit:
        factor *= _UNITS.get(sign) or _MYRIADS[sign]
    return Numeral(value * factor, some)


def _arabic(digits: str, factor: str, tail: str) -> float:
    value = float(digits)
    unit = 1
    for sign in factor:
        unit *= _LETTERS.get(sign) or _UNITS.get(sign) or _MYRIADS[sign]
    return value * unit + (int(tail) * unit / 10 if tail else 0)


def _is_span(text: str) -> bool:
    """Return True for two neighbouring digits before a unit or alone: 七八百, 三五千."""
    return (
        re.search(rf"[{''.join(_DIGITS)}]{{2}}(?=[十百千万亿拾佰仟]|$)", text.replace("零", "")) is not None
    )


def _lowest(text: str) -> str:
    """Return the lower end of a span; 几 alone gives two, 十几 gives ten."""
    text = re.sub("(?<=[十拾百千])[几数]", "", text)
    text = _SEVERAL.sub("二", text)
    digits = "".join(_DIGITS).replace("零", "").replace("〇", "")
    return re.sub(rf"([{digits}])[{digits}](?=[十百千万亿拾佰仟]|$)", r"\1", text)


def _whole(text: str) -> float | None:
    """Return the value of a Chinese numeral; 一亿二 is 120 million and 两千三 is 2,300."""
    if not text or (not set(text) & (_DIGITS.keys() | _UNITS.keys())):
        return None
    for sign, size in reversed(_MYRIADS.items()):
        if sign in text:
            high, _, low = text.partition(sign)
            return _joined(high, low, size)
    return _below_myriad(text)


def _joined(high: str, low: str, size: int) -> float | None:
    above = _whole(high) if high else None
    if above is None:
        return None
    if not low:
        return above * size
    if len(low) == 1 and low in _DIGITS:
        return above * size + _DIGITS[low] * size / 10
    below = _whole(low)
    return None if below is None else above * size + below


def _below_myriad(text: str) -> float:
    """Return a numeral below 10,000. A bare last digit counts in the next smaller unit, except after 零."""
    total, digit, unit = 0, 0, 10
    for position, char in enumerate(text):
        if char in _DIGITS:
            digit = _DIGITS[char]
            if position == len(text) - 1:
                bare = text[position - 1 : position] in ("", "零", "〇")
                total += digit * (1 if bare else unit // 10)
        else:
            unit = _UNITS[char]
            total += (digit or 1) * unit
            digit = 0
    return total
