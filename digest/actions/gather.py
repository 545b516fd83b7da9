"""Gather: visit every source at once, and keep as articles what is new."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.reading import Found, fetcher_for, read_entry
from digest.articles.grouping import group
from digest.articles.queries import Kept, Stored, keep, last_read
from digest.problem import Problem
from digest.sources import queries
from digest.sources.entry import Entry
from digest.sources.errors import SourceError
from digest.sources.fetcher import Fetcher
from digest.sources.read import Reading, facts, read_source
from digest.sources.tables import Source

MOST_NEW = 200
"""New entries that one visit of one source reads; a first visit to an archive must not fetch all of it."""


@dataclass(frozen=True)
class Visit:
    """What became of one source: counts of its entries, and in plain words what went wrong."""

    source: str
    entries: int = 0
    added: tuple[int, ...] = ()
    changed: int = 0
    unchanged: bool = False
    error: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def new(self) -> int:
        return len(self.added)


@dataclass
class Gathered:
    """All visits of one run, in the order of the sources."""

    visits: list[Visit] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(visit.new for visit in self.visits)

    @property
    def changed(self) -> int:
        return sum(visit.changed for visit in self.visits)

    @property
    def failed(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.error]


def gather(
    context: Context,
    now: datetime,
    *,
    only: Sequence[str] = (),
    progress: Callable[[Visit], None] | None = None,
) -> Gathered:
    """Visit the active sources (or `only` those named) concurrently and store what they have.

    A source that fails is noted with its reason and stops no other. `progress` hears of each visit.
    """
    with context.database.reading() as session:
        if only:
            sources = [queries.get(session, key) for key in only]
        else:
            sources = list(queries.all_sources(session, active=True))
        session.expunge_all()
    if not sources:
        raise SourceError("There is no source to read.", "Add one with `digest source add ADDRESS`.")
    visits = asyncio.run(_visit_all(context, sources, now, progress))
    with context.database.writing() as session:
        group(session, [number for visit in visits for number in visit.added], now=now)
    return Gathered(visits)


async def _visit_all(
    context: Context, sources: Sequence[Source], now: datetime, progress: Callable[[Visit], None] | None
) -> list[Visit]:
    async with fetcher_for(context.settings) as fetcher:

        async def one(source: Source) -> Visit:
            visit = await _visit(context, source, fetcher, now)
            if progress:
                progress(visit)
            return visit

        return list(await asyncio.gather(*(one(source) for source in sources)))


async def _visit(context: Context, source: Source, fetcher: Fetcher, now: datetime) -> Visit:
    try:
        reading = await read_source(facts(source), fetcher, now)
        if reading.not_modified:
            await asyncio.to_thread(_record, context, source.id, reading, [], now)
            return Visit(source.name, unchanged=True)
        entries = await asyncio.to_thread(_worth_reading, context, reading.entries)
        results = await asyncio.gather(*(read_entry(entry, fetcher) for entry in entries))
        found = [one for one in results if isinstance(one, Found)]
        problems = tuple(one for one in results if isinstance(one, str))
        found = [_with_defaults(one, source) for one in found]
        added, changed = await asyncio.to_thread(_record, context, source.id, reading, found, now)
    except SourceError as error:
        await asyncio.to_thread(_record_failure, context, source.id, error, now)
        return Visit(source.name, error=str(error))
    return Visit(source.name, len(reading.entries), added, changed, warnings=reading.warnings + problems)


def _worth_reading(context: Context, entries: Sequence[Entry]) -> list[Entry]:
    """The entries that are not stored yet, that changed since they were read, or that are at hand whole."""
    with context.database.reading() as session:
        read = last_read(session, [entry.url for entry in entries if entry.url])

    def is_worth(entry: Entry) -> bool:
        before = read.get(entry.url or "")
        changed = before is not None and entry.updated is not None and entry.updated > before
        return before is None or changed or entry.document is not None or _is_local(entry)

    return [entry for entry in entries if is_worth(entry)][:MOST_NEW]


def _is_local(entry: Entry) -> bool:
    return bool(entry.url and entry.url.startswith("file:"))


def _with_defaults(found: Found, source: Source) -> Found:
    extracted = found.extracted
    return replace(
        found,
        extracted=replace(
            extracted,
            language=extracted.language or source.language,
            section=source.section or extracted.section,
        ),
    )


def _record(
    context: Context, source_id: int, reading: Reading, found: Sequence[Found], now: datetime
) -> tuple[tuple[int, ...], int]:
    """Store the articles and the visit in one transaction; the numbers of the new ones, and how many changed."""
    with context.database.writing() as session:
        stored = [one for one in (_keep(session, found_one, now, source_id) for found_one in found) if one]
        queries.record_success(session, source_id, reading, now)
        added = tuple(one.article.id for one in stored if one.outcome is Kept.NEW)
        return added, sum(one.outcome is Kept.CHANGED for one in stored)


def _keep(session: Session, found: Found, now: datetime, source_id: int) -> Stored | None:
    try:
        return keep(session, found.extracted, now=now, source_id=source_id, url=found.url)
    except Problem:
        return None  # an entry whose address is none of ours to keep; the others stand


def _record_failure(context: Context, source_id: int, error: SourceError, now: datetime) -> None:
    with context.database.writing() as session:
        queries.record_failure(session, source_id, error, now)
