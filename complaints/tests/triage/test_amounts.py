"""Amounts are read where money is meant, with their right value and in their own currency."""

import pytest

from complaints.triage.amounts import Amount, amounts, stated_loss
from complaints.triage.normalise import normalise


def read(text: str) -> list[Amount]:
    return amounts(normalise(text))


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("被扣了三千五", 3_500),
        ("收了我一万二", 12_000),
        ("赔偿3.5万元", 35_000),
        ("花了1万2", 12_000),
        ("合计壹仟贰佰元整", 1_200),
        ("合計壹仟貳佰元整", 1_200),
        ("押金3w元", 30_000),
        ("廿五元一份", 25),
        ("一百二十块一个人", 120),
        ("保证金一亿二元", 120_000_000),
        ("找零一百二十三块五", 123.5),
        ("三块五一斤", 3.5),
        ("12元5角8分", 12.58),
        ("便宜五毛钱", 0.5),
        ("三千五百块", 3_500),
        ("一千零五元", 1_005),
        ("￥１，２００．５０", 1_200.5),
        ("人民币五百元", 500),
        ("500 yuan", 500),
        ("RMB 800", 800),
        ("两万块钱", 20_000),
        ("退我五百", 500),
    ],
)
def test_exact_amounts_in_yuan(text: str, yuan: float) -> None:
    assert [(a.minor, a.currency, a.at_least) for a in read(text)] == [(round(yuan * 100), "CNY", False)]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("亏了十几万元", 100_000),
        ("花了五千多", 5_000),
        ("五千多元", 5_000),
        ("七八百块钱", 700),
        ("三五千元", 3_000),
        ("数百元", 200),
        ("二十多万元", 200_000),
        ("1000元以上", 1_000),
    ],
)
def test_lower_bounds(text: str, yuan: int) -> None:
    assert [(a.minor, a.currency, a.at_least) for a in read(text)] == [(yuan * 100, "CNY", True)]


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("HK$500", 50_000, "HKD"),
        ("港幣五百元", 50_000, "HKD"),
        ("五百港元", 50_000, "HKD"),
        ("NT$1,200", 120_000, "TWD"),
        ("新台幣一千二百元", 120_000, "TWD"),
        ("500元台币", 50_000, "TWD"),
        ("500美元", 50_000, "USD"),
        ("US$ 20", 2_000, "USD"),
        ("€30", 3_000, "EUR"),
        ("三千日元", 300_000, "JPY"),
        ("$500", 50_000, "XXX"),
        ("500 dollars", 50_000, "XXX"),
    ],
)
def test_other_currencies_are_never_yuan(text: str, minor: int, currency: str) -> None:
    assert [(a.minor, a.currency) for a in read(text)] == [(minor, currency)]
    assert stated_loss(normalise(f"损失{text}")) is None


@pytest.mark.parametrize(
    "text",
    [
        "等了两个半小时",
        "打了七八次电话",
        "订单 2026112088123",
        "三块电池都坏了",
        "两块屏幕碎了",
        "一块儿去的",
        "元旦前 3 天",
        "第一百元老",
        "收到一百封邮件",
        "2026年12月",
        "五千米",
        "版本 3.5 万能",
        "十八点左右",
        "房间三百零五",
    ],
)
def test_numbers_that_are_no_money(text: str) -> None:
    assert read(text) == []


def test_each_amount_tells_where_it_stands() -> None:
    text = normalise("原价300元，多收了一百二十块")
    assert [text[a.start : a.end] for a in read(text)] == ["300元", "一百二十块"]


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("损失三千五", 350_000),
        ("被骗十几万元", 10_000_000),
        ("损失1万2", 1_200_000),
        ("五千多元的损失", 500_000),
        ("没有损失三千五", None),
        ("原价三千五百元", None),
        ("损失两个半小时", None),
    ],
)
def test_what_is_called_a_loss(text: str, fen: int | None) -> None:
    assert stated_loss(normalise(text)) == fen
