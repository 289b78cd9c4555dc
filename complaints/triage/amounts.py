"""Amounts of money in a text, read only where money is meant, each in its own currency.

A number is money if a currency or 元, 块, 毛 stands beside it, or if it is a large round one (三千五, 3w)
right after a word such as 扣 or 赔. Durations, counts and order numbers are not money. An amount given only
as a lower bound or a span (十几万, 五千多, 七八百) counts with its lowest value.
"""

import re
from dataclasses import dataclass

from complaints.triage.numerals import HAN, Numeral, read

CNY = "CNY"
UNKNOWN = "XXX"
"""The currency of a dollar sign alone: we do not know which one it is, only that it is not the yuan."""
_BEFORE = {
    r"hk\$|hkd|港币|港元|港纸": "HKD",
    r"nt\$|ntd|twd|新?台币": "TWD",
    r"us\$|usd|美元|美金": "USD",
    r"mop\$?|澳门[币元]|葡币": "MOP",
    r"s\$|sgd|新加坡元|新币": "SGD",
    r"jpy|jp¥|日元|日币": "JPY",
    r"€|eur|欧元": "EUR",
    r"£|gbp|英镑": "GBP",
    r"[ac]\$|aud|cad": UNKNOWN,
    r"cn¥|¥|rmb|cny|人民币": CNY,
    r"\$": UNKNOWN,
}
_AFTER = {
    r"港币|港元|港纸|蚊|hkd\b|hk dollars?\b": "HKD",
    r"新?台币|twd\b|ntd\b": "TWD",
    r"美元|美金|usd\b|us dollars?\b": "USD",
    r"澳门[币元]|葡币|mop\b": "MOP",
    r"新加坡元|新币|sgd\b": "SGD",
    r"日元|日圆|日币|円|jpy\b|yen\b": "JPY",
    r"欧元|eur\b|euros?\b|€": "EUR",
    r"英镑|gbp\b|pounds?\b": "GBP",
    r"韩元|韩币|泰铢|卢布|加元|加币|澳元|澳币|越南盾|林吉特|比索|dollars?\b": UNKNOWN,
    r"人民币|rmb\b|cny\b|yuan\b": CNY,
}
_END = r"(?=[^\u4e00-\u9fff]|$"
_YUAN = r"元(?![旦宵素器件老首年月])|圆(?![形圈桌珠])|块钱"
_AFTER_KUAI = "的了都也就被给我他她才又还运押定手本现赔退的损以没是在和到"
_KUAI = rf"块(?:多|左右|{_END}|[{_AFTER_KUAI}]|一[个斤份杯瓶袋公张]))"
_DIGIT = rf"([{HAN}]|\d)"
_SMALL_ENDS = rf"{_END}|[的了多吧啊]|一[斤份杯瓶袋公])"
_SMALL = rf"(?:元|圆|块){_DIGIT}(?:[毛角](?:{_DIGIT}分)?|{_SMALL_ENDS})"
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,12}}(?:\.\d+)?|[{HAN}几数]{{1,16}})"
_FACTOR = r"(?:\s?(?:[十百千万亿]+|[wk](?![a-z])))?"
_TAIL = r"(?:(?<=[万千])\d(?![\d.,]))?"
_MORE = r"(?:\s?[多余来几])?[万千百亿]?"
_FIGURE = re.compile(rf"(?<![\d.a-z{HAN}第几数])(?P<number>{_NUMBER}{_FACTOR}{_TAIL})(?P<more>{_MORE})\s?")
_SIGN = re.compile("(?:" + "|".join(f"({signs})" for signs in _BEFORE) + r")\s?:?\s?$")
_NAME = re.compile(
    rf"(?P<small>{_SMALL})|(?P<plain>{_YUAN}|{_KUAI})[整正]?|(?P<mao>毛钱?{_END}))|"
    + "|".join(f"({names})" for names in _AFTER)
)
_OF_YUAN = re.compile(r"\s?[((]?(?:的)?(?:" + "|".join(f"({names})" for names in _AFTER) + ")")
_AT_LEAST = re.compile(r"\s?(?:以上|起(?!火|诉)|往上|不止|or more|and more)")
_SPENT = re.compile(
    r"(?:损失|亏|骗走?|扣|多收|收|退|赔偿?|付|花费?|转|充值?|交|罚款?|欠|价值?|要价?|总额|金额|原价|押金|报价)"
    r"[了我们你他她给过约近大概共是为:]{0,4}$"
)
_ROUND = re.compile(r"[万千百亿wk]")
_OPEN_END = re.compile(r"(?:[^\u4e00-\u9fff\w]|$|的?损失|左右|上下|以上|给|我|都|也|才|就|还|没|不|被|后|到)")

_GAP = r"[^。!?;\n\d]{0,6}?"
_GAP_EN = r"[^.!?;\n\d]{0,20}?"
_LOSS = re.compile(
    rf"(?:(?:损失|亏了|亏损|被骗|骗走|骗了|多收|多扣|多付|乱扣|少退|盗刷|重复扣|误扣|白花){_GAP}"
    rf"|(?:loss(?:es)? of|lost|overcharged|scammed|cheated|stolen|out of pocket|defrauded){_GAP_EN})$"
)
_LOSS_AFTER = re.compile(r"(?:钱)?(?:的?损失|被盗刷|被骗|被乱扣| loss\b| was stolen| were stolen)")
_NOT_BEFORE = re.compile(
    r"(?:没有?|未|并无|无|不会|避免|以免)[^,。]{0,3}$|\b(?:no|not|n't|never|without)\b[\w\s]{0,8}$"
)
_BACK = 40  # characters


@dataclass(frozen=True)
class Amount:
    """Money in minor units of its currency, where it stands, and whether it is only a lower bound."""

    minor: int
    currency: str
    at_least: bool
    start: int
    end: int


def amounts(text: str) -> list[Amount]:
    """Return the amounts of a normalised text in their order."""
    found = (_amount(text, match) for match in _FIGURE.finditer(text))
    return [amount for amount in found if amount is not None]


def stated_loss(text: str) -> int | None:
    """Return the largest loss in yuan that a normalised text states, in fen, or None."""
    losses = [amount.minor for amount in amounts(text) if amount.currency == CNY and _is_loss(text, amount)]
    return max(losses, default=None)


def _amount(text: str, match: re.Match[str]) -> Amount | None:
    number = read(match["number"], match["more"])
    if number is None:
        return None
    start, end = match.start(), match.end()
    sign = _SIGN.search(text, max(0, start - 8), start)
    name = _NAME.match(text, end)
    currency, cents = "", 0
    if name is not None and name[0]:
        currency, cents, end = *_named(name), name.end()
        of = _OF_YUAN.match(text, end)
        if currency == CNY and of is not None:
            currency, end = _word(of, _AFTER), of.end()
    if sign is not None:
        currency, start = _word(sign, _BEFORE), sign.start()
    if not currency and _is_spent(text, match, number):
        currency = CNY
    if not currency:
        return None
    at_least = number.at_least or bool(_AT_LEAST.match(text, end)) or text[end - 1 : end] == "多"
    minor = round(number.value * (10 if name is not None and name["mao"] else 100)) + cents
    return Amount(minor, currency, at_least, start, end)


def _named(name: re.Match[str]) -> tuple[str, int]:
    """Return the currency that follows a number, and the jiao and fen behind 元 or 块."""
    if name["small"]:
        jiao, fen = (_digit(part) for part in name.groups()[1:3])
        return CNY, jiao * 10 + fen
    return (CNY if name["plain"] or name["mao"] else _word(name, _AFTER)), 0


def _digit(text: str | None) -> int:
    number = read(text) if text else None
    return int(number.value) if number else 0


def _word(match: re.Match[str], words: dict[str, str]) -> str:
    """Return the currency of the group that matched; the groups of currencies are the last ones."""
    groups = match.groups()[-len(words) :]
    return next(code for code, group in zip(words.values(), groups, strict=True) if group)


def _is_spent(text: str, match: re.Match[str], number: Numeral) -> bool:
    """Return True for a round number without a currency, if words around it can only mean money."""
    return (
        number.value >= 100
        and _ROUND.search(match["number"]) is not None
        and _SPENT.search(text[max(0, match.start() - 12) : match.start()]) is not None
        and _OPEN_END.match(text, match.end()) is not None
    )


def _is_loss(text: str, amount: Amount) -> bool:
    before = text[max(0, amount.start - _BACK) : amount.start]
    said = _LOSS.search(before)
    begin = said.start() if said else len(before)
    if said is None and not _LOSS_AFTER.match(text, amount.end):
        return False
    return not _NOT_BEFORE.search(before[:begin])
