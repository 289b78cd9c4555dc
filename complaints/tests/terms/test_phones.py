"""One normal form for a phone number, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.terms import phones

MOBILE = "+8613912345678"
SWITCHBOARD = "+862162345678"


def cn(raw: str) -> str:
    return phones.key(raw, "CN")


@pytest.mark.parametrize(
    "spelling",
    [
        "13912345678",
        "139-1234-5678",
        "139 1234 5678",
        "+86 139 1234 5678",
        "+86-13912345678",
        "0086 13912345678",
        "8613912345678",
        "(+86)13912345678",
        "１３９１２３４５６７８",
        "13912345678（晚上打）",
        "手机：13912345678",
        "13912345678 / 13812345678",
        "13912345678、13812345678",
    ],
)
def test_a_mobile_number_in_all_spellings(spelling: str) -> None:
    assert cn(spelling) == MOBILE


@pytest.mark.parametrize(
    ("spelling", "extension"),
    [
        ("021-62345678", ""),
        ("(021) 6234 5678", ""),
        ("+86 21 62345678", ""),
        ("021-62345678-8001", "8001"),
        ("+86 21 6234 5678-8001", "8001"),
        ("(021)62345678-8001", "8001"),
        ("021-62345678转8001", "8001"),
        ("021-62345678 轉 8001", "8001"),
        ("021-62345678分机8001", "8001"),
        ("021-62345678 分機 8001", "8001"),
        ("021-62345678 ext. 8001", "8001"),
        ("021-62345678#8001", "8001"),
        ("021-62345678 x8001", "8001"),
    ],
)
def test_an_extension_is_cut_from_the_form_and_kept_for_dialling(spelling: str, extension: str) -> None:
    assert cn(spelling) == SWITCHBOARD
    assert phones.dial(spelling, "CN") == SWITCHBOARD + (f";ext={extension}" if extension else "")


@pytest.mark.parametrize(
    ("given_", "home", "form"),
    [
        ("0912-345-678", "TW", "+886912345678"),
        ("+886 912 345 678", "CN", "+886912345678"),
        ("886912345678", "CN", "+886912345678"),
        ("9123 4567", "HK", "+85291234567"),
        ("85291234567", "CN", "+85291234567"),
        ("+852 9123 4567", "TW", "+85291234567"),
        ("6612 3456", "MO", "+85366123456"),
        ("853 6612 3456", "CN", "+85366123456"),
        ("13912345678", "CN", MOBILE),
        ("86 13912345678", "TW", MOBILE),
        ("+44 20 7946 0958", "CN", "+442079460958"),
    ],
)
def test_neighbours_are_compared_in_one_form(given_: str, home: str, form: str) -> None:
    assert phones.key(given_, home) == form


@pytest.mark.parametrize("hotline", ["12315", "95588", "10086", "+86 12315", "0086-12315"])
def test_a_hotline_stays_text_and_can_be_dialled(hotline: str) -> None:
    digits = hotline[-5:]
    assert (cn(hotline), phones.dial(hotline, "CN")) == (digits, digits)
    assert not phones.is_real(cn(hotline))
    assert not phones.takes_texts(cn(hotline))


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        " ",
        "0",
        "00000000000",
        "000-0000-0000",
        "无",
        "無",
        "N/A",
        "-",
        "none",
        "12",
        "1.39E+10",
        "1.39e10",
        "1,39E+10",
        "11111111111",
        "+",
        "+86",
        "ext. 5",
    ],
)
def test_a_placeholder_is_no_number(nothing: str) -> None:
    assert (cn(nothing), phones.dial(nothing, "CN")) == ("", "")


def test_hidden_digits_are_never_made_up() -> None:
    assert cn("138****8000") == "138****8000"
    assert cn("138****8000") != cn("1388000")
    assert phones.dial("138****8000", "CN") == ""


def test_a_mobile_takes_text_messages_and_a_switchboard_does_not() -> None:
    assert phones.takes_texts(MOBILE)
    assert not phones.takes_texts(SWITCHBOARD)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13912345678", "139••••5678"), ("021-62345678-8001", "021••••5678"), ("12315", "1••••5"), ("", "")],
)
def test_the_middle_is_hidden(number: str, shown: str) -> None:
    assert phones.masked(number) == shown


def test_the_home_country_follows_the_time_zone() -> None:
    zones = ("Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Macau", "Europe/London")
    assert [phones.country_of_zone(zone) for zone in zones] == ["CN", "TW", "HK", "MO", "CN"]


NATIONAL = st.builds(
    "{}{:08}".format, st.sampled_from(["130", "139", "158", "186"]), st.integers(0, 99_999_999)
)
HOMES = st.sampled_from(["CN", "HK", "TW", "MO"])


@given(
    number=NATIONAL,
    start=st.sampled_from(["+86", "+86 ", "0086", "0086-", "86", "86 "]),
    cuts=st.sets(st.integers(1, 10)),
)
def test_every_spelling_of_a_mobile_has_one_form(number: str, start: str, cuts: set[int]) -> None:
    spaced = "".join(("-" if n in cuts else "") + digit for n, digit in enumerate(number))
    assert cn(number) == cn(spaced) == cn(start + number) == cn(start + spaced) == f"+86{number}"


@given(text=st.text(max_size=60), home=HOMES)
def test_any_text_has_a_form_that_is_its_own_form(text: str, home: str) -> None:
    form = phones.key(text, home)
    assert phones.key(form, home) == form
    assert len(form) <= phones.LONGEST_KEY
    assert len(phones.masked(text)) <= 12
    phones.dial(text, home)


@given(text=st.from_regex(r"[+0-9 ()*\-转#x]{0,30}", fullmatch=True), home=HOMES)
def test_what_looks_like_a_number_has_a_form_that_is_its_own_form(text: str, home: str) -> None:
    form = phones.key(text, home)
    assert phones.key(form, home) == form


@given(one=NATIONAL, other=NATIONAL)
def test_two_numbers_never_become_one(one: str, other: str) -> None:
    assert (cn(one) == cn(other)) == (one == other)
