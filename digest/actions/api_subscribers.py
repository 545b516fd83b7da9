"""What programs do with people through the API."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.problem import Problem
from subscribers.addresses import normalise
from subscribers.history import Happening, history
from subscribers.lists import find_list
from subscribers.people import STATED_CONSENT, UnknownSubscriber, describe, find_person, tag
from subscribers.personal import Certificate, erase
from subscribers.states import Change
from subscribers.subscribing import Outcome, Proof, join, unsubscribe, unsubscribe_from_all
from subscribers.suppression import reasons
from subscribers.tables import ImportRun, MailingList, Subscriber, Subscription


class Suppressed(Problem):
    """The address must not be mailed, so it cannot be put on a list."""


@dataclass(frozen=True)
class Member:
    """A membership, the name of its list, and the consent with what its import stated."""

    list: str
    subscription: Subscription
    consent: str


@dataclass(frozen=True)
class Person:
    """A person with every list they are or were on, and why the address is suppressed, if it is."""

    subscriber: Subscriber
    memberships: Sequence[Member]
    suppressed: Sequence[str] = ()


@dataclass(frozen=True)
class Added:
    """What came of adding somebody. `new` where nobody had the address before."""

    person: Person
    new: bool


def page_of_people(
    context: Context, *, list_slug: str, state: str, after: int, limit: int
) -> tuple[list[Person], int | None]:
    """The next people by id, and the id to go on after, None at the end. UnknownList for a wrong name."""
    with context.database.reading() as session:
        query = select(Subscriber).where(Subscriber.id > after).order_by(Subscriber.id).limit(limit + 1)
        if list_slug or state:
            member = [Subscription.subscriber_id == Subscriber.id]
            if list_slug:
                member.append(Subscription.list_id == find_list(session, list_slug).id)
            if state:
                member.append(Subscription.state == state)
            query = query.where(exists().where(*member))
        found = session.scalars(query).all()
        more = found[limit - 1].id if len(found) > limit else None
        return _with_memberships(session, found[:limit]), more


def find(context: Context, address: str) -> Person:
    """The person with this address, however it is written; AddressError, UnknownSubscriber."""
    with context.database.reading() as session:
        return _person(session, find_person(session, address).id)


def show(context: Context, subscriber_id: int) -> Person:
    """The person of this id; UnknownSubscriber."""
    with context.database.reading() as session:
        return _person(session, subscriber_id)


def add(
    context: Context,
    address: str,
    list_slug: str,
    proof: Proof,
    now: datetime,
    *,
    stated: bool,
    name: str = "",
    language: str = "",
    topics: Iterable[str] = (),
    tags: Iterable[str] = (),
    attributes: dict[str, Any] | None = None,
) -> Added:
    """Put an address on a list: confirmed where a consent is `stated`, else unconfirmed.

    Topics, tags and attributes are added to a new person only, or where the consent is stated. Raises
    AddressError, UnknownList, and Suppressed for an address that must not be mailed or whose owner left.
    """
    wanted = normalise(address)
    with context.database.writing() as session:
        mailing_list = find_list(session, list_slug)
        before = session.scalar(select(Subscriber.id).where(Subscriber.email == wanted.email))
        outcome = join(
            session, mailing_list, wanted, Change.STATE if stated else Change.BRING, proof,
            signer=context.signer, now=now, consent=proof.evidence if stated else "",
            name=name, language=language or None,
        )  # fmt: skip
        person_id = _allowed(outcome, mailing_list)
        if before is None or stated:
            given = list(topics)
            describe(session, person_id, topics=given or None, attributes=attributes)
            tag(session, person_id, add=tags)
        session.flush()
        return Added(_person(session, person_id), before is None)


def change(
    context: Context,
    subscriber_id: int,
    *,
    name: str | None,
    language: str | None,
    topics: Sequence[str] | None,
    tags: Sequence[str] | None,
    attributes: dict[str, Any] | None,
) -> Person:
    """Change what is known of a person; None leaves a field as it is, and `tags` replaces them all."""
    with context.database.writing() as session:
        found = _known(session, subscriber_id)
        describe(session, found.id, name=name, language=language, topics=topics, attributes=attributes)
        if tags is not None:
            found.tags = []
            tag(session, found.id, add=tags)
        session.flush()
        return _person(session, found.id)


def leave(context: Context, subscriber_id: int, list_slug: str, proof: Proof, now: datetime) -> Person:
    """End one membership, or with no list every one, for good. Messages still queued are not sent."""
    with context.database.writing() as session:
        found = _known(session, subscriber_id)
        if list_slug:
            unsubscribe(session, found.id, find_list(session, list_slug).id, proof, now=now)
        else:
            unsubscribe_from_all(session, found.id, proof, now=now)
        return _person(session, found.id)


def erase_person(context: Context, subscriber_id: int, now: datetime) -> Certificate:
    """Remove a person from every table; the address stays suppressed by its fingerprint."""
    with context.database.writing() as session:
        return erase(session, _known(session, subscriber_id).id, now=now)


def history_of(context: Context, subscriber_id: int) -> Sequence[Happening]:
    """Every change of a person's memberships, with its proof, oldest first."""
    with context.database.reading() as session:
        return history(session, _known(session, subscriber_id).id)


def _known(session: Session, subscriber_id: int) -> Subscriber:
    found = session.get(Subscriber, subscriber_id)
    if found is None:
        raise UnknownSubscriber(f"There is no subscriber {subscriber_id}.")
    return found


def _person(session: Session, subscriber_id: int) -> Person:
    found = _known(session, subscriber_id)
    (one,) = _with_memberships(session, [found])
    lists = {row.id: row.slug for row in session.execute(select(MailingList.id, MailingList.slug))}
    why = reasons(session, found.fingerprint)
    named = [f"{lists.get(list_id, list_id) if list_id else 'every list'}: {why[list_id]}" for list_id in why]
    return Person(one.subscriber, one.memberships, named)


def _with_memberships(session: Session, people: Sequence[Subscriber]) -> list[Person]:
    rows = session.execute(
        select(MailingList.slug, Subscription, STATED_CONSENT)
        .join(Subscription, Subscription.list_id == MailingList.id)
        .outerjoin(ImportRun, ImportRun.id == Subscription.import_id)
        .where(Subscription.subscriber_id.in_([one.id for one in people]))
        .order_by(MailingList.slug)
    ).all()
    members: dict[int, list[Member]] = {}
    for slug, subscription, consent in rows:
        members.setdefault(subscription.subscriber_id, []).append(Member(slug, subscription, consent))
    return [Person(one, members.get(one.id, [])) for one in people]


def _allowed(outcome: Outcome, mailing_list: MailingList) -> int:
    if outcome.subscriber_id is None:
        raise Suppressed(f"This address is suppressed and was not put on {mailing_list.slug}.")
    if outcome.state not in ("confirmed", "unconfirmed"):
        raise Suppressed(
            f"This person had {outcome.state} and comes back to {mailing_list.slug} only by their own request."
        )
    return outcome.subscriber_id
