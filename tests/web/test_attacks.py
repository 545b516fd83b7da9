"""What a stranger could try to learn or to break, beyond what the pages' own tests try."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from digest.actions import links, sign_up
from digest.actions.sign_up import Wish
from digest.signups.limits import Limits
from digest.web.app import create_app

from .conftest import Site
from .letters import answered, letters


@contextmanager
def _statements(site: Site) -> Iterator[list[str]]:
    """The SQL of the block."""
    said: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(site.context.database.engine, "before_cursor_execute", note)
    yield said
    event.remove(site.context.database.engine, "before_cursor_execute", note)


def test_one_domain_gets_only_so_many_letters_an_hour(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.actions.answer.LIMITS", Limits(mails_domain_hour=3))
    now = datetime.now(UTC)
    for number in range(6):
        for domain in ("big.example.com", "small.example.net"):
            wish = Wish(f"n{number}@{domain}", ["weekly"])
            if domain == "big.example.com" or number == 5:
                sign_up.sign_up(site.context, wish, f"203.0.113.{number}", "page", now)
    assert answered(site, now) == 4
    assert "n5@small.example.net" in [str(letter["to"]) for letter in letters(site)]
    assert answered(site, now + timedelta(minutes=61)) == 3


def test_all_letters_together_have_a_pace(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.actions.answer.LIMITS", Limits(mails_hour=4))
    now = datetime.now(UTC)
    for number in range(9):
        wish = Wish(f"n{number}@d{number}.example.com", ["weekly"])
        sign_up.sign_up(site.context, wish, f"203.0.113.{number}", "page", now)
    assert [answered(site, now + timedelta(minutes=61 * hour)) for hour in range(4)] == [4, 4, 1, 0]


def test_no_address_stands_in_any_link_of_a_page(site: Site) -> None:
    for path in (site.leave_path, f"/p/{site.token(links.PREFERENCES, site.reader_id)}"):
        page = site.client.get(path).text
        assert "ani@example.org" not in page
        assert "ani%40" not in page


def test_browsers_are_told_to_stay_with_https_only_where_there_is_https(site: Site) -> None:
    assert "max-age" in site.client.get("/u").headers["strict-transport-security"]
    plain = site.context.settings.model_copy(update={"public_url": "http://news.example.org"})
    object.__setattr__(site.context, "settings", plain)
    app = create_app(site.context, answers=False)
    with TestClient(app, base_url="http://news.example.org") as client:
        assert "strict-transport-security" not in client.get("/u").headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_get_writes_anything_to_the_database(site: Site, method: str) -> None:
    paths = [
        site.leave_path, f"{site.leave_path}?List-Unsubscribe=One-Click", "/subscribe", "/subscribe/weekly",
        "/subscribe?email=a@example.org&list=weekly", "/a/weekly", "/u", "/sitemap.xml", "/robots.txt",
        f"/p/{site.token(links.PREFERENCES, site.reader_id)}?do=leave-all",
        f"/c/{site.token(links.CONFIRM, site.reader_id, int(datetime.now(UTC).timestamp()), site.list_id)}",
        f"/m/{site.token(links.MOVE, 1, site.reader_id)}", f"/v/{site.token(links.ISSUE, site.issue_id)}",
    ]  # fmt: skip
    with _statements(site) as said:
        for path in paths:
            site.client.request(method, path)
    assert [
        one for one in said if one.lstrip().split(" ")[0].upper() not in ("SELECT", "PRAGMA", "WITH")
    ] == []
