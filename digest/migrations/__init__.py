"""The schema's versions: Alembic, run by `digest db upgrade` and by `digest init`."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from store import Database
from store.database import DatabaseError

if TYPE_CHECKING:
    from alembic.config import Config

TABLE = "alembic_version"


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def known_versions() -> list[str]:
    """The versions this program knows, oldest first, read from the file names alone."""
    return sorted(file.stem.split("_")[0] for file in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


def version(database: Database) -> str | None:
    """The version a database is at; None for an empty one; DatabaseError when it cannot be opened."""
    try:
        with database.engine.connect() as connection:
            if not inspect(connection).has_table(TABLE):
                return None
            return connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar()  # noqa: S608
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise DatabaseError(
            f"The database cannot be opened: {reason}.",
            "Check the setting `database` and that the server runs.",
        ) from None


def check(database: Database) -> None:
    """Raise DatabaseError unless the database is at this program's own version."""
    at, known = version(database), known_versions()
    if at is None:
        raise DatabaseError("The database is empty.", "Run `digest db upgrade`.")
    if at not in known:
        raise DatabaseError(
            f"The database is at version {at}, newer than this program ({known[-1]}).",
            "Install the newer Digest; nothing was changed.",
        )
    if at != known[-1]:
        raise DatabaseError(
            f"The database is at version {at}, this program needs {known[-1]}.", "Run `digest db upgrade`."
        )


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the database to the newest version in one transaction; `(before, after)`."""
    from alembic import command

    before, known = version(database), known_versions()
    if before is not None and before not in known:
        check(database)
    if before != known[-1]:
        config = _config()
        with database.writing() as session:
            config.attributes["connection"] = session.connection()
            command.upgrade(config, "head")
    return before, known[-1]
