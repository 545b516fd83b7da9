"""The web version of an issue: the same rendition, without what differs from reader to reader."""

from digest import slots
from digest.actions.context import Context
from digest.actions.links import ISSUE, shared_values
from digest.issues import Issue
from digest.signing import BadToken


def web_version(context: Context, token: str) -> str:
    """The HTML that was approved, for the signed link of an issue; BadToken when there is none to show."""
    (issue_id,) = context.signer.verify(ISSUE, token, 1)
    with context.database.reading() as session:
        issue = session.get(Issue, issue_id)
        if issue is None or issue.html is None:
            raise BadToken("There is no issue to read under this link.", "It belongs to a test mail.")
        return slots.fill(issue.html, shared_values(context, issue.id), html=True)
