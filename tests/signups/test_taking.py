"""Sign-ups taken many at a time are judged as if each had come alone."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from digest.signups.limits import Limits
from digest.signups.tables import SignUp
from digest.signups.taking import Arrival, Entry, Origin, take
from store import Database

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
LIMITS = Limits(network_hour=4, network_day=6, address_day=2, waiting=8)


def _arrival(address: str, network: str, **more: bool) -> Arrival:
    origin = Origin(address.encode(), network.encode(), "example.org")
    return Arrival(Entry("join", address, "page", lists=["weekly"]), origin, LIMITS, **more)


def _taken(database: Database, arrivals: list[Arrival], now: datetime = NOW) -> list[str]:
    with database.writing() as session:
        return [str(verdict) for verdict in take(session, arrivals, now=now)]


def test_limits_hold_within_one_batch_and_from_one_to_the_next(database: Database) -> None:
    flood = [_arrival(f"a{number}", "bad") for number in range(6)]
    assert _taken(database, [*flood, _arrival("person", "good")]) == [*["take"] * 4, *["refuse"] * 2, "take"]
    assert _taken(database, [_arrival("a9", "bad")]) == ["refuse"]
    later = NOW + timedelta(hours=2)
    assert _taken(database, [_arrival(f"b{n}", "bad") for n in range(4)], later) == [
        *["take"] * 2,
        *["refuse"] * 2,
    ]
    assert _taken(database, [_arrival(f"c{n}", f"n{n}") for n in range(3)], later) == ["take", "full", "full"]


def test_an_address_that_has_had_its_share_is_answered_alike_and_counted_no_further(
    database: Database,
) -> None:
    same = [_arrival("victim", f"n{number}") for number in range(5)]
    assert _taken(database, same) == ["take", "take", "drop", "drop", "drop"]
    assert _taken(database, [_arrival("victim", "n9")]) == ["drop"]
    with database.reading() as session:
        counted = session.scalar(select(func.count()).where(SignUp.mark == b"victim"))
        kept = session.scalars(select(SignUp.address).order_by(SignUp.id)).all()
    assert counted == 2
    assert kept == ["victim", "victim", "", "", "", ""]


def test_what_is_trapped_is_dropped_and_what_is_held_waits_with_the_crowds(database: Database) -> None:
    arrivals = [_arrival("a", "n1", trapped=True), _arrival("b", "n2", held=True), _arrival("c", "n3")]
    assert _taken(database, arrivals) == ["drop", "take", "take"]
    with database.reading() as session:
        crowds = session.scalars(select(SignUp.crowd).order_by(SignUp.id)).all()
    assert crowds == [0, LIMITS.crowd, 0]


def test_nothing_asked_is_nothing_taken(database: Database) -> None:
    assert _taken(database, []) == []
