"""A schedule is written in words and kept as cron."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.schedule import Rule, ScheduleError, parse


@pytest.mark.parametrize(
    ("text", "cron", "words"),
    [
        ("thu 09:00", "0 9 * * 4", "every Thursday at 09:00"),
        ("Thursday 9:00", "0 9 * * 4", "every Thursday at 09:00"),
        ("every thursdays at 09.05", "5 9 * * 4", "every Thursday at 09:05"),
        ("thu, mon 09:00", "0 9 * * 1,4", "every Monday and Thursday at 09:00"),
        ("mon and thu 09:00", "0 9 * * 1,4", "every Monday and Thursday at 09:00"),
        ("daily 07:30", "30 7 * * *", "every day at 07:30"),
        ("weekdays 07:30", "30 7 * * 1-5", "Monday to Friday at 07:30"),
        ("weekends 07:30", "30 7 * * 0,6", "Saturday and Sunday at 07:30"),
        ("monthly 1 09:00", "0 9 1 * *", "on day 1 of each month at 09:00"),
        ("monthly 15,1 09:00", "0 9 1,15 * *", "on day 1 and 15 of each month at 09:00"),
        ("monthly last 09:00", "0 9 l * *", "on the last day of each month at 09:00"),
        ("monthly first mon 09:00", "0 9 * * 1#1", "cron 0 9 * * 1#1"),
        ("monthly last fri 09:00", "0 9 * * 5l", "cron 0 9 * * 5l"),
        ("0 9 * * THU", "0 9 * * thu", "cron 0 9 * * thu"),
        ("00 9 * * 7", "0 9 * * 7", "every Sunday at 09:00"),
        ("0 */6 * * *", "0 */6 * * *", "cron 0 */6 * * *"),
    ],
)
def test_what_is_written_is_understood(text: str, cron: str, words: str) -> None:
    rule = parse(text)
    assert rule == Rule(cron)
    assert str(rule) == words
    assert parse(rule.cron) == rule


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "needs a day and a time"),
        ("thu", "needs a day and a time"),
        ("thu 25:00", "'25:00'"),
        ("thu nine", "'nine'"),
        ("thrusday 09:00", "Did you mean thursday?"),
        ("t 09:00", "'t'"),
        ("every at 09:00", "names no day"),
        ("monthly 09:00", "which day of the month"),
        ("monthly 32 09:00", "which day of the month"),
        ("0 9 30 2 *", "(?i)day-of-month"),
        ("99 9 * * *", "'99'"),
        ("* * * * *", "once an hour"),
        ("*/5 9 * * *", "once an hour"),
        ("0 9 * * 9", "day-of-week"),
        ("0 0 9 * * *", "not a time of day"),
    ],
)
def test_what_cannot_be_understood_is_named_with_an_example(text: str, named: str) -> None:
    with pytest.raises(ScheduleError, match=named) as caught:
        parse(text)
    assert "09:00" in str(caught.value)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40))
def test_any_text_gives_a_rule_or_a_clear_error(text: str) -> None:
    try:
        rule = parse(text)
    except ScheduleError:
        return
    assert parse(rule.cron) == rule
