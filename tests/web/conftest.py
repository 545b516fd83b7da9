"""An installation with a sent issue, behind the web application."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from digest.actions import links
from digest.actions.compose import compose
from digest.actions.context import Context
from digest.articles.extracted import Extracted
from digest.articles.queries import keep
from digest.articles.tables import Article
from digest.issues import Issue, IssueState, Item, find_issue, newsletters
from digest.issues.finding import find_newsletter
from digest.settings import load
from digest.web.app import create_app
from store import Database
from subscribers.addresses import normalise
from subscribers.lists import add_list, find_list
from subscribers.people import find_person
from subscribers.states import Change
from subscribers.subscribing import Proof, join
from subscribers.tables import Subscription

if TYPE_CHECKING:
    from .world import World

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


@dataclass
class Site:
    """The pages, and what a test wants to know of the installation behind them."""

    client: TestClient
    context: Context
    reader_id: int
    list_id: int
    issue_id: int

    def token(self, purpose: str, *fields: int) -> str:
        return self.context.signer.sign(purpose, *fields)

    @property
    def leave_path(self) -> str:
        return f"/u/{self.token(links.LEAVE, self.list_id, self.reader_id)}"

    def state(self) -> str:
        with self.context.database.reading() as session:
            return str(session.get_one(Subscription, (self.reader_id, self.list_id)).state)


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    path = tmp_path / "digest.toml"
    url = database.engine.url.render_as_string(hide_password=False)
    path.write_text(
        f'database = "{url}"\nkeys = ["k1:0123456789abcdef0123456789abcdef"]\n'
        'public_url = "https://news.example.org"\n[web]\nallowed_redirects = ["https://www.example.org"]\n',
        "utf-8",
    )
    path.chmod(0o600)
    settings = load(path)
    context = Context(settings, database, settings.signer)
    fill(context)
    with database.reading() as session:
        reader_id = find_person(session, "ani@example.org").id
        list_id = find_list(session, "weekly").id
        issue_id = find_issue(session).id
    with TestClient(create_app(context, answers=False), base_url="https://news.example.org") as client:
        yield Site(client, context, reader_id, list_id, issue_id)


def fill(context: Context) -> None:
    """A list with a reader, a newsletter, an article and an approved issue of it."""
    with context.database.writing() as session:
        mailing_list = add_list(session, "weekly", now=NOW, name="The Weekly <i>")
        newsletters.add(
            session, "weekly", title="The Weekly", sender_address="news@example.org", list_id=mailing_list.id,
            now=NOW, postal_address="1 Main Street, Yerevan",
        )  # fmt: skip
        keep(
            session,
            Extracted(
                title="Bridge {{ opens }} <script>alert(1)</script>",
                text="The stone bridge over the river opened on Monday. " * 12,
                url="https://news.example.org/bridge",
                language="en",
                published=NOW - timedelta(hours=3),
            ),
            now=NOW,
        )
        join(
            session, find_list(session, "weekly"), normalise("ani@example.org"), Change.STATE, Proof("test"),
            signer=context.signer, now=NOW, consent="asked",
        )  # fmt: skip
        issue(context, session, 1)


def issue(context: Context, session: Session, number: int) -> None:
    """An approved issue with one item, rendered."""
    article = session.scalars(select(Article)).one()
    item = Item(
        article_id=article.id, story_key="k", position=1, headline=article.title,
        summary="The stone bridge over the river opened on Monday.",
    )  # fmt: skip
    made = Issue(
        newsletter=find_newsletter(session), number=number, state=IssueState.APPROVED, built_at=NOW,
        approved_at=NOW, subject="Bridge opens", preheader="After four years", items=[item],
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.refresh(made)
    rendered = compose(context, session, made)
    made.html, made.text = rendered.html, rendered.text


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator["World"]:
    """An installation that serves and sends for real, and another site that embeds its form."""
    from .world import serving

    with serving(database, tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium, one for each file of tests."""
    from .world import CHROMIUM

    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()
