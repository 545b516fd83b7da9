"""A copy of a SQLite database, taken while it is in use."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from store.database import Database, DatabaseError


def back_up(database: Database, target: Path) -> int:
    """Copy the database into the new file `target`, readable by its owner alone; its size in bytes.

    The copy is one consistent snapshot (SQLite's online backup). Raises DatabaseError for a file that is
    there already, for a folder that is not, and for a server database, which its own tools copy.
    """
    if not database.is_sqlite:
        raise DatabaseError("A PostgreSQL database is copied by its own tools.", "Use pg_dump.")
    if target.exists():
        raise DatabaseError(f"{str(target)!r} is there already.", "Name a new file; nothing was written.")
    if not target.parent.is_dir():
        raise DatabaseError(f"There is no folder {str(target.parent)!r}.", "Make it first.")
    part = target.with_name(f".{target.name}.part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        source = database.engine.raw_connection()
        try:
            with closing(sqlite3.connect(part)) as copy:
                source.driver_connection.backup(copy)  # type: ignore[union-attr]
        finally:
            source.close()
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size
