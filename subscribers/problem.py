"""The root of this room's errors."""

from digest.problem import Problem


class SubscribersError(Problem):
    """A list, a person or a file of people is not as it should be."""
