"""A person's own data: all of it to take away, or gone (GDPR articles 15, 17 and 20)."""

import json
from datetime import datetime

from digest.actions.context import Context
from digest.actions.links import PREFERENCES
from digest.signing import BadToken
from subscribers import personal
from subscribers.tables import Subscriber


def my_data(context: Context, token: str) -> str:
    """Everything kept about the person of this preferences link, as JSON."""
    (subscriber_id,) = context.signer.verify(PREFERENCES, token, 1)
    with context.database.reading() as session:
        if session.get(Subscriber, subscriber_id) is None:
            raise BadToken("Nothing is kept under this link any more.")
        found = personal.everything_about(session, subscriber_id)
    return json.dumps(found, ensure_ascii=False, indent=2, default=_iso) + "\n"


def erase_me(context: Context, token: str, now: datetime) -> None:
    """Remove the person of this link from every table; only a keyed fingerprint stays, against mailing them."""
    (subscriber_id,) = context.signer.verify(PREFERENCES, token, 1)
    with context.database.writing() as session:
        if session.get(Subscriber, subscriber_id) is not None:
            personal.erase(session, subscriber_id, now=now)


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
