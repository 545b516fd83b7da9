"""Pictures are fetched once, made small, and served by us; a story whose picture is broken goes without."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from PIL import Image
from sqlalchemy import select
from starlette.testclient import TestClient

from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.links import shared_values
from digest.actions.publish import approve
from digest.articles.tables import Article
from digest.issues import find_issue
from digest.web.app import create_app

from .conftest import NOW, add_articles, add_newsletter


def _photo() -> bytes:
    """A photo of some megabytes, with a camera's data in it."""
    picture = Image.effect_noise((3000, 2000), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=95, exif=exif)
    return written.getvalue()


@pytest.fixture(scope="module")
def photos() -> Iterator[str]:
    photo = _photo()

    class Photos(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = photo if self.path == "/photo.jpg" else b"<html>not a picture</html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Photos)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def hosting(open_with: Callable[[str], Context]) -> Context:
    context = open_with("folder:mails/")
    pictures = context.settings.pictures.model_copy(update={"host": True})
    return replace(context, settings=context.settings.model_copy(update={"pictures": pictures}))


def test_a_heavy_photo_reaches_readers_small_and_without_the_cameras_data(
    hosting: Context, photos: str
) -> None:
    add_newsletter(hosting)
    add_articles(hosting)
    with hosting.database.writing() as session:
        first, second, *_ = session.scalars(select(Article).order_by(Article.id))
        first.image_url, first.image_alt = f"{photos}/photo.jpg", "A bridge"
        second.image_url = f"{photos}/broken.jpg"
        addresses = (first.image_url, second.image_url)
    build(hosting, "weekly", NOW)
    approve(hosting, "weekly", "the editor", NOW)
    with hosting.database.reading() as session:
        issue = find_issue(session)
        pictures, html = issue.pictures, issue.html or ""
        on_the_web = shared_values(hosting, issue.id)["web_url"].removeprefix(hosting.settings.public_url)
    hosted = pictures[addresses[0]]
    assert pictures[addresses[1]] is None
    assert hosted["url"].startswith("https://news.example.org/digest/i/")
    assert hosted["url"] in html
    assert photos not in html
    assert html.count("<img") == 1
    with TestClient(create_app(hosting), base_url="https://news.example.org") as client:
        answer = client.get("/i/" + hosted["url"].rpartition("/")[2])
        card = re.search(r'property="og:image" content="([^"]*)"', client.get(on_the_web).text)
        assert card
        assert card[1] == hosted["url"]
        assert client.get("/i/..%2Fdigest.toml").status_code == 404
        assert client.get("/i/digest.toml").status_code == 404
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) <= 200_000
    assert b"Secret Camera" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (hosted["width"], hosted["height"]) == (1200, 675)


def test_where_hosting_is_off_the_sources_own_picture_is_linked(context: Context) -> None:
    with context.database.writing() as session:
        article = session.scalars(select(Article).order_by(Article.id)).first()
        assert article is not None
        article.image_url = "https://pictures.example.org/bridge.jpg"
    build(context, "weekly", NOW)
    approve(context, "weekly", "the editor", NOW)
    with context.database.reading() as session:
        assert "https://pictures.example.org/bridge.jpg" in (find_issue(session).html or "")
