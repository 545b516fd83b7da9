"""Newsletters and their issues: what is in them, where they are on their way, who had what."""

from digest.issues.building import AlreadyBuilt, Writing, build, with_edits
from digest.issues.finding import find_issue, open_draft
from digest.issues.history import History, SentStory, sent_before, with_history
from digest.issues.problems import IssueError, NewsletterError, NothingToSend, StateError
from digest.issues.tables import Issue, IssueState, Item, Newsletter

__all__ = [
    "AlreadyBuilt",
    "History",
    "Issue",
    "IssueError",
    "IssueState",
    "Item",
    "Newsletter",
    "NewsletterError",
    "NothingToSend",
    "SentStory",
    "StateError",
    "Writing",
    "build",
    "find_issue",
    "open_draft",
    "sent_before",
    "with_edits",
    "with_history",
]
