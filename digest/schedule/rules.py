"""Recurrence as people write it ("thu 09:00") and as it is stored (a cron expression)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches

from cronsim import CronSim, CronSimError

from digest.schedule.problems import ScheduleError

EXAMPLES = (
    'Write for example "thu 09:00", "mon,thu 09:00", "weekdays 07:30", "daily 07:30", "monthly 1 09:00".'
)
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_NUMBERS = {name[:3].lower(): number for number, name in enumerate(_DAYS)}
_GROUPS = {"daily": "*", "day": "*", "weekdays": "1-5", "weekday": "1-5", "weekends": "0,6", "weekend": "0,6"}
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


@dataclass(frozen=True)
class Rule:
    """A recurrence: `cron` is its canonical form, five fields that `parse` reads back to an equal rule."""

    cron: str

    def __str__(self) -> str:
        return describe(self)


def parse(text: str) -> Rule:
    """The rule that `text` means, in words or as a cron expression of five fields.

    ScheduleError, with examples, for anything else, for a rule that never comes (30 February), and
    for one that comes more than once an hour.
    """
    words = re.sub(r"\s*,\s*", ",", text.strip().lower()).split()
    if words and words[0] == "every":
        words = words[1:]
    if len(words) == 5 and not _TIME.fullmatch(words[-1]):
        return _from_cron(" ".join(words), text)
    if len(words) < 2:
        raise ScheduleError(f"The schedule {text!r} needs a day and a time.", EXAMPLES)
    time = _TIME.fullmatch(words[-1])
    if time is None:
        raise ScheduleError(f"{words[-1]!r} in the schedule {text!r} is not a time of day.", EXAMPLES)
    days = words[:-1]
    if days[-1] == "at":
        days = days[:-1]
    clock = f"{int(time[2])} {int(time[1])}"
    if days and days[0] == "monthly":
        return _from_cron(f"{clock} {_month_days(days[1:], text)}", text)
    return _from_cron(f"{clock} * * {_week_days(days, text)}", text)


def _week_days(words: list[str], text: str) -> str:
    names = [name for word in words if word != "and" for name in word.split(",") if name]
    if not names:
        raise ScheduleError(f"The schedule {text!r} names no day.", EXAMPLES)
    if len(names) == 1 and names[0] in _GROUPS:
        return _GROUPS[names[0]]
    return ",".join(str(number) for number in sorted({_week_day(name, text) for name in names}))


def _week_day(name: str, text: str) -> int:
    whole = [day.lower() for day in _DAYS]
    singular = name.removesuffix("s") if name.removesuffix("s") in whole else name
    if (
        singular in _NUMBERS
        or singular in whole
        or (len(name) > 3 and any(d.startswith(name) for d in whole))
    ):
        return _NUMBERS[singular[:3]]
    closest = get_close_matches(name, [*whole, *_NUMBERS, *_GROUPS], n=1, cutoff=0.6)
    hint = f"Did you mean {closest[0]}? {EXAMPLES}" if closest else EXAMPLES
    raise ScheduleError(f"{name!r} in the schedule {text!r} is not a day.", hint)


def _month_days(words: list[str], text: str) -> str:
    if len(words) == 2 and words[0] in _ORDINALS:
        return f"* * {_week_day(words[1], text)}#{_ORDINALS[words[0]]}"
    if len(words) == 2 and words[0] == "last":
        return f"* * {_week_day(words[1], text)}L"
    if words == ["last"]:
        return "L * *"
    if len(words) == 1 and all(day.isdecimal() and 1 <= int(day) <= 31 for day in words[0].split(",")):
        return ",".join(str(day) for day in sorted({int(day) for day in words[0].split(",")})) + " * *"
    raise ScheduleError(
        f"The schedule {text!r} does not say which day of the month.",
        'Write "monthly 1 09:00", "monthly 1,15 09:00", "monthly last 09:00" or "monthly first mon 09:00".',
    )


def _from_cron(cron: str, text: str) -> Rule:
    minute = cron.split()[0]
    if not minute.isdecimal() or int(minute) > 59:
        raise ScheduleError(
            f"The schedule {text!r} needs one minute of the hour as its first field, not {minute!r}.",
            f'An issue leaves at most once an hour. As cron: "0 9 * * 4". {EXAMPLES}',
        )
    try:
        next(CronSim(cron, datetime(2024, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        raise ScheduleError(f"The schedule {text!r} is not right: {str(error).lower()}.", EXAMPLES) from None
    except StopIteration:
        raise ScheduleError(f"The schedule {text!r} names a date that never comes.", EXAMPLES) from None
    return Rule(" ".join([str(int(minute)), *cron.lower().split()[1:]]))


def describe(rule: Rule) -> str:
    """The rule in words ("every Thursday at 09:00"), or its cron expression where words would be long."""
    minute, hour, day, month, week_day = rule.cron.split()
    if not hour.isdecimal() or month != "*":
        return f"cron {rule.cron}"
    at = f"at {int(hour):02}:{int(minute):02}"
    if day == "*":
        if week_day in ("*", "1-5", "0,6"):
            return {"*": "every day", "1-5": "Monday to Friday", "0,6": "Saturday and Sunday"}[
                week_day
            ] + f" {at}"
        if all(number.isdecimal() for number in week_day.split(",")):
            return "every " + _and([_DAYS[int(number) % 7] for number in week_day.split(",")]) + f" {at}"
    elif week_day == "*":
        if day == "l":
            return f"on the last day of each month {at}"
        if all(number.isdecimal() for number in day.split(",")):
            return f"on day {_and(day.split(','))} of each month {at}"
    return f"cron {rule.cron}"


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
