"""Clicks and opens: led on at once, counted later, and only as far as the newsletter says."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, select

from digest import slots
from digest.actions import links, track
from digest.actions.compose import compose
from digest.issues import Issue
from digest.issues.finding import find_newsletter
from digest.tracking import machines
from digest.tracking.recording import KEPT, purge, sums
from digest.tracking.tables import TrackedLink, TrackingCount, TrackingEvent
from subscribers import personal
from subscribers.tables import Subscriber

from .conftest import Site

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"}
STORY = "https://news.example.org/bridge"


def mailed(site: Site, clicks: str, opens: str = "off") -> tuple[str, str]:
    """HTML and text as they are mailed to the site's reader, approved with these modes."""
    with site.context.database.writing() as session:
        issue = session.get_one(Issue, site.issue_id)
        newsletter = issue.newsletter
        newsletter.clicks = issue.clicks = clicks
        newsletter.opens = issue.opens = opens
        rendered = compose(site.context, session, issue)
        issue.html, issue.text = rendered.html, rendered.text
        html, text = track.tracked(site.context, session, issue, rendered.html, rendered.text)
    values = {**links.shared_values(site.context, site.issue_id)}
    values[slots.READER] = track.reader_token(site.context, site.issue_id, site.reader_id)
    return slots.fill(html, values, html=True), slots.fill(text, values, html=False)


def story_path(html: str) -> str:
    found = re.search(r'href="https://news\.example\.org(/r/[^"]+)"', html)
    assert found
    return found[1]


def pixel_path(html: str) -> str:
    found = re.search(r'<img src="https://news\.example\.org(/o/[^"]+)"', html)
    assert found
    return found[1]


@pytest.fixture
def get(site: Site) -> Callable[..., httpx2.Response]:
    def _get(path: str, method: str = "GET", **headers: str) -> Any:
        asked = {**BROWSER, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return site.client.request(method, path, headers=asked, follow_redirects=False)

    return _get


def counted(site: Site) -> tuple[list[TrackingEvent], dict[bool, int]]:
    """The events, and the sums of people (False) and machines (True), after everything is recorded."""
    app: Any = site.client.app
    assert site.client.portal
    flush = lambda: app.state.counting.flush(datetime.now(UTC), everything=True)  # noqa: E731
    site.client.portal.call(flush)
    with site.context.database.reading() as session:
        events = list(session.scalars(select(TrackingEvent).order_by(TrackingEvent.id)))
        totals: dict[bool, int] = {}
        for one in session.scalars(select(TrackingCount)):
            totals[one.machine] = totals.get(one.machine, 0) + one.count
        return events, totals


def test_off_by_default_nothing_of_the_mail_changes(site: Site) -> None:
    with site.context.database.writing() as session:
        issue = session.get_one(Issue, site.issue_id)
        assert (issue.clicks, issue.newsletter.clicks, issue.opens) == ("off", "off", "off")
        assert issue.html
        assert issue.text
        bodies = track.tracked(site.context, session, issue, issue.html, issue.text)
        assert bodies == (issue.html, issue.text)
        assert session.scalars(select(TrackedLink)).all() == []
        assert "count" not in issue.text


def test_the_footer_says_what_is_counted_in_mail_and_web_version(site: Site) -> None:
    html, text = mailed(site, "counts", "counts")
    web = site.client.get(f"/v/{site.token(links.ISSUE, site.issue_id)}").text
    for page in (html, text, web):
        assert "We count which links of this email are clicked." in " ".join(page.split())
        assert "We count whether this email is opened." in " ".join(page.split())
    html, _ = mailed(site, "persons", "persons")
    assert "We record which links of this email you click." in html


def test_the_web_version_and_the_archive_carry_no_tracking(site: Site) -> None:
    html, _ = mailed(site, "persons", "persons")
    assert "/r/" in html
    for path in (f"/v/{site.token(links.ISSUE, site.issue_id)}", "/a/weekly/1"):
        page = site.client.get(path)
        assert page.status_code in (200, 404)
        assert "/r/" not in page.text
        assert "/o/" not in page.text


@pytest.mark.parametrize("mode", ["counts", "persons"])
def test_a_click_leads_on_in_both_parts_and_leaves_no_trace_in_caches(
    site: Site, get: Callable[..., httpx2.Response], mode: str
) -> None:
    html, text = mailed(site, mode)
    found = re.search(r"\[1\] https://news\.example\.org(/r/\S+)", text)
    assert found
    for path in (story_path(html), found[1]):
        answer = get(path)
        assert answer.status_code == 302
        assert answer.headers["location"] == STORY
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers


def test_query_and_fragment_are_kept(site: Site, get: Callable[..., httpx2.Response]) -> None:
    mailed(site, "counts")
    whole = "https://example.org/a%20b?x=1&y=%C3%A9#part-2"
    with site.context.database.writing() as session:
        link = session.scalars(select(TrackedLink)).first()
        assert link
        link.url = whole
        token = site.context.signer.sign(track.LINK, link.id)
    assert get(f"/r/{token}").headers["location"] == whole


def test_counts_know_nobody(site: Site, get: Callable[..., httpx2.Response]) -> None:
    html, _ = mailed(site, "counts", "counts")
    assert re.fullmatch(r"/r/[^/]+", story_path(html))
    assert re.fullmatch(r"/o/[^/]+", pixel_path(html))
    get(story_path(html))
    assert get(pixel_path(html)).headers["cache-control"] == "no-store"
    events, totals = counted(site)
    assert events == []
    assert totals == {False: 2}


def test_persons_are_noted_where_the_newsletter_says_so(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "persons", "persons")
    get(story_path(html))
    pixel = get(pixel_path(html))
    assert (pixel.headers["content-type"], len(pixel.content)) == ("image/gif", 43)
    events, totals = counted(site)
    assert [(one.kind, one.subscriber_id, one.machine) for one in events] == [
        ("click", site.reader_id, False),
        ("open", site.reader_id, False),
    ]
    assert events[0].link_id is not None
    assert events[1].link_id is None
    assert totals == {False: 2}


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "HEAD"},
        {"User_Agent": "Mozilla/5.0"},
        {"User_Agent": "Barracuda Sentinel"},
        {"User_Agent": ""},
        {"Sec_Purpose": "prefetch;prerender"},
    ],
)
def test_a_scanner_is_led_on_and_marked(
    site: Site, get: Callable[..., httpx2.Response], asked: dict[str, str]
) -> None:
    html, _ = mailed(site, "persons")
    assert get(story_path(html), **asked).headers["location"] == STORY
    events, totals = counted(site)
    assert [one.machine for one in events] == [True]
    assert totals == {True: 1}


def test_a_newsletter_that_stopped_counting_still_leads_on(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "persons")
    with site.context.database.writing() as session:
        find_newsletter(session).clicks = "off"
    assert get(story_path(html)).status_code == 302
    assert counted(site) == ([], {})


def test_a_newsletter_that_no_longer_notes_persons_counts_old_mails_without_them(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "persons")
    with site.context.database.writing() as session:
        find_newsletter(session).clicks = "counts"
    get(story_path(html))
    assert counted(site) == ([], {False: 1})


def test_no_changed_bit_of_a_links_token_leads_anywhere(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    mailed(site, "counts")
    with site.context.database.reading() as session:
        link_id = session.scalars(select(TrackedLink.id)).first()
    assert link_id is not None
    token = site.token(track.LINK, link_id)
    last = token[:-1] + chr(ord(token[-1]) ^ 1)  # its two lowest bits are no part of the MAC
    changed = {
        token[:at] + chr(ord(letter) ^ (1 << bit)) + token[at + 1 :]
        for at, letter in enumerate(token[:-1])
        for bit in (0, 1, 2, 4)
    }
    for one in {*(each for each in changed if re.fullmatch(r"[\w.-]+", each)), last}:
        answer = get(f"/r/{one}")
        assert answer.status_code in (400, 404), one
        assert "location" not in answer.headers


@pytest.mark.parametrize("purpose", [links.ISSUE, links.PREFERENCES, track.PIXEL, "link"])
def test_a_token_of_another_purpose_leads_nowhere(
    site: Site, get: Callable[..., httpx2.Response], purpose: str
) -> None:
    mailed(site, "counts")
    assert get(f"/r/{site.token(purpose, 1)}").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/r/https://evil.example/",
        "/r/?url=https://evil.example/",
        "/r/{token}?url=https://evil.example/",
        "/r/{token}//evil.example",
        "/r/{token}/https:%2F%2Fevil.example",
        "/r/{unknown}",
    ],
)
def test_nobody_chooses_where_a_link_leads(
    site: Site, get: Callable[..., httpx2.Response], path: str
) -> None:
    html, _ = mailed(site, "counts")
    token = story_path(html).removeprefix("/r/")
    answer = get(path.format(token=token, unknown=site.token(track.LINK, 4_000_000)))
    assert answer.headers.get("location", STORY) == STORY
    assert "evil" not in answer.headers.get("location", "")
    assert answer.status_code in (302, 400, 404)


def test_a_reader_of_another_issue_or_a_made_up_one_is_led_on_and_not_counted(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "persons", "persons")
    link = story_path(html).rpartition("/")[0]
    good = site.token(track.READER, site.issue_id, site.reader_id)
    for reader in (
        site.token(track.READER, site.issue_id + 1, site.reader_id),
        site.token(links.LEAVE, site.issue_id, site.reader_id),
        good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        "x",
    ):
        assert get(f"{link}/{reader}").headers["location"] == STORY
        assert get(f"/o/{site.token(track.PIXEL, site.issue_id)}/{reader}").status_code == 200
    assert counted(site) == ([], {})


def test_somebody_erased_meanwhile_leaves_a_sum_and_no_name(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "persons")
    get(story_path(html))
    with site.context.database.writing() as session:
        personal.erase(session, site.reader_id, now=datetime.now(UTC))
    assert counted(site) == ([], {False: 1})


def test_a_persons_data_holds_the_clicks_and_erasure_takes_them_and_leaves_the_sum(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "persons")
    get(story_path(html))
    counted(site)
    with site.context.database.writing() as session:
        assert len(personal.everything_about(session, site.reader_id)["tracking_event"]) == 1
        assert personal.erase(session, site.reader_id, now=datetime.now(UTC)).removed["tracking_event"] == 1
    assert counted(site) == ([], {False: 1})


def test_events_are_forgotten_after_their_time_and_sums_stay(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "persons")
    get(story_path(html))
    counted(site)
    with site.context.database.writing() as session:
        assert purge(session, now=datetime.now(UTC)) == 0
        assert purge(session, now=datetime.now(UTC) + KEPT + timedelta(minutes=1)) == 1
        found = sums(session, site.issue_id)
    assert found.clicked_by is None
    assert [one.people for one in found.links if one.people] == [1]


def test_a_click_waits_for_its_company_before_it_is_judged(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "persons")
    get(story_path(html))
    app: Any = site.client.app
    assert site.client.portal
    now = datetime.now(UTC)
    assert site.client.portal.call(app.state.counting.flush, now) == 0
    assert site.client.portal.call(app.state.counting.flush, now + machines.NEAR) == 1


def test_the_recording_goes_on_when_issues_and_people_are_gone(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "persons")
    get(story_path(html))
    with site.context.database.writing() as session:
        session.execute(delete(TrackedLink))
        session.execute(delete(Subscriber).where(Subscriber.id == site.reader_id))
    events, _ = counted(site)
    assert events == []


def test_two_compilations_of_an_issue_share_their_links(site: Site) -> None:
    first, _ = mailed(site, "counts")
    second, _ = mailed(site, "persons")
    assert story_path(second).startswith(story_path(first))
    with site.context.database.reading() as session:
        assert [one.url for one in session.scalars(select(TrackedLink))].count(STORY) == 1


def test_a_flood_of_one_visitor_is_one_click_and_costs_no_memory(
    site: Site, get: Callable[..., httpx2.Response]
) -> None:
    html, _ = mailed(site, "counts", "counts")
    for _ in range(30):
        get(story_path(html))
        get(pixel_path(html))
    app: Any = site.client.app
    assert app.state.counting.waiting == 2
    assert counted(site) == ([], {False: 2})
