"""When a newsletter is due: recurrence in a time zone, right across daylight-saving changes. Pure."""

from digest.schedule.problems import ScheduleError
from digest.schedule.rules import Rule, parse
from digest.schedule.slots import MAXIMUM_AGE, Due, due, next_slots
from digest.schedule.zones import zone

__all__ = ["MAXIMUM_AGE", "Due", "Rule", "ScheduleError", "due", "next_slots", "parse", "zone"]
