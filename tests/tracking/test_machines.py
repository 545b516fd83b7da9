"""People told from machines by what they say of themselves and by what else they ask for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.tracking import machines
from digest.tracking.machines import Hit, Lately, judge, together

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"


def hit(link: int | None = 1, seconds: float = 0, reader: int | None = 7, **values: object) -> Hit:
    facts = {"caller": "192.0.2.1", "agent": BROWSER} | values
    return Hit(1, link, reader, NOW + timedelta(seconds=seconds), **facts)  # type: ignore[arg-type]


def reason(one: Hit, *others: Hit, links: int = 12, sent_at: datetime | None = None) -> str:
    return judge(one, sorted([one, *others], key=lambda each: each.at), links, sent_at)


def test_one_click_of_a_browser_is_a_persons() -> None:
    assert reason(hit(), sent_at=NOW - timedelta(hours=1)) == ""


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Barracuda Sentinel (EE)",
        "Mozilla/5.0 (compatible; Proofpoint URL Defense)",
        "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 BingPreview/1.0b",
        "facebookexternalhit/1.1",
        "python-requests/2.32.3",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0.0.0 Safari/537.36",
        "curl/8.5.0",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    ],
)
def test_programs_and_scanners_that_name_themselves_are_machines(agent: str) -> None:
    assert reason(hit(agent=agent)) == machines.AGENT


@pytest.mark.parametrize(
    "agent",
    [
        BROWSER,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    ],
)
def test_browsers_and_proxies_that_act_for_an_opening_reader_are_people(agent: str) -> None:
    assert reason(hit(link=None, agent=agent)) == ""


def test_apples_proxy_opens_every_mail() -> None:
    assert reason(hit(link=None, agent="Mozilla/5.0")) == machines.APPLE


def test_a_prefetch_is_nobodys_click() -> None:
    assert reason(hit(prefetch=True)) == machines.PREFETCH


def test_who_asks_for_the_head_first_is_a_scanner_and_so_is_its_get() -> None:
    first, second = hit(head=True), hit(seconds=1)
    assert reason(first, second) == machines.HEAD
    assert reason(second, first) == machines.HEAD


def test_every_link_of_a_small_mail_within_seconds_is_a_machine() -> None:
    both = [hit(1), hit(2, 3)]
    assert [judge(one, both, 2, None) for one in both] == [machines.ALL_LINKS] * 2
    assert [judge(one, both, 3, None) for one in both] == ["", ""]


def test_many_links_within_seconds_are_a_machine_and_the_same_in_an_hour_a_reader() -> None:
    fast = [hit(number, number) for number in range(5)]
    assert {judge(one, fast, 20, None) for one in fast} == {machines.ALL_LINKS}
    slow = [hit(number, 60 * number) for number in range(20)]
    assert {judge(one, slow, 20, None) for one in slow} == {""}


def test_what_is_clicked_before_it_can_have_been_read_is_a_gates() -> None:
    assert reason(hit(), sent_at=NOW - timedelta(seconds=3)) == machines.SOON
    assert reason(hit(), sent_at=NOW - timedelta(minutes=2)) == ""


def test_a_double_click_counts_once_and_the_same_link_later_again() -> None:
    lately = Lately()
    seconds = (0, 0.4, 9, 11, 12, 40)
    assert [lately.again(hit(seconds=one)) for one in seconds] == [False, True, True, False, True, False]
    assert not lately.again(hit(2, 40))
    assert not lately.again(hit(seconds=40, reader=8))
    lately.forget(NOW + timedelta(seconds=49))
    assert lately.again(hit(seconds=49))
    lately.forget(NOW + timedelta(seconds=50))
    assert not lately.again(hit(seconds=49))


def test_visitors_are_told_apart_by_their_token_or_where_there_is_none_by_address_and_agent() -> None:
    assert len(together([hit(reader=1), hit(reader=2), hit(reader=1, caller="192.0.2.9")])) == 2
    shared = [hit(reader=None), hit(reader=None, caller="192.0.2.9"), hit(reader=None, agent="other")]
    assert len(together(shared)) == 3


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.floats(0, 120), st.booleans()), min_size=1, max_size=12),
    st.integers(1, 9),
)
def test_the_verdict_depends_on_what_is_near_only(rows: list[tuple[int, float, bool]], links: int) -> None:
    hits = sorted((hit(link, seconds, head=head) for link, seconds, head in rows), key=lambda one: one.at)
    for one in hits:
        near = [other for other in hits if abs(other.at - one.at) <= machines.NEAR]
        assert judge(one, hits, links, None) == judge(one, near, links, None)
