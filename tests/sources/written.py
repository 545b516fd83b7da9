"""Feeds written by the tests themselves."""

from digest.sources.entry import Entry
from digest.sources.feed import parse_feed

URL = "https://valley.example/news/feed"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(*items: str, channel: str = "") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    text = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {NAMESPACES}><channel>'
    head = f"<title>The Valley</title><link>https://valley.example/</link>{channel}"
    return f"{text}{head}{inner}</channel></rss>".encode()


def atom(*entries: str, feed: str = "") -> bytes:
    inner = "".join(f"<entry><id>tag:v,2026:1</id>{entry}</entry>" for entry in entries)
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<title>The Valley</title>{feed}{inner}</feed>"
    ).encode()


def only(content: bytes) -> Entry:
    (entry,) = parse_feed(content, url=URL).entries
    return entry
