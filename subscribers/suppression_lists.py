"""Suppressions as lists: brought from elsewhere, plain or hashed, and given to a provider."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from digest.signing import Signer
from subscribers import suppression
from subscribers.addresses import ADDRESS_IN_LINE, AddressError, normalise
from subscribers.problem import SubscribersError
from subscribers.subscribing import Proof, unsubscribe_from_all
from subscribers.suppression import EVERY_LIST, Reason
from subscribers.tables import Subscriber, Subscription, SubscriptionState, Suppression

HASHES = {32: "md5", 40: "sha1", 64: "sha256"}
_HEX = re.compile(r"[0-9a-fA-F]+").fullmatch
_BATCH = 5_000
_ENDED = (SubscriptionState.UNSUBSCRIBED, SubscriptionState.BOUNCED, SubscriptionState.COMPLAINED)


@dataclass(frozen=True)
class Brought:
    """What a list brought: new suppressions, hashes that no known person has, lines that are neither."""

    added: int
    unmatched: int
    refused: tuple[tuple[int, str], ...]


def bring(
    session: Session,
    lines: Iterable[str],
    *,
    signer: Signer,
    now: datetime,
    reason: Reason = Reason.MANUAL,
    list_id: int = EVERY_LIST,
) -> Brought:
    """Suppress what the lines say: an address each, or its MD5, SHA-1 or SHA-256 in hexadecimal.

    An address counts whether it is known or not. A hash can only be matched with the people who are
    known now, since it cannot be turned back into an address; hashes are of the address in small letters.
    """
    marks: dict[bytes, None] = {}
    hashes: dict[str, set[str]] = {}
    refused = []
    for number, line in enumerate(lines, 1):
        text = line.strip().strip('"')
        if not text or (number == 1 and "@" not in text and not _HEX(text)):
            continue  # a blank line, or a header
        if _HEX(text) and len(text) in HASHES:
            hashes.setdefault(HASHES[len(text)], set()).add(text.lower())
            continue
        try:
            found = ADDRESS_IN_LINE.search(text)
            marks[suppression.fingerprint(signer, normalise(found.group() if found else text).email)] = None
        except AddressError as error:
            refused.append((number, error.message))
    wanted = sum(map(len, hashes.values()))
    matched = list(_matching(session, hashes)) if hashes else []
    marks.update(dict.fromkeys(mark for mark, _ in matched))
    added = suppression.suppress(session, marks, reason=reason, now=now, list_id=list_id)
    _end(session, list(marks), now, list_id)
    return Brought(added, wanted - len({value for _, value in matched}), tuple(refused))


def for_provider(session: Session, *, hashed: str = "") -> Iterator[str]:
    """The known addresses that must not be mailed, plain or hashed, for another system to keep away from.

    Addresses of people who were erased are not among them: only their fingerprint is left.
    """
    if hashed and hashed not in HASHES.values():
        raise SubscribersError(
            f"The hash {hashed!r} is unknown.", f"Write one of {', '.join(HASHES.values())}."
        )
    suppressed = exists().where(
        Suppression.fingerprint == Subscriber.fingerprint, Suppression.list_id == EVERY_LIST
    )
    ended = exists().where(Subscription.subscriber_id == Subscriber.id, Subscription.state.in_(_ENDED))
    live = exists().where(Subscription.subscriber_id == Subscriber.id, Subscription.state.not_in(_ENDED))
    query = (
        select(Subscriber.email)
        .where(or_(suppressed, ended & ~live))
        .order_by(Subscriber.id)
        .execution_options(yield_per=_BATCH)
    )
    for email in session.scalars(query):
        yield hashlib.new(hashed, email.encode(), usedforsecurity=False).hexdigest() if hashed else email


def _matching(session: Session, hashes: dict[str, set[str]]) -> Iterator[tuple[bytes, str]]:
    query = select(Subscriber.email, Subscriber.fingerprint).execution_options(yield_per=_BATCH)
    for email, mark in session.execute(query):
        for name, wanted in hashes.items():
            value = hashlib.new(name, email.encode(), usedforsecurity=False).hexdigest()
            if value in wanted:
                yield mark, value


def _end(session: Session, marks: list[bytes], now: datetime, list_id: int) -> None:
    """End the memberships of people who are suppressed everywhere, so that their state says so too."""
    if list_id != EVERY_LIST:
        return
    proof = Proof("admin", "suppression list")
    for start in range(0, len(marks), 500):
        known = select(Subscriber.id).where(Subscriber.fingerprint.in_(marks[start : start + 500]))
        for subscriber_id in session.scalars(known).all():
            unsubscribe_from_all(session, subscriber_id, proof, now=now)
