"""Two readings of one page, and what of each to believe.

Trafilatura judges blocks one by one and so loses short ones, lists and quotations in the middle of a text;
the element
that the theme names as the article holds all of them, and boxes besides. So the paragraphs that trafilatura
took say
where the article is, and the named element fills the gaps between them.
"""

import re
from collections.abc import Sequence

from digest.articles.container import Block, Container
from digest.articles.plain_key import plain

STRAYED = 0.25
"""When more than this share of what trafilatura took stands outside the named element, that element is not
the article."""

_SENTENCE_END = re.compile(r"[.!?…։:。！？»”\"')\]]\s*$")


def without_removed(paragraphs: Sequence[str], removed: Sequence[str], left: str) -> list[str]:
    """`paragraphs` less those that stand only in what the cleaning took away from the page.

    `removed` are the texts taken away, `left` the text of the page after that.
    """
    gone = "\0".join(plain(text) for text in removed)
    there = plain(left)
    return [paragraph for paragraph in paragraphs if (key := plain(paragraph)) in there or key not in gone]


def merged(found: Sequence[str], named: Container | None) -> list[str]:
    """The paragraphs that trafilatura `found`, with the gaps between them filled from the `named` element."""
    if named is None or not named.blocks:
        return list(found)
    keys = [plain(paragraph) for paragraph in found]
    if not any(keys):
        return [block.text for block in named.blocks if block.linked < 0.5] if named.whole else list(found)
    all_named = "\0".join(plain(block.text) for block in named.blocks)
    joined = all_named.replace("\0", "")
    strayed = sum(len(key) for key in keys if key not in joined)
    if strayed > STRAYED * sum(map(len, keys)):
        return list(found)
    taken = _taken(named.blocks, keys)
    first = taken.index(True) if True in taken else 0
    last = len(taken) - 1 - taken[::-1].index(True) if True in taken else -1
    chosen = list(taken)
    for position in range(first, last + 1):
        chosen[position] = taken[position] or named.blocks[position].linked < 0.5
    if named.whole:
        chosen = [n <= last or block.linked < 0.9 for n, block in enumerate(named.blocks)]
    else:
        for position in range(last + 1, len(chosen)):
            if not _is_prose(named.blocks[position]):
                break
            chosen[position] = True
        for position in range(first - 1, -1, -1):
            if not _is_prose(named.blocks[position]):
                break
            chosen[position] = True
    inside = [block.text for block, wanted in zip(named.blocks, chosen, strict=True) if wanted]
    return [*_before(found, keys, joined), *inside]


def _before(found: Sequence[str], keys: Sequence[str], joined: str) -> list[str]:
    """What was found above the named element and reads as prose: a standfirst."""
    above: list[str] = []
    for paragraph, key in zip(found, keys, strict=True):
        if key in joined:
            break
        if _is_prose(Block(paragraph, 0.0)):
            above.append(paragraph)
    return above


def _taken(blocks: Sequence[Block], keys: Sequence[str]) -> list[bool]:
    """For each block whether it is, holds, or is part of a paragraph that was found."""
    whole = "\0".join(keys)
    long_keys = [key for key in keys if len(key) >= 20]
    return [
        bool(key)
        and ((len(key) >= 8 and key in whole) or key in keys or any(long in key for long in long_keys))
        for key in (plain(block.text) for block in blocks)
    ]


def _is_prose(block: Block) -> bool:
    return block.linked < 0.3 and len(block.text) >= 60 and bool(_SENTENCE_END.search(block.text))
