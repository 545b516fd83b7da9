"""Webhooks in: a mail provider's report is checked, kept at once, and has its effect beside the pages."""

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from digest.actions.beside import Beside
from digest.actions.context import Context
from digest.actions.deliver import return_paths
from digest.webhooks import inbox
from digest.webhooks.incoming import Report, brevo, mailgun, postmark, secrets, sendgrid, ses
from digest.webhooks.incoming.report import BOUNCE
from outbox.complaints import complained
from outbox.returns import ReturnPaths
from outbox.tables import Delivery, DeliveryState, Mailing
from subscribers.addresses import AddressError, normalise
from subscribers.bounces import reading
from subscribers.bounces.acting import Effect, act
from subscribers.bounces.reading import Outcome
from subscribers.tables import Subscriber

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets an address of Amazon's safely (`digest.sources.fetcher`)."""

PROVIDERS = ("ses", "postmark", "mailgun", "sendgrid", "brevo")
RECENT = timedelta(days=30)
"""A report that names no message of ours is about the last one, if that left within this time."""
WAKE_SECONDS = 30.0
AT_ONCE = 50
"""Reports worked off in one round; a process that is told to stop ends after it."""
_LEFT = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.FAILED)
_MESSAGE_ID = re.compile(r"<?([0-9a-f]{1,15})\.([0-9a-f]{20})@")


class Certificates:
    """The certificates of Amazon SNS, each fetched once and kept for a day; one fetch at a time."""

    KEPT = timedelta(days=1)
    MOST = 16

    def __init__(self, fetch: Fetch) -> None:
        self.fetch = fetch
        self._kept: dict[str, tuple[datetime, bytes]] = {}
        self._turn = asyncio.Lock()

    async def get(self, url: str, now: datetime) -> bytes:
        """The certificate at an address that `ses.opened` has let through."""
        async with self._turn:
            known = self._kept.get(url)
            if known is not None and now - known[0] < self.KEPT:
                return known[1]
            found = await self.fetch(url)
            if len(self._kept) >= self.MOST:
                self._kept.pop(next(iter(self._kept)))
            self._kept[url] = (now, found)
            return found


@dataclass(frozen=True)
class Genuine:
    """A request whose proof holds: its reports, a token that is good once, and what SNS wants confirmed."""

    reports: tuple[Report, ...]
    token: str = ""
    confirm: str | None = None


async def genuine(
    context: Context,
    provider: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    certificates: Certificates,
) -> Genuine | None:
    """What a provider's request says once its proof is checked; None where that provider is not in the settings.

    Raises NotGenuine, Unreadable, or NotInstalled. `headers` have names in small letters.
    """
    hooks = context.settings.hooks
    if provider == "ses" and hooks.ses is not None:
        envelope = ses.opened(body, hooks.ses.topics)
        certificate = await certificates.get(envelope.certificate_url, now)
        ses.verify(envelope, certificate, now)
        return Genuine(tuple(ses.reports(envelope)), confirm=ses.confirmation_url(envelope))
    if provider == "postmark" and hooks.postmark is not None:
        secrets.check(headers, hooks.postmark.secret.get_secret_value())
        return Genuine(tuple(postmark.reports(body)))
    if provider == "mailgun" and hooks.mailgun is not None:
        token = mailgun.check(body, hooks.mailgun.signing_key.get_secret_value(), now)
        return Genuine(tuple(mailgun.reports(body)), token=token)
    if provider == "sendgrid" and hooks.sendgrid is not None:
        sendgrid.check(headers, body, hooks.sendgrid.public_key, now)
        return Genuine(tuple(sendgrid.reports(body)))
    if provider == "brevo" and hooks.brevo is not None:
        secrets.check(headers, hooks.brevo.secret.get_secret_value())
        return Genuine(tuple(brevo.reports(body)))
    return None


def keep(context: Context, provider: str, said: Genuine, now: datetime) -> int:
    """Let the reports wait, committed on return; how many were not known."""
    if not said.reports and not said.token:
        return 0
    with context.database.writing() as session:
        return inbox.put(session, provider, said.reports, now, token=said.token)


def apply_next(context: Context, now: datetime) -> bool:
    """Give the oldest waiting report its effect; False when none waits.

    It acts only on somebody to whom a message of ours went: the one that its Message-ID or return path
    names, both of which we signed; else the latest to that address within RECENT.
    """
    with context.database.writing() as session:
        row = inbox.next_waiting(session)
        if row is None:
            return False
        report = Report.from_json(row.facts)
        found = _about(session, return_paths(context), report, now)
        effect = Effect.NOTHING
        if found is not None:
            effect = act(
                session,
                found.recipient_id,
                _outcome(report),
                evidence=f"{row.provider}, delivery {found.id}",
                now=now,
                at=report.happened_at,
            )
        if found is not None and effect is Effect.COMPLAINED:
            complained(session, found.mailing_id)
        inbox.done(row, effect)
        return True


async def apply_waiting(context: Context, door: CapacityLimiter | None = None) -> bool:
    """Work off what waits, at most AT_ONCE; whether more may wait."""
    for _ in range(AT_ONCE):
        if not await to_thread.run_sync(apply_next, context, datetime.now(UTC), limiter=door):
            return False
    return True


def applying(context: Context, door: CapacityLimiter | None = None) -> Beside:
    """Works off the waiting reports in the background; to be woken when one was kept in this process."""
    return Beside(partial(apply_waiting, context, door), WAKE_SECONDS)


def _outcome(report: Report) -> Outcome:
    if report.kind == BOUNCE:
        return reading.told_by_provider(
            report.address, report.words, status=report.status, permanent=report.permanent
        )
    return Outcome(report.address.lower(), "complaint", "feedback", feedback=report.feedback)


def _about(
    session: Session, paths: ReturnPaths, report: Report, now: datetime
) -> "Row[int, int, int] | None":
    named = _by_message_id(paths, report.message_id)
    if named is None and report.sender:
        named = paths.bounced(report.sender)
    if named is not None:
        return session.execute(
            select(Delivery.id, Delivery.recipient_id, Delivery.mailing_id).where(Delivery.id == named)
        ).one_or_none()
    try:
        email = normalise(report.address).email
    except AddressError:
        return None
    return session.execute(
        select(Delivery.id, Delivery.recipient_id, Delivery.mailing_id)
        .join(Subscriber, Subscriber.id == Delivery.recipient_id)
        .where(
            Subscriber.email == email,
            Delivery.mailing_id.in_(select(Mailing.id).where(Mailing.date > now - RECENT)),
            Delivery.state.in_(_LEFT),
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    ).first()


def _by_message_id(paths: ReturnPaths, message_id: str) -> int | None:
    """The delivery of a Message-ID that we made (`outbox.returns.Tokens`)."""
    found = _MESSAGE_ID.match(message_id)
    if found is None:
        return None
    number = int(found[1], 16)
    ours = paths.tokens(number).message
    return number if hmac.compare_digest(ours.encode(), f"{found[1]}.{found[2]}".encode()) else None
