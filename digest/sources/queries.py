"""Sources as stored: add, find, pause, remove, and what became of the last visit."""

import difflib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.sources.entry import language_tag
from digest.sources.errors import SourceError, shown
from digest.sources.tables import Source, SourceKind

if TYPE_CHECKING:
    from digest.sources.read import Reading


class SourceExists(SourceError):
    """The address is a source already."""


class NoSuchSource(SourceError):
    """No source has that number, name or address."""


def add(
    session: Session,
    *,
    kind: SourceKind,
    url: str,
    name: str,
    now: datetime,
    weight: float = 1.0,
    language: str | None = None,
    section: str | None = None,
) -> Source:
    """Store a source. Raises SourceExists if its address, however spelled, or its name is taken."""
    if not 0 < weight <= 100:
        raise SourceError(
            f"The weight {weight:g} is not one.", "Give a number above 0 and up to 100; 1 is usual.", url=url
        )
    if len(url) > 2048:
        raise SourceError(
            f"{shown(url)} is longer than 2,048 characters.", "Give a shorter address.", url=url
        )
    if section and len(section) > 100:
        raise SourceError(f"The section {section[:40]!r}… is longer than 100 characters.", url=url)
    tag = language_tag(language)
    if language and tag is None:
        raise SourceError(f"{language!r} is not a language tag.", "Write it as en, hy or pt-BR.", url=url)
    name = " ".join(name.split())[:200]
    for other in all_sources(session):
        if _identity(other.url) == _identity(url):
            raise SourceExists(
                f"{shown(url)} is a source already: {other.name!r} (number {other.id}).",
                url=url,
                permanent=True,
            )
        if other.name.casefold() == name.casefold():
            raise SourceExists(
                f"There is a source named {name!r} already (number {other.id}).",
                "Give this one another name with --name.",
                url=url,
                permanent=True,
            )
    source = Source(
        kind=kind,
        url=url,
        name=name,
        weight=weight,
        language=tag,
        section=section,
        paused=False,
        failures=0,
        created_at=now,
    )
    session.add(source)
    session.flush()
    return source


def all_sources(session: Session, *, active: bool = False) -> Sequence[Source]:
    """Every source by name; with `active` only those not paused."""
    query = select(Source).order_by(Source.name, Source.id)
    return session.scalars(query.where(Source.paused.is_(False)) if active else query).all()


def get(session: Session, key: str | int) -> Source:
    """The source with that number, else that address, else that name. Raises NoSuchSource."""
    text = str(key).strip()
    sources = all_sources(session)
    if text.isdigit():
        for source in sources:
            if source.id == int(text):
                return source
    for source in sources:
        if _identity(source.url) == _identity(text) or source.name.casefold() == text.casefold():
            return source
    close = difflib.get_close_matches(text, [source.name for source in sources], n=1)
    hint = f"Did you mean {close[0]!r}?" if close else "`digest source list` shows all."
    raise NoSuchSource(f"There is no source {text!r}.", hint, url=text, permanent=True)


def remove(session: Session, key: str | int) -> Source:
    """Delete a source; its articles stay. Raises NoSuchSource."""
    source = get(session, key)
    session.delete(source)
    session.flush()
    return source


def pause(session: Session, key: str | int) -> Source:
    """Leave a source out of every fetch until it is resumed. Raises NoSuchSource."""
    source = get(session, key)
    source.paused = True
    return source


def resume(session: Session, key: str | int) -> Source:
    """Fetch a paused source again, as if it had never failed. Raises NoSuchSource."""
    source = get(session, key)
    source.paused = False
    source.failures, source.failed_at, source.error = 0, None, None
    return source


def record_success(session: Session, source_id: int, reading: "Reading", now: datetime) -> None:
    """Remember a visit that worked; a source removed meanwhile is passed over.

    A feed that moved for good is followed, unless another source has the new address already.
    """
    source = session.get(Source, source_id)
    if source is None:
        return
    source.fetched_at, source.failed_at, source.failures, source.error = now, None, 0, None
    source.etag = reading.etag if reading.etag and len(reading.etag) <= 512 else None
    modified = reading.last_modified
    source.last_modified = modified if modified and len(modified) <= 128 else None
    moved = reading.moved_to
    if moved and source.kind == SourceKind.FEED and len(moved) <= 2048:
        taken = any(
            _identity(other.url) == _identity(moved)
            for other in all_sources(session)
            if other.id != source_id
        )
        source.url = source.url if taken else moved


def record_failure(session: Session, source_id: int, error: SourceError, now: datetime) -> None:
    """Remember a visit that failed, with its reason; what was read before stays."""
    source = session.get(Source, source_id)
    if source is None:
        return
    source.failed_at, source.error = now, error.message[:500]
    source.failures += 1


def _identity(url: str) -> str:
    """The address without what rarely changes where it leads: http or https, final slash, fragment."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    if parts.scheme.lower() not in ("http", "https"):
        return url.rstrip("/")
    query = f"?{parts.query}" if parts.query else ""
    return f"//{parts.netloc.lower()}{parts.path.rstrip('/')}{query}"


def names(session: Session) -> dict[int, str]:
    """The name of every source by its number."""
    return {source.id: source.name for source in session.scalars(select(Source))}
