"""Gathering from a real site: every page once, and what is broken stops nothing else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from digest.actions.context import Context
from digest.actions.gather import gather
from digest.articles.tables import Article
from digest.demo.processes import ServerProcess
from digest.sources import queries
from digest.sources.errors import SourceError
from digest.sources.tables import SourceKind

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ServerProcess("digest.demo.site", [])
    yield str(server.facts["address"])
    server.end()


@pytest.fixture
def installation(open_with: Callable[[str], Context]) -> Context:
    return open_with("folder:mails/")


def _add(context: Context, url: str, name: str, kind: SourceKind = SourceKind.FEED) -> None:
    with context.database.writing() as session:
        queries.add(session, kind=kind, url=url, name=name, now=NOW)


def _count(context: Context) -> int:
    with context.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Article)) or 0


def test_a_site_is_read_whole_and_then_not_again(installation: Context, site: str) -> None:
    _add(installation, f"{site}feed/", "Courier")
    first = gather(installation, NOW)
    assert first.failed == []
    assert first.new == _count(installation) >= 30
    second = gather(installation, NOW)
    assert [visit.unchanged for visit in second.visits] == [True]
    assert _count(installation) == first.new
    with installation.database.reading() as session:
        articles = list(session.scalars(select(Article)))
    assert {"en", "hy", "ar"} <= {article.language for article in articles}
    assert all(article.byline and article.words > 50 for article in articles)
    text = "\n".join(article.text for article in articles)
    for furniture in ("You may also like", "Leave a Reply", "Your email address will not be published"):
        assert furniture not in text


def test_a_failing_source_is_named_and_stops_no_other(
    installation: Context, site: str, tmp_path: Path
) -> None:
    folder = tmp_path / "pieces"
    folder.mkdir()
    (folder / "one.md").write_text(
        "# A piece of our own\n\n" + "It is told in full here, at some length. " * 10
    )
    _add(installation, f"{site}nowhere/", "Gone")
    _add(installation, str(folder), "Folder", SourceKind.FOLDER)
    gathered = gather(installation, NOW)
    assert gathered.new == 1
    (failed,) = gathered.failed
    assert failed.source == "Gone"
    assert "404" in failed.error
    with installation.database.reading() as session:
        assert queries.get(session, "Gone").failures == 1


def test_without_a_source_it_says_how_to_add_one(installation: Context) -> None:
    with pytest.raises(SourceError, match="source add"):
        gather(installation, NOW)


def test_a_private_address_is_refused_where_the_settings_do_not_allow_it(
    installation: Context, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(installation, f"{site}feed/", "Courier")
    careful = installation.settings.model_copy(
        update={"fetch": installation.settings.fetch.model_copy(update={"allow_private_networks": False})}
    )
    gathered = gather(Context(careful, installation.database, installation.signer), NOW)
    assert "allow_private_networks" in gathered.failed[0].error
    assert _count(installation) == 0
