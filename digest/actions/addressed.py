"""Addressed: the letter that a row of the queue asks for, to whom and from whom."""

from collections.abc import Sequence
from contextlib import suppress
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
from digest.actions.mailings import welcome_kind
from digest.actions.move import move_url
from digest.actions.sign_up import MOVE, WELCOME
from digest.actions.welcome import issue_to_give, last_issue_url
from digest.problem import Problem
from digest.signups.tables import SignUp
from outbox import late
from outbox.post import Letter
from outbox.tables import DeliveryState
from subscribers.tables import MailingList

CONFIRM, KNOWN = "confirm", "known"


def prepare(context: Context, session: Session, row: SignUp) -> None:
    """Do beforehand, and without holding the database, what of the letter takes long."""
    lists = _lists(session, row)
    issue = issue_to_give(session, lists) if row.letter == WELCOME else None
    if issue is not None:
        from digest.actions import welcome_issue

        with suppress(Problem):  # `addressed` meets it again, and does without
            welcome_issue.render_ahead(context, session, row, issue, [one.name for one in lists])


def addressed(context: Context, session: Session, row: SignUp, now: datetime) -> tuple[Letter, int | None]:
    """What answers the row, with the delivery it is on record as if it brings an issue; else as `letter_of`."""
    lists = _lists(session, row)
    issue = issue_to_give(session, lists) if row.letter == WELCOME else None
    close_record(session, row, DeliveryState.EXPIRED)
    if issue is not None:
        # Most installations never need what renders issues in the process that serves their pages.
        from digest.actions import welcome_issue

        try:
            with session.begin_nested():
                found = welcome_issue.letter(context, session, row, issue, [one.name for one in lists], now)
        except Problem:
            found = None  # nobody goes without a welcome because an issue could not be shaped for them
        if found is not None:
            return found
    return letter_of(context, session, row, now), None


def close_record(session: Session, row: SignUp, state: DeliveryState) -> None:
    """What an earlier try of this row's welcome left open on record ends as `state`, unless it is tried again."""
    if row.letter == WELCOME and row.subscriber_id is not None and row.tries > 1:
        late.close(session, welcome_kind(""), row.subscriber_id, state)


def letter_of(context: Context, session: Session, row: SignUp, now: datetime) -> Letter:
    """The letter in the reader's language, from the list's newsletter. Problem where it cannot be written yet."""
    assert row.subscriber_id is not None
    lists = _lists(session, row)
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
        content = letters.welcome_letter(seen, names, last_issue_url(context, session, first), choices)
        list_id = f"{first.slug}.{newsletter.sender_address.rpartition('@')[2]}"
        values = {"unsubscribe_url": leave_url(public, signer, first.id, row.subscriber_id)}
    name = newsletter.sender_name if newsletter else ""
    rendition = letters.rendition(context, seen, content, (name, sender), now, list_id=list_id)
    return Letter(rendition, row.address, row.name, values, return_paths(context).bounces)


def _lists(session: Session, row: SignUp) -> Sequence[MailingList]:
    query = select(MailingList).where(MailingList.slug.in_(row.lists)).order_by(MailingList.id)
    return session.scalars(query).all()
