"""Many people who leave at the same moment: each as by themselves."""

from datetime import UTC, datetime

from digest.signing import Signer
from store import Database
from subscribers.addresses import normalise
from subscribers.history import history
from subscribers.leaving import leave_together
from subscribers.lists import add_list
from subscribers.states import Change
from subscribers.subscribing import Proof, complain, join, unsubscribe
from subscribers.tables import Subscription

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
SIGNER = Signer((("k1", b"0" * 32),))


def test_many_leave_in_one_go_by_the_rules_for_one(database: Database) -> None:
    with database.writing() as session:
        weekly, daily = (add_list(session, slug, now=NOW) for slug in ("weekly", "daily"))
        people = []
        for number in range(5):
            for one in (weekly, daily):
                outcome = join(
                    session, one, normalise(f"p{number}@example.org"), Change.STATE, Proof("test"),
                    signer=SIGNER, now=NOW,
                )  # fmt: skip
            assert outcome.subscriber_id is not None
            people.append(outcome.subscriber_id)
        unsubscribe(session, people[1], weekly.id, Proof("person", "before"), now=NOW)
        complain(session, people[2], Proof("report"), now=NOW)
        wanted = [(people[n], weekly.id) for n in (0, 1, 2)] + [(people[3], daily.id), (people[0], weekly.id)]
        nobody = [(99, weekly.id), (people[4], 99)]
        proof = Proof("person", "one-click POST")
        known, ended = leave_together(session, wanted + nobody, proof, now=NOW)
        assert sorted(known) == sorted(set(wanted))
        assert sorted(ended) == [(people[0], weekly.id), (people[3], daily.id)]
    with database.reading() as session:

        def state(number: int, list_id: int) -> str:
            return session.get_one(Subscription, (people[number], list_id)).state

        assert [state(n, weekly.id) for n in range(5)] == [
            "unsubscribed", "unsubscribed", "complained", "confirmed", "confirmed",
        ]  # fmt: skip
        assert [state(n, daily.id) for n in range(5)] == [
            "confirmed", "confirmed", "complained", "unsubscribed", "confirmed",
        ]  # fmt: skip
        assert session.get_one(Subscription, (people[0], weekly.id)).left_at == NOW
        proofs = [(one.change, one.evidence) for one in history(session, people[0]) if one.change == "leave"]
        assert proofs == [("leave", "one-click POST")]
        assert [one.evidence for one in history(session, people[1]) if one.change == "leave"] == ["before"]


def test_nobody_asked_is_nobody_left(database: Database) -> None:
    with database.writing() as session:
        assert leave_together(session, [], Proof("person"), now=NOW) == (set(), set())
