"""A hard failure ends a subscription at once, a soft one only after days, our own faults never."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from digest.signing import Signer
from store import Database
from subscribers.addresses import normalise
from subscribers.bounces.acting import Effect, act
from subscribers.bounces.reading import Outcome
from subscribers.recipients import recipients
from subscribers.states import Change
from subscribers.subscribing import Proof, join
from subscribers.tables import MailingList


def bounced(reason: str, *, hard: bool = False) -> Outcome:
    return Outcome("ani@example.com", "bounce", reason, hard, "5.1.1", "550")


def complained(feedback: str) -> Outcome:
    return Outcome("ani@example.com", "complaint", "feedback", feedback=feedback)


def member(session: Session, weekly: MailingList, signer: Signer, now: datetime) -> int:
    outcome = join(
        session, weekly, normalise("ani@example.com"), Change.STATE, Proof("admin"), signer=signer, now=now
    )
    assert outcome.subscriber_id is not None
    return outcome.subscriber_id


def mailed(session: Session, weekly: MailingList, now: datetime) -> int:
    return len(session.execute(recipients(weekly.id, now=now)).all())


def test_a_hard_bounce_ends_it_at_once_and_only_once(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        ani = member(session, weekly, signer, now)
        assert (
            act(session, ani, bounced("userunknown", hard=True), evidence="<1@x>", now=now) is Effect.BOUNCED
        )
        assert (
            act(session, ani, bounced("userunknown", hard=True), evidence="<1@x>", now=now) is Effect.NOTHING
        )
        assert mailed(session, weekly, now) == 0


def test_a_full_mailbox_is_borne_for_days(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        ani = member(session, weekly, signer, now)
        effects = []
        for day in (0, 0, 0, 0, 2, 4, 6, 8):
            at = now + timedelta(days=day)
            effects.append(act(session, ani, bounced("mailboxfull"), evidence="", now=at))
        assert effects == [Effect.NOTED] * 7 + [Effect.BOUNCED]


@pytest.mark.parametrize(
    "reason", ["blocked", "spamdetected", "authfailure", "policyviolation", "requireptr"]
)
def test_what_is_our_own_fault_never_costs_a_subscriber(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, reason: str
) -> None:
    with database.writing() as session:
        ani = member(session, weekly, signer, now)
        for day in range(0, 50, 5):
            at = now + timedelta(days=day)
            assert act(session, ani, bounced(reason), evidence="", now=at) is Effect.NOTED
        assert mailed(session, weekly, now) == 1


@pytest.mark.parametrize(
    ("feedback", "effect"),
    [("abuse", Effect.COMPLAINED), ("opt-out", Effect.UNSUBSCRIBED), ("not-spam", Effect.NOTHING),
     ("auth-failure", Effect.NOTHING)],
)  # fmt: skip
def test_a_complaint_unsubscribes_and_its_opposite_does_not(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, feedback: str, effect: Effect
) -> None:
    with database.writing() as session:
        ani = member(session, weekly, signer, now)
        assert act(session, ani, complained(feedback), evidence="", now=now) is effect
        assert mailed(session, weekly, now) == (effect is Effect.NOTHING)


def test_an_automatic_answer_and_a_stranger_change_nothing(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        ani = member(session, weekly, signer, now)
        assert (
            act(session, ani, Outcome("a@b.example", "vacation", "vacation"), evidence="", now=now)
            is Effect.NOTHING
        )
        assert act(session, 999, bounced("userunknown", hard=True), evidence="", now=now) is Effect.NOTHING
