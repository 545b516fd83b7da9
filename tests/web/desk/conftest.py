"""An installation with a draft and three people at the desk, on either database."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html as parser
from lxml.html import HtmlElement
from starlette.testclient import TestClient

from digest.access import editors
from digest.access.tables import Role
from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.sign_in import link
from digest.articles.extracted import Extracted
from digest.articles.queries import keep
from digest.issues import Issue, Item, find_issue, newsletters
from digest.settings import load
from digest.web.app import create_app
from store import Database
from subscribers.addresses import normalise
from subscribers.lists import add_list, find_list
from subscribers.states import Change
from subscribers.subscribing import Proof, join

SITE = "https://news.example.org"
ANI, BOB, VERA = "ani@example.org", "bob@example.org", "vera@example.org"
STORIES = (
    "Council votes for a new bridge",
    "Bakers light the winter ovens",
    "School wins the chess cup",
    "Night train returns in May",
    "Orchestra plays in the depot",
    "Trout are back in the lake",
    "Museum shows its carpets",
)
ITEMS = 4


def now() -> datetime:
    return datetime.now(UTC)


def open_context(
    database: Database, folder: Path, public_url: str = SITE, relay: str = "folder:mail"
) -> Context:
    path = folder / "digest.toml"
    url = database.engine.url.render_as_string(hide_password=False)
    path.write_text(
        f'database = "{url}"\nkeys = ["k1:0123456789abcdef0123456789abcdef"]\npublic_url = "{public_url}"\n'
        f'[smtp]\nurl = "{relay}"\nstarttls = "never"\n',
        "utf-8",
    )
    path.chmod(0o600)
    settings = load(path)
    return Context(settings, database, settings.signer)


def fill(context: Context) -> None:
    """A newsletter that leaves on Thursdays, its articles and readers, and its draft of four items."""
    with context.database.writing() as session:
        weekly = add_list(session, "weekly", now=now(), name="The Weekly")
        newsletters.add(
            session, "weekly", title="The Weekly", sender_address="news@example.org", list_id=weekly.id,
            now=now(), postal_address="1 Main Street, Yerevan", timezone="Asia/Yerevan",
            site_url="https://news.example.org/", policy={"items": ITEMS}, schedule="thu 09:00",
        )  # fmt: skip
        for number, title in enumerate(STORIES, 1):
            details = " ".join(
                f"Detail {number}.{line} of this very story is told here in full." for line in range(12)
            )
            extracted = Extracted(
                title=title,
                text=f"{title}, said the town on Monday after a long debate.\n\n{details}",
                url=f"https://news.example.org/{number}",
                language="en",
                published=now() - timedelta(hours=3 * number),
            )
            keep(session, extracted, now=now())
        for name in ("reader", "other"):
            join(
                session, find_list(session, "weekly"), normalise(f"{name}@example.org"), Change.STATE,
                Proof("test"), signer=context.signer, now=now(), consent="asked",
            )  # fmt: skip
        editors.add(session, "Ani", ANI, now())
        editors.add(session, "Bob", BOB, now())
        editors.add(session, "Vera", VERA, now(), Role.VIEWER)
    build(context, "weekly", now())


@dataclass
class Browser:
    """One person's browser: keeps its cookie, and sends forms as a page of the desk does."""

    client: TestClient
    token: str = ""

    def see(self, path: str = "", status: int = 200) -> HtmlElement:
        """A page of the desk, parsed; also keeps the token of its forms."""
        return self._seen(self.client.get(f"/desk{path}"), status)

    def press(self, path: str, status: int = 200, **fields: str) -> HtmlElement:
        """Send a form and follow where it leads."""
        return self._seen(self.send(path, **fields), status)

    def do(self, path: str, **fields: str) -> None:
        """Send a form that is taken, and look at nothing."""
        assert self.send(path, follow=False, **fields).status_code == 303

    def send(self, path: str, origin: str | None = SITE, *, follow: bool = True, **fields: str) -> Any:
        """Send a form, as a page of `origin` does."""
        fields = {"form": self.token, **{key.replace("__", "-"): value for key, value in fields.items()}}
        headers = {"Origin": origin} if origin is not None else {}
        return self.client.post(f"/desk{path}", data=fields, headers=headers, follow_redirects=follow)

    def _seen(self, answer: Any, status: int) -> HtmlElement:
        assert answer.status_code == status, answer.url
        page = parser.document_fromstring(answer.text)
        self.token = next(iter(page.xpath("//input[@name='form']/@value")), self.token)
        return page


@dataclass
class Desk:
    """The installation, and browsers of those who may come in."""

    context: Context
    app: Any

    def browser(self) -> Browser:
        return Browser(TestClient(self.app, base_url=SITE))

    def signed_in(self, address: str = ANI) -> Browser:
        browser = self.browser()
        path = link(self.context, address, now()).removeprefix(f"{SITE}/desk")
        assert browser.send(path, follow=False).status_code == 303
        return browser

    def issue(self) -> "Stored":
        with self.context.database.reading() as session:
            found = find_issue(session, "weekly")
            return Stored(found, [item for item in found.items if not item.dropped])


@dataclass
class Stored:
    """The issue as the database has it."""

    issue: Issue
    items: list[Item]


@pytest.fixture(autouse=True)
def no_spam_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """SpamAssassin takes more than a second for each approval; tests/rendering asks it once for each theme."""
    monkeypatch.setattr("digest.rendering.preflight.spam.installed", lambda: None)


@pytest.fixture(scope="session")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with everything of `fill` in it, made once."""
    folder = tmp_path_factory.mktemp("desk")
    path = folder / "digest.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    fill(open_context(database, folder))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def desk(database: Database, filled: Path, tmp_path: Path) -> Iterator[Desk]:
    """On both databases: for what is stored."""
    yield from _open(database, filled, tmp_path)


@pytest.fixture
def sqlite_desk(sqlite_database: Database, filled: Path, tmp_path: Path) -> Iterator[Desk]:
    """On one: for what is shown."""
    yield from _open(sqlite_database, filled, tmp_path)


def _open(database: Database, filled: Path, tmp_path: Path) -> Iterator[Desk]:
    if database.is_sqlite:
        shutil.copy(filled, tmp_path / "digest.sqlite3")  # nobody has opened the file yet
    context = open_context(database, tmp_path)
    if not database.is_sqlite:
        fill(context)
    app = create_app(context, answers=False)
    with TestClient(app, base_url=SITE):
        yield Desk(context, app)


def words(page: HtmlElement, where: str = "//main") -> str:
    """What a person reads there, in one line."""
    return " ".join(" ".join(one.text_content() for one in page.xpath(where)).split())
