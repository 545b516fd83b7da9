"""Articles in the database, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.articles import queries
from digest.articles.extracted import Alternate, Extracted, Image
from digest.articles.grouping import group
from digest.articles.problem import ArticleError, ArticleUnknown
from digest.articles.queries import Kept
from store import Database

NOW = datetime(2026, 5, 7, 9, 0, tzinfo=UTC)
BRIDGE = Extracted(
    title="Bridge over the Debed closes for repairs",
    text="The bridge over the Debed closes on Monday.\n\nBuses go round by Alaverdi, the ministry said.",
    url="https://news.example/2026/05/07/bridge/",
    byline="Ani Petrosyan",
    published=NOW - timedelta(hours=3),
    language="en",
    image=Image("https://news.example/bridge.jpg", "A bridge", 1200, 800),
    aliases=("news.example/?p=41",),
)


def test_a_new_article_is_stored_and_found_by_number_and_by_any_of_its_addresses(database: Database) -> None:
    with database.writing() as session:
        stored = queries.keep(session, BRIDGE, now=NOW)
        assert stored.outcome is Kept.NEW
    with database.reading() as session:
        number = stored.article.id
        for wanted in (
            str(number),
            "http://www.news.example/2026/05/07/bridge?utm_source=x",
            "https://news.example/?p=41",
        ):
            assert queries.find(session, wanted).id == number
        assert set(
            queries.last_read(session, ["https://news.example/?p=41", "https://news.example/other/"])
        ) == {"https://news.example/?p=41"}


def test_the_same_article_under_another_address_is_not_stored_twice(database: Database) -> None:
    with database.writing() as session:
        queries.keep(session, BRIDGE, now=NOW)
        again = queries.keep(session, replace(BRIDGE, url="http://news.example/?p=41", aliases=()), now=NOW)
        assert again.outcome is Kept.SAME
        assert len(queries.newest(session)) == 1


def test_a_changed_text_replaces_the_old_one_and_the_old_one_is_kept(database: Database) -> None:
    later = NOW + timedelta(hours=2)
    with database.writing() as session:
        number = queries.keep(session, BRIDGE, now=NOW).article.id
        queries.pin(session, str(number))
        changed = queries.keep(session, replace(BRIDGE, text="The bridge stays open."), now=later)
        assert changed.outcome is Kept.CHANGED
    with database.reading() as session:
        article = queries.find(session, str(number))
        assert (article.text, article.updated_at, article.pinned) == ("The bridge stays open.", later, True)
        assert [change.text for change in queries.changes(session, number)] == [BRIDGE.text]


def test_spacing_alone_is_no_change(database: Database) -> None:
    with database.writing() as session:
        queries.keep(session, BRIDGE, now=NOW)
        again = queries.keep(session, replace(BRIDGE, text=BRIDGE.text.replace("\n\n", "\n\n\n")), now=NOW)
        assert again.outcome is Kept.SAME


def test_a_time_in_the_future_becomes_now(database: Database) -> None:
    with database.writing() as session:
        stored = queries.keep(session, replace(BRIDGE, published=NOW + timedelta(days=3)), now=NOW)
        assert stored.article.published_at == NOW


def test_dropping_takes_the_pin_away_and_pinning_lets_in_again(database: Database) -> None:
    with database.writing() as session:
        number = str(queries.keep(session, BRIDGE, now=NOW).article.id)
        queries.pin(session, number)
        dropped = queries.drop(session, number)
        assert (dropped.dropped, dropped.pinned) == (True, False)
        pinned = queries.pin(session, number)
        assert (pinned.dropped, pinned.pinned) == (False, True)


def test_candidates_are_what_was_published_or_changed_since(database: Database) -> None:
    with database.writing() as session:
        old = replace(BRIDGE, url="https://news.example/old/", aliases=(), published=NOW - timedelta(days=9))
        queries.keep(session, BRIDGE, now=NOW)
        queries.keep(session, old, now=NOW - timedelta(days=9))
        assert [article.url for article in queries.since(session, NOW - timedelta(days=1))] == [BRIDGE.url]
        queries.keep(session, replace(old, text="Another text."), now=NOW)
        assert len(queries.since(session, NOW - timedelta(days=1))) == 2


def test_what_is_searched_for_is_not_a_pattern(database: Database) -> None:
    with database.writing() as session:
        queries.keep(session, replace(BRIDGE, title="Prices rise by 5% in May"), now=NOW)
        assert len(queries.newest(session, search="5%")) == 1
        assert queries.newest(session, search="5_ in") == []


def test_an_unknown_article_is_named(database: Database) -> None:
    with database.reading() as session, pytest.raises(ArticleUnknown, match=r"https://news\.example/none"):
        queries.find(session, "https://news.example/none")


def test_an_article_without_an_address_is_refused(database: Database) -> None:
    with database.writing() as session, pytest.raises(ArticleError, match="no address"):
        queries.keep(session, replace(BRIDGE, url=None, aliases=()), now=NOW)


def test_a_second_telling_joins_the_story_and_a_translation_the_pair(database: Database) -> None:
    other = replace(
        BRIDGE,
        url="https://other.example/debed",
        aliases=(),
        title="Debed bridge to be shut from Monday",
        text="The bridge over the Debed will be shut from Monday.\n\nBuses go round by Alaverdi, said the ministry.",
    )
    armenian = Extracted(
        title="Դեբեդի կամուրջը փակվում է",
        text="Դեբեդի վրայի կամուրջը երկուշաբթի օրը փակվում է վերանորոգման համար։",
        url="https://news.example/hy/2026/05/07/bridge/",
        published=NOW - timedelta(hours=2),
        language="hy",
        alternates=(Alternate("en", "https://news.example/2026/05/07/bridge/"),),
    )
    unlike = replace(
        BRIDGE,
        url="https://news.example/chess/",
        aliases=(),
        title="Chess",
        text="The chess final was drawn in Gyumri.",
    )
    with database.writing() as session:
        first = queries.keep(session, BRIDGE, now=NOW).article
        chess = queries.keep(session, unlike, now=NOW).article
        group(session, [first.id, chess.id], now=NOW)
        key = first.story_key
        second = queries.keep(session, other, now=NOW).article
        third = queries.keep(session, armenian, now=NOW).article
        assert group(session, [second.id, third.id], now=NOW) == 1
        assert (first.story_key, second.story_key) == (key, key)
        assert chess.story_key != key
        assert third.pair_key == first.pair_key != second.pair_key
