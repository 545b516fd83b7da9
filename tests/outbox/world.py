"""A small world around the outbox: people in a table, a gate, personal links, and a frozen mailing."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from digest.signing import Signer
from digest.slots import marker
from outbox.claims import Claim, claim
from outbox.connection import Features
from outbox.dkim import DkimSigner
from outbox.envelope import Composer
from outbox.freeze import freeze
from outbox.protocols import MailingRef, Recipient
from outbox.relay import Relay, parse_relay
from outbox.rendition import MessageFacts, Rendition, compile_rendition
from outbox.retry import RetrySchedule
from outbox.returns import ReturnPaths
from outbox.sender import Sender, SenderOptions
from outbox.tables import Delivery, DeliveryState, Mailing
from store import Database

P = ParamSpec("P")
T = TypeVar("T")

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PATHS = ReturnPaths(Signer((("k1", b"k" * 32),)), "bounces@news.example.org", "leave@news.example.org")
FACTS = MessageFacts(
    "The Weekly", "weekly@news.example.org", "What happened", NOON, "weekly.news.example.org", "Weekly"
)


def rendition(paragraphs: int = 20) -> Rendition:
    html = (
        f"<html><body><p>Hello {marker('name')}</p>"
        + "<p>Something happened, and it is told here.</p>\n" * paragraphs
        + f'<a href="{marker("unsubscribe_url")}">Leave</a></body></html>'
    )
    return compile_rendition(html, f"Hello {marker('name')}\n\n{marker('unsubscribe_url')}\n", FACTS)


@dataclass
class OpenGate:
    """Lets everybody through but `closed_for`; remembers whom it was asked about."""

    closed_for: set[int] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)

    def allowed(self, session: Session, mailing: MailingRef, recipient_ids: Sequence[int]) -> set[int]:
        self.asked.extend(recipient_ids)
        return set(recipient_ids) - self.closed_for


class Links:
    """One unsubscribe link for each recipient."""

    def values(self, mailing: MailingRef, recipient: Recipient) -> Mapping[str, str]:
        return {"unsubscribe_url": f"https://news.example.org/u/{mailing.id}-{recipient.recipient_id}"}


def address(number: int) -> str:
    return f"reader{number}@example.org"


def handed_over(
    database: Database,
    count: int,
    *,
    reference: int = 1,
    uncertain: str = "retry",
    lifetime: timedelta = timedelta(days=4),
    addresses: Mapping[int, str] | None = None,
    paragraphs: int = 20,
) -> int:
    """Freeze a mailing to `count` readers, numbered from 1; its number."""
    numbers = select(literal(1).label("n")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < count))
    usual = literal("reader") + cast(numbers.c.n, String) + literal("@example.org")
    given = case(addresses, value=numbers.c.n, else_=usual) if addresses else usual
    now = datetime.now(UTC)
    with database.writing() as session:
        frozen = freeze(
            session,
            kind="issue",
            reference=reference,
            rendition=rendition(paragraphs),
            recipients=select(
                numbers.c.n,
                given.label("address"),
                (literal("Reader ") + cast(numbers.c.n, String)).label("name"),
            ),
            date=NOON,
            starts_at=now - timedelta(seconds=1),
            expires_at=now + lifetime,
            uncertain=uncertain,
        )
    return frozen.mailing_id


QUICK = SenderOptions(
    schedule=RetrySchedule(first=0.05, factor=1.0, jitter=0.0),
    relay_patience=1.0,
    drain=5.0,
    ledger_patience=5.0,
)


def relay(port: int, **options: object) -> Relay:
    return parse_relay(f"smtp://127.0.0.1:{port}", **{"connections": 3, **options})  # type: ignore[arg-type]


def sender(database: Database, *relays: Relay, gate: OpenGate | None = None, **options: object) -> Sender:
    return Sender(
        database,
        relays,
        gate=gate or OpenGate(),
        return_paths=PATHS,
        **{"options": QUICK, "personal": Links(), **options},  # type: ignore[arg-type]
    )


def send(database: Database, mailing_id: int, *relays: Relay, runs: int = 1, **options: object) -> None:
    """Run a sender until nothing is due, `runs` times with time between for what was deferred."""

    async def run() -> None:
        for number in range(runs):
            if number:
                await asyncio.sleep(0.12)
            await sender(database, *relays, **options).run(mailing_id)  # type: ignore[arg-type]
            assert asyncio.all_tasks() == {asyncio.current_task()}, "a task goes on after the sender"

    asyncio.run(run(), debug=True)


class Doors:
    """A sender's two doors to the database, without its thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def call(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._database.writing() as session:
            return work(session, *args, **kwargs)

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._database.reading() as session:
            return work(session, *args, **kwargs)


def claimed(database: Database, owner: str, now: datetime, mailing_id: int | None = None) -> Claim | None:
    """What a sender of that name claims."""
    return asyncio.run(claim(Doors(database), owner, now, mailing_id))


def states(database: Database, mailing_id: int) -> dict[DeliveryState, int]:
    with database.reading() as session:
        rows = session.execute(
            select(Delivery.state, func.count())
            .where(Delivery.mailing_id == mailing_id)
            .group_by(Delivery.state)
        )
        return {DeliveryState(state): count for state, count in rows}


def delivery(database: Database, recipient_id: int) -> Delivery:
    with database.reading() as session:
        found = session.scalars(select(Delivery).where(Delivery.recipient_id == recipient_id)).one()
        session.expunge(found)
        return found


def composed(database: Database, mailing_id: int, dkim: DkimSigner | None = None) -> dict[str, bytes]:
    """The bytes of each message of a mailing as they should go over the wire, by address."""
    composer = Composer(PATHS, Links(), dkim)
    with database.reading() as session:
        mailing = session.get_one(Mailing, mailing_id)
        ref = MailingRef(mailing.id, mailing.kind, mailing.reference, mailing.expires_at, mailing.uncertain)
        made = Rendition.from_bytes(mailing.rendition)
        rows = session.scalars(select(Delivery).where(Delivery.mailing_id == mailing_id)).all()
        return {
            row.address: composer.compose(
                made, ref, Recipient(row.id, row.recipient_id, row.address, row.name), Features()
            ).wire
            for row in rows
        }
