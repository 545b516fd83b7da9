"""The archive: what everybody may read, find and follow, and what nobody may."""

import json
from datetime import datetime, timedelta

import lxml.etree
import lxml.html
import pytest

from digest.actions import links
from digest.issues import Issue, IssueState, Item, find_issue
from digest.web.cache import BYTES, MOST, SECONDS, Cache
from subscribers.lists import find_list

from .conftest import NOW, Site


@pytest.fixture
def sent(site: Site) -> Site:
    """Three issues of the newsletter, sent."""
    with site.context.database.writing() as session:
        first = find_issue(session)
        first.state, first.sent_at = IssueState.SENT, NOW
        article_id = first.items[0].article_id
        for number, subject in ((2, "Rain & wind at last"), (3, "Snow on the pass")):
            session.add(
                Issue(
                    newsletter_id=first.newsletter_id, number=number, state=IssueState.SENT, built_at=NOW,
                    approved_at=NOW, sent_at=NOW + timedelta(days=7 * number), subject=subject,
                    preheader=f"What happened in week {number}", html=first.html, text=first.text,
                    items=[Item(
                        article_id=article_id, story_key="k", position=1, headline=subject,
                        summary="The 100% story of a_b\\c.",
                    )],
                )
            )  # fmt: skip
    return site


def test_the_archive_lists_the_issues_newest_first(sent: Site) -> None:
    page = lxml.html.fromstring(sent.client.get("/a/weekly").text)
    numbers = [href.rpartition("/")[2] for href in page.xpath("//ul[@class='issues']//a/@href")]
    assert numbers == ["3", "2", "1"]
    assert "x-robots-tag" not in sent.client.get("/a/weekly").headers


@pytest.mark.parametrize(
    ("query", "found"),
    [("snow", [3]), ("SNOW pass", [3]), ("snow rain", []), ("100%", [3, 2]), ("a_b", [3, 2]), ("aXb", []),
     ("week", []), ("at last", [2]), ("'; DROP", [])],
)  # fmt: skip
def test_search_finds_issues_with_all_the_words(sent: Site, query: str, found: list[int]) -> None:
    page = lxml.html.fromstring(sent.client.get("/a/weekly", params={"q": query}).text)
    assert [int(href.rpartition("/")[2]) for href in page.xpath("//ul[@class='issues']//a/@href")] == found


def test_an_issue_has_a_lasting_address_with_its_neighbours_and_a_card(sent: Site) -> None:
    answer = sent.client.get("/a/weekly/2")
    page = lxml.html.fromstring(answer.text)
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://news.example.org/a/weekly/2"]
    assert page.xpath("//meta[@property='og:title']/@content") == ["Rain & wind at last"]
    assert page.xpath("//nav//a[@rel='prev']/@href") == ["https://news.example.org/a/weekly/1"]
    assert page.xpath("//nav//a[@rel='next']/@href") == ["https://news.example.org/a/weekly/3"]
    assert page.xpath("//script") == []
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for missing in ("/a/weekly/9", "/a/weekly/x", "/a/nothing", "/a/nothing/1"):
        assert sent.client.get(missing).status_code == 404


def test_the_feeds_carry_every_issue(sent: Site) -> None:
    rss = lxml.etree.fromstring(sent.client.get("/a/weekly/feed.xml").content)
    assert rss.xpath("//item/title/text()")[:2] == ["Snow on the pass", "Rain & wind at last"]
    assert rss.xpath("//item/guid/text()")[0] == "https://news.example.org/a/weekly/3"
    feed = json.loads(sent.client.get("/a/weekly/feed.json").text)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"].rpartition("/")[2] for item in feed["items"]] == ["3", "2", "1"]
    assert datetime.fromisoformat(feed["items"][0]["date_published"]).tzinfo is not None
    site_map = lxml.etree.fromstring(sent.client.get("/sitemap.xml").content)
    assert len(site_map.xpath("//*[local-name()='loc']")) == 4


def test_a_private_newsletter_is_read_by_its_signed_links_alone(sent: Site) -> None:
    with sent.context.database.writing() as session:
        find_list(session, "weekly").public = False
    for path in ("/a/weekly", "/a/weekly/1", "/a/weekly/feed.xml", "/a/weekly/feed.json"):
        assert sent.client.get(path).status_code == 404
    assert "weekly" not in sent.client.get("/sitemap.xml").text
    answer = sent.client.get(f"/v/{sent.token(links.ISSUE, sent.issue_id)}")
    assert answer.status_code == 200
    assert "/a/weekly" not in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"


def test_a_draft_is_in_no_archive(sent: Site) -> None:
    with sent.context.database.writing() as session:
        find_issue(session, "weekly/3").state = IssueState.DRAFT
    assert sent.client.get("/a/weekly/3").status_code == 404
    assert "Snow" not in sent.client.get("/a/weekly").text


def test_a_reader_who_has_the_page_gets_304(sent: Site) -> None:
    for path in ("/a/weekly", "/a/weekly/1", "/a/weekly/feed.xml"):
        first = sent.client.get(path)
        assert "public" in first.headers["cache-control"]
        for tag in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
            again = sent.client.get(path, headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b"")
        assert sent.client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_new_issue_appears_when_the_kept_page_is_old(sent: Site) -> None:
    clock = [0.0]
    sent.client.app.state.cache = Cache(lambda: clock[0])  # type: ignore[attr-defined]
    assert "Snow" in sent.client.get("/a/weekly").text
    with sent.context.database.writing() as session:
        find_issue(session, "weekly/3").subject = "Sun again"
    assert "Snow" in sent.client.get("/a/weekly").text
    clock[0] = SECONDS + 1
    assert "Sun again" in sent.client.get("/a/weekly").text


def test_the_cache_stays_small(sent: Site) -> None:
    cache: Cache = sent.client.app.state.cache  # type: ignore[attr-defined]
    for number in range(600):
        sent.client.get("/robots.txt", params={"n": number})
    assert cache.size[0] == MOST
    size = len(sent.client.get("/robots.txt").content)
    assert cache.size[1] == MOST * size


def test_large_answers_do_not_fill_the_memory(sent: Site) -> None:
    cache: Cache = sent.client.app.state.cache  # type: ignore[attr-defined]
    with sent.context.database.writing() as session:
        issue = find_issue(session, "weekly/1")
        assert issue.html is not None
        issue.html = issue.html.replace("</body>", f"<p>{'x' * 900_000}</p></body>")
    for number in range(25):
        assert sent.client.get("/a/weekly/1", params={"n": number}).status_code == 200
    assert 0 < cache.size[1] <= BYTES
