"""Keywords match in simplified characters, in those of Taiwan and Hong Kong, and in Taiwan's own words."""

import re

import pytest
from opencc import OpenCC

from complaints.triage.normalise import normalise
from complaints.triage.rules import RULES, Rule
from complaints.triage.suggest import suggest
from complaints.triage.words import _ENTRY, pattern

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LEFT = "登出"
"""注销 becomes this word in Taiwan, where it mostly means to sign out, which is no complaint."""


def pieces(rule: Rule) -> set[str]:
    """Return the Chinese pieces of all word lists of a rule."""
    lists = (rule.zh, rule.needs, rule.unless, rule.not_near)
    words = (next(filter(None, entry.groups())) for words in lists for entry in _ENTRY.finditer(words))
    return {piece for word in words for piece in word.split("…") if CHINESE.search(piece)}


ALL = sorted({piece for rule in RULES for piece in pieces(rule)})


@pytest.mark.parametrize("script", ["s2t", "s2tw", "s2hk"])
def test_every_piece_of_every_keyword_survives_the_script(script: str) -> None:
    converted = {piece: OpenCC(script).convert(piece) for piece in ALL}
    assert len(ALL) > 800
    assert [piece for piece, other in converted.items() if normalise(other) != piece] == []


def test_every_keyword_is_found_in_the_words_of_taiwan() -> None:
    """Taiwan says some things with other words; each rule has those too."""
    to_taiwan, lost = OpenCC("s2twp"), []
    for rule in RULES:
        expression = pattern(rule.zh)
        for entry in _ENTRY.finditer(rule.zh):
            word = next(filter(None, entry.groups()))
            said = normalise(to_taiwan.convert(word.replace("…", "")))
            if expression is not None and said != LEFT and not expression.search(said):
                lost.append((rule.code, word, said))
    assert lost == []


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("手機充電時著火了", "手机充电时着火了"),
        ("帳號", "账号"),
        ("帐户", "账户"),
        ("甚麼", "什么"),
        ("覆核", "复核"),
        ("想像", "想象"),
        ("衞生", "卫生"),
        ("枱面", "台面"),
        ("著作權", "著作权"),
        ("著名", "著名"),
        ("裏面、裡面", "里面、里面"),
        ("乾淨", "干净"),
        ("台灣臺北", "台湾台北"),
    ],
)
def test_spellings_that_are_one_word(text: str, usual: str) -> None:
    assert normalise(text).replace(",", "、") == usual


@pytest.mark.parametrize("text", ["手機充電時著火了", "手机充电时着火了", "充電時手機着火"])
def test_a_fire_is_a_matter_of_safety_in_every_script(text: str) -> None:
    found = suggest(text)
    assert (found.category, found.flags, found.gravity) == ("PRD-SAFE", ("safety",), "S4")


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("筆電一直當機", "PRD-FAULT"),
        ("螢幕出現藍畫面", "PRD-FAULT"),
        ("客服一直聯絡不上", "SVC-SLOW"),
        ("店家聯絡不到", "SVC-SLOW"),
        ("帳號無法登入", "DIG-ACC"),
        ("我的個資外洩", "SVC-PRIV"),
        ("計程車司機繞路", "RID-ROUTE"),
        ("宅配太慢了", "LOG-LATE"),
        ("一直不退費", "AFS-REF"),
    ],
)
def test_words_of_taiwan(text: str, category: str) -> None:
    assert suggest(text).category == category


@pytest.mark.parametrize("text", ["找到適當機會再說", "他當機立斷", "以正當機關的名義"])
def test_a_word_of_taiwan_within_other_words_means_nothing(text: str) -> None:
    assert suggest(text).category == "OTHER"
