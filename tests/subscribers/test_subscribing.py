"""Joining, confirming, leaving: idempotent, remembered, and stronger than any import."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.signing import Signer
from store import Database
from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.history import history
from subscribers.people import find_person
from subscribers.recipients import may_still_receive, recipients
from subscribers.states import Change
from subscribers.subscribing import (
    Outcome,
    Proof,
    bounce,
    complain,
    confirm,
    join,
    unsubscribe,
    unsubscribe_from_all,
)
from subscribers.suppression import Reason
from subscribers.tables import MailingList, Subscription, SubscriptionState, Suppression

ADMIN, PERSON = Proof("admin"), Proof("person", "192.0.2.7", "2026-01")


def put(
    session: Session,
    on: MailingList,
    signer: Signer,
    now: datetime,
    change: Change,
    address: str = "ani@example.com",
) -> Outcome:
    proof = PERSON if change in (Change.REQUEST, Change.JOIN) else ADMIN
    return join(session, on, normalise(address), change, proof, signer=signer, now=now)


def mailed(session: Session, on: MailingList, now: datetime) -> list[str]:
    return [row.address for row in session.execute(recipients(on.id, now=now))]


def test_a_person_asks_confirms_is_mailed_and_leaves(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        asked = put(session, weekly, signer, now, Change.REQUEST, "Ani@Example.com")
        assert asked.state is SubscriptionState.UNCONFIRMED
        assert asked.subscriber_id is not None
        assert mailed(session, weekly, now) == []
        confirm(session, asked.subscriber_id, weekly.id, PERSON, now=now)
        assert mailed(session, weekly, now) == ["Ani@example.com"]
        left = unsubscribe(session, asked.subscriber_id, weekly.id, PERSON, now=now + timedelta(hours=1))
        assert left.changed
        assert mailed(session, weekly, now) == []
        assert not unsubscribe(session, asked.subscriber_id, weekly.id, PERSON, now=now).changed
    with database.reading() as session:
        told = [(event.change, event.state, event.actor) for event in history(session, asked.subscriber_id)]
    assert told == [
        ("request", "unconfirmed", "person"),
        ("confirm", "confirmed", "person"),
        ("leave", "unsubscribed", "person"),
    ]


def test_nothing_an_admin_does_brings_back_who_had_left(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        put(session, weekly, signer, now, Change.STATE)
        ani = find_person(session, "ani@example.com")
        unsubscribe(session, ani.id, weekly.id, PERSON, now=now)
        for change in (Change.STATE, Change.BRING, Change.JOIN, Change.STATE, Change.JOIN):
            put(session, weekly, signer, now, change)
            assert mailed(session, weekly, now) == []
        confirm(session, ani.id, weekly.id, PERSON, now=now)
        assert mailed(session, weekly, now) == ["ani@example.com"]


def test_leaving_every_list_holds_for_lists_to_come_until_a_new_consent(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        put(session, weekly, signer, now, Change.STATE)
        ani = find_person(session, "ani@example.com")
        unsubscribe_from_all(session, ani.id, PERSON, now=now)
        assert put(session, weekly, signer, now, Change.STATE).suppressed
        # With single opt-in too, somebody who left everything is asked to confirm.
        assert put(session, weekly, signer, now, Change.JOIN).state is SubscriptionState.UNCONFIRMED
        assert may_still_receive(session, weekly.id, [ani.id], now=now) == set()
        confirm(session, ani.id, weekly.id, PERSON, now=now)
        assert may_still_receive(session, weekly.id, [ani.id], now=now) == {ani.id}
        assert session.scalars(select(Suppression)).all() == []


@pytest.mark.parametrize("reason", [Reason.COMPLAINED, Reason.ERASED, Reason.MANUAL])
def test_a_suppressed_address_stays_out_whoever_asks(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, reason: Reason
) -> None:
    mark = suppression.fingerprint(signer, "ani@example.com")
    with database.writing() as session:
        assert suppression.suppress(session, [mark, mark], reason=reason, now=now) == 1
        assert suppression.suppress(session, [mark], reason=reason, now=now) == 0
        for change in (Change.REQUEST, Change.JOIN, Change.STATE, Change.BRING):
            outcome = put(session, weekly, signer, now, change)
            assert outcome == Outcome(None, None, changed=False, suppressed=True)
        assert session.scalars(select(Subscription)).all() == []
        assert suppression.lift(session, mark) == 1
        assert put(session, weekly, signer, now, Change.STATE).state is SubscriptionState.CONFIRMED


def test_a_suppression_set_after_the_freeze_still_stops_the_mail(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        for address in ("ani@example.com", "bob@example.com"):
            put(session, weekly, signer, now, Change.STATE, address)
        frozen = [row.recipient_id for row in session.execute(recipients(weekly.id, now=now))]
        mark = suppression.fingerprint(signer, "ani@example.com")
        suppression.suppress(session, [mark], reason=Reason.MANUAL, now=now, list_id=weekly.id)
        bob = find_person(session, "bob@example.com")
        assert len(frozen) == 2
        assert may_still_receive(session, weekly.id, frozen, now=now) == {bob.id}
        assert mailed(session, weekly, now) == ["bob@example.com"]


def test_a_bounce_or_a_complaint_ends_every_membership(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        for address in ("ani@example.com", "bob@example.com"):
            put(session, weekly, signer, now, Change.STATE, address)
        ani, bob = find_person(session, "ani@example.com"), find_person(session, "BOB@example.com")
        assert [out.state for out in bounce(session, ani.id, Proof("smtp"), now=now)] == [
            SubscriptionState.BOUNCED
        ]
        assert [out.state for out in complain(session, bob.id, Proof("arf"), now=now)] == [
            SubscriptionState.COMPLAINED
        ]
        assert mailed(session, weekly, now) == []
        assert put(session, weekly, signer, now, Change.REQUEST, "bob@example.com").suppressed


def test_a_person_who_does_not_exist_changes_nothing(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        assert not unsubscribe(session, 4711, weekly.id, PERSON, now=now).changed
        assert unsubscribe_from_all(session, 4711, PERSON, now=now) == []
