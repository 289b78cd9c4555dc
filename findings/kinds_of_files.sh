#!/bin/sh
# Kinds of files that phones, chats and offices in China send, told by their first bytes.
#
# puremagic 1.30, Python 3.11, 2026-11-29. The files are the smallest of their kind, made here.
# Expected: a HEIC picture is a picture first; a zip archive with OFD.xml (an electronic invoice) is OFD; a WeChat
# voice message is SILK; a PDF after blank lines, which viewers open, is a PDF.
# Seen: HEIC is .mp4 (video/mp4) before .heif or .heic, whichever brand; OFD is .docx first and .ofd never; SILK and
# Seen: the PDF after blank lines raise PureError.
#
# So: own signatures for these kinds, and the library for the rest.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check puremagic==1.30
"$folder/venv/bin/python" - <<'PYTHON'
import io
import zipfile

import puremagic


def still(brand):
    others = b"mif1" + brand + b"miaf"
    box = (16 + len(others)).to_bytes(4, "big") + b"ftyp" + brand + bytes(4) + others
    return box + (64).to_bytes(4, "big") + b"meta" + bytes(56)


def invoice():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("OFD.xml", "<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016'/>")
        archive.writestr("Doc_0/Document.xml", "<ofd:Document xmlns:ofd='http://www.ofdspec.org/2016'/>")
    return written.getvalue()


def seen(content):
    try:
        return [match.extension for match in puremagic.magic_string(content)]
    except puremagic.PureError:
        return ["PureError"]


told = {
    "HEIC, brand heic": seen(still(b"heic")),
    "HEIC, brand heix": seen(still(b"heix")),
    "OFD": seen(invoice()),
    "SILK": seen(b"\x02#!SILK_V3" + bytes(32)),
    "PDF after blank lines": seen(b"\r\n\r\n%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"),
}
for name, endings in told.items():
    print(f"{name:24} {endings[:3]}")
same = (
    told["HEIC, brand heic"][:2] == [".mp4", ".heif"]
    and told["HEIC, brand heix"][:2] == [".mp4", ".heic"]
    and told["OFD"][0] == ".docx"
    and ".ofd" not in told["OFD"]
    and told["SILK"] == ["PureError"]
    and told["PDF after blank lines"] == ["PureError"]
)
raise SystemExit(0 if same else "the behaviour has changed")
PYTHON
