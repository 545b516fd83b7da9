"""Where an import goes and what it does to people who are known."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from subscribers.importing.records import Told
from subscribers.tables import SubscriptionState

STATE_OF = {
    Told.LEFT: SubscriptionState.UNSUBSCRIBED,
    Told.BOUNCED: SubscriptionState.BOUNCED,
    Told.COMPLAINED: SubscriptionState.COMPLAINED,
}


class Update(StrEnum):
    """What becomes of what is known of a person already: filled up, left alone, or replaced."""

    MERGE = "merge"
    SKIP = "skip"
    REPLACE = "replace"


@dataclass(frozen=True)
class Target:
    """Where a batch goes. `state` is what people get who are new to the list and said nothing else.

    `own` marks a file of our own: it holds the state of each membership, and the ended ones are kept.
    """

    run_id: int
    list_id: int
    state: SubscriptionState
    consent: str
    update: Update
    own: bool
    now: datetime
