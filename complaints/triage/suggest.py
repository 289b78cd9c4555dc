"""Suggestions from the text of a complaint: category, gravity, reach, flags, hints and mood, with reasons.

People confirm or correct them. Where no rule matches, the result is OTHER, S2, one.
"""

import re
from dataclasses import dataclass, field

from .amounts import stated_loss
from .normalise import normalise
from .rules import RULES, TRAPS, Rule
from .words import mask, near, negated, pattern

MOODS = ("calm", "uneasy", "upset", "angry", "furious")
LOSS_FOR_S3 = 50_000  # fen: a stated loss of ¥500 or more (docs/organisation.md)
MANY = 20  # people; from this number on, reach is "many"
MAX_LENGTH = 20_000  # characters that are read; the rest of a longer text is ignored
_WORDS_PER_RULE = 3

_TRAPS = re.compile("|".join(f"(?:{trap})" for trap in TRAPS))
_PEOPLE = re.compile(
    r"(\d{1,5})\s*(?:多|余)?(?:个|名|位)?(?:人|客户|顾客|乘客|业主|住户|同事|家长|消费者)"
    r"(?:都|均|同时|一起|受|也|被|集体|联名)"
    r"|(\d{1,5})\s*(?:\+ )?(?:other )?(?:customers|people|passengers|guests|users|residents|families) "
    r"(?:were|are|have|had|got|all|also|affected|complain\w*)"
)
_MANY = re.compile(
    r"(?:数十|几十|上百|几百|数百|成百|上千)(?:个|名|位)?(?:人|客户|顾客|乘客|消费者|业主)"
    r"|很多(?:客户|顾客|消费者)都|集体投诉|群体"
    r"|\b(?:dozens|hundreds|thousands) of (?:\w+ )?(?:customers|people|passengers|guests|users)\b"
)
_SEVERAL = re.compile(
    r"我们(?:几个|几位|好几个)(?:人|同事|邻居|朋友)?都|其他(?:客户|顾客|乘客|人)也|邻居也|同事也|好几个(?:客户|顾客|人)都"
    r"|\b(?:several|other|some other|a few) "
    r"(?:customers|people|passengers|guests|users|neighbou?rs|colleagues) "
    r"(?:have|had|were|are|got|also|too|complain\w*)\b"
    r"|\ball of us\b|\bboth of us (?:were|got|have|had)\b"
)


@dataclass(frozen=True)
class Reason:
    """The rule that matched, the word (in normalised spelling), and the effect, as in "category LOG-LATE"."""

    rule: str
    word: str
    effect: str


@dataclass(frozen=True)
class Suggestion:
    """The result.

    `confidence` is 0 to 1, for the category only; `tier` is the lowest tier that the rules allow.
    """

    category: str = "OTHER"
    gravity: str = "S2"
    reach: str = "one"
    flags: tuple[str, ...] = ()
    emotion: str | None = None
    """The mood, or None if no rule found one.

    Without a sign of anger the customer is not assumed to be calm.
    """
    hints: tuple[str, ...] = ()
    confidence: float = 0.0
    reasons: tuple[Reason, ...] = ()
    tier: int = 1


@dataclass
class _Tally:
    scores: dict[str, float] = field(default_factory=dict)
    gravities: set[str] = field(default_factory=set)
    flags: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    mood: int | None = None
    tier: int = 1
    reasons: list[Reason] = field(default_factory=list)

    def note(self, rule: str, word: str, effect: str) -> None:
        self.reasons.append(Reason(rule, word, effect))


def suggest(text: str, channel: str = "", loss_minor: int | None = None) -> Suggestion:
    """Suggest the values of a complaint from its text.

    `loss_minor` is a stated loss in fen, if there is one.
    """
    text = text[:MAX_LENGTH]
    body = mask(normalise(text), _TRAPS)
    tally = _Tally()
    for rule in RULES:
        if words := _found(rule, body):
            _apply(rule, words, tally)
    if channel == "regulator":
        _flag(tally, "external", "CHANNEL", channel)
    _weigh_loss(tally, body, loss_minor)
    reach = _reach(tally, body)
    mood = _mood(tally, text)
    category, confidence = _category(tally)
    return Suggestion(
        category=category,
        gravity=_gravity(tally),
        reach=reach,
        flags=tuple(tally.flags),
        emotion=mood,
        hints=tuple(tally.hints),
        confidence=confidence,
        reasons=tuple(tally.reasons),
        tier=tally.tier,
    )


def _found(rule: Rule, body: str) -> list[str]:
    """Return the distinct words of a rule that count in this text."""
    needs, unless, others = pattern(rule.needs), pattern(rule.unless), pattern(rule.not_near)
    if (needs and not needs.search(body)) or (unless and unless.search(body)):
        return []
    words: list[str] = []
    for words_of in (rule.zh, rule.en):
        expression = pattern(words_of)
        for match in expression.finditer(body) if expression else ():
            if match[0] in words or negated(body, match.start(), match.end()):
                continue
            if others and near(body, *match.span(), others):
                continue
            words.append(match[0])
            if len(words) == _WORDS_PER_RULE:
                return words
    return words


def _apply(rule: Rule, words: list[str], tally: _Tally) -> None:
    for word in words:
        if rule.category:
            tally.scores[rule.category] = tally.scores.get(rule.category, 0.0) + rule.weight
            tally.note(rule.code, word, f"category {rule.category}")
        if rule.gravity:
            tally.gravities.add(rule.gravity)
            tally.note(rule.code, word, f"gravity {rule.gravity}")
        if rule.flag:
            _flag(tally, rule.flag, rule.code, word)
        tally.tier = max(tally.tier, rule.tier)
        if rule.hint:
            if rule.hint not in tally.hints:
                tally.hints.append(rule.hint)
            tally.note(rule.code, word, f"hint {rule.hint}")
        if rule.emotion:
            tally.mood = max(tally.mood or 0, MOODS.index(rule.emotion))
            tally.note(rule.code, word, f"emotion {rule.emotion}")


def _flag(tally: _Tally, flag: str, rule: str, word: str) -> None:
    """Set a flag.

    A flag set by a rule moves the complaint to tier 2, where a person confirms or clears it.
    """
    if flag not in tally.flags:
        tally.flags.append(flag)
    tally.tier = max(tally.tier, 2)
    tally.note(rule, word, f"flag {flag}")


def _weigh_loss(tally: _Tally, body: str, loss_minor: int | None) -> None:
    loss = max(loss_minor or 0, stated_loss(body) or 0)
    if loss >= LOSS_FOR_S3:
        tally.gravities.add("S3")
        tally.note("LOSS", f"¥{loss / 100:.2f}", "gravity S3")


def _gravity(tally: _Tally) -> str:
    """Return the highest gravity that was found; S1 only if no other gravity and no flag was found."""
    grave = tally.gravities - {"S1"}
    if grave:
        return max(grave)
    return "S1" if tally.gravities and not tally.flags else "S2"


def _category(tally: _Tally) -> tuple[str, float]:
    """Return the category with the highest score and its share of all scores; the earlier rule wins a tie."""
    if not tally.scores:
        return "OTHER", 0.0
    best = max(tally.scores, key=lambda code: tally.scores[code])
    # The constant lowers the confidence of a single word, which is weak evidence.
    return best, round(tally.scores[best] / (sum(tally.scores.values()) + 0.5), 2)


def _reach(tally: _Tally, body: str) -> str:
    match = _PEOPLE.search(body)
    count = int(next(group for group in match.groups() if group)) if match else 0
    for name, found in (
        ("many", match if count >= MANY else _MANY.search(body)),
        ("several", match if count >= 2 else _SEVERAL.search(body)),
    ):
        if found:
            tally.note("REACH", found[0], f"reach {name}")
            return name
    return "one"


def _mood(tally: _Tally, text: str) -> str | None:
    """Return the mood of the strongest word; shouting (!! or capitals) adds a step. None if there is none."""
    marks = re.search(r"[!！]{2,}", text) or len(re.findall(r"[!！]", text)) >= 3
    capitals = re.findall(r"\b[A-Z]{3,}\b", text)
    letters = re.findall(r"[A-Za-z]", text)
    shouted = len(capitals) >= 3 and sum(map(str.isupper, letters)) > len(letters) / 2
    step = bool(marks) + shouted
    if step:
        tally.note("SHOUTING", "!!" if marks else " ".join(capitals[:3]), "emotion +1")
    if tally.mood is None and not step:
        return None
    return MOODS[min((tally.mood or 0) + step, len(MOODS) - 1)]
