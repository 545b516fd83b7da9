"""The root of what can go wrong with a summary and be mended by a person."""

from digest.problem import Problem


class SummaryError(Problem):
    """A summary was asked for in a way that cannot be answered."""
