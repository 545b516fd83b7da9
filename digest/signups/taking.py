"""Taking what strangers ask for into the queue: many at a time, in three statements however many they are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Integer, Table, bindparam, case, func, insert, literal, select, union_all
from sqlalchemy.orm import Session

from digest.signups.limits import Counts, Limits, Verdict, judge
from digest.signups.tables import SignUp, SignUpState

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Origin:
    """Fingerprints of the address and of the network, and the address's domain."""

    mark: bytes
    network: bytes
    domain: str


@dataclass(frozen=True)
class Entry:
    """What somebody asks for, as it is kept until their letter has left (see the columns of `SignUp`)."""

    kind: str
    address: str
    evidence: str
    name: str = ""
    language: str | None = None
    topics: Sequence[str] = ()
    lists: Sequence[str] = ()
    wording: str = ""
    subscriber_id: int | None = None


@dataclass(frozen=True)
class Arrival:
    """One thing asked for, from where, and the limits it is held to.

    `trapped` when the field that no person sees was filled in; what is `held` waits with the crowds, behind
    everybody else.
    """

    entry: Entry
    origin: Origin
    limits: Limits
    trapped: bool = False
    held: bool = False


def take(session: Session, arrivals: Sequence[Arrival], *, now: datetime) -> list[Verdict]:
    """Put them into the queue in their order, each unless a limit is reached. Dropped ones are kept too, for
    the counts.
    """
    tally = _Tally(session, arrivals, now)
    verdicts, rows = [], []
    for one in arrivals:
        counts = tally.of(one.origin)
        verdict = judge(counts, one.limits, trapped=one.trapped)
        verdicts.append(verdict)
        if verdict in (Verdict.TAKE, Verdict.DROP):
            rows.append(_row(one, counts, verdict, now))
            tally.add(rows[-1])
    if rows:
        session.execute(_TAKE, rows)
    return verdicts


class _Tally:
    """What there was already in the database, and what came since in the same transaction."""

    def __init__(self, session: Session, arrivals: Sequence[Arrival], now: datetime) -> None:
        self._hour: Counter[bytes] = Counter()
        self._day: Counter[bytes] = Counter()
        self._address: Counter[bytes] = Counter()
        self._waiting = 0
        asked = {
            "networks": list({one.origin.network for one in arrivals}),
            "marks": list({one.origin.mark for one in arrivals}),
            "an_hour_ago": now - HOUR,
            "a_day_ago": now - DAY,
            "waiting": max((one.limits.waiting for one in arrivals), default=0),
        }
        for kind, key, day, hour in session.execute(_COUNTS, asked):
            if kind == "network":
                self._day[key], self._hour[key] = day, hour
            elif kind == "mark":
                self._address[key] = day
            else:
                self._waiting = day

    def of(self, origin: Origin) -> Counts:
        return Counts(
            self._hour[origin.network], self._day[origin.network], self._address[origin.mark], self._waiting
        )

    def add(self, row: Mapping[str, Any]) -> None:
        self._hour[row["network"]] += 1
        self._day[row["network"]] += 1
        self._address[row["mark"]] += 1
        self._waiting += row["state"] is SignUpState.WAITING


def _row(one: Arrival, counts: Counts, verdict: Verdict, now: datetime) -> dict[str, Any]:
    kept = one.entry if verdict is Verdict.TAKE else replace(one.entry, **_BLANK)
    # An address that has had its share is counted no further: a million sign-ups for it stay quick to count.
    beyond = counts.address_day >= one.limits.address_day
    return {
        **{field.name: getattr(kept, field.name) for field in fields(kept)},
        "topics": list(kept.topics),
        "lists": list(kept.lists),
        "at": now,
        "try_at": now,
        "mark": b"" if beyond else one.origin.mark,
        "network": one.origin.network,
        "domain": one.origin.domain,
        "crowd": max(counts.network_day, one.limits.crowd if one.held else 0),
        "state": SignUpState.WAITING if verdict is Verdict.TAKE else SignUpState.DROPPED,
    }


_BLANK: Mapping[str, Any] = {"address": "", "name": "", "evidence": "", "topics": (), "lists": ()}
_TAKE = insert(cast(Table, SignUp.__table__))
_SINCE = SignUp.at > bindparam("a_day_ago")
_IN_HOUR = func.sum(case((SignUp.at > bindparam("an_hour_ago"), 1), else_=0))
_OPEN = (
    select(SignUp.id)
    .where(SignUp.state.in_((SignUpState.WAITING, SignUpState.MAILING)))
    .limit(bindparam("waiting", type_=Integer))
    .subquery()
)
# One question for all the counts, made once: a flood is made of this statement. A network has few rows, since
# it is refused beyond its limit, and so has an address; the queue is counted no further than its own.
_COUNTS = union_all(
    select(literal("network"), SignUp.network, func.count(), _IN_HOUR)
    .where(SignUp.network.in_(bindparam("networks", expanding=True)), _SINCE)
    .group_by(SignUp.network),
    select(literal("mark"), SignUp.mark, func.count(), literal(0))
    .where(SignUp.mark.in_(bindparam("marks", expanding=True)), _SINCE)
    .group_by(SignUp.mark),
    select(
        literal("waiting"),
        literal(b""),
        select(func.count()).select_from(_OPEN).scalar_subquery(),
        literal(0),
    ),
)
