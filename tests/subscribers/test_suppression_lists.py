"""Lists of those who must not be mailed, as other systems give and take them."""

import hashlib
from datetime import datetime

import pytest

from digest.signing import Signer
from store import Database
from subscribers.addresses import normalise
from subscribers.problem import SubscribersError
from subscribers.recipients import recipients
from subscribers.states import Change
from subscribers.subscribing import Proof, join
from subscribers.suppression_lists import bring, for_provider
from subscribers.tables import MailingList


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_a_hashed_list_reaches_the_people_who_are_known(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, name: str
) -> None:
    with database.writing() as session:
        for address in ("ani@example.com", "bob@example.com"):
            join(session, weekly, normalise(address), Change.STATE, Proof("admin"), signer=signer, now=now)
        value = hashlib.new(name, b"ani@example.com").hexdigest().upper()
        brought = bring(session, [value, "f" * len(value)], signer=signer, now=now)
        assert (brought.added, brought.unmatched, brought.refused) == (1, 1, ())
        assert [row.address for row in session.execute(recipients(weekly.id, now=now))] == ["bob@example.com"]
        assert list(for_provider(session)) == ["ani@example.com"]
        assert list(for_provider(session, hashed=name)) == [value.lower()]


def test_a_plain_list_holds_for_people_to_come(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        brought = bring(
            session, ["Email;Reason", '"Ani@Example.com";left', "no address@@here"], signer=signer, now=now
        )
        assert brought.added == 1
        assert [number for number, _ in brought.refused] == [3]
        assert join(
            session,
            weekly,
            normalise("ani@example.com"),
            Change.STATE,
            Proof("admin"),
            signer=signer,
            now=now,
        ).suppressed
        assert bring(session, ["ani@example.com"], signer=signer, now=now).added == 0
        with pytest.raises(SubscribersError, match="'crc' is unknown"):
            list(for_provider(session, hashed="crc"))


def test_a_list_for_one_list_only_leaves_the_others_alone(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        join(
            session,
            weekly,
            normalise("ani@example.com"),
            Change.STATE,
            Proof("admin"),
            signer=signer,
            now=now,
        )
        bring(session, ["ani@example.com"], signer=signer, now=now, list_id=weekly.id + 1)
        assert len(session.execute(recipients(weekly.id, now=now)).all()) == 1
        bring(session, ["ani@example.com"], signer=signer, now=now, list_id=weekly.id)
        assert session.execute(recipients(weekly.id, now=now)).all() == []
