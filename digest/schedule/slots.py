"""The moments of a rule in a zone: what comes next, and what is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

from digest.schedule.rules import Rule

MAXIMUM_AGE = timedelta(hours=6)


@dataclass(frozen=True)
class Due:
    """A slot whose hour has come. `slot` is in UTC.

    A `late` one is older than the maximum age: a person must approve what is built for it
    (standards 7.8). A `superseded` one is followed by a newer slot that is due too, so building
    it would send two issues at once.
    """

    slot: datetime
    late: bool
    superseded: bool


def next_slots(rule: Rule, tz: ZoneInfo, now: datetime, n: int = 1) -> list[datetime]:
    """The `n` slots after `now`, in UTC.

    An hour that a spring change skips is kept at the first moment that exists (02:30 becomes
    03:00), and one that an autumn change repeats comes once, the first time.
    """
    return list(islice(_after(rule, tz, now), n))


def due(
    rule: Rule, tz: ZoneInfo, last_slot: datetime, now: datetime, maximum_age: timedelta = MAXIMUM_AGE
) -> list[Due]:
    """The slots after `last_slot` up to and with `now`, oldest first.

    `last_slot` is the slot last dealt with, or the moment the schedule was set.
    """
    slots = list(takewhile(lambda slot: slot <= now, _after(rule, tz, last_slot)))
    return [Due(slot, now - slot > maximum_age, slot != slots[-1]) for slot in slots]


def _after(rule: Rule, tz: ZoneInfo, moment: datetime) -> Iterator[datetime]:
    latest = moment.astimezone(UTC)
    for local in CronSim(rule.cron, latest.astimezone(tz)):
        slot = local.astimezone(UTC)
        # CronSim reads a start in the repeated autumn hour as its first pass, and gives its slot again.
        if slot > latest:
            yield slot
            latest = slot
