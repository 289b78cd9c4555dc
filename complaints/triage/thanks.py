"""Tells whether a message says nothing but thanks. In doubt it says no, so that an answer is owed."""

import re

from .normalise import normalise

LONGEST = 60
"""The most characters of a mere thank-you. A longer message always says something else."""
_FRIENDLY = "🙏😊🙂😀😄☺👍❤🌹💐🤝\ufe0f\u200d🏻🏼🏽🏾🏿"
_BETWEEN = rf"[\s,.!~、。，;；…{_FRIENDLY}-]*"
_WHOM = "(?:你|您)(?:们)?"
_HOW_MUCH = "(?: (?:so much|very much|a lot|again|all|everyone))*"
_FOR_THAT = "(?: for (?:your|the) (?:quick |kind )?(?:help|reply|answer|support))?"
_FOR_WHAT = "(?:帮助|帮忙|回复|答复|回答|支持)"
_THANKS = (
    rf"(?:非常|十分|万分|真的|太|真心)?(?:感谢|谢谢)(?:谢谢|谢)*(?:{_WHOM})?(?:的)?{_FOR_WHAT}?(?:啦|了|哦|喔|呀|啊|哈)?",
    rf"(?:多谢|谢啦|谢了|谢过)(?:晒|哂)?(?:{_WHOM})?(?:啦|了|哦)?",
    rf"唔该(?:晒|哂)?(?:{_WHOM})?",
    rf"(?:{_WHOM})?辛苦(?:{_WHOM})?(?:了|啦)",
    rf"(?:many |much )?thanks?(?: you)?{_HOW_MUCH}{_FOR_THAT}",
    r"thx|thank u|ty",
)
_OPENING = r"(?:ok|okay|好的?|收到|嗯+|got it|great|hi|hello|你好|您好)"
_NOTHING_ELSE = re.compile(rf"{_BETWEEN}(?:{_OPENING}{_BETWEEN})?(?:(?:{'|'.join(_THANKS)}){_BETWEEN})+")
_MUST_THANK = re.compile(r"谢|唔该|thank|thx|\bty\b")


def only_thanks(text: str) -> bool:
    """Return True if the whole text is a thank-you, in any script, perhaps after "ok" or "got it".

    A question mark, a number, any other word, or a face that is not friendly makes it something else.
    """
    words = text.strip()
    if not words or len(words) > LONGEST:
        return False
    folded = normalise(words)
    return bool(_MUST_THANK.search(folded) and _NOTHING_ELSE.fullmatch(folded))
