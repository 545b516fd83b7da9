"""Whatever happens in whatever order: who has left is not mailed before they confirm something new."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from digest.signing import Signer
from store import Database
from subscribers import subscribing
from subscribers.addresses import normalise
from subscribers.consent import ExpiredRequest, confirm_request, purge_unconfirmed, request
from subscribers.importing.run import Options, examine, import_people
from subscribers.people import UnknownSubscriber, find_person
from subscribers.recipients import recipients
from subscribers.states import Change
from subscribers.subscribing import Proof
from subscribers.tables import ImportRun, MailingList, Subscriber, Suppression

ADDRESS = normalise("ani@example.com")
GOODBYES = ("leave", "leave all", "bounce", "complain", "import goodbye")
STEPS = (
    *GOODBYES,
    "request",
    "confirm",
    "state",
    "bring",
    "join",
    "import",
    "import unconfirmed",
    "purge",
    "wait",
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=15,
)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=2, max_size=12))
def test_only_a_new_consent_leads_back(
    database: Database,
    weekly: MailingList,
    signer: Signer,
    now: datetime,
    file: Callable[..., Path],
    steps: list[str],
) -> None:
    with database.writing() as session:
        for table in (Subscriber, Suppression, ImportRun):
            session.execute(delete(table))
    gone = False
    moment = now
    for step in steps:
        before = mailed(database, weekly, moment)
        moment += timedelta(days=40 if step in ("purge", "wait") else 2)
        known = do(database, weekly, signer, moment, file, step)
        after = mailed(database, weekly, moment)
        if step in GOODBYES:
            assert not after
            gone = gone or known or step == "import goodbye"
        elif gone and after and not before:
            assert step == "confirm"
            gone = False


def mailed(database: Database, weekly: MailingList, moment: datetime) -> bool:
    with database.reading() as session:
        return bool(session.execute(recipients(weekly.id, now=moment)).all())


def do(
    database: Database,
    weekly: MailingList,
    signer: Signer,
    moment: datetime,
    file: Callable[..., Path],
    step: str,
) -> bool:
    """Take one step; whether the person was known before it."""
    if step.startswith("import"):
        status = "unsubscribed" if step == "import goodbye" else "active"
        source, columns = examine(file(f"email,status\nani@example.com,{status}\n"))
        options = Options(consent="" if step == "import unconfirmed" else "stated")
        import_people(database, "weekly", source, columns, options, signer=signer, now=moment)
        return True
    with database.writing() as session:
        person = known(session)
        proof = Proof("person")
        changes = {"state": Change.STATE, "bring": Change.BRING, "join": Change.JOIN}
        if step in changes:
            subscribing.join(session, weekly, ADDRESS, changes[step], proof, signer=signer, now=moment)
        elif step == "request":
            request(session, weekly, ADDRESS, proof, signer=signer, now=moment)
        elif step == "purge":
            purge_unconfirmed(session, now=moment)
        elif person is not None:
            if step == "confirm":
                try:
                    confirm_request(session, person, weekly.id, proof, now=moment)
                except ExpiredRequest:
                    return True
            elif step == "leave":
                subscribing.unsubscribe(session, person, weekly.id, proof, now=moment)
            elif step == "leave all":
                subscribing.unsubscribe_from_all(session, person, proof, now=moment)
            elif step == "bounce":
                subscribing.bounce(session, person, proof, now=moment)
            elif step == "complain":
                subscribing.complain(session, person, proof, now=moment)
        return person is not None


def known(session: Session) -> int | None:
    try:
        return find_person(session, ADDRESS.email).id
    except UnknownSubscriber:
        return None
