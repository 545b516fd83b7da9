"""How two readings of a feed differ, field by field, each difference under its reason."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any

from digest.sources.dates import read_date
from digest.sources.entry import Entry, web_address
from digest.sources.markup import plain

BASE = "http://127.0.0.1:8097/feed"  # only a name: the conformance files resolve links against it

KNOWN = {
    "feed-rs/xml/xml_iso8859.xml": "items without a feed's root: read; they have no links and go no further",
    "wellformed/atom10/entry_category_term_non_ascii.xml": "the label for people, not the term",
    "wellformed/lang/entry_content_xml_lang_blank.xml": "the feed's language where the content denies one",
    "wellformed/lang/http_content_language.xml": "HTTP's Content-Language is not asked: it is the site's",
    "parser/atom/atom10_feed_title_xhtml_inline_markup.xml": "broken XML: the title is never closed",
    "parser/atom/issue_275_extensions_and_source.xml": "video, JSON and XML content is no text for readers",
    "parser/rss/rdf_item_links.xml": "the first of several links, not the last",
    "translator/rss/feed_item_links_-_rss_channel_item_links.xml": "the first of several links, not the last",
}
"""Files that were looked at one by one, with what was found."""

Why = Callable[[Any, Any], str | None]
"""None if two values are equal, else the reason why they differ, or `open`."""


class Tally:
    """One comparison: counts by field, reasons, examples, crashes."""

    def __init__(self, name: str, baseline: str) -> None:
        self.name, self.baseline = name, baseline
        self.compared: Counter[str] = Counter()
        self.equal: Counter[str] = Counter()
        self.examples: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.crashes: list[str] = []
        self.refused: Counter[str] = Counter()

    def compare(self, field: str, where: str, theirs: Any, ours: Any, why: "Why | None" = None) -> None:
        """Count one comparison of a field at a place, by `why` or plain equality."""
        reason = (why or same)(theirs, ours)
        self.compared[field] += 1
        if reason is None:
            self.equal[field] += 1
            return
        if reason == "open":
            reason = KNOWN.get(where.partition("[")[0], reason)
        self.examples[field, reason].append(f"{where}: theirs {theirs!r:.110} ours {ours!r:.110}")

    def report(self, show_all: bool) -> int:
        """Print the table; the number of differences without a reason, and of crashes."""
        print(f"\n{self.name}\n  baseline: {self.baseline}")
        print(f"  {'field':<12} {'compared':>8} {'equal':>7} {'explained':>9} {'open':>5}")
        total_open = 0
        for field, compared in self.compared.items():
            unexplained = len(self.examples.get((field, "open"), ()))
            total_open += unexplained
            explained = compared - self.equal[field] - unexplained
            print(f"  {field:<12} {compared:>8} {self.equal[field]:>7} {explained:>9} {unexplained:>5}")
        total, equal = self.compared.total(), self.equal.total()
        print(f"  {'all':<12} {total:>8} {equal:>7} {total - equal - total_open:>9} {total_open:>5}")
        print(f"  crashes {len(self.crashes)}")
        for reason, count in self.refused.most_common():
            print(f"  refused: {count} {reason}")
        for (field, reason), examples in sorted(self.examples.items()):
            print(f"  {len(examples):>5} {field}: {reason}")
            for example in examples if show_all or reason == "open" else ():
                print(f"          {example}")
        for crash in self.crashes:
            print(f"  CRASH {crash}")
        return total_open + len(self.crashes)


def visible(markup: object) -> str:
    """What a reader sees of it, without white space."""
    return re.sub(r"\s+", "", plain(markup)) if isinstance(markup, str) else ""


def moment(value: object) -> datetime | None:
    return read_date(value) if isinstance(value, str) else None


def same(theirs: Any, ours: Any) -> str | None:
    return None if theirs == ours or (not theirs and not ours) else "open"


def within(theirs: Any, ours: Any) -> str | None:
    """Every one of theirs among ours."""
    wanted = [theirs] if isinstance(theirs, str) else theirs
    return None if {plain(one) for one in wanted} <= set(ours) else "open"


def why_text(theirs: Any, ours: Any) -> str | None:
    """Both as markup: equal by the text a reader sees?"""
    left, right = visible(theirs), visible(ours)
    if left == right:
        return None
    if "\ufffd" in left and "\ufffd" not in right:
        return "letters garbled by them, right in ours"
    if right and left.startswith(right) and "appearedfirston" in left:
        return "the syndication note at the end is left out"
    if visible(escape(str(theirs))) == right:
        return "text that looks like markup, kept as the text it is"
    if right.replace("...", "") == left:
        return "itunes:summary taken as the text: the same with dots"
    return "open"


def why_title(theirs: Any, ours: Any) -> str | None:
    """Theirs as markup, ours as the plain text it is."""
    return why_text(theirs, escape(ours or ""))


def why_link(theirs: Any, ours: Any) -> str | None:
    if (theirs or None) == ours:
        return None
    if not isinstance(theirs, str):
        return "open"
    absolute = web_address(theirs, BASE)
    if absolute == ours and ours is not None:
        return "spaces around or in it" if re.match(r"\s*https?:", theirs) else "relative link made absolute"
    if absolute is None and (ours is None or theirs in ours):
        return "no web address (urn:, tag:, mailto:)"
    if ours and re.search("feedproxy|feedburner", theirs):
        return "the publisher's address instead of FeedBurner's"
    return "open"


def why_author(theirs: Any, ours: Any) -> str | None:
    if (theirs or None) == ours:
        return None
    name = re.sub(r"[^\s()<>]+@[^\s()<>]+", "", str(theirs or "")).strip(" ()<>,")
    if plain(name) == (ours or ""):
        return "mail address left out"
    if not theirs and ours:
        return "inherited from the feed (RFC 4287 4.2.1)"
    if ours and name and name in ours:
        return "all authors, not only the last"
    return "open"


def why_date(theirs: Any, ours: Any) -> str | None:
    """Theirs as text, ISO or RFC 5322; where they have none, ours falls back to created or updated."""
    if moment(theirs) == ours:
        return None
    return "falls back to created or updated" if theirs is None and ours is not None else "open"


def why_struct(theirs: Any, ours: Any) -> str | None:
    return None if ours and tuple(theirs)[:6] == ours.timetuple()[:6] else "open"


def body_of(entry: Entry) -> str:
    """The longest text we have, as markup: what is plain is escaped."""
    return entry.html or escape(entry.text or entry.summary or "")


def image_of(entry: Entry) -> str | None:
    return entry.image.url if entry.image else None
