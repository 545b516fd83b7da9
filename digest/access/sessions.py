"""Signing in by a link and staying signed in: random 256-bit secrets, of which only hashes are stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from digest.access.problem import AccessError
from digest.access.tables import Editor, EditorSession, SignIn

LINK_GOOD = timedelta(minutes=15)
IDLE = timedelta(hours=12)
"""A session that nobody used for so long is over."""
ABSOLUTE = timedelta(days=14)
"""No session lives longer, however much it is used."""
NOTICED = timedelta(minutes=1)
"""How exactly `seen_at` is kept: a write for every click would be too many."""
_KEPT = timedelta(days=1)
_BYTES = 32


@dataclass(frozen=True)
class Limits:
    """Links asked for: by network and by address, within an hour and a day."""

    network_hour: int = 12
    network_day: int = 40
    address_hour: int = 4


def take(
    session: Session,
    editor: Editor | None,
    network: bytes,
    mark: bytes,
    now: datetime,
    limits: Limits | None = Limits(),
) -> tuple[bool, str]:
    """Note a wish to sign in: whether it was taken at all, and the link's secret ("" when no mail goes out).

    The same rows are written for an address that nobody has. A network over its limit is not taken, and is
    told so; an address over its own gets no further mail, and nobody is told. None for no limit at all.
    """
    session.execute(delete(SignIn).where(SignIn.at < now - _KEPT))
    session.execute(delete(EditorSession).where(_over(now)))
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    if limits is not None:
        of_network = SignIn.network == network
        if (
            _count(session, of_network, SignIn.at > hour) >= limits.network_hour
            or _count(session, of_network, SignIn.at > day) >= limits.network_day
        ):
            return False, ""
        if _count(session, SignIn.mark == mark, SignIn.at > hour) >= limits.address_hour:
            editor = None
    secret = token_urlsafe(_BYTES) if editor is not None else ""
    session.add(
        SignIn(
            at=now,
            network=network,
            mark=mark,
            editor_id=editor.id if editor else None,
            token=_hash(secret) if secret else None,
            good_until=now + LINK_GOOD,
        )
    )
    session.flush()
    return True, secret


def whose(session: Session, secret: str, now: datetime) -> Editor:
    """Whose link it is; AccessError for one that is used, too old, or not ours. It is not used up."""
    return _editor(_good(session, secret, now))


def enter(session: Session, secret: str, now: datetime) -> tuple[Editor, str]:
    """Use a link up: the editor, and the cookie of a new session."""
    link = _good(session, secret, now, lock=True)
    link.used_at = now
    cookie = token_urlsafe(_BYTES)
    editor = _editor(link)
    session.add(
        EditorSession(key=_hash(cookie), editor_id=editor.id, began_at=now, seen_at=now, said="", typed={})
    )
    session.flush()
    return editor, cookie


def find(session: Session, cookie: str, now: datetime) -> EditorSession | None:
    """The session of this cookie; None when there is none, or it has been idle or alive for too long."""
    if not cookie or len(cookie) > 100:
        return None
    return session.scalar(
        select(EditorSession).where(EditorSession.key == _hash(cookie), ~_over(now)).limit(1)
    )


def leave(session: Session, session_id: int) -> None:
    """End a session: its cookie opens nothing any more."""
    session.execute(delete(EditorSession).where(EditorSession.id == session_id))


def _good(session: Session, secret: str, now: datetime, *, lock: bool = False) -> SignIn:
    query = select(SignIn).where(SignIn.token == _hash(secret[:100])).limit(1)
    link = session.scalar(query.with_for_update() if lock else query)
    if link is None or link.editor_id is None or link.used_at is not None or link.good_until <= now:
        raise AccessError(
            "This link is no longer good: each works once, for fifteen minutes.", "Ask for a new one."
        )
    return link


def _editor(link: SignIn) -> Editor:
    assert link.editor is not None
    return link.editor


def _over(now: datetime) -> ColumnElement[bool]:
    return (EditorSession.seen_at <= now - IDLE) | (EditorSession.began_at <= now - ABSOLUTE)


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(SignIn).where(*where)) or 0


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
