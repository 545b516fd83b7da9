"""Which change of a subscription is allowed: a pure table, and the only place that decides it.

The one thing it exists for: from unsubscribed, bounced or complained no way leads back to confirmed
but the person's own request followed by their own confirmation.
"""

from enum import StrEnum

from subscribers.tables import SubscriptionState as State


class Change(StrEnum):
    """What can happen to a subscription."""

    REQUEST = "request"  # the person asks; a confirmation mail must follow
    JOIN = "join"  # the person asks on a list with single opt-in
    STATE = "state"  # an admin states that the person consented (import, `subscriber add`)
    BRING = "bring"  # an admin brings an address without stating consent
    CONFIRM = "confirm"  # the person confirms what they had asked for
    LEAVE = "leave"
    BOUNCE = "bounce"
    COMPLAIN = "complain"
    EXPIRE = "expire"  # one who had left asked again, and never confirmed


_ENDED = (State.UNSUBSCRIBED, State.BOUNCED, State.COMPLAINED)

_NEXT: dict[Change, dict[State | None, State]] = {
    Change.REQUEST: {None: State.UNCONFIRMED} | dict.fromkeys(_ENDED, State.UNCONFIRMED),
    # With single opt-in anybody can type anybody's address: those who had left must confirm.
    Change.JOIN: {None: State.CONFIRMED, State.UNCONFIRMED: State.CONFIRMED}
    | dict.fromkeys(_ENDED, State.UNCONFIRMED),
    Change.STATE: {None: State.CONFIRMED, State.UNCONFIRMED: State.CONFIRMED},
    Change.BRING: {None: State.UNCONFIRMED},
    Change.CONFIRM: {State.UNCONFIRMED: State.CONFIRMED},
    Change.EXPIRE: {State.UNCONFIRMED: State.UNSUBSCRIBED},
    Change.LEAVE: {
        State.UNCONFIRMED: State.UNSUBSCRIBED,
        State.CONFIRMED: State.UNSUBSCRIBED,
        State.BOUNCED: State.UNSUBSCRIBED,
    },
    Change.BOUNCE: {State.UNCONFIRMED: State.BOUNCED, State.CONFIRMED: State.BOUNCED},
    Change.COMPLAIN: {
        State.UNCONFIRMED: State.COMPLAINED,
        State.CONFIRMED: State.COMPLAINED,
        State.UNSUBSCRIBED: State.COMPLAINED,
        State.BOUNCED: State.COMPLAINED,
    },
}


def after(state: State | None, change: Change, *, left: bool = False) -> State | None:
    """The state that `change` leads to from `state` (None: not on the list); None if it changes nothing.

    `left` says that the person unsubscribed, bounced or complained and has not confirmed anything since.
    """
    if left and state is State.UNCONFIRMED and change in (Change.JOIN, Change.STATE):
        return None
    return _NEXT[change].get(state)


def leaves(change: Change) -> bool:
    """Whether this change ends a consent, so that only the person's own confirmation gives a new one."""
    return change in (Change.LEAVE, Change.BOUNCE, Change.COMPLAIN)
