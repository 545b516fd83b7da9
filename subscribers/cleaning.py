"""Names, tags and topics in the form in which they are kept."""

import re
from collections.abc import Iterable

from subscribers.problem import SubscribersError

_TAG = re.compile(r"[^\s\"\\,;|\x00-\x1f]+(?: [^\s\"\\,;|\x00-\x1f]+)*").fullmatch
LONGEST_TAG = 64
LONGEST_NAME = 200


def clean_name(name: str) -> str:
    """The name on one line, at most LONGEST_NAME characters, without anything invisible."""
    if name.isprintable():
        return name.strip()[:LONGEST_NAME].strip()
    visible = "".join(c if c.isprintable() or c in "\u200c\u200d" else " " for c in name)
    return " ".join(visible.split())[:LONGEST_NAME].strip()


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags or topics, each once, in the order given; SubscribersError for one that cannot be a tag."""
    cleaned: dict[str, None] = {}
    for text in tags:
        tag = " ".join(text.split())
        if not tag:
            continue
        if not _TAG(tag) or len(tag) > LONGEST_TAG:
            raise SubscribersError(
                f"{text!r} cannot be a tag or topic.",
                f"At most {LONGEST_TAG} characters, without quotes, backslashes, commas, semicolons or bars.",
            )
        cleaned[tag] = None
    return list(cleaned)
