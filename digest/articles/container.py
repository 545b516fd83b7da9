"""The element that a theme names as the article's text, and its blocks with how much of each is links."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from digest.articles.body import add_lines
from digest.articles.names import name_of
from digest.articles.plain_key import plain
from digest.text.wordlists import word_set

_NAMED = re.compile(
    r" (?:(?:entry|post|article|single|story|page|news|blog post|wp block post|td post) (?:content|body|"
    r"text)|"
    r"article ?(?:body|text)|postcontent|entrycontent|postbody|body copy) "
)
_WORDPRESS = re.compile(r" (?:entry content|wp block post content|td post content) ")
_BLOCKS = word_set(
    """
p div section article blockquote ul ol li dl dt dd table tr h1 h2 h3 h4 h5 h6 pre figure figcaption header
footer
body html center hr address main aside details summary form fieldset nav
"""
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row; `linked` is the share of its letters inside links, 0 to
    1."""

    text: str
    linked: float


@dataclass(frozen=True, slots=True)
class Container:
    """The blocks of the named element; `whole` when the theme puts nothing but the article into it."""

    blocks: tuple[Block, ...]
    whole: bool


def container(tree: HtmlElement) -> Container | None:
    """The one element of `tree` that is named as an article's text; None when there is none, or several of
    a size."""
    named = [
        element for element in tree.iter("div", "section", "article", "main", "td") if _is_named(element)
    ]
    inside = set(named)
    outer = [element for element in named if not any(parent in inside for parent in element.iterancestors())]
    sized = sorted(
        ((len(element.text_content()), -place) for place, element in enumerate(outer)), reverse=True
    )
    if not sized or (len(sized) > 1 and sized[1][0] > 0.3 * sized[0][0]):
        return None
    chosen = outer[-sized[0][1]]
    wordpress = [
        element
        for element in (chosen, *chosen.iter("div", "section"))
        if _WORDPRESS.search(_classes(element))
    ]
    if len(wordpress) == 1 or (wordpress and wordpress[0] is chosen):
        return Container(tuple(blocks(wordpress[0])), True)
    return Container(tuple(blocks(chosen)), False)


def repeated(tree: HtmlElement) -> frozenset[str]:
    """The texts, as `plain` gives them, that stand more than once in places of one kind.

    Verse and filler repeat themselves so. A text that stands twice for lack of care, as a summary and as
    the lead, as a
    pull quote or for two widths of screen, stands under other elements or under classes of another name.
    """
    seen: set[tuple[str, str]] = set()
    twice: set[str] = set()
    for element in tree.iter("p", "div", "li"):
        if not any(child.tag in _BLOCKS for child in element):
            place = (_kind_of_place(element), plain(element.text_content()))
            if place in seen:
                twice.add(place[1])
            seen.add(place)
    return frozenset(twice)


def _kind_of_place(element: HtmlElement) -> str:
    return "/".join(
        f"{part.tag!s}.{part.get('class') or ''}" for part in (element, *islice(element.iterancestors(), 4))
    )


def _is_named(element: HtmlElement) -> bool:
    if "articlebody" in (element.get("itemprop") or "").lower():
        return True
    return bool(element.get("class")) and bool(_NAMED.search(_classes(element)))


def _classes(element: HtmlElement) -> str:
    return name_of(element).replace(" content content ", " content ") if element.get("class") else " "


def blocks(root: HtmlElement) -> list[Block]:
    """The text of `root` as blocks, a new one at every block element's edge; without recursion, for hostile
    depth."""
    found: list[Block] = []
    buffer: list[str] = []
    letters = [0, 0]  # all, and those inside links
    depth_in_links = 0

    def say(text: str | None, keep_lines: bool = False) -> None:
        if text:
            buffer.append(text if keep_lines else text.replace("\n", " ").replace("\r", " "))
            count = len("".join(text.split()))
            letters[0] += count
            letters[1] += count if depth_in_links else 0

    def flush() -> None:
        paragraphs: list[str] = []
        add_lines("".join(buffer), paragraphs)
        share = letters[1] / letters[0] if letters[0] else 0.0
        found.extend(Block(paragraph, share) for paragraph in paragraphs)
        buffer.clear()
        letters[:] = [0, 0]

    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, closing = stack.pop()
        tag = element.tag
        if tag in _BLOCKS:
            flush()
        if closing:
            depth_in_links -= tag == "a"
            if element is not root:
                say(element.tail)
            continue
        if tag == "br":
            buffer.append("\n")
        elif tag in ("td", "th") and "".join(buffer).strip():
            buffer.append(" | ")
        depth_in_links += tag == "a"
        stack.append((element, True))
        if tag not in ("script", "style"):
            say(element.text, keep_lines=tag == "pre")
            stack.extend((child, False) for child in reversed(element) if isinstance(child.tag, str))
    flush()
    return found
