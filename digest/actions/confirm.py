"""Confirm: the button behind the link of a confirmation mail, and what follows when it is pressed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.leave import masked
from digest.actions.links import CONFIRM, fields_of, preferences_url
from digest.actions.look import Look, look
from digest.actions.sign_up import JOIN, LIMITS, origin_of
from digest.actions.welcome import queue_welcome
from digest.signing import BadToken
from digest.signups.limits import Verdict
from digest.signups.taking import Arrival, Entry, take
from subscribers.addresses import normalise
from subscribers.consent import Limits, confirm_request
from subscribers.subscribing import Proof
from subscribers.tables import MailingList, Subscriber, Subscription, SubscriptionState

FORM = "confirm-form"


class Standing(StrEnum):
    """OPEN waits for the button; DONE was pressed; EXPIRED came too late, and a new link can be had."""

    OPEN = "open"
    DONE = "done"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Asked:
    """A list that was asked for; `in_link` tells those of this mail from those asked for since."""

    list_id: int
    name: str
    state: SubscriptionState
    in_link: bool


@dataclass(frozen=True)
class Confirming:
    """What a confirmation link is about."""

    standing: Standing
    masked_address: str
    asked: tuple[Asked, ...]
    look: Look
    preferences_url: str

    @property
    def names(self) -> str:
        """The lists of the link in one breath."""
        return ", ".join(one.name for one in self.asked if one.in_link)

    @property
    def joined(self) -> str:
        """The lists among those asked for that the person is on."""
        return ", ".join(one.name for one in self.asked if one.state is SubscriptionState.CONFIRMED)


@dataclass(frozen=True)
class _Link:
    subscriber_id: int
    made_at: datetime
    list_ids: tuple[int, ...]


def confirm_url(context: Context, subscriber_id: int, list_ids: Collection[int], now: datetime) -> str:
    """The link that a confirmation mail of this moment carries."""
    token = context.signer.sign(CONFIRM, subscriber_id, int(now.timestamp()), *sorted(list_ids))
    return f"{context.settings.public_url}/c/{token}"


def look_at(context: Context, token: str, now: datetime) -> Confirming:
    """What the link asks; changes nothing. BadToken for a link that is not ours or was used up."""
    link = _link(context, token)
    with context.database.reading() as session:
        return _confirming(context, session, link, now)


def confirm(
    context: Context, token: str, chosen: Collection[int], evidence: str, now: datetime
) -> Confirming:
    """The person wants what they asked for. Pressing again changes nothing; a late press changes nothing.

    `chosen` are lists asked for since that they also want. A welcome is queued where the list has one.
    """
    link = _link(context, token)
    with context.database.writing() as session:
        before = _confirming(context, session, link, now, to_change=True)
        if before.standing is not Standing.OPEN:
            return before
        joined = []
        for one in before.asked:
            if one.state is SubscriptionState.UNCONFIRMED and (one.in_link or one.list_id in chosen):
                proof = Proof("person", evidence)
                outcome = confirm_request(session, link.subscriber_id, one.list_id, proof, now=now)
                joined += [one.list_id] if outcome.changed else []
        queue_welcome(context, session, link.subscriber_id, joined, now)
        return _confirming(context, session, link, now)


def ask_again(context: Context, token: str, came_from: str, now: datetime) -> Verdict:
    """A new link for an expired one, under the same limits as any sign-up; the answer is always the same."""
    link = _link(context, token)
    with context.database.writing() as session:
        person = session.get(Subscriber, link.subscriber_id)
        if person is None:
            raise _gone()
        slugs = session.scalars(select(MailingList.slug).where(MailingList.id.in_(link.list_ids))).all()
        entry = Entry(
            JOIN, person.address, f"page of an expired link, from {came_from}", language=person.language,
            lists=slugs, subscriber_id=person.id,
        )  # fmt: skip
        origin = origin_of(context, normalise(person.address), came_from)
        return take(session, [Arrival(entry, origin, LIMITS)], now=now)[0]


def form_token(context: Context, token: str) -> str:
    """The hidden value of the page's form: only our own page can have read it."""
    return context.signer.sign(FORM, *fields_of(context.signer, CONFIRM, token))


def check_form(context: Context, token: str, hidden: str) -> None:
    """BadToken unless `hidden` is the form token of this link."""
    if fields_of(context.signer, FORM, hidden) != fields_of(context.signer, CONFIRM, token):
        raise BadToken("This form belongs to another link.", "Open the link from your mail again.")


def _link(context: Context, token: str) -> _Link:
    subscriber_id, made_at, *list_ids = fields_of(context.signer, CONFIRM, token)
    return _Link(subscriber_id, datetime.fromtimestamp(made_at, UTC), tuple(list_ids))


def _gone() -> BadToken:
    return BadToken("This link is not good any more.", "Sign up again, and a new one will come.")


def _confirming(
    context: Context, session: Session, link: _Link, now: datetime, *, to_change: bool = False
) -> Confirming:
    """What the link is about; with `to_change` nobody else changes these memberships until the transaction ends."""
    person = session.get(Subscriber, link.subscriber_id)
    if person is None:
        raise _gone()
    asked = []
    query = (
        select(MailingList, Subscription)
        .join(Subscription, Subscription.list_id == MailingList.id)
        .where(Subscription.subscriber_id == person.id)
        .order_by(MailingList.id)
    )
    # Two presses at the same moment are one consent, and a leaving that was committed meanwhile is seen.
    for mailing_list, membership in session.execute(
        query.with_for_update(of=Subscription) if to_change else query
    ):
        in_link, state = mailing_list.id in link.list_ids, SubscriptionState(membership.state)
        # A link is good for one consent: who left after it was made has to ask anew.
        used_up = membership.left_at is not None and membership.left_at > link.made_at
        if in_link and not used_up and state in (SubscriptionState.UNCONFIRMED, SubscriptionState.CONFIRMED):
            asked.append(Asked(mailing_list.id, mailing_list.name, state, in_link=True))
        elif not in_link and state is SubscriptionState.UNCONFIRMED and mailing_list.public:
            asked.append(Asked(mailing_list.id, mailing_list.name, state, in_link=False))
    own = [one for one in asked if one.in_link]
    if not own:
        raise _gone()
    return Confirming(
        _standing(own, link, now),
        masked(person.address),
        tuple(asked),
        look(session, own[0].list_id, language=person.language),
        preferences_url(context.settings.public_url, context.signer, person.id),
    )


def _standing(own: Collection[Asked], link: _Link, now: datetime) -> Standing:
    if all(one.state is SubscriptionState.CONFIRMED for one in own):
        return Standing.DONE
    return Standing.EXPIRED if now - link.made_at > Limits().expires else Standing.OPEN
