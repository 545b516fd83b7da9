"""How an import is to be done, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from subscribers.importing.columns import Columns
from subscribers.importing.records import Refused
from subscribers.importing.target import Update
from subscribers.problem import SubscribersError


class BadRows(SubscribersError):
    """Some rows give no person, and nothing was imported. `refused` holds the first of them."""

    def __init__(self, message: str, hint: str, refused: list[Refused]) -> None:
        super().__init__(message, hint)
        self.refused = refused


@dataclass(frozen=True)
class Options:
    """How an import is to be done. Without `consent` nobody becomes confirmed who was not.

    With `strict` a single bad row undoes all. Bad rows go into the file `rejects`, if one is given.
    """

    consent: str = ""
    update: Update = Update.MERGE
    strict: bool = False
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
