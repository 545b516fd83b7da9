"""Addresses that are written rightly and may be wrong all the same."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from digest.signing import Signer
from store import Database
from subscribers.addresses import normalise
from subscribers.hygiene import duplicates, findings, same_mailbox, silent, suggested_domain
from subscribers.states import Change
from subscribers.subscribing import Proof, join
from subscribers.tables import MailingList


@pytest.mark.parametrize(
    ("domain", "better"),
    [
        ("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmail.con", "gmail.com"),
        ("outlok.com", "outlook.com"), ("yahooo.com", "yahoo.com"), ("gmail.com", ""), ("example.com", ""),
        ("mail.com", ""), ("me.de", ""), ("gmx.at", ""), ("yahoo.de", ""), ("free.de", ""), ("ymail.com", ""),
    ],
)  # fmt: skip
def test_a_slip_of_the_finger_is_noticed_and_another_provider_is_none(domain: str, better: str) -> None:
    assert suggested_domain(domain) == better


def test_posts_disposable_addresses_and_dead_domains_are_told() -> None:
    assert [one.kind for one in findings("info@example.com")] == ["role"]
    assert [one.kind for one in findings("info+x@example.com")] == ["role"]
    assert [one.kind for one in findings("ani@mailinator.com")] == ["disposable"]
    assert [one.kind for one in findings("ani@short.example", disposable=["short.example"])] == ["disposable"]
    assert [one.kind for one in findings("ani@gone.example", takes_mail=lambda domain: False)] == ["no-mail"]
    assert findings("ani@gmial.com")[0].suggestion == "ani@gmail.com"
    assert findings("ani@example.com", takes_mail=lambda domain: True) == []


def test_one_mailbox_may_have_many_addresses() -> None:
    assert same_mailbox("a.n.i+news@gmail.com") == same_mailbox("ani@googlemail.com")
    assert same_mailbox("a.ni@example.com") != same_mailbox("ani@example.com")


def test_duplicates_and_the_silent_are_proposed(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, did: Callable[..., None]
) -> None:
    with database.writing() as session:
        for address in ("ani@gmail.com", "a.ni+x@gmail.com", "bob@example.com", "eve@example.com"):
            outcome = join(
                session, weekly, normalise(address), Change.STATE, Proof("admin"), signer=signer, now=now
            )
            assert outcome.subscriber_id is not None
            if address.startswith("bob"):
                at = now + timedelta(days=300)
                did(session, outcome.subscriber_id, at=at)
            if address.startswith("eve"):
                at = now + timedelta(days=300)
                did(session, outcome.subscriber_id, at=at, machine=True)
        assert [list(group) for group in duplicates(session, weekly.id)] == [
            ["ani@gmail.com", "a.ni+x@gmail.com"]
        ]
        later = now + timedelta(days=400)
        assert list(silent(session, weekly.id, now=later)) == [
            "ani@gmail.com",
            "a.ni+x@gmail.com",
            "eve@example.com",
        ]
        assert list(silent(session, weekly.id, now=now + timedelta(days=300))) == []
