"""Nothing in an answer tells whether an address is known: not its words, and not the work done for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from subscribers.addresses import normalise
from subscribers.lists import find_list
from subscribers.states import Change
from subscribers.subscribing import Proof, complain, join, unsubscribe
from subscribers.suppression import Reason, fingerprint, suppress

from .conftest import Site
from .letters import answered

KINDS = ("new", "confirmed", "unconfirmed", "unsubscribed", "complained", "suppressed", "pestered")


def address(kind: str) -> str:
    """One of its kind; all are equally long."""
    return f"{kind:_<12}@example.org"


@pytest.fixture
def known(site: Site) -> Site:
    """One address of each kind."""
    now = datetime.now(UTC)
    with site.context.database.writing() as session:
        weekly = find_list(session, "weekly")
        for kind in KINDS[1:5]:
            change = Change.REQUEST if kind == "unconfirmed" else Change.STATE
            person = join(
                session, weekly, normalise(address(kind)), change, Proof("test"), signer=site.context.signer, now=now,
                consent="asked",
            ).subscriber_id  # fmt: skip
            assert person is not None
            if kind == "unsubscribed":
                unsubscribe(session, person, weekly.id, Proof("test"), now=now)
            elif kind == "complained":
                complain(session, person, Proof("test"), now=now)
        mark = fingerprint(site.context.signer, address("suppressed"))
        suppress(session, [mark], reason=Reason.MANUAL, now=now)
    for _ in range(5):  # as often as an address may be asked for in a day
        site.client.post("/subscribe", data={"email": address("pestered"), "list": "weekly"})
    answered(site, now)
    return site


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engines = {site.context.database.engine, site.context.database.writer}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def form(site: Site, who: str) -> Any:
    return site.client.post("/subscribe", data={"email": who, "list": "weekly"})


def program(site: Site, who: str) -> Any:
    return site.client.post("/api/v1/sign-ups", json={"email": who, "lists": ["weekly"]})


@pytest.mark.parametrize("ask", [form, program])
def test_every_address_costs_the_same_statements_and_gets_the_same_bytes(
    known: Site, ask: Callable[[Site, str], Any]
) -> None:
    told, work = {}, {}
    for kind in KINDS:
        with statements(known) as asked:
            answer = ask(known, address(kind))
        told[kind] = (
            answer.status_code, sorted(answer.headers.items()), answer.content.replace(address(kind).encode(), b"")
        )  # fmt: skip
        work[kind] = asked
    assert told == dict.fromkeys(KINDS, told["new"])
    assert work == dict.fromkeys(KINDS, work["new"])
    asked = " ".join(work["new"]).lower()
    assert "insert into sign_up" in asked
    assert "from subscriber" not in asked
    assert "from subscription" not in asked
