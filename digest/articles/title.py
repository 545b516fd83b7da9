"""An article's title, without the site's name and section that pages put around it."""

import re
from collections.abc import Iterable
from html import unescape

_SEPARATOR = re.compile(
    r"\s+[|•·»«‹›~:]+\s+|\s+[-–—―]+\s+|\s*[|｜│]\s*|\s+/\s+|\s*[–—]\s+(?=[^\s]+\.(?:com|org|net|de|am|ru|"
    r"info)\b)"
)
_KICKER = re.compile(r"^(?:(?:VIDEO|PHOTOS?|LIVE|WATCH|BREAKING|UPDATED?)\s*[:|]\s+)")


def tidy(title: str | None) -> str | None:
    """`title` on one line, entities resolved, slot and control characters gone; None when nothing is left."""
    if not title:
        return None
    text = unescape(unescape(title)) if "&" in title else title
    text = re.sub(r"<[^<>]{1,80}>", "", text)
    text = re.sub("[\u200b\u200e\u200f\u2060\ufeff\u00ad\ue000\ue001]", "", text)
    return " ".join(text.split()) or None


def without_site(title: str, site_names: Iterable[str | None], heading: str | None = None) -> str:
    """`title` less a site name before or after it.

    A part is dropped when it is a name of the site, when the page's heading is the other part, or when it is
    much the shorter of two parts and looks like a name (few words) behind a bar.
    """
    names = {_plain(name) for name in site_names if name and _plain(name)}
    if (
        heading
        and _plain(heading)
        and _plain(heading) != _plain(title)
        and len(heading) >= 12
        and title.startswith(heading)
    ):
        return heading
    while True:
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            return title
        first, last = cuts[0], cuts[-1]
        head, tail = title[: last.start()].strip(), title[last.end() :].strip()
        start, rest = title[: first.start()].strip(), title[first.end() :].strip()
        if head and _is_site(tail, names):
            title = head
        elif rest and _is_site(start, names):
            title = rest
        elif (
            head
            and "|" in last[0] + " "
            and last[0].strip() in "|｜│"
            and last[0].strip()
            and len(tail.split()) <= 4
            and len(head) > len(tail) * 1.5
        ):
            title = head
        else:
            return title


def _is_site(part: str, names: set[str]) -> bool:
    plain = _plain(part)
    if not plain:
        return True
    if plain in names:
        return True
    return any(
        len(plain) >= 4 and (plain in name or (name in plain and len(name) >= 0.5 * len(plain)))
        for name in names
        if len(name) >= 4
    )


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold().removeprefix("www.")).removesuffix("com")
