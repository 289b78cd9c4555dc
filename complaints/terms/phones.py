"""Phone numbers in one normal form, by which callers are recognised and searched.

`key` returns "+8613900001234" for a number that is valid in its country, only digits and signs of any other
(hotlines, internal numbers, numbers with hidden digits), and "" for anything that is not a phone number.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

LONGEST_KEY = 40
FEWEST_DIGITS = 3
LONGEST_EXTENSION = 6
OF_ZONES = {
    "Asia/Hong_Kong": "HK",
    "Asia/Macau": "MO",
    "Asia/Macao": "MO",
    "Asia/Taipei": "TW",
    "Asia/Singapore": "SG",
}
"""{time zone of the organisation: its country}. Any other zone is taken for China (CN)."""
BY_CODE = ("86", "886", "852", "853")
"""Country codes that are also recognised when they are written without + or 00."""
_EXTENSION = re.compile(
    r"(?:转|轉|分机|分機|内线|內線|ext\.?|extension|x(?=\d)|#).*$", re.IGNORECASE | re.DOTALL
)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_START = re.compile(r"[+(\d*].*", re.DOTALL)
_ALLOWED = re.compile(r"[\d+()\-.\s*/]+")
_SEVERAL = re.compile(r"[/、,;，；|\n]")
_HYPHENS = re.compile(r"[‐‑‒–—―−﹣－ー]")
_TEXTED = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def country_of_zone(zone: str) -> str:
    """Return the ISO code of the country whose numbers are written without a country code."""
    return OF_ZONES.get(zone, "CN")


def key(raw: str, country: str) -> str:
    """Return the normal form of a phone number as somebody typed it; "" if it is none.

    Extensions are cut off. A number with `*` hides digits and is never read as another number.
    """
    text = _plain(raw)
    if sum(map(str.isdigit, text)) < FEWEST_DIGITS or not text.replace("+", "").strip("0*"):
        return ""
    if "*" in text:
        return text[:LONGEST_KEY]
    found = _valid(text, country) or _of_switchboard(raw, country)[0]
    if found is not None:
        return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    national = _without_country(text, country)
    if national != text.removeprefix("+"):
        return key(national, country)
    if not national.strip("0") or (len(national) > FEWEST_DIGITS and len(set(national)) == 1):
        return ""
    return national[:LONGEST_KEY]


def is_real(key: str) -> bool:
    """Return True if the key is a valid number of some country, so that it may belong to one person."""
    return key.startswith("+")


def takes_texts(key: str) -> bool:
    """Return True if text messages can be sent to the number, as far as its form tells."""
    if not is_real(key):
        return False
    return phonenumbers.number_type(phonenumbers.parse(key, None)) in _TEXTED


def dial(raw: str, country: str) -> str:
    """Return what a `tel:` link dials, with the extension if there is one; "" if nothing can be dialled."""
    found = key(raw, country)
    if not found or "*" in found:
        return ""
    extension = "".join(filter(str.isdigit, _extension(_normal(raw))))[:8]
    if is_real(found) and not extension and _valid(_plain(raw), country) is None:
        extension = _of_switchboard(raw, country)[1]
    return f"{found};ext={extension}" if extension else found


def masked(raw: str) -> str:
    """Return a number with its middle hidden: at most the first three and the last four characters show."""
    shown = _plain(raw)
    if len(shown) > 7:
        return f"{shown[:3]}••••{shown[-4:]}"
    return f"{shown[:1]}••••{shown[-1:]}" if len(shown) > 3 else "••••" if raw.strip() else ""


def _normal(raw: str) -> str:
    return _HYPHENS.sub("-", unicodedata.normalize("NFKC", raw)).strip()


def _extension(text: str) -> str:
    """Return the extension, which follows the main number after a word, a sign, or a second hyphen."""
    found = _EXTENSION.search(text)
    if found is not None:
        return found.group()
    parts = [part.strip() for part in text.split("-")]
    digits = [re.sub(r"\D", "", part) for part in parts]
    # A second hyphen starts an extension only after an area code and a whole number: 021-62345678-8001.
    if len(parts) == 3 and re.fullmatch(r"0[1-9]\d{1,2}", digits[0]) and len(digits[1]) >= 7:
        return parts[2]
    return ""


def _plain(raw: str) -> str:
    """Return the digits of the first number, with + and *, without extension, remarks and signs between."""
    text = _normal(raw)
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        return ""
    text = next((part for part in _SEVERAL.split(text) if any(map(str.isdigit, part))), "")
    extension = _extension(text)
    if extension:
        text = text[: text.rindex(extension)]
    started = _START.search(text)
    if started is None:
        return ""
    number = _ALLOWED.match(started.group())
    kept = re.sub(r"[^\d+*]", "", number.group()) if number else ""
    kept = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in kept)
    plus = "+" if kept.startswith("+") else ""
    return plus + kept.replace("+", "")


def _valid(text: str, country: str) -> PhoneNumber | None:
    """Return the number if it is valid: read first as one of the home country, then with a country code."""
    tries: list[tuple[str, str | None]] = [(text, country)]
    if text.startswith("00"):
        tries.append(("+" + text[2:], None))
    if text.startswith(BY_CODE):
        tries.append(("+" + text, None))
    for given, region in tries:
        try:
            found = phonenumbers.parse(given, region)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(found):
            return found
    return None


def _of_switchboard(raw: str, country: str) -> tuple[PhoneNumber | None, str]:
    """Return the number before the last hyphen, if it is valid alone, and the extension after the hyphen."""
    head, hyphen, tail = _normal(raw).rpartition("-")
    tail = tail.strip()
    if not hyphen or not tail.isdecimal() or len(tail) > LONGEST_EXTENSION:
        return None, ""
    return _valid(_plain(head), country), tail


def _without_country(text: str, country: str) -> str:
    """Return an unknown number without the code of the home country, so that +86 12315 is 12315."""
    code = str(phonenumbers.country_code_for_region(country))
    start = next((start for start in (f"+{code}", f"00{code}") if text.startswith(start)), "")
    return text.removeprefix(start).removeprefix("+")
