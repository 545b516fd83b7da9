"""An import from beginning to end: all or nothing, or batch by batch with the bad rows set aside."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.signing import Signer
from store import Database
from subscribers.importing.batches import Ahead, Batch, Batches
from subscribers.importing.columns import Columns, recognise
from subscribers.importing.reading import Source, open_source
from subscribers.importing.records import Refused
from subscribers.importing.rejects import Rejects
from subscribers.importing.staging import load_for, moment_for
from subscribers.importing.storing import store
from subscribers.importing.target import Target, Update
from subscribers.lists import SubscribersError, find_list
from subscribers.suppression import fingerprinter
from subscribers.tables import ImportRun, SubscriptionState

BATCH_ROWS = 10_000
SHOWN_REFUSED = 20

Advance = Callable[[int], None]


class BadRows(SubscribersError):
    """Some rows give no person, and nothing was imported. `refused` holds the first of them."""

    def __init__(self, message: str, hint: str, refused: list[Refused]) -> None:
        super().__init__(message, hint)
        self.refused = refused


@dataclass(frozen=True)
class Options:
    """How an import is to be done. Without `consent` nobody becomes confirmed who was not."""

    consent: str = ""
    update: Update = Update.MERGE
    skip_bad: bool = False
    dry_run: bool = False
    rejects: Path | None = None
    actor: str = "admin"


@dataclass
class Report:
    """What came of an import. `counts` by kind: added, subscribed, confirmed, known, updated, duplicates,
    opted_out, suppressed, refused, left_out; `refused` holds the first refused rows."""

    run_id: int
    system: str
    encoding: str
    columns: Columns
    rows: int = 0
    resumed_at: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    rejects: Path | None = None


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

    Without `skip_bad` it is one transaction: a single bad row raises BadRows and nothing has changed.
    With it, bad rows go to the rejects file and every batch is committed with the place it reached;
    the same command after a crash goes on from there. A dry run does everything and keeps nothing.
    """
    with Rejects(source, options.rejects) as rejects, _collector_resting():
        job = _Job(source, columns, options, fingerprinter(signer), now, rejects, advance)
        if options.skip_bad and not options.dry_run:
            return job.by_batches(database, list_slug)
        return job.whole(database, list_slug)


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
class _Job:
    source: Source
    columns: Columns
    options: Options
    fingerprint: Callable[[str], bytes]
    now: datetime
    rejects: Rejects
    advance: Advance

    def whole(self, database: Database, list_slug: str) -> Report:
        report = None
        try:
            with database.writing() as session:
                target, report = self._start(session, list_slug)
                batches = self._batches(session, 0)
                for batch in batches:
                    self._take(session, batch, target, report, batches)
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
            batches = self._batches(session, report.resumed_at)
        for batch in batches:
            with database.writing() as session:
                self._take(session, batch, target, report, batches)
                self._save(session, report)
        with database.writing() as session:
            self._save(session, report, finished=True)
        report.rejects = self.rejects.written
        return report

    def _batches(self, session: Session, skip: int) -> Ahead:
        batches = Batches(self.source, self.columns, self.fingerprint, moment_for(session), load_for(session))
        return Ahead(batches.read(BATCH_ROWS, skip))

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

    def _take(self, session: Session, batch: Batch, target: Target, report: Report, batches: Ahead) -> None:
        if batch.records:
            report.counts += store(session, batch, target, batches.begin)
        for item in batch.refused:
            report.counts["left_out" if item.left_out else "refused"] += 1
            self.rejects.write(item)
        report.refused.extend(batch.refused[: SHOWN_REFUSED - len(report.refused)])
        report.rows += batch.rows
        self.advance(batch.rows)

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
            "Nothing was imported. Mend the file, or import the good rows with --skip-bad.",
            bad,
        )
