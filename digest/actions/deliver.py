"""Deliver: run the sender over what was handed to the outbox, and tell the issues how it ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions import announce, links
from digest.actions.context import Context
from digest.actions.mailings import TEST, issue_of, mailings_of
from digest.actions.relays import dkim, plan, relays
from digest.actions.track import READER, notes_persons, reader_token
from digest.issues import Issue, IssueState, Newsletter, progress
from digest.issues.finding import name_of
from outbox.protocols import MailingRef, Recipient
from outbox.retry import RetrySchedule
from outbox.returns import ReturnPaths
from outbox.running import run_sender
from outbox.sender import Progress, Sender, SenderOptions
from outbox.tables import MailingState
from subscribers.recipients import may_still_receive
from subscribers.subscribing import Proof, bounce


class ListGate:
    """Lets an issue through to those who are still confirmed and not suppressed at this very moment."""

    def __init__(self) -> None:
        self._lists: dict[int, int] = {}

    def allowed(self, session: Session, mailing: MailingRef, recipient_ids: Sequence[int]) -> set[int]:
        """A test mail goes to whoever asked for it; an issue to those who may still receive its list."""
        if mailing.kind == TEST:
            return set(recipient_ids)
        list_id = self._lists.get(mailing.id)
        if list_id is None:
            list_id = session.scalars(
                select(Newsletter.list_id)
                .join(Issue, Issue.newsletter_id == Newsletter.id)
                .where(Issue.id == issue_of(session, mailing.kind, mailing.reference))
            ).one()
            self._lists[mailing.id] = list_id
        return may_still_receive(session, list_id, recipient_ids, now=datetime.now(UTC))


class PersonalLinks:
    """The links of one recipient. The list of each issue is read once, before sending.

    They are signed with the key that the mailing began with, so that a retry after a rotation of the keys
    sends the same bytes.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._signing: dict[str | None, Context] = {}
        self._issues: dict[tuple[str, int], tuple[int, int, bool]] = {}

    def values(self, mailing: MailingRef, recipient: Recipient) -> Mapping[str, str]:
        """The same values at each call: they are made of the row's numbers and the installation's key."""
        issue_id, list_id, noted = self._issue(mailing)
        context = self._signing_with(mailing.key)
        public, signer = context.settings.public_url, context.signer
        values = {
            "unsubscribe_url": links.leave_url(public, signer, list_id, recipient.recipient_id),
            "preferences_url": links.preferences_url(public, signer, recipient.recipient_id),
            "web_url": links.issue_url(public, signer, issue_id),
        }
        if noted:
            values[READER] = reader_token(context, issue_id, recipient.recipient_id)
        return values

    def _signing_with(self, key: str | None) -> Context:
        if key not in self._signing:
            signer = self._context.signer.signing_with(key)
            self._signing[key] = replace(self._context, signer=signer)
        return self._signing[key]

    def _issue(self, mailing: MailingRef) -> tuple[int, int, bool]:
        key = (mailing.kind, mailing.reference)
        if key not in self._issues:
            if mailing.kind == TEST:
                self._issues[key] = (0, 0, False)
            else:
                with self._context.database.reading() as session:
                    issue = session.get_one(Issue, issue_of(session, mailing.kind, mailing.reference))
                    self._issues[key] = (issue.id, issue.newsletter.list_id, notes_persons(issue))
        return self._issues[key]


class BouncedPeople:
    """Ends the memberships of people whose address a server called gone for good."""

    def gone(self, session: Session, recipients: Sequence[tuple[int, str]]) -> None:
        now = datetime.now(UTC)
        for subscriber_id, words in recipients:
            bounce(session, subscriber_id, Proof("mail server", words), now=now)


def return_paths(context: Context) -> ReturnPaths:
    """Where bounces come back to: the setting, or `bounces@` the first newsletter's domain."""
    mailbox = context.settings.smtp.bounces
    if mailbox is None:
        with context.database.reading() as session:
            sender = session.scalar(select(Newsletter.sender_address).order_by(Newsletter.id).limit(1))
        mailbox = f"bounces@{(sender or 'bounces@localhost.localdomain').rpartition('@')[2]}"
    return ReturnPaths(context.signer, mailbox, context.settings.smtp.leave)


def sender(context: Context, report: Callable[[Progress], None] | None = None) -> Sender:
    """A sender with this installation's relays, keys and rules."""
    smtp = context.settings.smtp
    return Sender(
        context.database,
        relays(context),
        gate=ListGate(),
        personal=PersonalLinks(context),
        return_paths=return_paths(context),
        bounced=BouncedPeople(),
        dkim=dkim(context.settings),
        options=SenderOptions(
            schedule=RetrySchedule(first=smtp.retry_minutes * 60),
            relay_patience=smtp.relay_patience_seconds,
            plan=plan(context.settings),
        ),
        progress=report,
    )


def deliver(
    context: Context, mailings: Sequence[int], report: Callable[[Progress], None] | None = None
) -> None:
    """Send what is due of these mailings, one after the other.

    Ctrl-C and SIGTERM finish what is in flight, then this returns. Raises RelayError when the relay is away
    or refuses us; the mailing is then paused, and nobody failed.
    """
    try:
        for number in mailings:
            running = sender(context, report)
            run_sender(running, number)
            if running.stopped:
                return
    finally:
        settle(context, datetime.now(UTC))


def settle(context: Context, now: datetime) -> list[str]:
    """Mark as sent the issues all of whose mailings are done; their names."""
    names = []
    with context.database.writing() as session:
        # One process of several tells of it: the others pass over what it has in hand.
        sending = select(Issue).where(Issue.state == IssueState.SENDING).with_for_update(skip_locked=True)
        for issue in session.scalars(sending):
            mailings = mailings_of(session, issue.id)
            if {mailing.state for mailing in mailings} == {MailingState.DONE}:
                progress.finish(session, issue, now)
                announce.issue_sent(session, issue, sum(one.recipients for one in mailings), now)
                names.append(name_of(issue))
    return names
