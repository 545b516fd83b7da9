"""Addressed: the letter that a row of the queue asks for, to whom and from whom."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions import letters
from digest.actions.confirm import confirm_url
from digest.actions.context import Context
from digest.actions.deliver import return_paths
from digest.actions.goodbye import GOODBYE
from digest.actions.links import leave_url, preferences_url
from digest.actions.look import look, newsletter_of
from digest.actions.move import move_url
from digest.actions.sign_up import MOVE, READABLE
from digest.issues import Issue
from digest.signups.tables import SignUp
from outbox.post import Letter
from subscribers.tables import MailingList

CONFIRM, KNOWN = "confirm", "known"


def letter_of(context: Context, session: Session, row: SignUp, now: datetime) -> Letter:
    """The letter in the reader's language, from the list's newsletter. Problem where it cannot be written yet."""
    assert row.subscriber_id is not None
    lists = session.scalars(
        select(MailingList).where(MailingList.slug.in_(row.lists)).order_by(MailingList.id)
    ).all()
    names, first = [one.name for one in lists], lists[0] if lists else None
    seen = look(session, first.id if first else None, language=row.language)
    newsletter = newsletter_of(session, first.id if first else None)
    public, signer = context.settings.public_url, context.signer
    choices = preferences_url(public, signer, row.subscriber_id)
    sender = context.settings.web.sender or (newsletter.sender_address if newsletter else "")
    list_id, values = None, {}
    if row.letter == CONFIRM:
        url = confirm_url(context, row.subscriber_id, [one.id for one in lists], now)
        content = letters.confirm_letter(seen, names, url)
    elif row.letter == MOVE:
        content = letters.move_letter(seen, move_url(context, row.id, row.subscriber_id))
    elif row.letter == KNOWN:
        content = letters.known_letter(seen, names, choices)
    elif row.letter == GOODBYE:
        content = letters.goodbye_letter(seen, names, choices)
    else:
        assert first is not None
        assert newsletter is not None
        content = letters.welcome_letter(seen, names, _last_issue(context, session, first.id), choices)
        list_id = f"{first.slug}.{newsletter.sender_address.rpartition('@')[2]}"
        values = {"unsubscribe_url": leave_url(public, signer, first.id, row.subscriber_id)}
    name = newsletter.sender_name if newsletter else ""
    rendition = letters.rendition(context, seen, content, (name, sender), now, list_id=list_id)
    return Letter(rendition, row.address, row.name, values, return_paths(context).bounces)


def _last_issue(context: Context, session: Session, list_id: int) -> str:
    newsletter = newsletter_of(session, list_id)
    if newsletter is None or newsletter.list_id != list_id:
        return ""
    query = select(Issue.number).where(Issue.newsletter_id == newsletter.id, Issue.state.in_(READABLE))
    number = session.scalar(query.order_by(Issue.number.desc()).limit(1))
    return "" if number is None else f"{context.settings.public_url}/a/{newsletter.slug}/{number}"
