"""Article extraction measured beside plain trafilatura on the same files.

    python bench/extraction.py [DATA] [--sets aeb,readability,segments,newspaper4k,wordpress,newsroom,speed]
    [--worst 5]

DATA is the folder of measurement data (default: $DIGEST_BENCH_DATA or ../shared/data beside the checkout).
Scores of texts are those of the article-extraction benchmark: shingles of four words, precision and recall
meaned over
pages, F1 of the two means. Segments are strings that must or must not be in the output.
"""

import argparse
import json
import os
import re
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import trafilatura
from lxml.html import fromstring

from digest.articles.extracted import Extracted, Hints
from digest.articles.extraction import extract, extract_fragment, extract_text
from digest.articles.identity import identity
from digest.articles.page import decode
from digest.articles.problem import NoArticle

Read = Callable[[bytes, str | None], str]
WORDPRESS = ("unitingnc-en", "kcua-ja", "ptom-ja")


def ours(page: bytes, url: str | None) -> Extracted | None:
    try:
        return extract(page, url)
    except NoArticle:
        return None


def our_text(page: bytes, url: str | None) -> str:
    """The text with its dateline put back: the references keep it in the body."""
    found = ours(page, url)
    if found is None:
        return ""
    return f"{found.dateline or ''} {found.credit or ''} {found.text}" if found.dateline_line else found.text


def their_text(page: bytes, url: str | None) -> str:
    return trafilatura.extract(decode(page), url=url, include_comments=False) or ""


READERS: dict[str, Read] = {"trafilatura": their_text, "digest": our_text}


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    if len(words) < size:
        return Counter([tuple(words)]) if words else Counter()
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def score(truth: str, found: str) -> tuple[float, float]:
    wanted, got = shingles(truth), shingles(found)
    both = sum((wanted & got).values())
    if not wanted and not got:
        return 1.0, 1.0
    return (both / sum(got.values()) if got else 0.0, both / sum(wanted.values()) if wanted else 0.0)


def line(name: str, reader: str, precision: float, recall: float, note: str) -> None:
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    print(f"{name:14} {reader:12} P {precision:.4f}  R {recall:.4f}  F1 {f1:.4f}  {note}", flush=True)


def mean(rows: list[tuple[str, float, float]]) -> tuple[float, float]:
    return sum(row[1] for row in rows) / len(rows), sum(row[2] for row in rows) / len(rows)


def report(name: str, pages: list[tuple[str, bytes, str | None, str]], worst: int) -> None:
    for reader, read in READERS.items():
        rows = [(key, *score(truth, read(page, url))) for key, page, url, truth in pages]
        line(name, reader, *mean(rows), f"({len(rows)} pages)")
        if reader == "digest":
            for key, one, two in sorted(rows, key=lambda row: row[1] + row[2])[:worst]:
                print(f"    {one:.2f} {two:.2f} {key}")


def aeb(data: Path, folder: Path, worst: int) -> None:
    truth = json.loads((data / "extraction/aeb-ground-truth.json").read_text())
    files = {path.stem: path for path in unpacked(data, folder, "extraction/aeb-pages.tar.gz", "*.html")}
    pages = [
        (key, files[key].read_bytes(), str(truth[key]["url"]), str(truth[key]["articleBody"]))
        for key in truth
        if key in files
    ]
    report("AEB", pages, worst)


def readability(data: Path, folder: Path, worst: int) -> None:
    pages = []
    meta: dict[str, dict[str, Any]] = {}
    for path in unpacked(data, folder, "extraction/readability-pages.tar.gz", "source.html"):
        expected = fromstring((path.parent / "expected.html").read_text(encoding="utf-8") or "<p></p>")
        pages.append((path.parent.name, path.read_bytes(), None, " ".join(block_text(expected).split())))
        meta[path.parent.name] = json.loads((path.parent / "expected-metadata.json").read_text())
    report("readability", pages, worst)


def block_text(element: Any) -> str:
    return " ".join(text for text in element.itertext())


def segments(data: Path, folder: Path, worst: int) -> None:
    notes = json.loads((data / "extraction/trafilatura-annotations.json").read_text())
    files = {
        path.name: path.read_bytes()
        for path in unpacked(data, folder, "extraction/trafilatura-pages.tar.gz", "*")
    }
    pages = [(url, note, files[note["file"]]) for url, note in notes.items() if note["file"] in files]
    for reader, read in READERS.items():
        counts: Counter[str] = Counter()
        faults: list[tuple[int, str, list[str], list[str]]] = []
        for url, note, page in pages:
            text = flat(read(page, url))
            missing = [part for part in note["with"] if flat(part) not in text]
            extra = [part for part in note["without"] if flat(part) in text]
            counts["tp"] += len(note["with"]) - len(missing)
            counts["fn"] += len(missing)
            counts["fp"] += len(extra)
            faults.append((len(missing) + len(extra), note["file"], missing, extra))
        precision = counts["tp"] / (counts["tp"] + counts["fp"])
        recall = counts["tp"] / (counts["tp"] + counts["fn"])
        line("segments", reader, precision, recall, f"({len(pages)} pages)")
        if reader == "digest":
            for count, name, missing, extra in sorted(faults, key=lambda fault: -fault[0])[:worst]:
                if count:
                    print(f"    {name}\n      missing {missing}\n      extra   {extra}")
    facts(pages, worst)


def flat(text: str) -> str:
    return " ".join(text.split())


def facts(pages: list[tuple[str, dict[str, Any], bytes]], worst: int) -> None:
    titles: Counter[str] = Counter()
    dates: Counter[str] = Counter()
    authors: Counter[str] = Counter()
    shown = 0
    for url, note, page in pages:
        theirs: Any = trafilatura.bare_extraction(decode(page), url=url, with_metadata=True)
        found = ours(page, url)
        if note.get("title"):
            titles["all"] += 1
            titles["trafilatura"] += bool(theirs and theirs.title == note["title"])
            titles["digest"] += bool(found and found.title == note["title"])
            if found and found.title != note["title"] and shown < worst:
                shown += 1
                print(f"    title {note['file']}\n      want {note['title']!r}\n      got  {found.title!r}")
        if note.get("date"):
            day = found.published.date().isoformat() if found and found.published else None
            dates["all"] += 1
            dates["trafilatura"] += bool(theirs and theirs.date == note["date"])
            dates["digest"] += day == note["date"]
            if day != note["date"] and worst:
                print(f"    date {note['file']} want {note['date']} got {found.published if found else None}")
        if note.get("author"):
            wanted = names_of(note["author"])
            authors["all"] += 1
            authors["trafilatura"] += bool(theirs and theirs.author and names_of(theirs.author) == wanted)
            authors["digest"] += bool(found and found.byline and names_of(found.byline) == wanted)
    for name, counts in (("title exact", titles), ("date exact", dates), ("author exact", authors)):
        print(f"{name:14} trafilatura {counts['trafilatura']}, digest {counts['digest']} of {counts['all']}")


def names_of(authors: str | list[str]) -> list[str]:
    listed = authors if isinstance(authors, list) else re.split("[;,]", authors)
    return [flat(name) for name in listed if name.strip()]


def newspaper4k(data: Path, folder: Path, worst: int) -> None:
    pages = []
    for path in unpacked(data, folder, "extraction/newspaper4k-multilingual.tar.gz", "*.html"):
        beside = path.with_suffix(".txt")
        if beside.exists():
            pages.append((path.name, path.read_bytes(), None, spaced(beside.read_text(encoding="utf-8"))))
    for reader, read in READERS.items():
        rows = [(key, *score(truth, spaced(read(page, url)))) for key, page, url, truth in pages]
        low = [f"{key} {p:.2f}/{r:.2f}" for key, p, r in rows if min(p, r) < 0.8][:worst]
        line("newspaper4k", reader, *mean(rows), f"(smoke, {len(rows)} pages) {' '.join(low)}")


def spaced(text: str) -> str:
    """Scripts without spaces are compared character by character."""
    return re.sub(r"([\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff])", r" \1 ", text)


def wordpress(data: Path, folder: Path, worst: int) -> None:
    for site in WORDPRESS:
        where = unpack(data, folder, f"wordpress/{site}.tar.gz")
        pairs = json.loads((data / f"wordpress/{site}-pairs.json").read_text())
        pages = []
        counts: Counter[str] = Counter()
        for pair in pairs:
            page = next(where.rglob(Path(pair["html"]).name)).read_bytes()
            post = json.loads(next(where.rglob(Path(pair["json"]).name)).read_text())
            body = fromstring(f"<div>{post['content']['rendered']}</div>")
            for dead in body.xpath(".//script|.//style"):
                dead.drop_tree()
            pages.append((pair["html"], page, pair["link"], block_text(body)))
            found = ours(page, pair["link"])
            title = flat(fromstring(f"<p>{pair['title'] or '-'}</p>").text_content())
            counts["title"] += bool(found and flat(found.title) == title)
            counts["identity"] += bool(found and found.url and identity(found.url) == identity(post["link"]))
            day = (
                found.published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
                if found and found.published
                else None
            )
            counts["time"] += day == pair["date_gmt"]
            if worst and found and (flat(found.title) != title or day != pair["date_gmt"]):
                print(f"    {pair['html']} want {title!r} {pair['date_gmt']} got {found.title!r} {day}")
            try:
                rest = extract_fragment(post["content"]["rendered"], pair["link"], Hints(title=title))
                counts["same"] += bool(
                    found
                    and len(set(rest.paragraphs) & set(found.paragraphs)) * 2 >= len(set(rest.paragraphs))
                )
            except NoArticle:
                counts["same"] += found is None
        report(site, pages, worst)
        print(
            f"{'':14} digest: title {counts['title']}, time {counts['time']}, same address through REST "
            f"and HTML {counts['identity']}, same paragraphs {counts['same']} of {len(pairs)}"
        )


def newsroom(data: Path, folder: Path, worst: int) -> None:
    """The plain copy of the first user's page, and the same page built as WordPress builds it."""
    plain = (data / "newsroom/article-page.txt").read_text(encoding="utf-8")
    blocks = [block.strip() for block in plain.split("\n\n")]
    end, also = blocks.index("Leave a Reply"), blocks.index("You May Also Like")
    paragraphs = "\n".join(f"<p>{block}</p>" for block in blocks[:end])
    cards = blocks[also + 1 :]
    related = "\n".join(
        f'<article class="type-post"><h3 class="entry-title"><a href="/{n}/">{cards[n]}</a></h3>'
        f'<div class="entry-excerpt"><p>{cards[n + 1]}</p></div></article>'
        for n in range(0, len(cards) - 1, 2)
    )
    html = (
        '<!doctype html><html lang="en-US"><head><title>A headline &#8211; The Site</title></head>'
        '<body class="single single-post"><header><nav><a href="/">Home</a></nav></header>'
        '<main><article class="post"><h1 class="entry-title">A headline</h1>'
        f'<div class="entry-content">{paragraphs}</div></article>'
        f'<div id="comments"><div id="respond"><h3>{blocks[end]}</h3>'
        f"<form><p>{blocks[end + 1]}</p></form></div></div>"
        f'<div class="box"><h4>{blocks[end + 2]}</h4><p>{blocks[end + 3]}</p><form><input name="email"></form></div>'
        f"<section><h2>{blocks[also]}</h2>{related}</section></main></body></html>"
    )
    for name, found in (
        ("as text", extract_text(plain)),
        ("as page", extract(html, "https://site.example/2016/04/14/a/")),
    ):
        right = (
            found.text.startswith("Russian President Vladimir Putin on Thursday stressed")
            and found.text.rstrip("”").endswith("the people of Armenia and the people of Azerbaijan.")
            and (found.dateline, found.credit, len(found.related)) == ("MOSCOW", "RFE/RL", 4)
        )
        print(
            f"{'newsroom':14} digest       {name}: {'right' if right else 'WRONG'} ({found.dateline_line}, "
            f"{len(found.paragraphs)} paragraphs, {len(found.related)} related)"
        )


def speed(data: Path, folder: Path, worst: int) -> None:
    pages = [path.read_bytes() for path in unpacked(data, folder, "extraction/aeb-pages.tar.gz", "*.html")]
    timed: dict[str, Callable[[bytes], object]] = {
        "trafilatura, text only": lambda page: trafilatura.extract(decode(page), include_comments=False),
        "trafilatura, text and metadata": lambda page: trafilatura.bare_extraction(
            decode(page), include_comments=False, with_metadata=True
        ),
        "digest, text and metadata": lambda page: ours(page, None),
    }
    best = dict.fromkeys(timed, 1e9)
    for _ in range(2):
        for name, run in timed.items():
            start = time.process_time()
            for page in pages:
                run(page)
            best[name] = min(best[name], time.process_time() - start)
    for name, seconds in best.items():
        rate, cost = len(pages) / seconds, 1000 * seconds / len(pages)
        print(f"{'speed':14} {name:32} {rate:6.1f} pages a CPU second, {cost:.1f} ms a page")


def unpack(data: Path, folder: Path, archive: str) -> Path:
    target = folder / Path(archive).name.removesuffix(".tar.gz")
    if not target.exists():
        with tarfile.open(data / archive) as opened:
            opened.extractall(target, filter="data")
    return target


def unpacked(data: Path, folder: Path, archive: str, pattern: str) -> Iterator[Path]:
    yield from sorted(path for path in unpack(data, folder, archive).rglob(pattern) if path.is_file())


SETS = {
    "aeb": aeb,
    "readability": readability,
    "segments": segments,
    "newspaper4k": newspaper4k,
    "wordpress": wordpress,
    "newsroom": newsroom,
    "speed": speed,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "data",
        nargs="?",
        default=os.environ.get("DIGEST_BENCH_DATA")
        or str(Path(__file__).resolve().parents[2] / "shared/data"),
    )
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--worst", type=int, default=0, help="show so many of the worst pages of each set")
    chosen = parser.parse_args()
    data = Path(chosen.data)
    if not data.is_dir():
        raise SystemExit(f"There is no measurement data at {data}: give its folder or set DIGEST_BENCH_DATA.")
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen.sets.split(","):
            SETS[name](data, Path(folder), chosen.worst)


if __name__ == "__main__":
    main()
