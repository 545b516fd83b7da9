"""Segments find whom they say, on both databases, and say where they are wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from digest.signing import Signer
from store import Database
from subscribers.addresses import normalise
from subscribers.people import describe, tag
from subscribers.problem import SubscribersError
from subscribers.recipients import recipients
from subscribers.segments.compiling import segment
from subscribers.segments.parsing import All, Any, Condition, Not, SegmentError, parse
from subscribers.segments.saved import (
    UnknownSegment,
    add_segment,
    condition,
    count_and_sample,
    find_segment,
    remove_segment,
    segments,
)
from subscribers.states import Change
from subscribers.subscribing import Proof, join
from subscribers.tables import MailingList, Subscriber


@pytest.fixture
def readers(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, did: Callable[..., None]
) -> None:
    """ani (hy, politics, vip, 34, joined today, clicked), bob (en-GB, sport, joined long ago), eve (nothing known)."""
    facts = (
        (
            "ani@example.com",
            "Անի",
            "hy",
            ["politics", "culture"],
            ["vip", "early backer"],
            {"age": 34, "town": "Gyumri"},
            1,
        ),
        ("bob@example.org", "Bob", "en-GB", ["sport"], [], {"age": "old", "paid": True}, 100),
        ("eve@example.org", "", None, [], [], {}, 400),
    )
    with database.writing() as session:
        for address, name, language, topics, tags, attributes, days in facts:
            outcome = join(
                session, weekly, normalise(address), Change.STATE, Proof("admin"),
                signer=signer, now=now - timedelta(days=days), name=name, language=language,
            )  # fmt: skip
            assert outcome.subscriber_id is not None
            describe(session, outcome.subscriber_id, topics=topics, attributes=attributes)
            tag(session, outcome.subscriber_id, add=tags)
            if name == "Անի":
                did(session, outcome.subscriber_id, at=now - timedelta(days=3))
            if name == "Bob":
                did(session, outcome.subscriber_id, at=now - timedelta(days=3), machine=True)


@pytest.mark.usefixtures("readers")
def test_a_segment_finds_whom_it_says(database: Database, weekly: MailingList, now: datetime) -> None:
    wanted = {
        "topic:politics": "ani",
        "topic:politics,sport": "ani bob",
        "topic:polit": "",
        'tag:"early backer"': "ani",
        "lang:hy": "ani",
        "lang:en": "bob",
        "not lang:en": "ani eve",
        "lang!=en": "ani eve",
        "joined<30d": "ani",
        "joined>30d": "bob eve",
        "joined<30d or joined>1y": "ani eve",
        "joined>2026-08-01": "ani bob",
        "joined:2026-11-23": "ani",
        "topic:politics and lang:hy and joined<30d and not clicked:90d": "",
        "clicked:90d": "ani",
        "clicked:1d": "",
        "domain:example.org": "bob eve",
        "email~ANI@": "ani",
        "name:bob": "bob",
        "name~ն": "ani",
        "attr.age>=34": "ani",
        "attr.age<34": "",
        "attr.town:Gyumri": "ani",
        "attr.paid:true": "bob",
        "not attr.age>1": "bob eve",
        "(lang:hy or lang:en) not tag:vip": "bob",
        "state:confirmed": "ani bob eve",
        "state:bounced": "",
    }
    found = {}
    with database.reading() as session:
        for text in wanted:
            query = recipients(weekly.id, now=now, segment=segment(text, now=now))
            found[text] = " ".join(
                row.address.partition("@")[0] for row in session.execute(query.order_by(Subscriber.id))
            )
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("", 1), ("topic", 6), ("topic:", 7), ("jioned<30d", 1), ("topic>politics", 6), ("joined<30x", 8),
        ("topic:a and", 12), ("topic:a or or tag:b", 12), ("(topic:a", 1), ("topic:a)", 8), ('tag:"vip', 5),
        ("state:happy", 7), ("attr.age>old", 10), ("clicked:2024-01-01", 9), ("and topic:a", 1), ("topic:a ; x", 9),
    ],
)  # fmt: skip
def test_an_error_points_at_the_character(text: str, character: int, now: datetime) -> None:
    with pytest.raises(SegmentError) as caught:
        segment(text, now=now)
    assert caught.value.position + 1 == character
    assert caught.value.pointed().splitlines()[-1].index("^") + 1 == character


def test_and_binds_closer_than_or() -> None:
    tree = parse("tag:a or tag:b tag:c and not tag:d")
    assert isinstance(tree, Any)
    first, second = tree.parts
    assert isinstance(first, Condition)
    assert isinstance(second, All)
    assert isinstance(second.parts[2], Not)


@given(st.text(max_size=80))
@example("topic:'; DROP TABLE subscriber --")
@example("((((((" * 30)
def test_any_text_is_a_segment_or_a_clear_error(text: str) -> None:
    moment = datetime.fromisoformat("2026-11-24T09:00:00+00:00")
    try:
        found = segment(text, now=moment)
    except SegmentError as error:
        inside = 0 <= error.position <= len(text)
        if inside:
            return
        raise
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        sql = str(select(Subscriber.id).where(found).compile(dialect=dialect))
        assert "DROP" not in sql


words = st.text("abcdefgհայ-", min_size=1, max_size=8)
conditions = st.builds("{}:{}".format, st.sampled_from(["topic", "tag", "lang", "name"]), words)
trees = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
    ),
    max_leaves=8,
)


@given(trees)
def test_every_well_formed_text_is_understood(text: str) -> None:
    parse(text)


@pytest.mark.usefixtures("readers")
def test_segments_are_kept_by_name(database: Database, weekly: MailingList, now: datetime) -> None:
    with database.writing() as session:
        add_segment(session, "armenian", "lang:hy", now=now)
        with pytest.raises(SubscribersError, match="already"):
            add_segment(session, "armenian", "lang:hy", now=now)
        with pytest.raises(SegmentError):
            add_segment(session, "wrong", "lang", now=now)
        with pytest.raises(UnknownSegment, match="armenian"):
            find_segment(session, "russian")
        number, sample = count_and_sample(session, weekly.id, condition(session, "armenian", now=now))
        assert (number, [person.email for person in sample]) == (1, ["ani@example.com"])
        remove_segment(session, "armenian")
        assert segments(session) == []
