"""What the database's own errors mean for a person: a full disk, a lock that stays, a server that is gone."""

from sqlalchemy.exc import DBAPIError

from store.database import DatabaseError

_MEANINGS = {
    "disk is full": ("The disk is full; nothing of this was stored.", "Make room, and do it again."),
    "no space left": ("The disk is full; nothing of this was stored.", "Make room, and do it again."),
    "disk i/o error": (
        "The disk refuses to be read or written.",
        "Check the disk; nothing of this was stored.",
    ),
    "database is locked": ("Another program holds the database.", "End it, or try again in a minute."),
    "readonly database": ("The database cannot be written.", "Check who owns its file and folder."),
    "unable to open database file": ("The database file cannot be opened.", "Check the setting `database`."),
    "file is not a database": ("The database file is not a database.", "Check the setting `database`."),
    "malformed": ("The database file is damaged.", "Restore the latest backup."),
    "connection": ("The database server is away.", "Check the setting `database` and that the server runs."),
    "terminating": ("The database server is stopping.", "Try again when it runs."),
}


def explained(error: BaseException) -> DatabaseError | None:
    """The sentence for an error that a person can mend; None for a fault of the program."""
    if not isinstance(error, DBAPIError):
        return None
    words = str(error.orig).lower()
    for sign, (message, hint) in _MEANINGS.items():
        if sign in words:
            return DatabaseError(message, hint)
    return None
