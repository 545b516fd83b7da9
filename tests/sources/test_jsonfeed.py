"""JSON Feed, 1.0 and 1.1."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.sources.entry import Entry, Feed
from digest.sources.feed import parse_feed
from digest.sources.jsonfeed import read

URL = "https://valley.example/feed.json"


def feed(*items: dict[str, Any], version: str = "1.1", **facts: Any) -> Feed:
    document = {
        "version": f"https://jsonfeed.org/version/{version}",
        "title": "The Valley",
        "items": items,
        **facts,
    }
    return parse_feed(json.dumps(document).encode(), url=URL)


def only(**item: Any) -> Entry:
    (entry,) = feed(item).entries
    return entry


def test_every_field_of_an_item_is_read() -> None:
    entry = only(
        id="1",
        url="/bridge",
        title="Bridge <opens>",
        content_html="<p>It opened.<script>x()</script></p>",
        summary="Two lanes.",
        image="https://valley.example/b.jpg",
        date_published="2026-11-05T09:00:00+04:00",
        date_modified="2026-11-05T06:00:00Z",
        authors=[{"name": "Ani"}, {"name": "Aram"}],
        tags=["Transport", "Local", "Transport"],
        language="hy",
    )
    assert entry == Entry(
        url="https://valley.example/bridge",
        title="Bridge <opens>",
        guid="1",
        author="Ani, Aram",
        published=datetime(2026, 11, 5, 5, 0, tzinfo=UTC),
        updated=datetime(2026, 11, 5, 6, 0, tzinfo=UTC),
        html="<p>It opened.</p>",
        summary="Two lanes.",
        image=entry.image,
        language="hy",
        categories=("Transport", "Local"),
    )
    assert entry.image
    assert entry.image.url == "https://valley.example/b.jpg"


def test_version_one_has_one_author_and_numbers_may_be_ids() -> None:
    found = feed({"id": 7, "author": {"name": "Ani"}, "external_url": "https://o.example/x"}, version="1")
    assert found.format == "json1"
    assert (found.entries[0].guid, found.entries[0].author, found.entries[0].url) == (
        "7",
        "Ani",
        "https://o.example/x",
    )


def test_the_feeds_author_and_language_stand_in() -> None:
    found = feed(
        {"id": "1"}, authors=[{"name": "The Desk"}], language="ru", home_page_url="https://valley.example"
    )
    assert (found.entries[0].author, found.entries[0].language) == ("The Desk", "ru")
    assert found.home == "https://valley.example"


def test_plain_text_stays_plain_in_paragraphs() -> None:
    assert only(id="1", content_text="One <b>.\r\n\r\n\r\nTwo.\0").text == "One <b>.\n\nTwo."


def test_a_feed_that_has_ended_says_so() -> None:
    assert feed(expired=True).warnings == (f"{URL} says that it has ended: it will not change any more.",)


def test_a_byte_order_mark_is_no_fault() -> None:
    content = (
        b"\xef\xbb\xbf" + json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": []}).encode()
    )
    assert parse_feed(content, url=URL).format == "json1.1"


def test_what_a_database_cannot_store_is_taken_out() -> None:
    entry = only(id="1\0", url="https://v.example/\0a\ud800", title="a\ud800b", image={}, summary="x\0")
    assert (entry.guid, entry.url, entry.title, entry.summary) == ("1", "https://v.example/a", "a b", "x")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = [
    "id",
    "url",
    "external_url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "image",
    "banner_image",
    "date_published",
    "date_modified",
    "author",
    "authors",
    "tags",
    "language",
    "attachments",
    "comment_count",
]


FACTS = ["title", "items", "language", "authors", "expired"]


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING), st.dictionaries(st.sampled_from(FACTS), ANYTHING))
@settings(deadline=None)
def test_fields_of_any_type_break_nothing(item: dict[str, Any], facts: dict[str, Any]) -> None:
    found = read({"version": "https://jsonfeed.org/version/1.1", "items": [item], **facts}, URL)
    for entry in found.entries:
        assert entry.url is None or entry.url.startswith(("http://", "https://", "HTTP"))
        assert isinstance(entry.title, str)
