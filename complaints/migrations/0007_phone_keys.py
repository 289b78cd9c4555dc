"""The normal form of every phone number is written; the bare digits are given up.

The functions are a copy of those that the product had when this was written, and stay as they are.
"""

import re
import unicodedata
from typing import Any

import phonenumbers
from django.conf import settings
from django.db import migrations
from phonenumbers import NumberParseException, PhoneNumber

OF_ZONES = {
    "Asia/Hong_Kong": "HK",
    "Asia/Macau": "MO",
    "Asia/Macao": "MO",
    "Asia/Taipei": "TW",
    "Asia/Singapore": "SG",
}
CHUNK = 1_000
_EXTENSION = 6
OF_ZONES = {
    "Asia/Hong_Kong": "HK",
    "Asia/Macau": "MO",
    "Asia/Macao": "MO",
    "Asia/Taipei": "TW",
    "Asia/Singapore": "SG",
}
"""The country of an organisation whose time zone this is; all others are taken for CN."""
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


def _key(raw: str, country: str) -> str:
    """Return the normal form of a phone number as somebody typed it; "" if it is none.

    Extensions are cut off. A number with `*` hides digits and is never read as another number.
    """
    text = _plain(raw)
    if sum(map(str.isdigit, text)) < 3 or not text.replace("+", "").strip("0*"):
        return ""
    if "*" in text:
        return text[:40]
    found = _valid(text, country) or _of_switchboard(raw, country)[0]
    if found is not None:
        return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    national = _without_country(text, country)
    if national != text.removeprefix("+"):
        return _key(national, country)
    if not national.strip("0") or (len(national) > 3 and len(set(national)) == 1):
        return ""
    return national[:40]


def _normal(raw: str) -> str:
    return _HYPHENS.sub("-", unicodedata.normalize("NFKC", raw)).strip()


def _extension(text: str) -> str:
    """Return what follows the number of the switchboard: after a word, a sign, or a second hyphen."""
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
    """Return the number if it is in a country's plan, read at home first and then with a code of its own."""
    tries: list[tuple[str, str | None]] = [(text, country)]
    if text.startswith("00"):
        tries.append(("+" + text[2:], None))
    if text.startswith(("86", "886", "852", "853")):
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
    """Return the number before the last hyphen if it is one by itself, and the digits after the hyphen."""
    head, hyphen, tail = _normal(raw).rpartition("-")
    tail = tail.strip()
    if not hyphen or not tail.isdecimal() or len(tail) > 6:
        return None, ""
    return _valid(_plain(head), country), tail


def _without_country(text: str, country: str) -> str:
    """Return an unknown number without the code of the home country, so that +86 12315 is 12315."""
    code = str(phonenumbers.country_code_for_region(country))
    start = next((start for start in (f"+{code}", f"00{code}") if text.startswith(start)), "")
    return text.removeprefix(start).removeprefix("+")


def write_keys(apps: Any, schema_editor: Any) -> None:
    customers = apps.get_model("complaints", "Customer")
    kept = apps.get_model("complaints", "OrganisationSettings").objects.exclude(time_zone="").first()
    zone = kept.time_zone if kept is not None else settings.TIME_ZONE
    country = settings.PHONE_COUNTRY or OF_ZONES.get(zone, "CN")
    changed = []
    for customer in customers.objects.exclude(phone="").only("pk", "phone").iterator(chunk_size=CHUNK):
        customer.phone_key = _key(customer.phone, country)
        changed.append(customer)
        if len(changed) == CHUNK:
            customers.objects.bulk_update(changed, ["phone_key"])
            changed = []
    customers.objects.bulk_update(changed, ["phone_key"])


def write_digits(apps: Any, schema_editor: Any) -> None:
    customers = apps.get_model("complaints", "Customer")
    for customer in customers.objects.exclude(phone="").only("pk", "phone").iterator(chunk_size=CHUNK):
        digits = re.sub(r"\D", "", customer.phone)
        customers.objects.filter(pk=customer.pk).update(phone_digits=digits)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_customers_told_apart")]

    operations = [migrations.RunPython(write_keys, write_digits)]
