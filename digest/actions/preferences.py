"""Preferences: what a person's own signed link lets them see and choose."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.goodbye import queue_goodbyes
from digest.actions.leave import masked
from digest.actions.links import PREFERENCES
from digest.actions.look import Look, look, spoken
from digest.actions.topics import topics_offered
from digest.signing import BadToken
from subscribers import choosing, people
from subscribers.addresses import normalise
from subscribers.recipients import PERIODS
from subscribers.states import Change
from subscribers.subscribing import Proof, confirm, join, unsubscribe, unsubscribe_from_all
from subscribers.tables import MailingList, Subscriber, Subscription, SubscriptionState

FORM = "preferences-form"
PAUSES: Mapping[str, timedelta] = {
    "2w": timedelta(weeks=2),
    "1m": timedelta(days=30),
    "3m": timedelta(days=91),
}
FREQUENCIES = ("", *PERIODS)
LATEST_TOPICS = 40
"""The most topics that one person can choose."""


@dataclass(frozen=True)
class Choice:
    """One list as a person stands on it. `state` is None for a list they never were on."""

    list_id: int
    name: str
    description: str
    state: SubscriptionState | None
    frequency: str = ""
    paused_until: datetime | None = None

    @property
    def subscribed(self) -> bool:
        """Whether the person gets this list."""
        return self.state is SubscriptionState.CONFIRMED


@dataclass(frozen=True)
class Preferences:
    """What a person gets and may choose. The address is masked, since links get forwarded."""

    subscriber_id: int
    masked_address: str
    language: str
    topics: tuple[str, ...]
    topics_offered: tuple[str, ...]
    choices: tuple[Choice, ...]
    look: Look

    @property
    def subscribed(self) -> bool:
        """Whether the person gets anything."""
        return any(choice.subscribed for choice in self.choices)


@dataclass(frozen=True)
class Wish:
    """What the form asks for. `lists` are those to stay on; a pause of "" ends one, None leaves it alone."""

    lists: Collection[int]
    frequencies: Mapping[int, str] = field(default_factory=dict)
    pauses: Mapping[int, str | None] = field(default_factory=dict)
    topics: Collection[str] = ()
    language: str = ""


def look_at(context: Context, token: str, now: datetime) -> Preferences:
    """What the person of this link gets; changes nothing. BadToken for a link that is not ours."""
    (subscriber_id,) = context.signer.verify(PREFERENCES, token, 1)
    with context.database.reading() as session:
        return _preferences(session, subscriber_id, now)


def save(context: Context, token: str, wish: Wish, now: datetime) -> Preferences:
    """Do as the person wishes, in one transaction, committed before this returns.

    Lists that are not in the wish are left. A public list that is ticked anew is joined: the link was
    sent to the person's own mailbox, so that pressing the button is as good as a confirmation mail.
    """
    (subscriber_id,) = context.signer.verify(PREFERENCES, token, 1)
    with context.database.writing() as session:
        person, proof = _person(session, subscriber_id), Proof("person", "preferences page")
        for list_id in session.scalars(
            select(Subscription.list_id).where(
                Subscription.subscriber_id == subscriber_id, Subscription.state == SubscriptionState.CONFIRMED
            )
        ).all():
            if list_id not in wish.lists:
                unsubscribe(session, subscriber_id, list_id, proof, now=now)
                queue_goodbyes(context, session, list_id, [subscriber_id], now)
                continue
            frequency = wish.frequencies.get(list_id)
            if frequency in FREQUENCIES:
                choosing.set_frequency(session, subscriber_id, list_id, frequency or None, proof, now=now)
            pause = wish.pauses.get(list_id)
            if pause is not None:
                until = now + PAUSES[pause] if pause in PAUSES else None
                choosing.pause(session, subscriber_id, list_id, until, proof, now=now)
        _join_ticked(context, session, person, wish, now)
        offered = {*topics_offered(session, _list_ids(session, subscriber_id), now), *person.topics}
        chosen = [topic for topic in wish.topics if topic in offered][:LATEST_TOPICS]
        people.describe(session, subscriber_id, topics=chosen)
        if wish.language == "" or spoken(wish.language):
            people.describe(session, subscriber_id, language=wish.language)
        session.flush()
        return _preferences(session, subscriber_id, now)


def leave_all(context: Context, token: str, now: datetime) -> Preferences:
    """End every membership; the address is not mailed again unless the person asks and confirms."""
    (subscriber_id,) = context.signer.verify(PREFERENCES, token, 1)
    with context.database.writing() as session:
        _person(session, subscriber_id)
        choices = _preferences(session, subscriber_id, now).choices
        unsubscribe_from_all(session, subscriber_id, Proof("person", "preferences page"), now=now)
        for one in choices:
            if one.subscribed:
                queue_goodbyes(context, session, one.list_id, [subscriber_id], now)
        return _preferences(session, subscriber_id, now)


def form_token(context: Context, token: str) -> str:
    """The hidden value of the page's forms: only our own page can have read it."""
    return context.signer.sign(FORM, *context.signer.verify(PREFERENCES, token, 1))


def check_form(context: Context, token: str, hidden: str) -> None:
    """BadToken unless `hidden` is the form token of this link."""
    if context.signer.verify(FORM, hidden, 1) != context.signer.verify(PREFERENCES, token, 1):
        raise BadToken("This form belongs to another link.", "Open the link from your mail again.")


def told(description: Mapping[str, str], language: str) -> str:
    """A text kept by language: in this language, else in any."""
    primary = language.split("-")[0].lower()
    return description.get(language) or description.get(primary) or next(iter(description.values()), "")


def _person(session: Session, subscriber_id: int) -> Subscriber:
    person = session.get(Subscriber, subscriber_id)
    if person is None:
        raise BadToken(
            "This link belongs to a test mail, or to somebody whose data was erased.",
            "There is nothing to choose.",
        )
    return person


def _join_ticked(context: Context, session: Session, person: Subscriber, wish: Wish, now: datetime) -> None:
    """Request and confirmation in one, for public lists that the person ticked and is not on."""
    proof = Proof("person", "preferences page, by the link sent to this address")
    query = select(MailingList).where(MailingList.id.in_(wish.lists), MailingList.public.is_(True))
    for mailing_list in session.scalars(query).all():
        address = normalise(person.address)
        join(
            session, mailing_list, address, Change.REQUEST, proof, signer=context.signer, now=now,
            consent="preferences page",
        )  # fmt: skip
        confirm(session, person.id, mailing_list.id, proof, now=now)


def _list_ids(session: Session, subscriber_id: int) -> list[int]:
    return list(
        session.scalars(select(Subscription.list_id).where(Subscription.subscriber_id == subscriber_id))
    )


def _preferences(session: Session, subscriber_id: int, now: datetime) -> Preferences:
    person = _person(session, subscriber_id)
    rows = session.execute(
        select(MailingList, Subscription)
        .outerjoin(
            Subscription,
            (Subscription.list_id == MailingList.id) & (Subscription.subscriber_id == subscriber_id),
        )
        .where(or_(MailingList.public.is_(True), Subscription.list_id.is_not(None)))
        .order_by(MailingList.id)
    ).all()
    own = [mailing_list.id for mailing_list, membership in rows if membership is not None]
    seen = look(session, own[0] if own else None, language=person.language)
    return Preferences(
        subscriber_id,
        masked(person.address),
        person.language or "",
        tuple(person.topics),
        tuple(dict.fromkeys([*topics_offered(session, own, now), *person.topics])),
        tuple(_choice(mailing_list, membership, seen.language, now) for mailing_list, membership in rows),
        seen,
    )


def _choice(
    mailing_list: MailingList, membership: Subscription | None, language: str, now: datetime
) -> Choice:
    description = told(mailing_list.description, language)
    if membership is None:
        return Choice(mailing_list.id, mailing_list.name, description, None)
    paused = membership.paused_until
    return Choice(
        mailing_list.id,
        mailing_list.name,
        description,
        SubscriptionState(membership.state),
        membership.frequency or "",
        paused if paused is not None and paused > now else None,
    )
