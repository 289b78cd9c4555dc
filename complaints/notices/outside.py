"""Copies of evidence that may be given to people outside the organisation.

The EXIF data of a photo say where and when it was taken and with which device. People outside get a new copy
without these data; the original stays as evidence. A picture that cannot be copied in this way is not handed
out.
"""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from complaints.models import Attachment

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
QUALITY = 90
_KEPT = ("transparency", "icc_profile", "duration", "loop")
"""The data that a picture needs to look as before; all other data of the file are dropped."""


def may_leave(content_type: str) -> bool:
    """Return False for pictures whose data about the place cannot be removed here."""
    return not content_type.startswith("image/") or content_type in FORMATS


def copy_of(attachment: Attachment) -> bytes | None:
    """Return the bytes to hand to somebody outside, or None if the file must not be handed out."""
    with attachment.file.open("rb") as file:
        content: bytes = file.read()
    if not attachment.content_type.startswith("image/"):
        return content
    return without_place(content, attachment.content_type)


def without_place(content: bytes, content_type: str) -> bytes | None:
    """Return the picture turned upright, without EXIF, XMP and comments; None if that cannot be done."""
    form = FORMATS.get(content_type)
    if form is None:
        return None
    written = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            moving = getattr(picture, "is_animated", False)
            kept = {name: picture.info[name] for name in _KEPT if name in picture.info}
            more = kept | ({"quality": QUALITY} if form in ("JPEG", "WEBP") else {})
            if moving:
                frames = [frame.copy() for frame in _frames(picture)]
                frames[0].save(written, form, save_all=True, append_images=frames[1:], **more)
            else:
                upright = ImageOps.exif_transpose(picture)
                upright.info = {}
                upright.save(written, form, **more)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    return written.getvalue()


def _frames(picture: Image.Image) -> list[Image.Image]:
    frames = []
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        frame = picture.copy()
        frame.info = {}
        frames.append(frame)
    return frames
