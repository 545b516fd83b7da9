"""Signing in by a link, and how long a session lives."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from digest.access import editors, sessions
from digest.access.problem import AccessError
from digest.access.tables import EditorSession, Role, SignIn
from store import Database

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)
NETWORK, MARK = b"n" * 32, b"m" * 32
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(database: Database) -> Database:
    with database.writing() as session:
        editors.add(session, "Ani", " Ani@Example.org", NOW)
    return database


def _link(house: Database, now: datetime = NOW) -> str:
    with house.writing() as session:
        return sessions.take(session, editors.find(session, "ani@example.org"), NETWORK, MARK, now)[1]


def _cookie(house: Database, now: datetime = NOW) -> str:
    secret = _link(house, now)
    with house.writing() as session:
        return sessions.enter(session, secret, now)[1]


def test_a_link_works_once(house: Database) -> None:
    secret = _link(house)
    with house.reading() as session:
        assert sessions.whose(session, secret, NOW).name == "Ani"
    with house.writing() as session:
        editor, cookie = sessions.enter(session, secret, NOW)
        assert editor.address == "ani@example.org"
    with house.reading() as session:
        found = sessions.find(session, cookie, NOW)
        assert found is not None
        assert found.editor.name == "Ani"
        with pytest.raises(AccessError, match="no longer good"):
            sessions.whose(session, secret, NOW)
    with house.writing() as session, pytest.raises(AccessError):
        sessions.enter(session, secret, NOW)


@pytest.mark.parametrize("secret", ["", "x", "a" * 5000, "é" * 43])
def test_an_invented_link_or_cookie_opens_nothing(house: Database, secret: str) -> None:
    _cookie(house)
    with house.writing() as session:
        with pytest.raises(AccessError):
            sessions.enter(session, secret, NOW)
        assert sessions.find(session, secret, NOW) is None


def test_a_link_is_good_for_fifteen_minutes(house: Database) -> None:
    secret = _link(house)
    with house.reading() as session:
        sessions.whose(session, secret, NOW + 14 * MINUTE)
        with pytest.raises(AccessError):
            sessions.whose(session, secret, NOW + 15 * MINUTE)


def test_neither_a_link_nor_a_cookie_stands_in_the_database(house: Database) -> None:
    secret = _link(house)
    with house.writing() as session:
        _, cookie = sessions.enter(session, secret, NOW)
    with house.reading() as session:
        stored = [*session.scalars(select(SignIn.token)), *session.scalars(select(EditorSession.key))]
    assert len(stored) == 2
    assert all(secret.encode() not in one and cookie.encode() not in one for one in stored if one)


def test_an_idle_session_ends_and_a_used_one_after_two_weeks(house: Database) -> None:
    cookie = _cookie(house)
    with house.writing() as session:
        assert sessions.find(session, cookie, NOW + sessions.IDLE) is None
        found = sessions.find(session, cookie, NOW + sessions.IDLE - MINUTE)
        assert found is not None
        found.seen_at = NOW + sessions.ABSOLUTE - MINUTE
    with house.reading() as session:
        assert sessions.find(session, cookie, NOW + sessions.ABSOLUTE - MINUTE) is not None
        assert sessions.find(session, cookie, NOW + sessions.ABSOLUTE) is None


def test_an_editor_who_is_removed_is_out_at_once(house: Database) -> None:
    cookie, secret = _cookie(house), _link(house)
    with house.writing() as session:
        editors.remove(session, "ani@example.org")
    with house.reading() as session:
        assert sessions.find(session, cookie, NOW) is None
        with pytest.raises(AccessError):
            sessions.whose(session, secret, NOW)


def test_an_address_gets_no_fifth_link_within_an_hour_and_nobody_is_told(house: Database) -> None:
    for _ in range(4):
        assert _link(house)
    with house.writing() as session:
        ani = editors.find(session, "ani@example.org")
        assert sessions.take(session, ani, NETWORK, MARK, NOW) == (True, "")
        assert sessions.take(session, ani, NETWORK, MARK, NOW + timedelta(hours=1, minutes=1))[1]


def test_a_network_that_asks_too_often_is_told_so(house: Database) -> None:
    with house.writing() as session:
        for number in range(12):
            assert sessions.take(session, None, NETWORK, bytes([number]) * 32, NOW)[0]
        assert sessions.take(session, None, NETWORK, b"z" * 32, NOW) == (False, "")
        assert sessions.take(session, None, b"other" + NETWORK[5:], b"z" * 32, NOW)[0]


def test_what_is_over_is_forgotten(house: Database) -> None:
    _cookie(house)
    with house.writing() as session:
        sessions.take(session, None, NETWORK, MARK, NOW + timedelta(days=30))
        assert len(session.scalars(select(SignIn)).all()) == 1
        assert session.scalars(select(EditorSession)).all() == []


def test_an_address_is_one_editors_only_and_is_an_address(house: Database) -> None:
    with house.writing() as session:
        with pytest.raises(AccessError, match="already"):
            editors.add(session, "Other", "ANI@example.org", NOW)
        for wrong in ("nobody", "a@b@c", "a b@example.org", ""):
            with pytest.raises(AccessError, match="not an email address"):
                editors.add(session, "Other", wrong, NOW)
        for wrong in ("", " ", "<b>", "x" * 101):
            with pytest.raises(AccessError, match="name"):
                editors.add(session, wrong, "other@example.org", NOW)
        assert editors.add(session, "Vera", "vera@example.org", NOW, Role.VIEWER).role == Role.VIEWER
        assert [one.name for one in editors.listed(session)] == ["Ani", "Vera"]
