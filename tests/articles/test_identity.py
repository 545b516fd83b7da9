"""One article has one identity under all spellings of its address; different ones are kept apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.identity import canonical_url, identity, same_article

SAME = [
    ("https://news.example/2026/05/bridge/", "http://www.news.example/2026/05/bridge"),
    ("https://news.example/bridge", "https://news.example:443/bridge?utm_source=x&utm_medium=mail#top"),
    ("https://news.example/bridge", "https://news.example/bridge/amp/"),
    ("https://news.example/bridge", "https://amp.news.example/bridge?amp=1"),
    ("https://news.example/bridge?fbclid=1&id=7", "https://news.example/bridge?id=7&gclid=2"),
    ("https://news.example/a/index.html", "https://news.example/a/"),
    ("https://news.example/?p=41", "http://news.example?p=41"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://news.example/%d5%a1", "https://news.example/ա"),
]
DIFFERENT = [
    ("https://news.example/?p=41", "https://news.example/?p=42"),
    ("https://news.example/a", "https://other.example/a"),
    ("https://news.example/a", "https://news.example/A"),
    ("https://xn--bcher-kva.example/a", "https://bucher.example/a"),
    ("https://news.example:8080/a", "https://news.example/a"),
    ("https://news.example/a?page=2", "https://news.example/a"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address_are_one_article(one: str, other: str) -> None:
    assert same_article(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_addresses_are_other_articles(one: str, other: str) -> None:
    assert not same_article(one, other)


def test_a_look_alike_host_is_never_decoded() -> None:
    assert identity("https://аррle.example/a").startswith("xn--")
    assert not same_article("https://аррle.example/a", "https://apple.example/a")


def test_the_canonical_address_of_the_page_counts_when_it_is_of_the_same_site() -> None:
    page = "https://m.news.example/bridge?utm_source=x"
    declared = "https://www.news.example/2026/bridge/"
    assert canonical_url(page, declared) == declared
    assert canonical_url("https://news.example/?p=41", declared) == declared


@pytest.mark.parametrize(
    "declared",
    ["https://evil.example/bridge", "https://news.example/", "javascript:alert(1)", "https://[bad", ""],
)
def test_a_canonical_address_that_cannot_be_right_is_not_believed(declared: str) -> None:
    assert (
        canonical_url("https://news.example/bridge?utm_source=x", declared) == "https://news.example/bridge"
    )


@given(
    st.one_of(
        st.text(max_size=80),
        st.builds(
            "{}://{}{}{}{}".format,
            st.sampled_from(["http", "https", "HTTPS"]),
            st.sampled_from(
                [
                    "news.example",
                    "WWW.News.example",
                    "m.news.example",
                    "www.m.news.example",
                    "amp.amp.news.example",
                ]
            ),
            st.sampled_from(["", ":80", ":443", ":8080"]),
            st.lists(
                st.sampled_from(["/a", "/amp", "/index.html", "/%d5", "//", "/b c", "/", ".amp.html"]),
                max_size=5,
            ).map("".join),
            st.sampled_from(
                ["", "?", "?utm_x=1", "?b=2&a=1", "?amp=1", "?amp&x", "#f", "#!f", "?a=%20&a= ", "?=&&"]
            ),
        ),
    )
)
def test_identity_is_stable_when_applied_to_itself(url: str) -> None:
    once = identity(url)
    assert identity(once) == once


@given(st.text(max_size=80))
def test_the_canonical_address_is_stable_too(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
