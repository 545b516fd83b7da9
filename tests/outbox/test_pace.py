"""Mail leaves as fast as was asked for, and each domain gets what it takes."""

import asyncio
import time as clock
from datetime import UTC, date, datetime, time, timedelta

import pytest

from outbox.pace import HOPELESS, MANY, PATIENT, Bucket, DomainLimit, DomainPace, Plan, WarmUp
from outbox.retry import RetrySchedule
from outbox.sender import SenderOptions
from outbox.tables import DeliveryState
from store import Database
from tests.outbox.servers import FaultServer
from tests.outbox.world import handed_over, relay, send, states

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_a_bucket_lets_its_rate_through_whatever_the_rhythm() -> None:
    bucket, now, gone = Bucket(50.0), 100.0, 0
    bucket.at = now
    while now < 110.0:
        if bucket.wait(now) == 0.0:
            bucket.take()
            gone += 1
        else:
            now += 0.003
    assert 495 <= gone <= 510


def test_without_a_rate_nothing_waits() -> None:
    bucket = Bucket(0.0)
    assert all(bucket.wait(float(n)) == 0.0 for n in range(3))


def test_a_complaint_halves_what_a_domain_gets_at_once_and_success_gives_it_back() -> None:
    pace = DomainPace()
    for _ in range(8):
        pace.began("example.org", 0.0)
    pace.ended("example.org", 0.0, slow=True, taken=False)
    assert not pace.admits("example.org", 0.0)
    for _ in range(4):
        pace.ended("example.org", 0.0, slow=False, taken=True)
    assert pace.admits("example.org", 0.0)
    assert pace.admits("other.example", 0.0)


def test_a_domain_that_goes_on_complaining_pauses_then_is_left_alone() -> None:
    pace = DomainPace()
    for _ in range(PATIENT):
        pace.began("example.org", 0.0)
        pace.ended("example.org", 10.0, slow=True, taken=False)
    assert not pace.admits("example.org", 10.3)
    assert pace.admits("example.org", 11.5)
    for _ in range(HOPELESS - PATIENT):
        pace.began("example.org", 0.0)
        pace.ended("example.org", 20.0, slow=True, taken=False)
    assert pace.hopeless("example.org")


def test_a_domain_gets_no_more_at_once_than_was_asked_for() -> None:
    pace = DomainPace(DomainLimit(connections=2))
    pace.began("example.org", 0.0)
    assert pace.admits("example.org", 0.0)
    pace.began("example.org", 0.0)
    assert not pace.admits("example.org", 0.0)
    pace.ended("example.org", 0.0, slow=False, taken=True)
    assert pace.admits("example.org", 0.0)


def test_a_domain_gets_its_rate_and_one_with_a_limit_of_its_own_gets_that() -> None:
    pace = DomainPace(DomainLimit(rate=2.0), {"big.example": DomainLimit(rate=20.0)})
    gone = {"small.example": 0, "big.example": 0}
    for step in range(1000):
        now = step / 100
        for domain in gone:
            if pace.admits(domain, now):
                pace.began(domain, now)
                pace.ended(domain, now, slow=False, taken=True)
                gone[domain] += 1
    assert 20 <= gone["small.example"] <= 22
    assert 200 <= gone["big.example"] <= 203
    assert 0 < pace.next_room(["small.example"], 9.999) <= 0.5


def test_domains_about_which_nothing_is_remembered_are_forgotten() -> None:
    pace = DomainPace(DomainLimit(rate=10.0))
    for number in range(3 * MANY):
        pace.began(f"d{number}.example", number / 1000)
        pace.ended(f"d{number}.example", number / 1000, slow=False, taken=True)
    assert len(pace._domains) <= MANY


@pytest.mark.parametrize(("hour", "may"), [(3, False), (5, True), (13, True), (16, False), (23, False)])
def test_mail_leaves_in_the_hours_of_the_newsletters_zone(hour: int, may: bool) -> None:
    plan = Plan(hours=(time(9), time(20)), zone="Asia/Yerevan")
    assert plan.open_at(NOON.replace(hour=hour)) is may


def test_hours_may_run_past_midnight() -> None:
    plan = Plan(hours=(time(22), time(6)))
    assert plan.open_at(NOON.replace(hour=23))
    assert plan.open_at(NOON.replace(hour=5))
    assert not plan.open_at(NOON)


def test_a_new_sender_grows_day_by_day() -> None:
    warm_up = WarmUp(date(2026, 11, 26), first=100, growth=2.0)
    assert [warm_up.quota(date(2026, 11, 25) + timedelta(days=n)) for n in range(5)] == [
        0,
        100,
        200,
        400,
        800,
    ]


def options(plan: Plan) -> SenderOptions:
    return SenderOptions(schedule=RetrySchedule(first=60.0), relay_patience=1.0, drain=5.0, plan=plan)


def test_a_sender_keeps_to_its_rate(database: Database) -> None:
    number = handed_over(database, 40, paragraphs=1)
    server = FaultServer()
    with server.running():
        began = clock.monotonic()
        send(database, number, relay(server.port), options=options(Plan(rate=40.0)))
        seconds = clock.monotonic() - began
    assert states(database, number) == {DeliveryState.SENT: 40}
    assert seconds >= 0.8


def test_one_domain_is_held_back_and_the_others_are_not(database: Database) -> None:
    slow = {n: f"reader{n}@slow.example" for n in range(1, 9)}
    number = handed_over(database, 60, paragraphs=1, addresses=slow)
    server = FaultServer()
    plan = Plan(domains={"slow.example": DomainLimit(connections=1, rate=10.0)})
    with server.running():
        began = clock.monotonic()
        send(database, number, relay(server.port), options=options(plan))
        seconds = clock.monotonic() - began
    assert states(database, number) == {DeliveryState.SENT: 60}
    assert 0.6 <= seconds < 20
    places = [n for n, to in enumerate(server.recipients) if to.endswith("slow.example")]
    assert places[-1] == 59
    assert places[2] > 30


def test_a_sender_stops_at_the_days_quota_and_goes_on_when_there_is_more(database: Database) -> None:
    number = handed_over(database, 30, paragraphs=1)
    server = FaultServer()
    today = datetime.now(UTC).date()
    with server.running():
        send(database, number, relay(server.port), options=options(Plan(warm_up=WarmUp(today, first=12))))
        assert states(database, number)[DeliveryState.SENT] == 12
        send(database, number, relay(server.port))
    assert states(database, number) == {DeliveryState.SENT: 30}


def test_a_domain_that_refuses_everything_for_now_does_not_hold_up_the_others(
    database: Database,
) -> None:
    stubborn = {n: f"reader{n}@full.example" for n in range(1, 31)}
    number = handed_over(database, 60, paragraphs=1, addresses=stubborn)
    server = FaultServer(
        lambda stage, to, _: (
            "451 4.7.1 slow down" if stage == "rcpt" and to.endswith("full.example") else None
        )
    )
    with server.running():
        asyncio.run(asyncio.wait_for(_run(database, number, server.port), 60))
    counted = states(database, number)
    assert counted == {DeliveryState.SENT: 30, DeliveryState.DEFERRED: 30}
    asked = sum("full.example" in command for command in server.commands)
    assert asked <= HOPELESS + 3


async def _run(database: Database, number: int, port: int) -> None:
    from tests.outbox.world import sender

    await sender(database, relay(port), options=options(Plan())).run(number)
