"""Doctor: look at every part that sending depends on, change nothing."""

import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select

from digest.actions.context import Context
from digest.actions.online import texts
from digest.actions.relays import dkim_keys, relays
from digest.actions.webhook_in import PROVIDERS
from digest.actions.webhook_out import secret_of
from digest.issues import missed
from digest.issues.tables import Newsletter
from digest.migrations import check, version
from digest.problem import Problem
from digest.schedule import zone
from digest.sources.tables import Source
from digest.webhooks.endpoints import EndpointError, host, listed
from digest.webhooks.incoming.needs import needs_cryptography
from outbox.connection import connected
from outbox.relay import Relay, is_loopback
from outbox.running import on_loop

LEAST_FREE_BYTES = 500_000_000
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sign:
    """One part, whether it is well, and what was seen in plain words."""

    part: str
    well: bool
    words: str


def examine(context: Context) -> list[Sign]:
    """The signs of every part, in the order in which they depend on each other."""
    parts: tuple[tuple[str, Callable[[Context], str]], ...] = (
        ("database", _database),
        ("relay", _relay),
        ("DKIM", _dkim),
        ("public address", _public_url),
        ("newsletters", _newsletters),
        ("schedule", _schedule),
        ("sources", _sources),
        ("webhooks", _webhooks),
        ("disk", _disk),
        ("clock", _clock),
    )
    return [_sign(name, look, context) for name, look in parts]


def _sign(part: str, look: Callable[[Context], str], context: Context) -> Sign:
    try:
        return Sign(part, True, look(context))
    except Problem as problem:
        return Sign(part, False, str(problem))


def _database(context: Context) -> str:
    check(context.database)
    kind = context.database.engine.dialect.name
    return f"{kind} at version {version(context.database)}"


def _relay(context: Context) -> str:
    return "; ".join(map(_greeting, relays(context)))


def _greeting(relay: Relay) -> str:
    if relay.folder is not None:
        return f"dry run: mails become files in {relay.folder}"
    on_loop(_greeted(relay))
    return f"{relay.label} greets us, security {relay.security}{', signed in' if relay.username else ''}"


async def _greeted(relay: Relay) -> None:
    async with connected(relay):
        pass


def _dkim(context: Context) -> str:
    """Keys can be used, are nobody else's to read, and stand in DNS."""
    keys = dkim_keys(context.settings)
    for one in context.settings.dkim:
        file = context.settings.folder / one.key_file
        if file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            raise Problem(f"The DKIM key {file.name} can be read by others.", f"Run `chmod 600 {file.name}`.")
    for key in keys:
        found = texts(key.name)
        if not any(key.is_published_as(record) for record in found):
            seen = "another key" if found else "no key"
            raise Problem(f"DNS has {seen} at {key.name}.", f"Publish there, as TXT: {key.record}")
    if not keys:
        return "no key here; the relay has to sign (see `digest issue test`)"
    return ", ".join(f"{key.name} is published" for key in keys)


def _public_url(context: Context) -> str:
    url = context.settings.public_url
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return f"{url} reaches this machine only; fine for a trial"
    if parts.scheme != "https":
        raise Problem(
            f"{url} is not encrypted; Gmail and Yahoo want one-click unsubscribing by https.",
            "Set public_url to an https address.",
        )
    return url


def _newsletters(context: Context) -> str:
    with context.database.reading() as session:
        found = list(session.scalars(select(Newsletter).order_by(Newsletter.slug)))
    if not found:
        raise Problem("There is none yet.", "Make one: digest newsletter add.")
    for newsletter in found:
        zone(newsletter.timezone)
        if not newsletter.postal_address:
            raise Problem(
                f"{newsletter.slug} has no postal address.",
                f'Set it: digest newsletter edit {newsletter.slug} --postal-address "…".',
            )
    return ", ".join(newsletter.slug for newsletter in found)


def _schedule(context: Context) -> str:
    """No hour failed whose issue is still wanted."""
    now = datetime.now(UTC)
    with context.database.reading() as session:
        kept = list(session.scalars(select(Newsletter).where(Newsletter.schedule.is_not(None))))
        failed = [one for newsletter in kept if (one := missed.open_of(session, newsletter)) and one.failed]
    if failed:
        raise Problem(
            " ".join(f"{one.newsletter}: {one.in_words(now)}" for one in failed),
            "Mend that; then `digest run` does it, or build it yourself: digest issue build.",
        )
    return f"{len(kept)} kept, none failing" if kept else "none; issues are built and sent by hand"


def _sources(context: Context) -> str:
    with context.database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Source)) or 0
        failing = list(
            session.scalars(select(Source.name).where(Source.failures > 0, Source.paused.is_(False)))
        )
    if not count:
        raise Problem("There is none yet.", "Add one: digest source add ADDRESS.")
    if failing:
        raise Problem(f"{', '.join(failing)} failed at the last visit.", "See: digest source list.")
    return f"{count}, none failing"


def _webhooks(context: Context) -> str:
    """Whether reports of providers can be checked, and every endpoint takes what it is told."""
    hooks = context.settings.hooks
    listening = [name for name in PROVIDERS if getattr(hooks, name) is not None]
    for name in ("ses", "sendgrid"):
        if name in listening:
            needs_cryptography(name)
    with context.database.reading() as session:
        found = listed(session)
        for one in found:
            secret_of(context, one.endpoint)
    failing = [one.endpoint for one in found if one.endpoint.failures]
    if failing:
        raise EndpointError(
            f"{host(failing[0].url)} does not take its messages: {failing[0].trouble}.",
            f"Look at it: digest webhook show {failing[0].id}.",
        )
    told = f"{len(found)} told" if found else "nobody is told"
    return f"{told}; reports from {', '.join(listening) or 'no provider'}"


def _disk(context: Context) -> str:
    free = shutil.disk_usage(context.settings.folder).free
    if free < LEAST_FREE_BYTES:
        raise Problem(
            f"{free / 1e6:,.0f} MB are free where the settings lie.", "Make room; sending stops when full."
        )
    return f"{free / 1e9:,.1f} GB free"


def _clock(context: Context) -> str:
    now = datetime.now(UTC)
    if now < EARLIEST:
        raise Problem(
            f"This machine thinks it is {now:%Y-%m-%d}.", "Set its clock; Date headers come from it."
        )
    return f"{now:%Y-%m-%d %H:%M} UTC"
