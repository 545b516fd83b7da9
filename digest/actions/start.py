"""Start: make an installation in a folder, and from a site's address its source and first newsletter."""

import asyncio
import io
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from digest.actions.context import Context, open_context
from digest.actions.reading import fetcher_for
from digest.issues import newsletters
from digest.migrations import upgrade
from digest.problem import Problem
from digest.rendering import BrandError, colour, parse_brand
from digest.schedule import zone
from digest.settings import FILE_NAME
from digest.sources import queries
from digest.sources.discover import Site, discover
from digest.sources.errors import SourceError
from digest.sources.examine import Examined, examine
from digest.sources.fetcher import PAGE_TYPES, Fetcher
from subscribers.lists import add_list

LARGEST_LOGO = (200, 48)
"""CSS pixels in which a logo is shown at most."""
WORDMARK = 1.8
"""Width by height from which a logo is taken to hold the name; a square icon alone says too little."""


@dataclass(frozen=True)
class Wishes:
    """What the person setting up already knows; the rest is found out or given a sensible value."""

    slug: str = "weekly"
    title: str = ""
    sender: str = ""
    postal_address: str = ""
    language: str = ""
    timezone: str = ""
    database: str = "sqlite:///digest.sqlite3"
    smtp: str = "folder:outbox-mail/"
    public_url: str = "http://127.0.0.1:8025"
    allow_private_networks: bool = False


@dataclass
class Started:
    """What was made, for people: sentences in order, and what is still to be said."""

    folder: Path
    made: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Looked:
    site: Site
    source: Examined
    brand: dict[str, Any]


def start(folder: Path, site_url: str, wishes: Wishes, now: datetime) -> Started:
    """Settings, database, and with `site_url` a source, a list and a newsletter in the site's look.

    What is there already is kept: running it again changes no settings. The site is read before anything is
    written for it, so a site that cannot be read leaves only settings and an empty database.
    """
    folder.mkdir(parents=True, exist_ok=True)
    started = Started(folder)
    _write_settings(folder, wishes, started)
    with open_context(folder / FILE_NAME, migrated=False) as context:
        before, after = upgrade(context.database)
        if before != after:
            started.made.append(f"The database is ready at version {after}.")
        if site_url:
            looked = asyncio.run(_look(context, site_url))
            _write_newsroom(context, looked, wishes, now, started)
    return started


def _write_settings(folder: Path, wishes: Wishes, started: Started) -> None:
    path = folder / FILE_NAME
    if path.exists():
        started.made.append(f"{path.name} was there already and stays as it is.")
        return
    lines = [
        "# How this installation is set up. Every key can also come from the environment: DIGEST_DATABASE,",
        "# DIGEST_SMTP__URL, DIGEST_SMTP__PASSWORD … What people work with is in the database.",
        f"database = {_quoted(wishes.database)}",
        f"public_url = {_quoted(wishes.public_url)}  # where readers reach `digest run`",
        f"keys = [{_quoted('k1:' + secrets.token_urlsafe(32))}]  # signs links; put a new one in front to rotate",
        "",
        "[smtp]",
        f"url = {_quoted(wishes.smtp)}  # or smtp://user@relay.example.org:587 with DIGEST_SMTP__PASSWORD",
        "",
        "[fetch]",
        f"allow_private_networks = {str(wishes.allow_private_networks).lower()}",
        "",
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    started.made.append(f"Settings are in {path.name}, readable by you alone.")


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    if any(ord(letter) < 32 for letter in escaped):
        raise Problem(f"{text!r} cannot stand in the settings.", "Write it on one line.")
    return f'"{escaped}"'


async def _look(context: Context, site_url: str) -> _Looked:
    async with fetcher_for(context.settings) as fetcher:
        address = site_url if "://" in site_url else f"https://{site_url}"
        source = await examine(address, fetcher)
        answer = await fetcher.fetch(address, accept=PAGE_TYPES)
        site = discover(answer.content, answer.url, answer.charset)
        return _Looked(site, source, await _brand(site, fetcher))


async def _brand(site: Site, fetcher: Fetcher) -> dict[str, Any]:
    brand: dict[str, Any] = {}
    if site.colour:
        brand["accent"] = _readable(site.colour)
    if site.logo and (logo := await _logo(site, fetcher)):
        brand["logo"] = logo
    return brand


def _readable(accent: str) -> str:
    """The site's colour, or the nearest one that can be read on the sheet and the ground."""
    try:
        parse_brand({"accent": accent})
    except BrandError:
        grounds = (colour.WHITE, colour.parse(parse_brand({}).ground))
        return str(colour.nearest_passing(colour.parse(accent), *grounds))
    return accent


async def _logo(site: Site, fetcher: Fetcher) -> dict[str, Any] | None:
    """The logo with the size to show it in; None for an icon, a drawing (SVG) or what cannot be read."""
    assert site.logo is not None
    try:
        from PIL import Image, UnidentifiedImageError
    except ModuleNotFoundError:
        return None
    try:
        answer = await fetcher.fetch(site.logo, accept="image/*")
        with Image.open(io.BytesIO(answer.content)) as picture:
            width, height = picture.size
    except (SourceError, UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
    if height == 0 or width / height < WORDMARK:
        return None
    scale = min(LARGEST_LOGO[0] / width, LARGEST_LOGO[1] / height, 1.0)
    return {
        "url": site.logo,
        "alt": site.name or "",
        "width": max(8, round(width * scale)),
        "height": max(8, round(height * scale)),
    }


def _write_newsroom(
    context: Context, looked: _Looked, wishes: Wishes, now: datetime, started: Started
) -> None:
    site, source = looked.site, looked.source
    title = wishes.title or site.name or source.name
    language = wishes.language or site.language or source.language or "en"
    timezone = wishes.timezone or system_timezone()
    zone(timezone)
    host = (urlsplit(site.url).hostname or "").removeprefix("www.")
    sender = wishes.sender or _sender(host)
    with context.database.writing() as session:
        queries.add(
            session,
            kind=source.kind,
            url=source.url,
            name=site.name or source.name,
            now=now,
            language=language,
        )
        mailing_list = add_list(session, wishes.slug, now=now, name=title)
        newsletters.add(
            session,
            wishes.slug,
            title=title,
            sender_address=sender,
            list_id=mailing_list.id,
            now=now,
            language=language,
            timezone=timezone,
            site_url=site.url,
            postal_address=wishes.postal_address,
            brand=looked.brand,
        )
    started.made += [
        f"Source: {source.kind.value} {source.url} ({source.entries} entries now).",
        f"Newsletter {wishes.slug!r}: {title}, {language}, {timezone}, from {sender}, to the list {wishes.slug!r}.",
    ]
    if looked.brand:
        found = [name for name, key in (("colour", "accent"), ("logo", "logo")) if key in looked.brand]
        started.made.append(f"The site's {' and '.join(found)} became the newsletter's.")
    if not wishes.postal_address:
        started.missing.append(
            f'A postal address, which the law asks for: digest newsletter edit {wishes.slug} --postal-address "…"'
        )
    if not wishes.sender:
        started.missing.append(
            f"The sender is a guess: digest newsletter edit {wishes.slug} --sender-address you@{host}"
        )
    started.missing.append(f'Readers: digest subscriber import FILE.csv --list {wishes.slug} --consent "…"')


def _sender(host: str) -> str:
    """`newsletter@` the site's domain; a bare IP address or local name cannot stand in one."""
    named = "." in host and not host.replace(".", "").isdigit() and ":" not in host
    return f"newsletter@{host if named else 'example.org'}"


def system_timezone() -> str:
    """The IANA name of this machine's zone, or UTC where it does not say."""
    named = os.environ.get("TZ", "")
    if not named:
        linked = Path("/etc/localtime")
        target = str(linked.resolve()) if linked.exists() else ""
        named = target.partition("zoneinfo/")[2]
    try:
        return zone(named).key if named else "UTC"
    except Problem:
        return "UTC"
