"""Find out the type of a file from its first bytes.

The libraries do not know all formats that phones, chat programs and office programs send.
"""

import io
import zipfile
from collections.abc import Callable
from typing import IO

import puremagic

HEAD = 64 * 1024
"""The number of bytes that are examined."""
OOXML = "application/vnd.openxmlformats-officedocument."
TYPES: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif", ".hif"),
    "application/pdf": (".pdf",),
    "application/ofd": (".ofd",),
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov",),
    "video/3gpp": (".3gp", ".3gpp"),
    "audio/mpeg": (".mp3",),
    "audio/wav": (".wav",),
    "audio/mp4": (".m4a",),
    "audio/amr": (".amr",),
    "audio/amr-wb": (".awb",),
    "audio/silk": (".silk", ".slk"),
    "text/plain": (".txt",),
    f"{OOXML}wordprocessingml.document": (".docx",),
    f"{OOXML}spreadsheetml.sheet": (".xlsx",),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "application/wps-office.wps": (".wps",),
    "application/wps-office.et": (".et",),
    "application/wps-office.dps": (".dps",),
}
"""The accepted types, each with its file endings. The content must match the type, not only the name."""
ENDINGS = {ending: kind for kind, endings in TYPES.items() for ending in endings}
_ALIKE = {".jpeg": ".jpg", ".m4v": ".mp4", ".m4a": ".mp4", ".mov": ".mp4", ".docx": ".zip", ".xlsx": ".zip"}
"""Endings whose contents begin with the same bytes, so that only the name can tell them apart."""

_STILL = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"mif2", b"msf1"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BLANK = b"\x00\t\n\x0b\x0c\r \xef\xbb\xbf"
_BITRATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""{MPEG version bits: kilobits per second} of layer III. 3 is MPEG 1; 2 stands for MPEG 2 and 2.5."""
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def kind_of(file: IO[bytes], ending: str) -> str:
    """Return the content type of a file with this ending, or "" if the content is of another kind.

    A recording that WeChat names .amr may be SILK inside; it then gets the type of its content.
    """
    kind = ENDINGS.get(ending, "")
    if not kind:
        return ""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if ending in {".amr", ".awb", ".silk", ".slk"}:
        return _recording(head)
    own = _OWN.get(ending)
    if own is not None:
        return kind if own(head, file) else ""
    return kind if _known(head, ending) else ""


def _known(head: bytes, ending: str) -> bool:
    wanted = _ALIKE.get(ending, ending)
    try:
        found = {match.extension.lower() for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    return wanted in {_ALIKE.get(each, each) for each in found} or ending in found


def _recording(head: bytes) -> str:
    signs = {
        b"#!AMR\n": "audio/amr",
        b"#!AMR-WB\n": "audio/amr-wb",
        b"\x02#!SILK_V3": "audio/silk",
        b"#!SILK_V3": "audio/silk",
    }
    return next((kind for sign, kind in signs.items() if head.startswith(sign)), "")


def _brands(head: bytes) -> set[bytes]:
    """Return the format names (brands) of an ISO media file: its main one and those it is compatible with."""
    if head[4:8] != b"ftyp":
        return set()
    size = min(int.from_bytes(head[:4], "big"), 512)
    return {head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))}


def _is_still(head: bytes, _file: IO[bytes]) -> bool:
    return bool(_brands(head) & _STILL)


def _is_3gp(head: bytes, _file: IO[bytes]) -> bool:
    brands = _brands(head)
    return any(brand.startswith(b"3g") for brand in brands) or bool(brands & {b"isom", b"mp42"})


def _is_pdf(head: bytes, _file: IO[bytes]) -> bool:
    """Return True for a PDF, also after blank lines or a byte order mark, which some programs write first."""
    return head.lstrip(_BLANK).startswith(b"%PDF-")


def _is_ole(head: bytes, _file: IO[bytes]) -> bool:
    return head.startswith(_OLE)


def _is_ofd(head: bytes, file: IO[bytes]) -> bool:
    """Return True for an electronic invoice: a zip archive that holds OFD.xml. Only its file list is read."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(file.read())) as archive:
            return "OFD.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        return False
    finally:
        file.seek(0)


def _is_text(head: bytes, _file: IO[bytes]) -> bool:
    """Return True for text: UTF-16, as Notepad writes it, or bytes without any zero."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = head[: len(head) // 2 * 2].decode("utf-16")
        except UnicodeDecodeError as problem:
            return problem.reason == "unexpected end of data"
        return "\x00" not in text
    return b"\x00" not in head


def _is_mp3(head: bytes, _file: IO[bytes]) -> bool:
    """Return True if there is an ID3 tag, or if two frames of layer III follow one another."""
    if head.startswith(b"ID3"):
        return True
    length = _frame_length(head)
    return bool(length) and (len(head) <= length or bool(_frame_length(head[length:])))


def _frame_length(head: bytes) -> int:
    """Return the length in bytes of the MPEG frame that begins here; 0 if none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer != 1 or bitrate in (0, 15) or rate == 3:
        return 0
    kilobits = _BITRATES[3 if version == 3 else 2][bitrate]
    return (144 if version == 3 else 72) * kilobits * 1_000 // _RATES[version][rate] + padding


_OWN: dict[str, Callable[[bytes, IO[bytes]], bool]] = {
    **dict.fromkeys((".heic", ".heif", ".hif"), _is_still),
    **dict.fromkeys((".3gp", ".3gpp"), _is_3gp),
    **dict.fromkeys((".doc", ".xls", ".wps", ".et", ".dps"), _is_ole),
    ".ofd": _is_ofd,
    ".pdf": _is_pdf,
    ".txt": _is_text,
    ".mp3": _is_mp3,
}
