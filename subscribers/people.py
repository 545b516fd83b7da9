"""People: find them, make them, describe them, tag them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session

from subscribers.addresses import Address, normalise
from subscribers.cleaning import clean_name, clean_tags
from subscribers.problem import SubscribersError
from subscribers.tables import ImportRun, MailingList, Subscriber, Subscription

# A membership's own consent, or what was stated for the whole import that brought it.
STATED_CONSENT = case(
    (and_(Subscription.consent == "", ImportRun.consent.is_not(None)), ImportRun.consent),
    else_=Subscription.consent,
).label("consent")


class UnknownSubscriber(SubscribersError):
    """Nobody has this address."""


@dataclass(frozen=True)
class Membership:
    """A person's membership of a list, by the list's name; `consent` with what its import stated."""

    list: str
    subscription: Subscription
    consent: str


def ensure_person(
    session: Session,
    address: Address,
    mark: bytes,
    *,
    now: datetime,
    name: str = "",
    language: str | None = None,
) -> Subscriber:
    """The person with this address, made if new. What is known of them already is never overwritten."""
    found = session.scalar(select(Subscriber).where(Subscriber.email == address.email))
    if found is None:
        found = Subscriber(
            email=address.email,
            address=address.given,
            fingerprint=mark,
            name=clean_name(name),
            language=language,
            topics=[],
            tags=[],
            attributes={},
            created_at=now,
        )
        session.add(found)
        session.flush()
        return found
    found.name = found.name or clean_name(name)
    found.language = found.language or language
    return found


def find_person(session: Session, address: str) -> Subscriber:
    """The person with this address, however it is written; UnknownSubscriber if there is none."""
    found = session.scalar(select(Subscriber).where(Subscriber.email == normalise(address).email))
    if found is None:
        raise UnknownSubscriber(f"Nobody is subscribed as {address!r}.", "See `digest subscriber list`.")
    return found


def memberships(session: Session, subscriber_id: int) -> Sequence[Membership]:
    """What lists a person is or was on."""
    rows = session.execute(
        select(MailingList.slug, Subscription, STATED_CONSENT)
        .join(Subscription, Subscription.list_id == MailingList.id)
        .outerjoin(ImportRun, ImportRun.id == Subscription.import_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(MailingList.slug)
    )
    return [Membership(slug, subscription, consent) for slug, subscription, consent in rows]


def describe(
    session: Session,
    subscriber_id: int,
    *,
    name: str | None = None,
    language: str | None = None,
    timezone: str | None = None,
    topics: Iterable[str] | None = None,
    attributes: dict[str, Any] | None = None,
) -> Subscriber:
    """Change what is known of a person; None leaves a field as it is. An attribute of None is removed."""
    found = session.get_one(Subscriber, subscriber_id)
    if name is not None:
        found.name = clean_name(name)
    if language is not None:
        found.language = language or None
    if timezone is not None:
        found.timezone = timezone or None
    if topics is not None:
        found.topics = clean_tags(topics)
    if attributes is not None:
        merged = {**found.attributes, **attributes}
        found.attributes = {key: value for key, value in merged.items() if value is not None}
    return found


def tag(
    session: Session, subscriber_id: int, *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> list[str]:
    """Add and remove tags; the tags the person has now."""
    found = session.get_one(Subscriber, subscriber_id)
    gone = set(remove)
    found.tags = [tag for tag in clean_tags([*found.tags, *add]) if tag not in gone]
    return found.tags
