"""An import from beginning to end: batch by batch with the bad rows set aside, or all or nothing."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.signing import Signer
from store import Database
from subscribers.importing.ahead import packed
from subscribers.importing.child import Job
from subscribers.importing.columns import Columns, recognise
from subscribers.importing.hurrying import hurried, writing
from subscribers.importing.outcome import BadRows, Options, Report
from subscribers.importing.packing import Form, Packed, wishes
from subscribers.importing.reading import Source, open_source
from subscribers.importing.rejects import Rejects
from subscribers.importing.staging import reserved
from subscribers.importing.storing import store
from subscribers.importing.target import STATE_OF, Target
from subscribers.lists import find_list
from subscribers.tables import ImportRun, SubscriptionState

__all__ = ["BadRows", "Options", "Report", "examine", "import_people"]

BATCH_ROWS = 16_000
"""Rows held as objects at a time."""
TOGETHER = 6
"""So many times as many in one transaction, in one order: each page of an index is written once for it.
Half of it on PostgreSQL, where a row is held in two forms."""
SHOWN_REFUSED = 20

Advance = Callable[[int], None]


def examine(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> tuple[Source, Columns]:
    """How a file is read and what its columns mean; UnreadableFile or WrongHeader if that is not clear."""
    source = open_source(path, encoding=encoding, delimiter=delimiter)
    return source, recognise(source.header, mapping, objects=not source.delimiter)


def import_people(
    database: Database,
    list_slug: str,
    source: Source,
    columns: Columns,
    options: Options,
    *,
    signer: Signer,
    now: datetime,
    advance: Advance = lambda rows: None,
) -> Report:
    """Bring the people of a file onto a list.

    Bad rows go to the rejects file, and every batch is committed with the place it reached; the same
    command after a crash goes on from there. With `strict` it is one transaction: a single bad row
    raises BadRows and nothing has changed. A dry run does everything and keeps nothing.
    """
    with Rejects(source, options.rejects) as rejects, _collector_resting():
        run = _Run(source, columns, options, signer, now, rejects, advance)
        if options.strict or options.dry_run:
            return run.whole(database, list_slug)
        return run.by_batches(database, list_slug)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """A million small tuples without a cycle among them: looking for cycles doubles the time to read them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Undone(Exception):
    """Carries the report of a dry run out of the transaction that it undoes."""


@dataclass(frozen=True)
class _Run:
    source: Source
    columns: Columns
    options: Options
    signer: Signer
    now: datetime
    rejects: Rejects
    advance: Advance

    def whole(self, database: Database, list_slug: str) -> Report:
        report = None
        try:
            with database.writing() as session:
                target, report = self._start(session, list_slug)
                form = self._form(database, target)
                for batch in packed(self._job(form, 0), self._ids(database, session)):
                    self._take(session, batch, target, form, report)
                if report.counts["refused"] and not self.options.dry_run:
                    raise self._bad_rows(report)
                self._save(session, report, finished=True)
                if self.options.dry_run:
                    raise _Undone
        except _Undone:
            pass
        assert report is not None
        report.rejects = self.rejects.written
        return report

    def by_batches(self, database: Database, list_slug: str) -> Report:
        with database.writing() as session:
            target, report = self._start(session, list_slug)
        form = self._form(database, target)
        if report.resumed_at:
            self.rejects.go_on()
        with hurried(database) as connection:
            for batch in packed(self._job(form, report.resumed_at), self._ids(database)):
                with writing(connection) as session:
                    find_list(session, list_slug)  # or it has been removed meanwhile
                    self._take(session, batch, target, form, report)
                    self.rejects.keep()
                    self._save(session, report)
                del batch  # before the next comes in
        with database.writing() as session:
            self._save(session, report, finished=True)
        report.rejects = self.rejects.written
        return report

    def _form(self, database: Database, target: Target) -> Form:
        states = wishes(own=target.own) | {told.value: state.value for told, state in STATE_OF.items()}
        return Form(database.is_sqlite, target.list_id, target.run_id, target.state.value, states, self.now)

    def _job(self, form: Form, skip: int) -> Job:
        source = replace(self.source, path=self.source.path.resolve())
        together = TOGETHER if form.sqlite else max(TOGETHER // 2, 1)
        return Job(source, self.columns, self.signer, form, BATCH_ROWS, together, skip)

    def _ids(self, database: Database, session: Session | None = None) -> Callable[[int], int]:
        """What gives ids for people in a row."""

        def first(number: int) -> int:
            if database.is_sqlite:
                return 1
            if session:
                return reserved(session, number)
            with database.reading() as own:
                return reserved(own, number)

        return first

    def _start(self, session: Session, list_slug: str) -> tuple[Target, Report]:
        """The run's row: that of an interrupted import of the same file in the same way, or a new one."""
        list_id = find_list(session, list_slug).id
        state = SubscriptionState.CONFIRMED if self.options.consent else SubscriptionState.UNCONFIRMED
        way = f"{self.options.update} {self.columns.system} {self.columns.explained()!r}"[:500]
        run = session.scalar(
            select(ImportRun).where(
                ImportRun.list_id == list_id,
                ImportRun.file_sha256 == self.source.sha256,
                ImportRun.options == way,
                ImportRun.consent == self.options.consent,
                ImportRun.finished_at.is_(None),
            )
        )
        if run is None:
            run = ImportRun(
                list_id=list_id,
                file_name=self.source.path.name[:255],
                file_sha256=self.source.sha256,
                options=way,
                consent=self.options.consent,
                state=state.value,
                actor=self.options.actor,
                records=0,
                counts={},
                started_at=self.now,
            )
            session.add(run)
            session.flush()
        report = Report(run.id, self.columns.system, self.source.encoding, self.columns, rows=run.records)
        report.resumed_at = run.records
        report.counts.update(run.counts)
        own = self.columns.system == "digest"
        target = Target(run.id, list_id, state, self.options.consent, self.options.update, own, self.now)
        return target, report

    def _take(self, session: Session, batch: Packed, target: Target, form: Form, report: Report) -> None:
        now = form.moment(self.now) if form.sqlite else self.now  # as raw SQL takes it
        told = 0
        for part in batch.parts:
            known = sum(report.counts[kind] for kind in ("known", "duplicates", "subscribed", "confirmed"))
            straight = 2 * known <= (report.rows + told) // BATCH_ROWS
            report.counts += store(session, part, target, now, straight=straight)
            told += part.count
            self.advance(part.count)
        for item in batch.refused:
            report.counts["left_out" if item.left_out else "refused"] += 1
            if not item.left_out:
                self.rejects.write(item)
        report.refused.extend(batch.refused[: SHOWN_REFUSED - len(report.refused)])
        report.rows += batch.rows
        self.advance(batch.rows - told)

    def _save(self, session: Session, report: Report, *, finished: bool = False) -> None:
        run = session.get_one(ImportRun, report.run_id)
        run.records, run.counts = report.rows, dict(report.counts)
        if finished:
            run.finished_at = self.now

    def _bad_rows(self, report: Report) -> BadRows:
        bad = [item for item in report.refused if not item.left_out]
        first, number = bad[0], report.counts["refused"]
        rest = "" if number == 1 else f" ({number} rows are bad)"
        return BadRows(
            f"Line {first.line} of {self.source.path.name}: {first.problem}{rest}",
            "Nothing was imported. Mend the file, or import the good rows without --strict.",
            bad,
        )
