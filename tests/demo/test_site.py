"""The newsroom's site, over real HTTP."""

import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from http.client import HTTPResponse

import feedparser
import lxml.html
import pytest

from digest.articles.extraction import extract
from digest.demo.newspaper import Newspaper
from digest.sources.discover import discover


def get(url: str, **headers: str) -> HTTPResponse:
    request = urllib.request.Request(
        url, headers={key.replace("_", "-"): value for key, value in headers.items()}
    )
    response = urllib.request.urlopen(request, timeout=10)
    assert isinstance(response, HTTPResponse)
    return response


def test_the_home_page_names_its_feed_logo_colour_and_language(site: str) -> None:
    with get(site) as answer:
        found = discover(answer.read(), site)
    assert found.feeds[0].url == f"{site}feed/"
    assert found.name == "The Arpavan Courier"
    assert found.logo == f"{site}images/logo.png"
    assert found.colour == "#a63a1f"
    assert found.language == "en"


def test_the_feed_is_well_formed_and_holds_every_article(site: str, newspaper: Newspaper) -> None:
    with get(f"{site}feed/") as answer:
        feed = feedparser.parse(answer.read())
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == [piece.title for piece in newspaper.pieces]
    first, piece = feed.entries[0], newspaper.pieces[0]
    assert first.author == piece.author
    assert first.tags[0].term == piece.section
    assert int(first.slash_comments) == piece.comments
    assert "appeared first on" in first.summary


def test_feeds_with_comments_are_well_formed_too(site: str) -> None:
    with get(f"{site}comments/feed/") as answer:
        assert not feedparser.parse(answer.read()).bozo


def test_every_article_is_served_with_what_surrounds_it(site: str, newspaper: Newspaper) -> None:
    for piece in newspaper.pieces:
        with get(site.rstrip("/") + piece.path) as answer:
            page = lxml.html.fromstring(answer.read().decode())
        assert page.get("lang") == piece.language
        assert page.get("dir") == ("rtl" if piece.language == "ar" else "ltr")
        assert page.xpath("string(//h1)") == piece.title
        assert page.xpath("//article//time/@datetime") == [piece.published.isoformat()]
        for place in ("newsletter-signup", "jp-relatedposts-headline", "comment-respond", "sharedaddy"):
            assert page.xpath(f"//*[contains(@class, '{place}')]"), (piece.slug, place)


def test_translations_are_announced_by_hreflang(site: str, newspaper: Newspaper) -> None:
    piece = newspaper.piece("comet-found")
    assert piece is not None
    with get(site.rstrip("/") + piece.path) as answer:
        page = lxml.html.fromstring(answer.read().decode())
    assert sorted(page.xpath("//link[@hreflang]/@hreflang")) == ["en", "hy"]


@pytest.mark.parametrize("language", ["en", "hy"])
def test_the_program_reads_from_each_page_exactly_what_was_written(
    site: str, newspaper: Newspaper, language: str
) -> None:
    for piece in newspaper.pieces:
        if piece.language != language:
            continue
        address = site.rstrip("/") + piece.path
        with get(address) as answer:
            found = extract(answer.read(), address)
        written = [paragraph.removeprefix("## ") for paragraph in piece.body.split("\n\n")]
        written[0] = written[0].partition(" — ")[2]
        assert found.text.split("\n\n") == written
        assert found.byline == piece.author
        assert found.published == piece.published


@pytest.mark.parametrize("path", ["", "feed/", "images/logo.png"])
def test_a_reader_who_has_the_page_gets_304(site: str, path: str) -> None:
    with get(site + path) as answer:
        etag, changed = answer.headers["ETag"], answer.headers["Last-Modified"]
    assert parsedate_to_datetime(changed).tzinfo is not None
    for header in (
        {"If_None_Match": etag},
        {"If_None_Match": f'"x", W/{etag}'},
        {"If_Modified_Since": changed},
    ):
        with pytest.raises(urllib.error.HTTPError, match="304") as error:
            get(site + path, **header)
        assert error.value.headers["ETag"] == etag
        error.value.close()


def test_a_changed_etag_wins_over_an_equal_date(site: str) -> None:
    with get(site) as answer:
        changed = answer.headers["Last-Modified"]
    with get(site, If_None_Match='"another"', If_Modified_Since=changed) as answer:
        assert answer.status == 200


def test_an_unknown_address_is_404(site: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404") as error:
        get(f"{site}no/such/page/")
    error.value.close()
