"""The headers of an issue's messages."""

from datetime import datetime

from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.links import archive_url
from digest.issues import Issue
from outbox.rendition import MessageFacts
from subscribers.tables import MailingList


def message_facts(
    context: Context, session: Session, issue: Issue, date: datetime, subject: str = ""
) -> MessageFacts:
    """What every message of the issue says of itself; `subject` replaces the issue's own."""
    newsletter = issue.newsletter
    mailing_list = session.get_one(MailingList, newsletter.list_id)
    domain = newsletter.sender_address.rpartition("@")[2]
    return MessageFacts(
        sender_name=newsletter.sender_name,
        sender_address=newsletter.sender_address,
        subject=subject or issue.subject,
        date=date,
        list_id=f"{mailing_list.slug}.{domain}",
        list_name=mailing_list.name,
        reply_to=newsletter.reply_to,
        feedback_id=f"{issue.number}:{newsletter.slug}:issue:{domain.replace('.', '-')}",
        list_help=f"{context.settings.public_url}/u",
        list_owner=newsletter.reply_to or newsletter.sender_address,
        list_archive=archive_url(context, newsletter.slug) if mailing_list.public else None,
        language=newsletter.language,
    )
