"""What is kept about a person can be seen and erased, everywhere, and the address stays unmailed."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from digest.signing import Signer
from outbox.tables import Delivery, Mailing
from store import Base, Database
from subscribers.addresses import normalise
from subscribers.personal import erase, erase_suppressed, everything_about
from subscribers.retention import Retention, purge
from subscribers.states import Change
from subscribers.subscribing import Proof, bounce, join, unsubscribe
from subscribers.tables import Bounce, MailingList, Subscriber


def person(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, did: Callable[..., None]
) -> int:
    """A person with a history, a failure, a click and a message."""
    with database.writing() as session:
        address = normalise("ani.secret@example.com")
        outcome = join(
            session,
            weekly,
            address,
            Change.STATE,
            Proof("admin", "told us"),
            signer=signer,
            now=now,
            name="Ani Secret",
        )
        assert outcome.subscriber_id is not None
        session.add(Bounce(subscriber_id=outcome.subscriber_id, at=now, hard=False, reason="mailboxfull"))
        did(session, outcome.subscriber_id, at=now)
        mailing = Mailing(
            kind="issue", reference=1, state="done", date=now, starts_at=now, expires_at=now, rendition=b""
        )
        session.add(mailing)
        session.flush()
        session.add(
            Delivery(
                mailing_id=mailing.id,
                recipient_id=outcome.subscriber_id,
                address=address.given,
                name="Ani Secret",
                state="sent",
                attempts=1,
                reply=f"250 {address.given} taken",
            )
        )
        return outcome.subscriber_id


def whole_database(database: Database) -> str:
    with database.reading() as session:
        return json.dumps(
            [
                [str(list(row)) for row in session.execute(select(table))]
                for table in Base.metadata.sorted_tables
            ]
        )


def test_everything_about_a_person_can_be_read(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, did: Callable[..., None]
) -> None:
    ani = person(database, weekly, signer, now, did)
    with database.reading() as session:
        found = everything_about(session, ani)
    assert found["subscriber"][0]["name"] == "Ani Secret"
    assert {"subscription", "subscription_event", "bounce", "tracking_event", "delivery"} <= set(found)
    assert found["subscription_event"][0]["evidence"] == "told us"


def test_an_erasure_leaves_no_trace_but_the_fingerprint(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, did: Callable[..., None]
) -> None:
    ani = person(database, weekly, signer, now, did)
    assert "secret@" in whole_database(database)
    with database.writing() as session:
        certificate = erase(session, ani, now=now)
    left = whole_database(database).lower()
    assert "secret" not in left
    assert certificate.removed["subscriber"] == certificate.removed["subscription"] == 1
    assert certificate.removed["delivery"] == 1
    with database.writing() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 1  # the balance still counts it
        again = join(
            session,
            weekly,
            normalise("ani.secret@example.com"),
            Change.STATE,
            Proof("admin"),
            signer=signer,
            now=now,
        )
        assert again.suppressed


def test_an_erasure_of_nobody_still_keeps_the_address_away(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        assert len(erase_suppressed(session, "eve@example.com", signer=signer, now=now)) == 64
        assert join(
            session,
            weekly,
            normalise("eve@example.com"),
            Change.REQUEST,
            Proof("person"),
            signer=signer,
            now=now,
        ).suppressed


def test_what_is_old_is_forgotten_and_the_suppression_stays(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, did: Callable[..., None]
) -> None:
    ani = person(database, weekly, signer, now, did)
    with database.writing() as session:
        for address in ("member@example.com", "left@example.com", "bounced@example.com"):
            join(session, weekly, normalise(address), Change.STATE, Proof("admin"), signer=signer, now=now)
        ids = {row.email: row.id for row in session.execute(select(Subscriber.email, Subscriber.id))}
        unsubscribe(session, ids["left@example.com"], weekly.id, Proof("person"), now=now)
        bounce(session, ids["bounced@example.com"], Proof("smtp"), now=now)
    rule = Retention(ended=timedelta(days=730))
    with database.writing() as session:
        assert purge(session, now=now + timedelta(days=200), retention=rule) == {
            "unconfirmed": 0, "bounces": 1, "ended": 0,
        }  # fmt: skip
        counts = purge(session, now=now + timedelta(days=800), retention=rule)
        assert counts["ended"] == 2
        assert set(session.scalars(select(Subscriber.id))) == {ani, ids["member@example.com"]}
        assert join(
            session,
            weekly,
            normalise("left@example.com"),
            Change.STATE,
            Proof("admin"),
            signer=signer,
            now=now,
        ).suppressed
