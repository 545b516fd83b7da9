"""What can go wrong in a demo."""

from digest.problem import Problem


class DemoError(Problem):
    """The demo cannot run, or the program did not do what the demo shows."""
