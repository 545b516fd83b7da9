"""What a person can get wrong about newsletters and issues."""

from typing import Any

from digest.problem import Problem


class IssueError(Problem):
    """The root of this room's errors: an issue that is not there, or an edit that cannot be made."""


class NothingToSend(IssueError):
    """The selection chose nothing, or holds a thin week back: no issue this time, and no one's mistake.

    `decision` says as plain data what was decided, and why.
    """

    def __init__(self, message: str, hint: str = "", decision: dict[str, Any] | None = None) -> None:
        super().__init__(message, hint)
        self.decision = decision or {}


class NewsletterError(IssueError):
    """A newsletter that is not there, or a field of it with a wrong value."""


class StateError(IssueError):
    """A step that an issue in its state cannot take: sent twice, approved empty."""
