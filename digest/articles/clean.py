"""Take away from a page, by its structure, what can never be the article.

Comment forms, sign-up boxes, share bars, related blocks, author boxes, consent banners, navigation: found
by tag,
role, class and id, or by a heading that is a marker phrase. An element that holds much of the page's running text
is never taken, whatever it is called, because themes name whole layouts `social` or `related-content`.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from digest.articles.markers import Marker, marker
from digest.articles.names import CAPTION, DECK, OTHER_PARTS, name_of
from digest.text.wordlists import word_set

MOST_TEXT = 0.35
"""An element with more than this share of the page's running text stays."""

_NEVER = word_set(
    """
script style svg template noscript iframe object embed canvas dialog input button select textarea
label audio video link
"""
)
_BLOCKS = word_set(
    """
div section aside form ul ol dl nav footer header p figure figcaption span table details fieldset
article h1 h2 h3 h4 h5 h6 a li center
"""
)
_ROLES = word_set(
    """
navigation search dialog alertdialog contentinfo complementary menu menubar toolbar banner
"""
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def clean(tree: HtmlElement) -> list[str]:
    """Remove from `tree`, in place, what is not the article by structure; the texts that were removed."""
    removed: list[str] = []
    _drop_all(tree, list(tree.iter(*_NEVER)), [])
    _ungated(tree)
    weight = _Weight(tree)
    doomed = [element for element in tree.iter(*_BLOCKS) if _is_other(element) and not weight.heavy(element)]
    _drop_all(tree, doomed, removed)
    _drop_all(tree, list(_marked_blocks(tree, _Weight(tree))), removed)
    return removed


def clean_inline(tree: HtmlElement) -> None:
    """Remove from `tree`, in place, what stands in sentences and is no part of them: pop-ups, hidden text.

    Whoever looks for the main text afterwards would take it for a part of its paragraph.
    """
    doomed = [
        element
        for element in tree.iter("span", "small", "sup", "i", "b", "strong", "em", "a", "button")
        if _is_other(element)
    ]
    _drop_all(tree, [element for element in doomed if len(element.text_content()) < 600], [])


def _is_other(element: HtmlElement) -> bool:
    tag = element.tag
    if tag in ("nav", "form", "aside", "figcaption"):
        return True
    if tag == "footer" or (element.get("role") or "").lower() in _ROLES:
        return True
    if (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style") or "")
    ):
        return True
    if not (element.get("class") or element.get("id")):
        return False
    name = name_of(element)
    if tag == "article":
        return False
    if tag in _HEADINGS:
        return bool(DECK.search(name))
    return bool(OTHER_PARTS.search(name)) or (bool(CAPTION.search(name)) and _is_caption(element))


def _is_caption(element: HtmlElement) -> bool:
    """A long text that is called a caption is one only beside a picture, in a box that holds little else."""
    length = len(element.text_content())
    if length < 250:
        return True
    for box in islice(element.iterancestors(), 3):
        if box.tag == "figure":
            return True
        if len(box.text_content()) > 1.5 * length:
            return False
        if box.find(".//img") is not None:
            return True
    return False


class _Weight:
    """How much of the page's running text an element holds; running text is what stands in `<p>` or long
    direct text."""

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self.total = _running(tree)

    def heavy(self, element: HtmlElement) -> bool:
        if element.tag in ("p", "span", "a", "figcaption", "li") and element.find(".//p") is None:
            return len(element.text_content()) > max(400.0, MOST_TEXT * self.total) and self.total > 0
        return _running(element) > MOST_TEXT * self.total if self.total else len(element.text_content()) > 400


def _running(element: HtmlElement) -> int:
    total = 0
    for part in element.iter("p", "div", "td", "article", "section"):
        if part.tag == "p":
            total += len(part.text_content().strip())
        else:
            direct = [part.text or ""] + [child.tail or "" for child in part]
            total += sum(len(piece.strip()) for piece in direct if len(piece.strip()) > 80)
    return total


def _ungated(tree: HtmlElement) -> None:
    """An article hidden until a script runs is shown: the style is taken off the element that holds most of
    the text."""
    weight = _running(tree)
    for element in tree.iter("div", "section", "article", "main", "body"):
        if (
            element.get("style") or element.get("aria-hidden") or element.get("hidden") is not None
        ) and _running(element) > 0.5 * weight:
            for attribute in ("style", "aria-hidden", "hidden"):
                element.attrib.pop(attribute, None)


def _drop_all(tree: HtmlElement, doomed: list[HtmlElement], removed: list[str]) -> None:
    gone: set[HtmlElement] = set()
    for element in doomed:
        parent = element.getparent()
        if element is tree or parent is None or element.tag == "body":
            continue
        if parent not in gone:
            removed.append(element.text_content())
        gone.add(element)
        element.drop_tree()


def _marked_blocks(tree: HtmlElement, weight: _Weight) -> Iterator[HtmlElement]:
    """Blocks that a marker heading opens: the smallest container that the heading begins, else its next
    siblings."""
    for heading in tree.iter(*_HEADINGS, "p", "div", "strong", "b", "span", "legend", "dt", "li"):
        if heading.tag not in _HEADINGS and len(heading) > 3:
            continue
        line = heading.text_content()
        if not 3 <= len(line.strip()) <= 120:
            continue
        kind = marker(line)
        if kind is None:
            continue
        yield from _opened(heading, kind, weight)


def _opened(heading: HtmlElement, kind: Marker, weight: _Weight) -> Iterator[HtmlElement]:
    element = heading
    while True:
        parent = element.getparent()
        if (
            parent is None
            or parent.tag in ("body", "html", "main", "article")
            or _text_before(element)
            or weight.heavy(parent)
        ):
            break
        element = parent
    following = [sibling for sibling in element.itersiblings() if isinstance(sibling.tag, str)]
    yield element
    if element is not heading and _length(element) > len(heading.text_content().strip()) + 40:
        return
    if kind in (Marker.SHARE, Marker.ADVERTISEMENT):
        return
    for sibling in following:
        if (
            sibling.tag in _HEADINGS
            and heading.tag in _HEADINGS
            and sibling.tag <= heading.tag
            and marker(sibling.text_content()) is None
        ):
            return
        if weight.heavy(sibling) or not _is_listing(sibling, kind):
            return
        yield sibling


def _is_listing(element: HtmlElement, kind: Marker) -> bool:
    """Links, form fields, teasers: not paragraphs of prose."""
    text = " ".join(element.text_content().split())
    if kind in (Marker.COMMENTS, Marker.NEWSLETTER) and len(text) < 200:
        return True
    linked = sum(len(" ".join(link.text_content().split())) for link in element.iter("a"))
    return (
        not text
        or linked >= 0.5 * len(text)
        or (
            kind is Marker.RELATED
            and linked > 0
            and element.tag in ("ul", "ol", "div", "section", "article")
            and len(text) < 600
        )
    )


def _text_before(element: HtmlElement) -> bool:
    previous = element.getprevious()
    while previous is not None:
        if (previous.tail or "").strip() or previous.text_content().strip():
            return True
        previous = previous.getprevious()
    parent = element.getparent()
    return parent is not None and bool((parent.text or "").strip())


def _length(element: HtmlElement) -> int:
    return len(element.text_content().strip())
