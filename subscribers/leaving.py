"""Many people leave at the same moment: a few statements for all of them, by the same rules as for one."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from subscribers.states import Change, after
from subscribers.subscribing import Proof
from subscribers.tables import Subscription, SubscriptionEvent, SubscriptionState

Pair = tuple[int, int]
"""A subscriber and a list."""

_LEAVABLE = [state for state in SubscriptionState if after(state, Change.LEAVE) is not None]
_MEMBERS = cast(Table, Subscription.__table__)
# List by list, since SQLite would search a whole index for a set of pairs.
_ASKED = (
    _MEMBERS.c.list_id == bindparam("asked_list"),
    _MEMBERS.c.subscriber_id.in_(bindparam("asked_people", expanding=True)),
)

# Made once: while an issue is sent, these are most of what the pages do.
_LEAVE = (
    update(_MEMBERS)
    .where(*_ASKED, _MEMBERS.c.state.in_(_LEAVABLE))
    .values(
        state=SubscriptionState.UNSUBSCRIBED,
        changed_at=bindparam("now"),
        left_at=bindparam("now"),
        requests=0,
    )
    .returning(_MEMBERS.c.subscriber_id)
)
_KNOWN = select(_MEMBERS.c.subscriber_id).where(*_ASKED)


def leave_together(
    session: Session, pairs: Collection[Pair], proof: Proof, *, now: datetime
) -> tuple[Collection[Pair], Collection[Pair]]:
    """End these memberships; those of `pairs` that there are, and those of them that ended now."""
    known: set[Pair] = set()
    ended: set[Pair] = set()
    for list_id in sorted({list_id for _, list_id in pairs}):
        people = sorted({subscriber_id for subscriber_id, wanted in pairs if wanted == list_id})
        left = _leave(session, list_id, people, proof, now)
        ended.update((one, list_id) for one in left)
        if len(left) < len(people):
            asked = {"asked_list": list_id, "asked_people": people}
            left = session.connection().execute(_KNOWN, asked).scalars().all()
        known.update((one, list_id) for one in left)
    return known, ended


def _leave(
    session: Session, list_id: int, people: Collection[int], proof: Proof, now: datetime
) -> Collection[int]:
    asked = {"asked_list": list_id, "asked_people": people, "now": now}
    left = session.connection().execute(_LEAVE, asked).scalars().all()
    session.add_all(
        SubscriptionEvent(
            subscriber_id=one,
            list_id=list_id,
            at=now,
            change=Change.LEAVE,
            state=SubscriptionState.UNSUBSCRIBED,
            actor=proof.actor[:100],
            evidence=proof.evidence[:500],
            wording=proof.wording[:64],
        )
        for one in sorted(left)
    )
    session.flush()
    return left
