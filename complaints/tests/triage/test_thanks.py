"""A message is thanks only if it says nothing else."""

import pytest

from complaints.triage.thanks import only_thanks

THANKS = [
    *("谢谢", "感谢", "感謝！", "多謝", "多謝晒", "唔該晒", "谢谢谢谢", "太感谢了", "ok谢谢", "好的，谢谢您"),
    *("谢谢你们 🙏", "辛苦了，谢谢", "收到，感謝您的回覆", "thanks", "Thank you", "THX", "OK, thanks!"),
    *("Thank you so much!", "Thanks for your help.", "ｔｈａｎｋｓ", "谢谢\n\n"),
]
MORE = [
    *(
        "",
        "ok",
        "好的",
        "收到",
        "辛苦了",
        "👍",
        "谢谢？",
        "谢谢，什么时候到",
        "谢谢了不用了",
        "不用谢谢",
        "谢谢 3",
        "谢谢😡",
    ),
    *(
        "谢谢 我选A",
        "谢绝",
        "感谢有你才怪",
        "no thanks",
        "No, thank you",
        "Thanks for nothing",
        "Thanks. Not.",
    ),
    *("thanks, but where is it?", "thank you but no", "ok thanks A", "party", "谢谢" * 40),
]


@pytest.mark.parametrize("text", THANKS)
def test_thanks_in_any_script_are_thanks(text: str) -> None:
    assert only_thanks(text)


@pytest.mark.parametrize("text", MORE)
def test_whatever_says_more_is_not_thanks(text: str) -> None:
    assert not only_thanks(text)


@pytest.mark.parametrize("thanks", THANKS)
@pytest.mark.parametrize("more", ["?", " 但是还没收到", " RO-1", " 退款", " please call me"])
def test_thanks_with_anything_added_are_not_thanks(thanks: str, more: str) -> None:
    assert not only_thanks(thanks.strip() + more)
