"""What every verb needs: the settings, the open database and the signer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digest.actions import announce
from digest.migrations import check, tables
from digest.settings import load
from digest.settings_model import Settings
from digest.signing import Signer
from store import Database

METADATA = tables.metadata
"""Named here so that every table is known before the first statement: foreign keys cross packages by name."""

ANNOUNCED = announce.__name__
"""Named here so that no change goes unannounced: whoever opens an installation has the listener."""


@dataclass(frozen=True)
class Context:
    """An installation, opened."""

    settings: Settings
    database: Database
    signer: Signer


@contextmanager
def open_context(path: Path | None = None, *, migrated: bool = True) -> Iterator[Context]:
    """The installation of this folder (or of `path`); closed at the end of the block.

    Raises SettingsError for wrong settings and DatabaseError when the database is missing, older
    (unless `migrated` is false) or newer than the program.
    """
    settings = load(path)
    database = Database(settings.database_url)
    try:
        if migrated:
            check(database)
        yield Context(settings, database, settings.signer)
    finally:
        database.close()
