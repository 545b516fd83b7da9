"""Pictures made fit for mail: right size, JPEG, at most 200 kB, nothing of the camera's data left in them.

Needs Pillow (the extra `images`).
"""

import io
from dataclasses import dataclass

from digest.rendering.errors import RenderingError

WIDE = (1200, 675)
"""Twice the sheet's width, 16:9: the lead's picture."""
SMALL = (272, 272)
"""Twice the width of a picture at a story's side, square."""
BYTES = 200_000
PIXELS = 60_000_000
_QUALITIES = (82, 74, 66, 58, 50, 40, 30)


class PictureError(RenderingError):
    """A picture cannot be used: not a picture, broken, or too large to be opened."""


@dataclass(frozen=True)
class Picture:
    """A JPEG and its size in pixels of the file."""

    jpeg: bytes
    width: int
    height: int


def fit(content: bytes, box: tuple[int, int] = WIDE, limit: int = BYTES) -> Picture:
    """The picture cropped to the box's proportions around its middle, and never enlarged.

    Turned as its EXIF says, EXIF and profiles left out, transparency laid on white, in as good a quality
    as `limit` bytes allow. Raises PictureError.
    """
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError:
        raise PictureError(
            "Pictures cannot be resized without Pillow.", "Install newsroom-digest[images]."
        ) from None

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")) as opened:
            if opened.width * opened.height > PIXELS:
                raise PictureError(
                    f"The picture has {opened.width} by {opened.height} pixels, which is too many."
                )
            # Lets the JPEG decoder skip what would be thrown away; nothing for other formats.
            opened.draft("RGB", (box[0] * 2, box[1] * 2))
            picture = ImageOps.exif_transpose(opened)
            if picture.mode in ("RGBA", "LA", "P", "PA"):
                over = picture.convert("RGBA")
                picture = Image.new("RGB", over.size, "white")
                picture.paste(over, mask=over.getchannel("A"))
            picture = picture.convert("RGB")
    except PictureError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError(f"The picture cannot be read: {error}.") from None
    ratio = box[0] / box[1]
    width = min(box[0], picture.width, round(picture.height * ratio))
    size = (max(width, 1), max(round(width / ratio), 1))
    shown = ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    for quality in _QUALITIES:
        written = io.BytesIO()
        shown.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
        if written.tell() <= limit:
            return Picture(written.getvalue(), *size)
    raise PictureError(f"The picture does not fit into {limit:,} bytes.", "Choose a calmer one.")
