#!/bin/sh
# Chinese phone numbers with an extension, and hidden digits, read by the Python port of Google's libphonenumber.
#
# phonenumbers 9.0.43, Python 3.11, 2026-11-29. The numbers are invented.
# Expected: 021-62345678-8001, 021-62345678转8001 and 021-62345678分机8001 are the number 021-62345678 with the
# extension 8001, as with "ext 8001"; 138****8000 is refused, because its digits are hidden.
# Seen: the second hyphen joins the extension to a number of 14 digits; 转, 轉 and 分机 raise; the asterisks are
# Seen: passed over, so that 138****8000 becomes the possible number 1388000.
#
# So: cut extensions off before parsing, and never parse a number with an asterisk.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$folder/venv/bin/python" - <<'PYTHON'
import phonenumbers
from phonenumbers import NumberParseException


def seen(text):
    try:
        found = phonenumbers.parse(text, "CN")
    except NumberParseException:
        return "raises"
    return found.national_number, found.extension, phonenumbers.is_possible_number(found)


WANTED = {
    "021-62345678 ext 8001": (2162345678, "8001", True),
    "021-62345678-8001": (21623456788001, None, False),
    "021-62345678转8001": "raises",
    "021-62345678轉8001": "raises",
    "021-62345678分机8001": "raises",
    "138****8000": (1388000, None, True),
}
changed = {text: seen(text) for text, told in WANTED.items() if seen(text) != told}
for text in WANTED:
    print(f"{text:24} {seen(text)}")
raise SystemExit(f"the behaviour has changed: {changed}" if changed else 0)
PYTHON
