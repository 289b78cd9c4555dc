"""Evidence as people have it: each kind is told by its first bytes, whatever program wrote them."""

import io
import zipfile

import pytest

from complaints.lifecycle import kinds
from complaints.lifecycle.kinds import kind_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016)
FRAME = b"\xff\xfb\x90\x00"  # MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes
FRAME_2 = b"\xff\xf3\x40\xc0"  # MPEG-2 layer III, 32 kbit/s at 22.05 kHz: 104 bytes
PHONES = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"]


def still(major: str, *others: str) -> bytes:
    brands = "".join(others).encode()
    return (16 + len(brands)).to_bytes(4, "big") + b"ftyp" + major.encode() + bytes(4) + brands + bytes(64)


def archive(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name in names:
            # A fixed moment: the bytes name the test, and its name must not change from run to run.
            file.writestr(zipfile.ZipInfo(name, (2026, 11, 29, 0, 0, 0)), "<x/>")
    return written.getvalue()


def tell(content: bytes, ending: str) -> str:
    return kind_of(io.BytesIO(content), ending)


@pytest.mark.parametrize("ending", [".heic", ".heif", ".hif"])
@pytest.mark.parametrize("brand", PHONES)
def test_every_brand_of_pictures_from_phones(brand: str, ending: str) -> None:
    assert tell(still(brand, "mif1", "MiHE", "miaf"), ending) == "image/heic"
    assert tell(still(brand), ending) == "image/heic"
    assert tell(still("MiHE", brand), ending) == "image/heic"


@pytest.mark.parametrize(
    ("content", "ending", "kind"),
    [
        ("\ufeff三天内退款".encode("utf-16-le"), ".txt", "text/plain"),
        ("\ufeff三天内退款".encode("utf-16-be"), ".txt", "text/plain"),
        ("三天内退款".encode("gb18030"), ".txt", "text/plain"),
        (b"\r\n \r\n%PDF-1.4\n%%EOF\n", ".pdf", "application/pdf"),
        (b"\xef\xbb\xbf%PDF-1.7\n", ".pdf", "application/pdf"),
        (bytes(8) + b"%PDF-1.7\n", ".pdf", "application/pdf"),
        (b"#!AMR\n" + bytes(32), ".amr", "audio/amr"),
        (b"#!AMR-WB\n" + bytes(32), ".amr", "audio/amr-wb"),
        (b"#!AMR-WB\n" + bytes(32), ".awb", "audio/amr-wb"),
        (b"\x02#!SILK_V3" + bytes(32), ".amr", "audio/silk"),
        (b"#!SILK_V3" + bytes(32), ".silk", "audio/silk"),
        (still("3gp4", "isom3gp4"), ".3gp", "video/3gpp"),
        (still("3g2a"), ".3gp", "video/3gpp"),
        (archive("OFD.xml", "Doc_0/Document.xml"), ".ofd", "application/ofd"),
        (OLE, ".et", "application/wps-office.et"),
        (OLE, ".wps", "application/wps-office.wps"),
        (OLE, ".dps", "application/wps-office.dps"),
        (OLE, ".doc", "application/msword"),
        (OLE, ".xls", "application/vnd.ms-excel"),
        (FRAME + bytes(413) + FRAME + bytes(413), ".mp3", "audio/mpeg"),
        (FRAME_2 + bytes(100) + FRAME_2 + bytes(100), ".mp3", "audio/mpeg"),
        (b"ID3\x04" + bytes(64), ".mp3", "audio/mpeg"),
        (archive("[Content_Types].xml", "word/document.xml"), ".docx", kinds.ENDINGS[".docx"]),
    ],
)
def test_kinds_are_told_by_their_signatures(content: bytes, ending: str, kind: str) -> None:
    assert tell(content, ending) == kind


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (still("isom", "mp42"), ".heic"),
        (still("heic"), ".3gp"),
        (archive("word/document.xml"), ".ofd"),
        (b"PK\x03\x04 no archive", ".ofd"),
        (b"OFD.xml", ".ofd"),
        (b"words %PDF-1.4", ".pdf"),
        (b"MZ" + bytes(100), ".doc"),
        (b"#!AM", ".amr"),
        (FRAME + bytes(413) + b"MZ" + bytes(500), ".mp3"),
        (b"\xff\xd8\xff\xe0" + bytes(600), ".mp3"),
        (b"\xff\xfea\x00\x00\x00", ".txt"),
        (b"a\x00b", ".txt"),
        (b"\xff\xfe\x00\xd8a\x00", ".txt"),
        (OLE, ".exe"),
        (b"", ".heic"),
    ],
)
def test_what_only_looks_like_it_is_refused(content: bytes, ending: str) -> None:
    assert tell(content, ending) == ""


@pytest.mark.parametrize("kind", list(kinds.TYPES))
def test_every_type_has_room_in_its_column(kind: str) -> None:
    assert len(kind) <= 120
