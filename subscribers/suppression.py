"""Addresses that must not be mailed, known by a keyed fingerprint only.

A suppression survives the erasure of the person: it holds no address, only the HMAC-SHA256 of the
normal form under the installation's oldest key, which stays when keys rotate.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BindParameter, delete, exists, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from digest.signing import Signer
from subscribers.fingerprints import PURPOSE
from subscribers.tables import Subscriber, Suppression

EVERY_LIST = 0
_CHUNK = 500


class Reason(StrEnum):
    """Why an address must not be mailed."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    MANUAL = "manual"


# A person who confirms a new request proves both the wish and the mailbox; a complaint, an erasure and
# an admin's decision are lifted by an admin alone.
LIFTED_BY_CONFIRMATION = frozenset({Reason.UNSUBSCRIBED, Reason.BOUNCED})


def fingerprint(signer: Signer, email: str) -> bytes:
    """The fingerprint of a normalised address."""
    return signer.digest(PURPOSE, email)


def suppress(
    session: Session, marks: Iterable[bytes], *, reason: Reason, now: datetime, list_id: int = EVERY_LIST
) -> int:
    """Suppress these fingerprints for one list or for all; how many were new. The first reason stays."""
    added = 0
    wanted = list(dict.fromkeys(marks))
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        known = set(
            session.scalars(
                select(Suppression.fingerprint).where(
                    Suppression.fingerprint.in_(chunk), Suppression.list_id == list_id
                )
            )
        )
        new = [mark for mark in chunk if mark not in known]
        session.add_all(
            Suppression(fingerprint=mark, list_id=list_id, reason=reason, created_at=now) for mark in new
        )
        session.flush()
        added += len(new)
    return added


def reasons(session: Session, mark: bytes, list_id: int | None = None) -> dict[int, Reason]:
    """Why this fingerprint is suppressed, by list (0: every list); with `list_id` only what concerns it."""
    query = select(Suppression.list_id, Suppression.reason).where(Suppression.fingerprint == mark)
    if list_id is not None:
        query = query.where(Suppression.list_id.in_((EVERY_LIST, list_id)))
    return {row.list_id: Reason(row.reason) for row in session.execute(query)}


def among(session: Session, marks: Sequence[bytes], list_id: int) -> set[bytes]:
    """Those of these fingerprints that are suppressed for this list."""
    found: set[bytes] = set()
    for start in range(0, len(marks), _CHUNK):
        found.update(
            session.scalars(
                select(Suppression.fingerprint).where(
                    Suppression.fingerprint.in_(marks[start : start + _CHUNK]),
                    Suppression.list_id.in_((EVERY_LIST, list_id)),
                )
            )
        )
    return found


def lift(
    session: Session, mark: bytes, *, list_id: int | None = None, only: Iterable[Reason] = Reason
) -> int:
    """Remove the suppressions of one fingerprint: for every list, or those that hold for `list_id`."""
    statement = delete(Suppression).where(
        Suppression.fingerprint == mark, Suppression.reason.in_([reason.value for reason in only])
    )
    if list_id is not None:
        statement = statement.where(Suppression.list_id.in_((EVERY_LIST, list_id)))
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def suppressed(list_id: "int | BindParameter[int]") -> ColumnElement[bool]:
    """The condition, in SQL, that a subscriber is suppressed for a list."""
    return exists().where(
        Suppression.fingerprint == Subscriber.fingerprint,
        or_(Suppression.list_id == EVERY_LIST, Suppression.list_id == list_id),
    )
