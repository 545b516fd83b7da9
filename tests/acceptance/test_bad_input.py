"""Bad input gets one clear sentence, exit status 1, and changes nothing in the database."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from lxml.html import fromstring

from tests.acceptance.installation import Installation, article_page, environment
from tests.acceptance.servers import Site, answer

FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>Cut</title>'
ITEM = "<item><title>Whole</title><link>http://127.0.0.1/{}</link></item>"
PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>Contact</title></head><body><nav><ul>'
    + "".join(
        f"<li><a href=/section/{number}>All that happens in quarter {number}</a></li>" for number in range(40)
    )
    + "</ul></nav><form><label>Your name <input name=name></label><label>Your words <textarea name=words>"
    "</textarea></label><button>Send</button></form><p>Write to us.</p></body></html>"
)


def _endless(request: BaseHTTPRequestHandler) -> None:
    """200 MB without a word about their number."""
    request.send_response(200)
    request.send_header("Content-Type", "application/rss+xml")
    request.end_headers()
    request.wfile.write(FEED.encode())
    try:
        for _ in range(200):
            request.wfile.write(b"<item>" + b" " * 1_000_000)
    except OSError:
        pass


def _announced(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "200000000")
    request.end_headers()


def _to(place: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda request: answer(request, 302, b"", {"Location": place})


def _fails(status: int) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda request: answer(request, status, b"oops", {"Content-Type": "text/plain"})


@pytest.fixture(scope="session")
def hostile(site: Site) -> Site:
    site.gives("/page.xml", PAGE, "application/rss+xml")
    site.gives("/empty.xml", b"", "application/rss+xml")
    site.gives("/cut-at-once.xml", '<?xml version="1.0"?><rs', "application/rss+xml")
    site.acts("/endless.xml", _endless)
    site.acts("/announced.xml", _announced)
    site.acts("/500", _fails(500))
    site.acts("/loop", _to("/pool"))
    site.acts("/pool", _to("/loop"))
    site.acts("/inwards", _to("http://10.1.2.3/feed.xml"))
    site.acts("/never", lambda _: bool(site.closed.wait(20)) or None)
    return site


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("/page.xml", "", "is a web page, not a feed"),
        ("/empty.xml", "", "is empty"),
        ("/cut-at-once.xml", "", "cut off|not a feed|broken"),
        ("/endless.xml", "", "sends more; at most 10 MB"),
        ("/announced.xml", "", "is 200 MB"),
        ("/nowhere", "", "answered 404"),
        ("/500", "", "answered 500"),
        ("/never", "", "did not answer within 1 s"),
        ("/loop", "", "redirects in a circle"),
        ("/page.xml", "wordpress", "answered 404"),
    ],
)
def test_a_source_that_cannot_be_read_is_not_added(
    unspoilt: Installation, hostile: Site, path: str, kind: str, reason: str
) -> None:
    kinds = (f"--kind={kind}",) if kind else ()
    said = unspoilt.refuses("source", "add", hostile.url + path, *kinds, DIGEST_FETCH__TIMEOUT_SECONDS="1")
    assert re.search(reason, said), said
    assert hostile.url in said


def test_a_page_without_an_article_gives_none(unspoilt: Installation, hostile: Site) -> None:
    teasers = "".join(
        f"<article><h2><a href=/{n}>Title {n}</a></h2><p>Begins …</p></article>" for n in range(9)
    )
    front = hostile.gives("/front", f'<title>Home</title><body class="home blog">{teasers}</body>')
    assert f"No article in {front}: a list of articles" in unspoilt.refuses("article", "add", front)


def test_a_private_address_is_refused_also_behind_a_redirect(unspoilt: Installation, hostile: Site) -> None:
    strict = {"DIGEST_FETCH__ALLOW_PRIVATE_NETWORKS": "false"}
    said = unspoilt.refuses("source", "add", f"{hostile.url}/feed.xml", **strict)
    assert "not on the open internet" in said
    # Here the test's own server stands for the open internet, and the redirect leads into the house.
    outside = (
        "from digest.sources import address; true = address.is_public;"
        "address.is_public = lambda ip: ip == '127.0.0.1' or true(ip);"
        "from digest.cli import main; main()"
    )
    said = unspoilt.refuses("source", "add", f"{hostile.url}/inwards", program=("-c", outside), **strict)
    assert "redirects to http://10.1.2.3/feed.xml, which is refused" in said


def test_a_feed_that_breaks_later_is_named_and_keeps_what_it_gave(
    installation: Installation, site: Site
) -> None:
    """The whole entries of a feed that is cut off are read, with a word; a false feed costs the others nothing."""
    site.gives("/cut.xml", FEED + ITEM.format(1) + ITEM.format(2)[:30], "application/rss+xml")
    site.gives("/false.xml", FEED + "</channel></rss>", "application/rss+xml")
    installation.does("source", "add", f"{site.url}/cut.xml", "--name=Cut")
    installation.does("source", "add", f"{site.url}/false.xml", "--name=False")
    site.gives("/false.xml", PAGE, "application/rss+xml")
    before = installation.rows("SELECT id, title, text FROM article")
    ended = installation.run("fetch")
    assert ended.returncode == 1
    assert "Note: Cut: " in ended.stderr
    assert "cut off; 1 whole" in ended.stderr
    assert "False failed: " in ended.stderr
    assert "Read 2 of 3 sources" in ended.stdout
    assert installation.rows("SELECT id, title, text FROM article") == before
    ((state,),) = installation.rows("SELECT error FROM source WHERE name = 'False'")
    assert "is a web page, not a feed" in state


HOSTILE_TITLE = "The clerk typed {{ 7*7 }} and &lt;mj-raw&gt; &lt;script&gt;alert(1)&lt;/script&gt;"


def test_markup_in_an_article_stays_literal_in_the_mail(installation: Installation, site: Site) -> None:
    text = (
        "A town clerk printed {% for x in y %}{{ config }}{% endfor %} on every ballot, the council said on Monday.",
        "The form held &lt;mj-include path=&quot;/etc/passwd&quot; /&gt; and &lt;/mj-text&gt; as well, and nobody "
        "noticed &lt;script&gt;alert(2)&lt;/script&gt; in it before the election was over.<script>alert(3)</script>",
        "Nine thousand ballots are printed again, which costs the town as much as its new playground did.",
    )
    address = site.gives("/clerk", article_page(HOSTILE_TITLE, list(text), datetime.now(UTC)))
    installation.does("article", "add", address)
    installation.does("issue", "build")
    installation.does("issue", "preview")
    (html,) = (path.read_text("utf-8") for path in installation.folder.rglob("*.html"))
    plain = installation.does("issue", "preview", "--text")
    assert "49" not in html.partition("The clerk typed")[2][:60]
    assert "The clerk typed {{ 7*7 }} and &lt;mj-raw&gt; &lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "The clerk typed {{ 7*7 }} and <mj-raw> <script>alert(1)</script>" in " ".join(plain.split())
    tags = {str(element.tag) for element in fromstring(html).iter()}
    assert "script" not in tags
    assert not {tag for tag in tags if tag.startswith("mj-")}


def test_a_csv_without_an_address_column_is_refused(unspoilt: Installation, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("who,where\nMariam,Gyumri\n", "utf-8")
    said = unspoilt.refuses("subscriber", "import", str(file), "--list=weekly", "--consent=asked")
    assert "who" in said
    assert "--map" in said


def test_a_bad_row_is_named_and_set_aside_or_undoes_all_when_asked(
    installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,name\nani@example.org,Ani\nnot an address,Davit\nlev@example.org,Lev\n", "utf-8")
    order = ("subscriber", "import", str(file), "--list=weekly", "--consent=asked")
    said = installation.refuses(*order, "--strict")
    assert "line 3" in said.lower()
    assert "not an address" in said
    assert installation.rows("SELECT email FROM subscriber") == []
    installation.does(*order, "--skip-bad")
    people = {address for (address,) in installation.rows("SELECT email FROM subscriber")}
    assert people == {"ani@example.org", "lev@example.org"}
    assert "not an address" in file.with_suffix(".rejects.csv").read_text("utf-8")


@pytest.mark.parametrize(
    "address", ["eve@example.org\r\nBcc: all@example.org", "eve@example.org\nDATA", "eve"]
)
def test_an_address_that_would_add_a_header_is_refused(unspoilt: Installation, address: str) -> None:
    said = unspoilt.refuses("subscriber", "add", address, "--list=weekly", "--consent=asked")
    assert "eve" in said
    assert "\n" not in said


def test_an_issue_without_items_is_not_approved(built: Installation) -> None:
    built.rows("DELETE FROM item")
    assert "is empty and cannot be approved" in built.refuses("issue", "approve")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('databse = "sqlite:///digest.sqlite3"', "unknown key 'databse'. Did you mean 'database'?"),
        ('public_url = "news.example.org"', "'public_url' in digest.toml is 'news.example.org'"),
        ("[web]\nport = 70000", "'web.port' in digest.toml is 70000"),
        ('[smtp]\nurl = "http://relay"', "must begin with smtp://"),
        ("database = sqlite", "digest.toml cannot be read"),
    ],
)
def test_a_wrong_setting_is_named_with_an_example(installation: Installation, line: str, reason: str) -> None:
    file = installation.folder / "digest.toml"
    (keys,) = re.findall(r"^keys = .*$", file.read_text("utf-8"), re.MULTILINE)
    file.write_text(f"{keys}\n{line}\n", "utf-8")
    said = installation.refuses("source", "list")
    assert reason in said, said


def test_wrong_usage_ends_with_two_and_says_which_word(unspoilt: Installation) -> None:
    before = unspoilt.contents()
    ended = unspoilt.run("source", "add", "/tmp", "--kind=fed")
    assert ended.returncode == 2
    assert "'fed'" in ended.stderr
    assert unspoilt.contents() == before


def test_a_page_that_never_ends_its_answer_does_not_hold_the_command(
    unspoilt: Installation, site: Site
) -> None:
    def trickle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while not site.closed.wait(0.1):
                request.wfile.write(b" ")
        except OSError:
            pass

    address = site.acts("/trickle", trickle)
    began = time.monotonic()
    said = unspoilt.refuses("source", "add", address, DIGEST_FETCH__TIMEOUT_SECONDS="1")
    assert "did not finish its answer within 1 s" in said
    assert time.monotonic() - began < 30


def test_a_closed_pipe_is_no_fault(unspoilt: Installation) -> None:
    """`digest source list | head -0`: the reader leaves first."""
    process = subprocess.Popen(
        [sys.executable, "-m", "digest", "article", "list", "--json"],
        cwd=unspoilt.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(30)
    assert "Traceback" not in errors
