"""Lists: named, counted, and not removed by accident."""

from datetime import datetime

import pytest

from digest.signing import Signer
from store import Database
from subscribers.addresses import normalise
from subscribers.lists import UnknownList, add_list, find_list, remove_list, standings
from subscribers.problem import SubscribersError
from subscribers.states import Change
from subscribers.subscribing import Proof, join
from subscribers.tables import MailingList, SubscriptionState


def test_an_unknown_list_is_named_with_those_there_are(database: Database, weekly: MailingList) -> None:
    with database.reading() as session:
        assert find_list(session, "weekly").id == weekly.id
        with pytest.raises(UnknownList, match=r"no list 'dayly'.*weekly"):
            find_list(session, "dayly")


@pytest.mark.parametrize("slug", ["", "Weekly", "two words", "-dash", "x" * 65, "weekly"])
def test_a_list_needs_a_name_of_its_own(
    database: Database, weekly: MailingList, now: datetime, slug: str
) -> None:
    with database.writing() as session, pytest.raises(SubscribersError):
        add_list(session, slug, now=now)


def test_a_list_with_members_is_removed_only_by_force(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    with database.writing() as session:
        join(
            session, weekly, normalise("a@example.com"), Change.STATE, Proof("admin"), signer=signer, now=now
        )
        (standing,) = standings(session)
        assert standing.counts == {SubscriptionState.CONFIRMED: 1}
        with pytest.raises(SubscribersError, match="1 membership"):
            remove_list(session, "weekly")
        assert remove_list(session, "weekly", force=True) == 1
        assert standings(session) == []
