"""The quick start of the README on a real site: part of make bench.

    python bench/real_newsroom.py [DATA] [--recipients 1000] [--keep FOLDER]

Serves the real WordPress site and real feeds of DATA (default: $DIGEST_BENCH_DATA or ../shared/data beside the
checkout; bench/real_site.py says what is moved and why), runs the commands of the README as a person would,
each in a process of its own, sends through a real SMTP server in another process, and looks at every mail.

The figures: extraction is the shingle F1 of what was stored against `content.rendered`, scored as in
bench/extraction.py; CPU is user and system time of the command's own process. Exit status 1 if anything is
not as it must be; each fault is named.
"""

import argparse
import csv
import json
import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from extraction import score
from received import Expected, leave_by_one_click, look_at_mails

from digest.demo.processes import ServerProcess, environment
from digest.demo.program import command, end

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {
    "guardian.rss": "The Guardian",
    "heise.atom": "heise developer",
    "tsunami.atom": "One Foot Tsunami",
    "inessential.json": "Inessential",
    "rubenerd.rss": "Rubenerd",
    "cut-off.xml": "TechCrunch, cut off",
    "turns-into-html.xml": "Bold",
}
"""The feeds of bench/real_site.py and what readers know them by: one's own title is an address, which the
preflight rightly refuses to show over a link to loopback."""
LEAVERS = 100
"""How many readers leave with one click at the end."""


@dataclass
class Bench:
    """The folder the program works in, what its commands cost, and what was found wrong.

    `misjoined` are headlines whose summary lets a sentence that ends in a colon announce another than its next.
    """

    folder: Path
    stages: dict[str, tuple[float, float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    misjoined: list[str] = field(default_factory=list)

    def run(self, *arguments: str, stage: str = "", status: int = 0) -> subprocess.CompletedProcess[str]:
        """One command of the program; another exit status than `status`, or a traceback, is a fault."""
        before, began = _children_cpu(), time.perf_counter()
        ended = subprocess.run(
            command(arguments),
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )
        seconds, cpu = time.perf_counter() - began, _children_cpu() - before
        name = stage or " ".join(arguments[:2])
        old = self.stages.get(name, (0.0, 0.0))
        self.stages[name] = (old[0] + seconds, old[1] + cpu)
        said = ended.stderr.strip().splitlines()
        if ended.returncode != status:
            self.wrong(
                f"digest {' '.join(arguments)} ended with {ended.returncode}: {(said or ['silently'])[-1]}"
            )
        if "Traceback" in ended.stderr:
            self.wrong(f"digest {' '.join(arguments)} printed a traceback: {said[-1]}")
        return ended

    def json(self, *arguments: str) -> Any:
        """The JSON document of a command; without one there is no going on."""
        printed = self.run(*arguments, "--json").stdout
        if not printed:
            raise SystemExit(1)
        return json.loads(printed)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the program's own database, opened for reading only."""
        with closing(sqlite3.connect(f"file:{self.folder / 'digest.sqlite3'}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    def check(self, holds: bool, fault: str) -> None:
        if not holds:
            self.wrong(fault)

    def wrong(self, fault: str) -> None:
        self.faults.append(fault)
        print(f"WRONG  {fault}", flush=True)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def set_up(bench: Bench, site: dict[str, Any], relay: int, web: int, recipients: int) -> None:
    """`init`, the other sources, and the readers by CSV; an HTML page is refused as a feed."""
    bench.run(
        "init", site["site"], "--sender", "digest@news.example", "--postal-address", "1 Press Street, Yerevan",
        "--smtp", f"smtp://127.0.0.1:{relay}", "--public-url", f"http://127.0.0.1:{web}",
        "--allow-private-networks", stage="init",
    )  # fmt: skip
    bench.run("source", "add", site["site"], "--kind", "wordpress", "--name", "REST")
    bench.run("source", "add", site["mirror"], "--kind", "wordpress", "--name", "Mirror")
    for path, name in SOURCES.items():
        bench.run("source", "add", f"{site['feeds']}/{path}", "--name", name)
    refused = bench.run("source", "add", f"{site['feeds']}/furbo.html", status=1)
    bench.check(refused.stderr.startswith("Error: "), "a page without a feed was not refused in words")
    with (bench.folder / "readers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "name"])
        writer.writerows((address(number), f"Reader {number}") for number in range(recipients))
    bench.run("subscriber", "import", "readers.csv", "--list", "weekly", "--consent", "asked on paper")


def address(number: int) -> str:
    return f"reader{number:04d}@example.org"


def gather(bench: Bench, posts: int) -> dict[str, int]:
    """`fetch`: one article a post though two sources have it, one story though a mirror tells it again."""
    fetched = bench.run("fetch", stage="fetch", status=1)  # one of the feeds has turned into a web page
    failed = [line for line in fetched.stderr.splitlines() if " failed: " in line]
    bench.check(len(failed) == 1 and "not a feed" in failed[0], f"not just the false feed failed: {failed}")
    again = bench.run("fetch", stage="fetch again", status=1)
    bench.check(" 0 new articles, 0 changed" in again.stdout, f"a second fetch found: {again.stdout.strip()}")
    stored = bench.rows(
        "SELECT a.url, a.story_key, s.name FROM article a JOIN source s ON s.id = a.source_id"
    )
    own = {_path(url): key for url, key, source in stored if source not in ("Mirror",) and "/at/" not in url}
    told_again = {_path(url): key for url, key, source in stored if source == "Mirror"}
    bench.check(len(own) == posts, f"{len(own)} articles are stored of {posts} posts")
    bench.check(
        len(told_again) == posts, f"{len(told_again)} articles are stored of the mirror's {posts} posts"
    )
    count = len([1 for url, _, source in stored if source != "Mirror" and "/at/" not in url])
    bench.check(count == len(own), "the same post is stored twice, through the feed and through REST")
    same = sum(told_again.get(path) == key for path, key in own.items())
    bench.check(
        same == posts, f"{posts - same} of {posts} posts are not one story through HTML and through REST"
    )
    return {"articles": len(stored), "posts stored once": len(own), "one story, HTML and REST": same}


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def extraction(bench: Bench, rest: Sequence[dict[str, Any]]) -> dict[str, float]:
    """What was stored of the pages against the text of `content.rendered`: precision, recall and F1."""
    stored = {
        _path(url): f"{dateline or ''} {credit or ''} {text}"
        for url, text, dateline, credit in bench.rows(
            "SELECT a.url, a.text, a.dateline, a.credit FROM article a JOIN source s ON s.id = a.source_id"
            " WHERE s.name != 'Mirror'"
        )
    }
    scores = [
        score(plain(post["content"]["rendered"]), stored[_path(post["link"])])
        for post in rest
        if _path(post["link"]) in stored
    ]
    precision = sum(one for one, _ in scores) / len(scores)
    recall = sum(one for _, one in scores) / len(scores)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


def plain(markup: str) -> str:
    from lxml.html import fromstring

    return str(fromstring(f"<div>{markup}</div>").text_content())


def posts_of(site: str) -> list[dict[str, Any]]:
    from urllib.request import urlopen

    with urlopen(f"{site}/wp-json/wp/v2/posts?per_page=100&page=1") as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def compose(bench: Bench) -> tuple[dict[str, Any], Expected]:
    """`issue build` to `approve`; the explanation names every candidate, each summary stands in its article."""
    built = bench.json("issue", "build")
    explained = bench.json("issue", "explain")["verdicts"]
    chosen = [one for one in explained if one["chosen"]]
    bench.check(len(chosen) == len(built["items"]), "explain and the issue differ")
    bench.check(all(one["reason"] for one in explained), "a candidate has no reason")
    bench.run("issue", "preview")
    bench.run("issue", "check")
    bench.run("issue", "approve", "--by", "the bench")
    texts = dict(bench.rows("SELECT id, text FROM article"))
    expected = Expected.of(built["items"], "1 Press Street, Yerevan")
    for headline, article, sentence in expected.sentences:
        parts = [letters(part) for part in re.split(r"(?<=:) ", sentence)]
        if any(part not in letters(texts[article]) for part in parts):
            bench.wrong(f"a sentence of {headline!r} does not stand in its article: {sentence!r}")
        elif "".join(parts) not in letters(texts[article]):
            bench.misjoined.append(headline)
    stories = {one[0] for one in bench.rows("SELECT story_key FROM item")}
    bench.check(len(stories) == len(built["items"]), "two items tell the same story")
    return built, expected


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def send(bench: Bench, inbox: Path, recipients: int) -> float:
    """`issue send` and `status`; mails per second from the first to the last as the SMTP server kept them."""
    sent = bench.json("issue", "send")
    bench.check(sent["counts"] == {"sent": recipients}, f"the outbox says {sent['counts']}")
    status = bench.json("issue", "status")
    bench.check(status["state"] == "sent" and status["balances"], f"issue status says {status}")
    twice = bench.run("issue", "send", stage="issue send, again", status=1)
    bench.check(twice.stderr.startswith("Error: "), "sending twice was not refused in words")
    kept = sorted(file.stat().st_mtime for file in inbox.glob("*.eml"))
    return len(kept) / max(kept[-1] - kept[0], 0.001)


@contextmanager
def serving(bench: Bench, port: int) -> Iterator[None]:
    process = subprocess.Popen(
        command(["serve", "--port", str(port)]), cwd=bench.folder, env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        end(process)


def leave(bench: Bench, inbox: Path, port: int, leavers: int) -> None:
    """The first readers press their one-click link; exactly they are gone afterwards."""
    with serving(bench, port):
        left = leave_by_one_click(inbox, leavers)
    listed = bench.run("subscriber", "export", "--list", "weekly", "--state", "unsubscribed", "--json").stdout
    gone = {json.loads(line)["email"] for line in listed.splitlines()}
    bench.check(gone == left, f"{len(left)} left with one click, {len(gone)} are unsubscribed")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "data",
        nargs="?",
        type=Path,
        default=Path(os.environ.get("DIGEST_BENCH_DATA", ROOT.parent / "shared" / "data")),
    )
    parser.add_argument("--recipients", type=int, default=1000)
    parser.add_argument(
        "--keep", type=Path, help="work here and leave everything, instead of a temporary folder"
    )
    arguments = parser.parse_args()
    needed = (
        arguments.data / "wordpress" / "unitingnc-en.tar.gz",
        arguments.data / "feeds" / "real-feeds.tar.gz",
    )
    missing = [str(path) for path in needed if not path.exists()]
    if missing:
        print(
            f"The measurement data is not there: {', '.join(missing)}. Name its folder with DIGEST_BENCH_DATA."
        )
        return 1
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        return whole(Bench(arguments.keep), arguments.data, arguments.recipients)
    with tempfile.TemporaryDirectory(prefix="digest-real-newsroom-") as folder:
        return whole(Bench(Path(folder)), arguments.data, arguments.recipients)


def whole(bench: Bench, data: Path, recipients: int) -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a person's commands find the bytecode of the last one
    began, inbox = time.perf_counter(), bench.folder / "inbox"
    with (
        ServerProcess("bench.real_site", [str(data)]) as site,
        ServerProcess("digest.demo.smtp_server", [str(inbox)]) as relay,
    ):
        web = free_port()  # after the others have theirs
        rest = posts_of(site.facts["site"])
        set_up(bench, site.facts, relay.facts["port"], web, recipients)
        figures: dict[str, Any] = {"posts": len(rest)} | gather(bench, len(rest))
        text = extraction(bench, rest)
        built, expected = compose(bench)
        rate = send(bench, inbox, recipients)
        addresses = {address(number) for number in range(recipients)}
        looked = look_at_mails(inbox, addresses, expected, bench.wrong)
        leave(bench, inbox, web, min(LEAVERS, recipients))
    figures |= {
        "extraction precision": f"{text['precision']:.3f}",
        "extraction recall": f"{text['recall']:.3f}",
        "extraction F1": f"{text['f1']:.3f} (plain trafilatura on these pages: 0.982)",
        "stories": built["stories"],
        "items": len(built["items"]),
        "sentences checked": len(expected.sentences),
        "colons before a stranger": f"{len(bench.misjoined)} {bench.misjoined or ''}",
        "mails received": looked.mails,
        "mails a second": f"{rate:.0f}",
        "HTML part, largest": f"{looked.largest_html / 1000:.1f} kB (at most 102)",
        "mail as sent, largest": f"{looked.largest_mail / 1000:.1f} kB",
        "longest line": f"{looked.longest_line} octets (at most 76 encoded, 998 in a header)",
        "seconds in all": f"{time.perf_counter() - began:.0f}",
    }
    bench.check(text["f1"] >= 0.97, f"extraction fell to {text['f1']:.3f}")
    for name, value in figures.items():
        print(f"{name:26} {value}")
    print(f"\n{'command':26} seconds  CPU")
    for name, (seconds, cpu) in bench.stages.items():
        print(f"{name:26} {seconds:7.2f}  {cpu:.2f}")
    print(f"\n{len(bench.faults)} faults" if bench.faults else "\nNothing is wrong.")
    return 1 if bench.faults else 0


if __name__ == "__main__":
    sys.exit(main())
