"""Tokens of the API: made once, counted, taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.access import tokens
from digest.access.tokens import TokenError
from store import Database

NOW = datetime(2026, 11, 26, 5, 0, 30, tzinfo=UTC)


def test_a_secret_is_long_random_and_known_by_its_beginning(database: Database) -> None:
    with database.writing() as session:
        one = tokens.add(session, "website", ["lists:read"], now=NOW)
        other = tokens.add(session, "shop", ["lists:read"], now=NOW)
    assert one.startswith(tokens.PREFIX)
    assert len(one) == len(tokens.PREFIX) + 43
    assert one != other


def test_requests_are_counted_minute_by_minute(database: Database) -> None:
    with database.writing() as session:
        secret = tokens.add(session, "website", ["lists:read"], now=NOW, per_minute=2)
    seen = []
    for seconds in (0, 1, 2, 40, 41):
        with database.writing() as session:
            bearer = tokens.use(session, secret, NOW + timedelta(seconds=seconds))
            assert bearer is not None
            seen.append((bearer.left, bearer.refused))
    assert seen == [(1, False), (0, False), (0, True), (1, False), (0, False)]


@pytest.mark.parametrize("secret", ["", "digest_", "digest_" + "x" * 43, "x" * 50, "digest_" + "é" * 43])
def test_no_other_text_is_a_token(database: Database, secret: str) -> None:
    with database.writing() as session:
        tokens.add(session, "website", ["lists:read"], now=NOW)
        assert tokens.use(session, secret, NOW) is None


@pytest.mark.parametrize(
    ("name", "scopes", "said"),
    [("web site", ["lists:read"], "cannot name"), ("x", ["all"], "no scope 'all'"), ("x", [], "needs a scope"),
     ("website", ["lists:read"], "already")],
)  # fmt: skip
def test_what_cannot_be_made_is_said(database: Database, name: str, scopes: list[str], said: str) -> None:
    with database.writing() as session:
        tokens.add(session, "website", ["lists:read"], now=NOW)
        with pytest.raises(TokenError, match=said):
            tokens.add(session, name, scopes, now=NOW)
        with pytest.raises(TokenError, match="no token 'shop'"):
            tokens.remove(session, "shop")
