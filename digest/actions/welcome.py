"""Welcome: what follows a confirmation where a list has it so, a letter or the last issue under the same words."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from digest.actions.context import Context
from digest.actions.links import issue_url
from digest.actions.look import newsletter_of
from digest.actions.sign_up import READABLE, WELCOME, origin_of
from digest.issues import Issue, IssueState
from digest.signups.tables import SignUp, SignUpState
from subscribers.addresses import normalise
from subscribers.recipients import may_still_receive
from subscribers.tables import MailingList, Subscriber


def queue_welcome(
    context: Context, session: Session, subscriber_id: int, joined: Collection[int], now: datetime
) -> None:
    """One welcome for the lists just joined that have one, in the transaction of the confirmation."""
    query = select(MailingList.slug).where(MailingList.id.in_(joined), MailingList.welcome.is_(True))
    slugs = list(session.scalars(query))
    if not slugs:
        return
    person = session.get_one(Subscriber, subscriber_id)
    origin = origin_of(context, normalise(person.address), "")
    session.add(
        SignUp(
            at=now, try_at=now, kind=WELCOME, letter=WELCOME, state=SignUpState.MAILING,
            address=person.address, name=person.name, language=person.language, topics=[], lists=slugs,
            mark=origin.mark, network=b"", domain=origin.domain, crowd=0, tries=0,
            subscriber_id=subscriber_id,
        )
    )  # fmt: skip


def unwanted(session: Session, row: SignUp, now: datetime) -> bool:
    """Whether a welcome would come to somebody who has left meanwhile, or must not be mailed."""
    if row.letter != WELCOME or row.subscriber_id is None:
        return False
    lists = session.scalars(select(MailingList.id).where(MailingList.slug.in_(row.lists))).all()
    return not any(may_still_receive(session, one, [row.subscriber_id], now=now) for one in lists)


def issue_to_give(session: Session, lists: Sequence[MailingList]) -> Issue | None:
    """The last issue that has gone out, of the first list whose welcome brings one; None while there is none.

    One that is still going out, or was stopped, is not given: a person may yet call it back.
    """
    for one in lists:
        newsletter = newsletter_of(session, one.id) if one.welcome and one.welcome_issue else None
        if newsletter is None or newsletter.list_id != one.id:
            continue
        query = select(Issue).where(Issue.newsletter_id == newsletter.id, Issue.state == IssueState.SENT)
        found = session.scalar(query.order_by(Issue.number.desc()).limit(1))
        if found is not None:
            return found
    return None


def last_issue_url(context: Context, session: Session, mailing_list: MailingList) -> str:
    """Where a letter leads to for the last issue: the archive, or a signed link where that is private."""
    newsletter = newsletter_of(session, mailing_list.id)
    if newsletter is None or newsletter.list_id != mailing_list.id:
        return ""
    query = (
        select(Issue)
        .where(Issue.newsletter_id == newsletter.id, Issue.state.in_(READABLE), Issue.html.is_not(None))
        .options(load_only(Issue.id, Issue.number))
    )
    found = session.scalar(query.order_by(Issue.number.desc()).limit(1))
    if found is None:
        return ""
    public = context.settings.public_url
    if mailing_list.public:
        return f"{public}/a/{newsletter.slug}/{found.number}"
    return issue_url(public, context.signer, found.id)
