"""Double opt-in: asked rarely, answered in time, forgotten when not answered."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from digest.signing import Signer
from store import Database
from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.choosing import move, pause, set_frequency
from subscribers.consent import ExpiredRequest, Request, confirm_request, purge_unconfirmed, request
from subscribers.history import history
from subscribers.lists import add_list
from subscribers.people import find_person
from subscribers.problem import SubscribersError
from subscribers.recipients import mark_mailed, may_still_receive, recipients
from subscribers.states import Change
from subscribers.subscribing import Proof, join, unsubscribe
from subscribers.suppression import Reason
from subscribers.tables import MailingList, Subscriber, Subscription, SubscriptionState

ANI = normalise("ani@example.com")
PERSON = Proof("person", "192.0.2.7", "2026-01")
DAY = timedelta(days=1)


def test_an_address_is_asked_once_a_day_and_three_times_in_all(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    asked = []
    with database.writing() as session:
        daily = add_list(session, "daily", now=now)
        for after, on in ((0, weekly), (0.5, weekly), (0.6, daily), (1, weekly), (2, weekly), (3, weekly)):
            found = request(session, on, ANI, PERSON, signer=signer, now=now + after * DAY)
            asked.append(found.ask)
    assert asked == [True, False, False, True, True, False]


def test_a_confirmation_in_time_makes_a_member_and_a_late_one_says_so(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        found = request(session, weekly, ANI, PERSON, signer=signer, now=now)
        assert found.subscriber_id is not None
        with pytest.raises(ExpiredRequest, match="7 days"):
            confirm_request(session, found.subscriber_id, weekly.id, PERSON, now=now + 8 * DAY)
        assert request(session, weekly, ANI, PERSON, signer=signer, now=now + 8 * DAY).ask
        assert confirm_request(session, found.subscriber_id, weekly.id, PERSON, now=now + 9 * DAY).changed
        assert not confirm_request(
            session, found.subscriber_id, weekly.id, PERSON, now=now + 90 * DAY
        ).changed
        assert request(session, weekly, ANI, PERSON, signer=signer, now=now + 91 * DAY) == Request(
            found.subscriber_id
        )
        proofs = [(event.change, event.wording) for event in history(session, found.subscriber_id)]
    assert proofs == [("request", "2026-01"), ("request", "2026-01"), ("confirm", "2026-01")]


def test_a_suppressed_address_is_silently_not_asked(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        mark = suppression.fingerprint(signer, ANI.email)
        suppression.suppress(session, [mark], reason=Reason.COMPLAINED, now=now)
        assert request(session, weekly, ANI, PERSON, signer=signer, now=now) == Request(None)
        assert session.scalars(select(Subscriber)).all() == []


def test_with_single_opt_in_a_newcomer_is_on_the_list_at_once(
    database: Database, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        news = add_list(session, "news", now=now, opt_in="single")
        found = request(session, news, ANI, PERSON, signer=signer, now=now)
        assert found.joined
        assert found.subscriber_id is not None
        unsubscribe(session, found.subscriber_id, news.id, PERSON, now=now)
        assert request(session, news, ANI, PERSON, signer=signer, now=now).ask


def test_requests_that_were_never_confirmed_are_forgotten_after_thirty_days(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        request(session, weekly, ANI, PERSON, signer=signer, now=now)
        request(session, weekly, normalise("new@example.com"), PERSON, signer=signer, now=now + 20 * DAY)
        member = join(
            session, weekly, normalise("bob@example.com"), Change.STATE, PERSON, signer=signer, now=now
        )
        assert member.subscriber_id is not None
        unsubscribe(session, member.subscriber_id, weekly.id, PERSON, now=now)
        request(session, weekly, normalise("bob@example.com"), PERSON, signer=signer, now=now)
        assert purge_unconfirmed(session, now=now + 31 * DAY) == 2
        assert set(session.scalars(select(Subscriber.email))) == {"new@example.com", "bob@example.com"}
        # Who had left has left again, and no import can state a consent for them.
        bob = session.get_one(Subscription, (member.subscriber_id, weekly.id))
        assert bob.state == SubscriptionState.UNSUBSCRIBED
        again = join(
            session,
            weekly,
            normalise("bob@example.com"),
            Change.STATE,
            Proof("admin"),
            signer=signer,
            now=now,
        )
        assert again.state is SubscriptionState.UNSUBSCRIBED


def test_a_pause_and_a_slower_frequency_hold_mail_back(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        ani = join(session, weekly, ANI, Change.STATE, Proof("admin"), signer=signer, now=now).subscriber_id
        assert ani is not None

        def mailed(after: float) -> int:
            return len(session.execute(recipients(weekly.id, now=now + after * DAY)).all())

        assert pause(session, ani, weekly.id, now + 5 * DAY, PERSON, now=now)
        assert not pause(session, ani, weekly.id, now + 5 * DAY, PERSON, now=now)
        assert (mailed(1), mailed(6)) == (0, 1)
        assert may_still_receive(session, weekly.id, [ani], now=now + DAY) == set()
        assert pause(session, ani, weekly.id, None, PERSON, now=now)
        assert set_frequency(session, ani, weekly.id, "weekly", PERSON, now=now)
        assert mailed(0) == 1
        mark_mailed(session, weekly.id, now=now)
        assert (mailed(1), mailed(7)) == (0, 1)
        assert may_still_receive(session, weekly.id, [ani], now=now + DAY) == {ani}
        with pytest.raises(SubscribersError, match="'hourly' is unknown"):
            set_frequency(session, ani, weekly.id, "hourly", PERSON, now=now)


def test_a_person_moves_to_a_free_address_only(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        for address in ("ani@example.com", "bob@example.com"):
            join(session, weekly, normalise(address), Change.STATE, Proof("admin"), signer=signer, now=now)
        ani = find_person(session, "ani@example.com").id
        with pytest.raises(SubscribersError, match="cannot be used"):
            move(session, ani, normalise("bob@example.com"), PERSON, signer=signer, now=now)
        move(session, ani, normalise("Ani@New.example"), PERSON, signer=signer, now=now)
        moved = find_person(session, "ani@new.example")
        assert (moved.id, moved.address) == (ani, "Ani@new.example")
        assert moved.fingerprint == suppression.fingerprint(signer, "ani@new.example")
