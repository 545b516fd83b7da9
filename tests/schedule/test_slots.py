"""Each date comes once, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.schedule import Due, due, next_slots, parse, zone

BERLIN = zone("Europe/Berlin")
YEREVAN = zone("Asia/Yerevan")
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Yerevan",
    "Pacific/Chatham",
    "UTC",
]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_nine_in_yerevan_is_five_in_utc() -> None:
    assert next_slots(parse("thu 09:00"), YEREVAN, _utc("2026-11-24T22:00"), 2) == [
        _utc("2026-11-26T05:00"),
        _utc("2026-12-03T05:00"),
    ]


def test_the_hour_stays_local_across_both_changes() -> None:
    slots = next_slots(parse("daily 09:00"), BERLIN, _utc("2026-03-28T12:00"), 2)
    assert slots == [_utc("2026-03-29T07:00"), _utc("2026-03-30T07:00")]
    slots = next_slots(parse("daily 09:00"), BERLIN, _utc("2026-10-24T06:00"), 2)
    assert slots == [_utc("2026-10-24T07:00"), _utc("2026-10-25T08:00")]


def test_a_skipped_half_past_two_comes_at_three() -> None:
    assert next_slots(parse("daily 02:30"), BERLIN, _utc("2026-03-28T12:00"), 2) == [
        _utc("2026-03-29T01:00"),
        _utc("2026-03-30T00:30"),
    ]


def test_the_repeated_hour_comes_once() -> None:
    rule = parse("daily 02:30")
    assert next_slots(rule, BERLIN, _utc("2026-10-24T12:00"), 2) == [
        _utc("2026-10-25T00:30"),
        _utc("2026-10-26T01:30"),
    ]
    # Asked within the second pass of the hour, the first pass is over and today is done.
    assert next_slots(rule, BERLIN, _utc("2026-10-25T01:10"), 1) == [_utc("2026-10-26T01:30")]


@settings(deadline=None, max_examples=60)
@given(
    zone_name=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 15, 30, 59]),
    start=st.dates(date(2023, 1, 1), date(2027, 12, 31)),
    step=st.integers(1, 30),
)
def test_each_date_comes_once_whatever_the_zone(
    zone_name: str, hour: int, minute: int, start: date, step: int
) -> None:
    tz = ZoneInfo(zone_name)
    rule = parse(f"daily {hour:02}:{minute:02}")
    now = datetime(start.year, start.month, start.day, 0, 0, tzinfo=UTC)
    whole = next_slots(rule, tz, now, 250)
    assert whole == sorted(set(whole))
    days = [slot.astimezone(tz).date() for slot in whole]
    assert days == [days[0] + timedelta(days=n) for n in range(250)]
    # A clock that looks every few hours sees the same slots, none twice and none missed.
    seen: list[datetime] = []
    last, moment = now, now
    while moment < whole[20]:
        moment += timedelta(hours=step, minutes=7)
        found = [one.slot for one in due(rule, tz, last, moment)]
        seen += found
        last = found[-1] if found else last
    assert seen == [slot for slot in whole if slot <= moment]


def test_a_slot_is_due_from_its_own_moment_until_it_is_dealt_with() -> None:
    rule, set_at = parse("thu 09:00"), _utc("2026-11-24T00:00")
    slot = _utc("2026-11-26T05:00")
    assert due(rule, YEREVAN, set_at, slot - timedelta(seconds=1)) == []
    assert due(rule, YEREVAN, set_at, slot) == [Due(slot, late=False, superseded=False)]
    assert due(rule, YEREVAN, slot, slot + timedelta(days=1)) == []


def test_a_slot_missed_for_longer_than_the_maximum_age_is_late() -> None:
    rule, set_at, slot = parse("thu 09:00"), _utc("2026-11-24T00:00"), _utc("2026-11-26T05:00")
    assert not due(rule, YEREVAN, set_at, slot + timedelta(hours=6))[0].late
    assert due(rule, YEREVAN, set_at, slot + timedelta(hours=6, seconds=1))[0].late
    assert not due(rule, YEREVAN, set_at, slot + timedelta(hours=8), timedelta(days=1))[0].late


def test_of_several_missed_slots_only_the_newest_stands() -> None:
    found = due(parse("daily 09:00"), YEREVAN, _utc("2026-11-20T06:00"), _utc("2026-11-23T05:30"))
    assert [(one.slot.day, one.late, one.superseded) for one in found] == [
        (21, True, True),
        (22, True, True),
        (23, False, False),
    ]


@pytest.mark.parametrize("cron", ["0 * * * *", "0 */6 * * *"])
def test_an_hourly_rule_follows_the_real_hours(cron: str) -> None:
    slots = next_slots(parse(cron), BERLIN, _utc("2026-10-24T20:00"), 8)
    assert slots == sorted(set(slots))
