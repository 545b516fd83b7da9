"""API tokens: made, shown once, counted, taken back."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from digest.access.token_table import ApiToken
from digest.problem import Problem

SCOPES = (
    "subscribers:read", "subscribers:write", "lists:read", "lists:write", "issues:read", "issues:write"
)  # fmt: skip
PER_MINUTE = 600
PREFIX = "digest_"
"""How every secret begins, so that programs that search code for leaked ones can tell it."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?").fullmatch
_SECRET = re.compile(r"digest_[A-Za-z0-9_-]{43}").fullmatch


class TokenError(Problem):
    """A token cannot be made or is not there."""


@dataclass(frozen=True)
class Bearer:
    """Whose request it is, and what it may do; `left` is how many more may come in this minute, never below 0."""

    name: str
    scopes: frozenset[str]
    left: int
    refused: bool


def add(
    session: Session, name: str, scopes: Sequence[str], *, now: datetime, per_minute: int = PER_MINUTE
) -> str:
    """A new token; its secret of 256 bits, which nobody can read again. TokenError for a wrong name or scope."""
    if not _NAME(name):
        raise TokenError(
            f"{name!r} cannot name a token.", "Use small letters, digits and hyphens, as in `website`."
        )
    wrong = [scope for scope in scopes if scope not in SCOPES]
    if wrong or not scopes:
        problem = f"There is no scope {wrong[0]!r}." if wrong else "A token needs a scope."
        raise TokenError(problem, f"There are: {', '.join(SCOPES)}.")
    if session.scalar(select(ApiToken.id).where(ApiToken.name == name)) is not None:
        raise TokenError(f"There is a token {name!r} already.", "See `digest token list`.")
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            name=name,
            digest=_digest(secret),
            scopes=sorted(set(scopes)),
            per_minute=per_minute,
            used=0,
            created_at=now,
        )
    )
    session.flush()
    return secret


def listed(session: Session) -> Sequence[ApiToken]:
    """Every token, by name."""
    return session.scalars(select(ApiToken).order_by(ApiToken.name)).all()


def remove(session: Session, name: str) -> None:
    """Take a token back, from the next request on; TokenError if there is none of that name."""
    if session.scalar(delete(ApiToken).where(ApiToken.name == name).returning(ApiToken.id)) is None:
        raise TokenError(f"There is no token {name!r}.", "See `digest token list`.")


def use(session: Session, secret: str, now: datetime) -> Bearer | None:
    """Count one request with this secret; None when it is none of ours.

    The secret is looked up by its SHA-256: it is random and long, so it needs no slow hash, and how long the
    search takes says nothing about it.
    """
    if not _SECRET(secret):
        return None
    minute = now.replace(second=0, microsecond=0)
    row = session.execute(
        update(ApiToken)
        .where(ApiToken.digest == _digest(secret))
        .values(
            used=case((ApiToken.minute == minute, ApiToken.used + 1), else_=1),
            minute=minute,
            last_used_at=now,
        )
        .returning(ApiToken.name, ApiToken.scopes, ApiToken.per_minute, ApiToken.used)
    ).first()
    if row is None:
        return None
    left = row.per_minute - row.used
    return Bearer(row.name, frozenset(row.scopes), max(0, left), left < 0)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
