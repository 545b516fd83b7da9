"""A whole installation on either database, a real SMTP server, and articles to write about."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.actions.context import Context
from digest.articles.extracted import Extracted
from digest.articles.queries import keep
from digest.demo.processes import ServerProcess
from digest.issues import newsletters
from digest.settings import load
from store import Database
from subscribers.addresses import normalise
from subscribers.lists import add_list, find_list
from subscribers.states import Change
from subscribers.subscribing import Proof, join

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)

SETTINGS = """
database = "{database}"
keys = ["k1:0123456789abcdef0123456789abcdef"]
public_url = "https://news.example.org/digest"
[smtp]
url = "{relay}"
connections = 4
timeout_seconds = 5
relay_patience_seconds = 0.2
[fetch]
allow_private_networks = true
"""

STORIES = (
    (
        "Council votes for a new bridge",
        "The town council voted on Monday for a stone bridge over the Arpa river.",
    ),
    ("Bakers light the winter ovens", "Twenty bakers lit the common ovens of the old quarter before dawn."),
    ("School wins the chess cup", "Pupils of School No. 7 beat nine teams and won the regional chess cup."),
    ("Night train returns in May", "The railway will run a night train to the coast again from May."),
    ("Orchestra plays in the depot", "The chamber orchestra opened its season between two locomotives."),
    ("Trout are back in the lake", "Biologists counted eleven thousand trout in Lake Sevan this autumn."),
    ("Museum shows its carpets", "The carpet museum reopened with the stories of forty weavers."),
    ("Snow closes the Sari pass", "Seventy centimetres of snow closed the mountain road until Friday."),
)


@dataclass
class Mailbox:
    """What the SMTP server received, and where to reach it."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def messages(self) -> list[Path]:
        return sorted(self.folder.glob("*.eml"))

    def recipients(self) -> list[str]:
        log = self.folder / "envelopes.jsonl"
        if not log.exists():
            return []
        return [address for line in log.read_text().splitlines() for address in json.loads(line)["to"]]


@pytest.fixture(autouse=True)
def no_spam_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """SpamAssassin takes more than a second for each approval; tests/rendering asks it once for each theme."""
    monkeypatch.setattr("digest.rendering.preflight.spam.installed", lambda: None)


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    folder = tmp_path / "inbox"
    server = ServerProcess("digest.demo.smtp_server", [str(folder)])
    yield Mailbox(folder, int(server.facts["port"]))
    server.end()


@pytest.fixture
def open_with(database: Database, tmp_path: Path) -> Callable[[str], Context]:
    """The installation over `database`, with the relay of the given address."""

    def _open(relay: str) -> Context:
        path = tmp_path / "digest.toml"
        url = database.engine.url.render_as_string(hide_password=False)
        path.write_text(SETTINGS.format(database=url, relay=relay), "utf-8")
        path.chmod(0o600)
        settings = load(path)
        return Context(settings, database, settings.signer)

    return _open


@pytest.fixture
def context(open_with: Callable[[str], Context], mailbox: Mailbox) -> Context:
    """An installation with a newsletter, eight articles and three confirmed readers."""
    context = open_with(mailbox.url)
    add_newsletter(context)
    add_articles(context)
    add_readers(context, ["ani@example.org", "bob@example.org", "zoë.b@example.org"])
    return context


def add_newsletter(context: Context, slug: str = "weekly", **values: object) -> None:
    with context.database.writing() as session:
        mailing_list = add_list(session, slug, now=NOW - timedelta(days=30), name="The Weekly")
        newsletters.add(
            session,
            slug,
            title="The Weekly",
            sender_address="news@example.org",
            list_id=mailing_list.id,
            now=NOW - timedelta(days=30),
            **{
                "postal_address": "Example News, 1 Main Street, Yerevan",
                "site_url": "https://news.example.org/",
                "timezone": "Asia/Yerevan",
            }
            | values,
        )


def add_articles(context: Context, stories: Sequence[tuple[str, str]] = STORIES, first: int = 1) -> None:
    with context.database.writing() as session:
        for number, (title, opening) in enumerate(stories, first):
            details = " ".join(
                f"Detail {number}.{line} of this very story is told here in full." for line in range(12)
            )
            extracted = Extracted(
                title=title,
                text=f"{opening}\n\n{details}",
                url=f"https://news.example.org/{number}",
                byline="Lilit Example",
                language="en",
                published=NOW - timedelta(hours=3 * number),
            )
            keep(session, extracted, now=NOW)


def add_readers(context: Context, addresses: Sequence[str], slug: str = "weekly") -> None:
    with context.database.writing() as session:
        mailing_list = find_list(session, slug)
        for address in addresses:
            join(
                session,
                mailing_list,
                normalise(address),
                Change.STATE,
                Proof("test"),
                signer=context.signer,
                now=NOW - timedelta(days=20),
                consent="asked for it",
                name=address.partition("@")[0].title(),
            )
