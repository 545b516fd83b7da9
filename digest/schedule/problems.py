"""What a person can get wrong about a schedule."""

from digest.problem import Problem


class ScheduleError(Problem):
    """A recurrence or a time zone that cannot be understood."""
