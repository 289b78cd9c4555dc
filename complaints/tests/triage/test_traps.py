"""Texts in which the keyword rules must find nothing: denied, quoted, or with another meaning."""

import pytest

from complaints.tests.triage.scripts import in_scripts
from complaints.triage.suggest import suggest

NEGATED = [
    "没有受伤",
    "未受伤",
    "没有人受伤",
    "无人受伤",
    "并没有起火",
    "没有起火或冒烟",
    "不会起火",
    "没有任何危险",
    "并未过敏",
    "幸好没有触电",
    "我不是律师",
    "没有骚扰",
    "没有发生事故",
    "起火倒是没有",
    "不危险",
    "没有出现冒烟或者爆炸",
    "未造成人员受伤",
    "没有造成事故",
    "所幸没有任何人员受伤",
    "There were no reports of anyone injured",
    "I don't think anyone was injured",
    "luckily no injuries",
    "not injured",
    "I was not injured",
    "no smoke",
    "nobody was injured",
    "no one was injured",
    "It isn't dangerous",
    "there was no fire",
    "no smoke or fire",
    "I am not allergic",
    "without any danger",
    "I won't sue",
    "I am not a lawyer",
    "wasn't rude",
    "The agent was never rude",
    "no accident happened",
    "It did not explode",
    "smoke-free",
]


@pytest.mark.parametrize("text", in_scripts(NEGATED))
def test_what_is_denied_does_not_trigger(text: str) -> None:
    found = suggest(text)
    assert (found.category, found.gravity, found.flags) == ("OTHER", "S2", ())


NOT_NEGATED = [
    "没想到起火了",
    "没用几次就漏电",
    "没多久就冒烟了",
    "没人管,孩子受伤了",
    "没有处理,结果爆炸了",
    "不停冒烟",
    "不小心被漏电伤到",
    "不但冒烟,还起火",
    "没有回复,但是我受伤了",
    "不是没有受伤",
    "不得不找医生,我受伤了",
    "不过受伤了",
    "没有起火,可是我触电了",
    "I got no reply about my injured hand",
    "客服没回复导致孩子受伤",
    "I was not only injured, the shop laughed",
    "It did not work and then it exploded",
    "not what I ordered, but it caught fire",
    "No wonder it caught fire",
    "Nobody answered. I was injured",
    "I can't wait, I was injured",
]


@pytest.mark.parametrize("text", in_scripts(NOT_NEGATED))
def test_a_negation_elsewhere_hides_nothing(text: str) -> None:
    assert suggest(text).flags == ("safety",)


QUOTED = [
    "他说「我要起诉」",
    "店员说“起火”是正常的",
    '他问我是不是要找"律师"',
    "廣告寫著『爆炸』",
    "他跟我说‘去找媒体啊’",
    'He said "go to the press" to me',
    "The clerk shouted “call a lawyer” at me",
    'The box says "danger"',
]


@pytest.mark.parametrize("text", QUOTED)
def test_quoted_words_raise_no_flag(text: str) -> None:
    found = suggest(text)
    assert found.flags == ()
    assert found.gravity == "S2"


@pytest.mark.parametrize(
    "text", ["「插座起火了」", '"The charger caught fire"', 'The 15" screen caught fire, the 17" one too']
)
def test_quotation_marks_around_everything_hide_nothing(text: str) -> None:
    assert suggest(text).flags == ("safety",)


TRAPS = [
    "It smells good",
    "no problem",
    "press the button",
    "I pressed the power button",
    "the press of a key",
    "a shock absorber",
    "my fire tablet",
    "Amazon Fire TV stick",
    "a fireplace set",
    "smoke detector",
    "non-smoking room",
    "by accident",
    "tennis court shoes",
    "the food court",
    "a media player",
    "I saw your ad on social media",
    "a voltage regulator",
    "my friend Sue",
    "try again",
    "thank you again",
    "It came as a shock that",
    "impress me",
    "courteous",
    "hospitality",
    "大家服务态度很好",
    "服务员态度不错",
    "态度非常热情",
    "多媒体音箱",
    "流媒体会员",
    "法院路12号",
    "曝光度",
    "爆炸好吃",
    "信息爆炸",
    "抖音直播间买的",
    "垃圾桶",
    "臭豆腐",
    "第二次购买",
    "老人机",
    "防漏电插座",
    "又大又好",
    "订单号8812315990",
    "态度好",
    "热情",
]


@pytest.mark.parametrize("text", in_scripts(TRAPS))
def test_traps(text: str) -> None:
    found = suggest(text)
    assert (found.category, found.gravity, found.flags, found.hints) == ("OTHER", "S2", (), ())
