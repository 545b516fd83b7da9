"""One installation for all, made by the program itself; tests copy what they spoil."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.installation import Installation, article_page
from tests.acceptance.servers import Relay, Site

STORIES = {
    "bridge": (
        "The old bridge opens again",
        "After two years of repairs the stone bridge over the river carries buses again, the town said on Monday.",
        "Engineers replaced forty beams and found a mason's mark from 1830 under the third arch.",
        "Drivers must keep to thirty kilometres an hour until the asphalt has settled, which takes a month.",
    ),
    "library": (
        "Library keeps its doors open until midnight",
        "The city library stays open until midnight from this week, because students asked for it in a petition.",
        "Nine hundred people signed, and the council found money for two more librarians in its spring budget.",
        "The reading room has a hundred and twenty places, and half of them were taken on the first evening.",
    ),
    "market": (
        "Farmers move their market to the station",
        "The farmers' market moves from the square to the station, where trains bring buyers from three valleys.",
        "Forty stalls have been let already, said the cooperative, and a waiting list has been opened.",
        "Cheese makers hope to sell to travellers who had never come as far as the square before.",
    ),
}


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def relay() -> Iterator[Callable[..., Relay]]:
    """Starts mail servers that end with the test."""
    started: list[Relay] = []

    def start(**how: Any) -> Relay:
        started.append(Relay(**how))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture(scope="session")
def template(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one feed of three articles, fetched, and the newsletter `weekly` without readers."""
    now = datetime.now(UTC)
    items = ""
    for number, (name, (title, *paragraphs)) in enumerate(STORIES.items(), 1):
        published = now - timedelta(hours=number)
        address = site.gives(f"/{name}", article_page(title, paragraphs, published))
        items += (
            f"<item><title>{title}</title><link>{address}</link><guid>{address}</guid>"
            f"<pubDate>{format_datetime(published)}</pubDate></item>"
        )
    feed = f'<rss version="2.0"><channel><title>The Town Crier</title>{items}</channel></rss>'
    site.gives("/feed.xml", feed, "application/rss+xml")
    site.gives(
        "/", "<title>The Town Crier</title><link rel=alternate type=application/rss+xml href=/feed.xml>"
    )
    installation = Installation(tmp_path_factory.mktemp("installation"))
    installation.does(
        "init",
        f"{site.url}/",
        "--allow-private-networks",
        "--sender=crier@example.org",
        "--postal-address=1 Square, Town",
        "--language=en",
    )
    installation.does("fetch")
    return installation.folder


@pytest.fixture
def installation(template: Path, tmp_path: Path) -> Installation:
    """A copy of the template that a test may spoil."""
    folder = tmp_path / "installation"
    shutil.copytree(template, folder)
    return Installation(folder)


@pytest.fixture(scope="session")
def unspoilt(template: Path) -> Installation:
    """The template itself, for commands that must change nothing."""
    return Installation(template)


@pytest.fixture(scope="session")
def built_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with an issue built."""
    folder = tmp_path_factory.mktemp("built") / "installation"
    shutil.copytree(template, folder)
    Installation(folder).does("issue", "build")
    return folder


@pytest.fixture
def built(built_template: Path, tmp_path: Path) -> Installation:
    """An installation whose first issue is a draft."""
    folder = tmp_path / "built"
    shutil.copytree(built_template, folder)
    return Installation(folder)


@pytest.fixture(scope="session")
def approved_template(built_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with that issue approved."""
    folder = tmp_path_factory.mktemp("approved") / "installation"
    shutil.copytree(built_template, folder)
    Installation(folder).does("issue", "approve")
    return folder


@pytest.fixture
def approved(approved_template: Path, tmp_path: Path) -> Callable[[int], Installation]:
    """An installation whose issue is approved, with so many confirmed readers."""

    def prepare(readers: int) -> Installation:
        folder = tmp_path / "approved"
        shutil.copytree(approved_template, folder)
        installation = Installation(folder)
        lines = "\n".join(f"reader{number}@example.org" for number in range(readers))
        (folder / "readers.csv").write_text(f"email\n{lines}\n", "utf-8")
        installation.does("subscriber", "import", "readers.csv", "--list=weekly", "--consent=asked")
        return installation

    return prepare
