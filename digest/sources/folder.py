"""A folder of HTML, Markdown and text files as a source."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from digest.sources.dates import read_date
from digest.sources.discover import parse_page
from digest.sources.entry import Entry, Image, language_tag, web_address
from digest.sources.errors import Unreadable
from digest.sources.images import first_in
from digest.sources.markup import harmless, paragraphs, plain

HTML, MARKDOWN, TEXT = (".html", ".htm", ".xhtml"), (".md", ".markdown"), (".txt", ".text")
_MOST = 5000
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_folder(folder: Path, limit: int) -> tuple[list[Entry], list[str]]:
    """An entry for each file, newest first, and a warning for each file that cannot be read.

    Hidden files, files of other kinds and links that lead out of the folder are passed over. A file's time is
    what it says itself, else when it was last changed. Raises Unreadable if there is no such folder.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise Unreadable(
            f"The folder {str(folder)!r} {what}.", "Check the path.", url=str(folder), permanent=True
        )
    root = folder.resolve()
    entries: list[Entry] = []
    warnings: list[str] = []
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.suffix.lower() not in (*HTML, *MARKDOWN, *TEXT) or any(
            part[0] == "." for part in relative.parts
        ):
            continue
        if not path.is_file() or not path.resolve().is_relative_to(root):
            continue
        if len(entries) == _MOST:
            warnings.append(
                f"The folder {str(folder)!r} holds more than {_MOST:,} files; the rest is left out."
            )
            break
        try:
            entries.append(file_entry(path, limit))
        except (Unreadable, OSError) as error:
            warnings.append(
                error.message if isinstance(error, Unreadable) else f"{str(relative)!r}: {error.strerror}."
            )
    entries.sort(key=lambda entry: entry.published or datetime.min.replace(tzinfo=UTC), reverse=True)
    return entries, warnings


def file_entry(path: Path, limit: int) -> Entry:
    """One file as an entry; its address is the one it names (`url`, canonical link), else a `file:` URI."""
    size = path.stat().st_size
    if size > limit:
        raise Unreadable(
            f"{path.name!r} is {size / 1e6:,.1f} MB; at most {limit / 1e6:,.1f} MB are read.", url=str(path)
        )
    content = path.read_bytes()
    if not content.strip():
        raise Unreadable(f"{path.name!r} is empty.", url=str(path))
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if path.suffix.lower() in HTML:
        return _html_entry(path, content, changed)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"{path.name!r} is not UTF-8 (byte {error.start + 1}).", "Save it as UTF-8.", url=str(path)
        ) from None
    if path.suffix.lower() in MARKDOWN:
        return _markdown_entry(path, text, changed)
    first, _, rest = text.strip().partition("\n")
    # A short first line with an empty one after it is a title; else the file's name is.
    titled = len(first) <= 200 and (not rest.strip() or rest.startswith("\n"))
    return Entry(
        url=path.as_uri(),
        guid=path.as_uri(),
        title=plain(first, is_html=False) if titled else _title_of(path),
        published=changed,
        text=paragraphs(rest if titled else text) or None,
    )


def _title_of(path: Path) -> str:
    name = re.sub(r"^\d{4}-\d\d-\d\d[-_]", "", path.stem)
    return re.sub(r"[-_]+", " ", name).strip().capitalize()


def _html_entry(path: Path, content: bytes, changed: datetime) -> Entry:
    page = parse_page(content)
    if page is None:
        raise Unreadable(f"{path.name!r} holds no HTML.", url=str(path))
    canonical = web_address(next(iter(map(str, page.xpath("//link[@rel='canonical']/@href"))), None))
    titles = [
        *page.xpath("//meta[@property='og:title']/@content"),
        *page.xpath("//title/text()"),
        *page.xpath("//h1[1]//text()"),
    ]
    dated = [
        *page.xpath("//meta[@property='article:published_time']/@content"),
        *page.xpath("//time/@datetime"),
    ]
    languages = page.xpath("/html/@lang")
    return Entry(
        url=canonical or path.as_uri(),
        guid=path.as_uri(),
        title=plain(str(titles[0])) if titles else _title_of(path),
        published=next((moment for moment in map(read_date, map(str, dated)) if moment), changed),
        language=language_tag(str(languages[0])) if languages else None,
        document=content,
    )


def _markdown_entry(path: Path, text: str, changed: datetime) -> Entry:
    from markdown_it import MarkdownIt

    found = _FRONT_MATTER.match(text)
    facts = front_matter(found[1]) if found else {}
    body = text[found.end() :] if found else text
    heading = re.match(r"\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)", body)
    if heading and ("title" not in facts or plain(heading[1]) == plain(facts["title"])):
        body = body[heading.end() :]
    address = web_address(facts.get("url") or facts.get("link") or facts.get("canonical")) or path.as_uri()
    renderer = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table")
    markup = harmless(renderer.render(body), address if address.startswith("http") else None)
    tags = facts.get("tags") or facts.get("categories") or ""
    image = web_address(facts.get("image"), address if address.startswith("http") else None)
    named = re.match(r"(\d{4}-\d\d-\d\d)[-_]", path.stem)
    published = read_date(facts.get("date") or facts.get("published") or (named[1] if named else None))
    return Entry(
        url=address,
        guid=path.as_uri(),
        title=plain(facts.get("title") or (heading[1] if heading else "")) or _title_of(path),
        author=plain(facts.get("author") or facts.get("authors") or "", is_html=False) or None,
        published=published or changed,
        updated=read_date(facts.get("updated") or facts.get("lastmod")),
        html=markup or None,
        summary=plain(facts.get("summary") or facts.get("description") or "", is_html=False) or None,
        image=Image(image, alt=facts.get("image_alt")) if image else first_in(markup),
        language=language_tag(facts.get("language") or facts.get("lang")),
        categories=tuple(filter(None, (plain(tag, is_html=False) for tag in tags.split(",")))),
    )


def front_matter(block: str) -> Mapping[str, str]:
    """The `key: value` lines between the dashes, keys in lower case; lists come joined by commas.

    This is the part of YAML that people write there: plain and quoted values, `[a, b]` and `- a` lists.
    """
    facts: dict[str, str] = {}
    key = ""
    for line in block.split("\n"):
        item = re.match(r"[ \t]*-[ \t]+(.+)$", line)
        if item and key:
            facts[key] = ", ".join(filter(None, (facts[key], _unquoted(item[1]))))
            continue
        named = re.match(r"([A-Za-z][\w-]*)[ \t]*:(?:[ \t]+(.*)|[ \t]*)$", line)
        if named:
            key = named[1].lower()
            value = _unquoted(named[2] or "")
            if value.startswith("[") and value.endswith("]"):
                value = ", ".join(_unquoted(part) for part in value[1:-1].split(",") if part.strip())
            facts[key] = value
    return facts


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return re.sub(r"\s+#.*$", "", value)
