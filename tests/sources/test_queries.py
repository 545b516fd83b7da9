"""Sources as stored, on both databases."""

from datetime import UTC, datetime

import pytest

from digest.sources import queries
from digest.sources.errors import NoAnswer, SourceError
from digest.sources.queries import NoSuchSource, SourceExists
from digest.sources.read import Reading, SourceFacts, facts
from digest.sources.tables import SourceKind
from store import Database

NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
URL = "https://valley.example/feed"


def add(
    database: Database, url: str = URL, name: str = "The Valley", kind: SourceKind = SourceKind.FEED
) -> int:
    with database.writing() as session:
        return queries.add(session, kind=kind, url=url, name=name, now=NOW, language="en-us").id


def test_a_source_is_found_by_number_address_and_name(database: Database) -> None:
    number = add(database)
    with database.reading() as session:
        for key in (number, str(number), URL, "http://valley.example/feed/", "the valley"):
            source = queries.get(session, key)
            assert (source.id, source.name, source.language) == (number, "The Valley", "en-US")
        assert facts(source) == SourceFacts(SourceKind.FEED, URL, "en-US")


@pytest.mark.parametrize("url", [URL, "http://valley.example/feed/", "https://VALLEY.example/feed#top"])
def test_the_same_address_is_refused_however_it_is_spelled(database: Database, url: str) -> None:
    add(database)
    with pytest.raises(SourceExists, match="is a source already: 'The Valley'"):
        add(database, url, "Another")
    with database.reading() as session:
        assert len(queries.all_sources(session)) == 1


def test_the_same_name_is_refused(database: Database) -> None:
    add(database)
    with pytest.raises(SourceExists, match="--name"):
        add(database, "https://other.example/feed", "THE VALLEY")


def test_wrong_values_are_refused(database: Database) -> None:
    with database.writing() as session:
        for wrong in ({"weight": 0.0}, {"weight": 101.0}, {"language": "Armenian"}, {"section": "x" * 101}):
            with pytest.raises(SourceError):
                queries.add(session, kind=SourceKind.FEED, url=URL, name="x", now=NOW, **wrong)  # type: ignore[arg-type]


def test_a_name_nearly_right_is_suggested(database: Database) -> None:
    add(database)
    with database.reading() as session, pytest.raises(NoSuchSource) as caught:
        queries.get(session, "The Valey")
    assert str(caught.value) == "There is no source 'The Valey'. Did you mean 'The Valley'?"


def test_pause_and_resume_decide_who_is_active(database: Database) -> None:
    number = add(database)
    add(database, "https://other.example/feed", "Other")
    with database.writing() as session:
        queries.pause(session, number)
    with database.reading() as session:
        assert [source.name for source in queries.all_sources(session, active=True)] == ["Other"]
    with database.writing() as session:
        queries.resume(session, "The Valley")
    with database.reading() as session:
        assert len(queries.all_sources(session, active=True)) == 2


def test_remove_forgets_a_source(database: Database) -> None:
    add(database)
    with database.writing() as session:
        assert queries.remove(session, URL).name == "The Valley"
    with database.reading() as session:
        assert not queries.all_sources(session)


def test_a_success_is_remembered_and_clears_failures(database: Database) -> None:
    number = add(database)
    with database.writing() as session:
        queries.record_failure(session, number, NoAnswer("No answer.", url=URL), NOW)
        queries.record_failure(session, number, NoAnswer("x" * 900, url=URL), NOW)
    with database.reading() as session:
        failing = queries.get(session, number)
        assert (failing.failures, failing.failed_at, len(failing.error or "")) == (2, NOW, 500)
    with database.writing() as session:
        queries.record_success(session, number, Reading(etag='"1"', last_modified="then"), NOW)
    with database.reading() as session:
        source = queries.get(session, number)
        assert (source.etag, source.last_modified, source.fetched_at) == ('"1"', "then", NOW)
        assert (source.failures, source.failed_at, source.error) == (0, None, None)


def test_validators_too_long_to_store_are_forgotten(database: Database) -> None:
    number = add(database)
    with database.writing() as session:
        queries.record_success(session, number, Reading(etag="e" * 513, last_modified="m" * 129), NOW)
    with database.reading() as session:
        source = queries.get(session, number)
        assert (source.etag, source.last_modified) == (None, None)


def test_a_feed_that_moved_is_followed_unless_the_address_is_taken(database: Database) -> None:
    number = add(database)
    other = add(database, "https://other.example/feed", "Other")
    with database.writing() as session:
        queries.record_success(session, number, Reading(moved_to="https://new.example/feed"), NOW)
        queries.record_success(session, other, Reading(moved_to="https://new.example/feed/"), NOW)
    with database.reading() as session:
        assert queries.get(session, number).url == "https://new.example/feed"
        assert queries.get(session, other).url == "https://other.example/feed"


def test_a_source_removed_during_a_visit_is_passed_over(database: Database) -> None:
    with database.writing() as session:
        queries.record_success(session, 99, Reading(), NOW)
        queries.record_failure(session, 99, NoAnswer("x", url=URL), NOW)
