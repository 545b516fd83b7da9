"""Which of the pictures that a feed names stands for the entry."""

import re
from collections.abc import Iterable

from digest.sources.entry import Image, web_address, whole_number
from digest.sources.markup import plain

_TAG = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(src|width|height|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_DECORATION = re.compile(
    r"feedburner\.com/~|/wp-includes/images/smilies|s\.w\.org/images/core/emoji|pixel\.wp\.com|gravatar\.com/avatar"
    r"|stats\.wordpress\.com|doubleclick|feedsportal|/(?:pixel|tracker|spacer|blank|1x1)\.(?:gif|png)",
    re.IGNORECASE,
)
_SMALLEST = 40


def choose(candidates: Iterable[Image]) -> Image | None:
    """The widest of those whose size is known, else the first; pixels that count readers are never chosen."""
    usable = [image for image in candidates if _is_picture(image)]
    sized = [image for image in usable if image.width]
    if sized and (sized[0] is usable[0] or max(image.width or 0 for image in sized) >= 300):
        return max(sized, key=lambda image: image.width or 0)
    return usable[0] if usable else None


def first_in(markup: str) -> Image | None:
    """The first picture of a piece of HTML whose addresses are absolute."""
    from html import unescape

    for tag in _TAG.findall(markup):
        values = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(tag)
        }
        image = picture(values.get("src"), values.get("width"), values.get("height"), alt=values.get("alt"))
        if image and _is_picture(image):
            return image
    return None


def picture(
    url: object, width: object = None, height: object = None, *, base: str | None = None, alt: object = None
) -> Image | None:
    """An image from what a source says of it; None without a usable address."""
    address = web_address(url, base)
    if address is None:
        return None
    description = plain(alt, is_html=False)[:500] if isinstance(alt, str) else ""
    return Image(
        address,
        whole_number(width, 20_000) or None,
        whole_number(height, 20_000) or None,
        description or None,
    )


def _is_picture(image: Image) -> bool:
    if any(side is not None and side < _SMALLEST for side in (image.width, image.height)):
        return False
    return not _DECORATION.search(image.url)
