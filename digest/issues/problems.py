"""What a person can get wrong about newsletters and issues."""

from digest.problem import Problem


class IssueError(Problem):
    """The root of this room's errors: an issue that is not there, or an edit that cannot be made."""


class NothingToSend(IssueError):
    """The selection chose nothing, or holds a thin week back: no issue this time, and no one's mistake."""


class NewsletterError(IssueError):
    """A newsletter that is not there, or a field of it with a wrong value."""


class StateError(IssueError):
    """A step that an issue in its state cannot take: sent twice, approved empty."""
