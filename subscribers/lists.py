"""Lists: add, find, count, remove."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from subscribers.problem import SubscribersError
from subscribers.tables import MailingList, Subscription, SubscriptionState, Suppression

OPT_IN = ("double", "single")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?").fullmatch


class UnknownList(SubscribersError):
    """There is no list of that name."""


@dataclass(frozen=True)
class Standing:
    """A list with how many memberships stand in each state."""

    list: MailingList
    counts: Mapping[SubscriptionState, int]


def add_list(
    session: Session,
    slug: str,
    *,
    now: datetime,
    name: str = "",
    description: Mapping[str, str] | None = None,
    opt_in: str = "double",
    public: bool = True,
    welcome: bool = False,
    goodbye: bool = False,
) -> MailingList:
    """A new list. `slug` names it in commands and addresses; `description` is a text by language."""
    if not _SLUG(slug):
        raise SubscribersError(
            f"{slug!r} cannot name a list.", "Use small letters, digits and hyphens, as in `weekly-news`."
        )
    if opt_in not in OPT_IN:
        raise SubscribersError(f"The opt-in {opt_in!r} is unknown.", "Write `double` or `single`.")
    if session.scalar(select(MailingList.id).where(MailingList.slug == slug)) is not None:
        raise SubscribersError(f"There is a list {slug!r} already.", "See `digest list show`.")
    mailing_list = MailingList(
        slug=slug,
        name=name or slug,
        description=dict(description or {}),
        opt_in=opt_in,
        public=public,
        welcome=welcome,
        goodbye=goodbye,
        created_at=now,
    )
    session.add(mailing_list)
    session.flush()
    return mailing_list


def find_list(session: Session, slug: str) -> MailingList:
    """The list of this name; UnknownList, which names those there are, if there is none."""
    found = session.scalar(select(MailingList).where(MailingList.slug == slug))
    if found is None:
        slugs = session.scalars(select(MailingList.slug).order_by(MailingList.slug)).all()
        raise UnknownList(
            f"There is no list {slug!r}.",
            f"There is: {', '.join(slugs)}." if slugs else "Add one with `digest list add`.",
        )
    return found


def every_list(session: Session) -> Sequence[MailingList]:
    """All lists by name."""
    return session.scalars(select(MailingList).order_by(MailingList.slug)).all()


def standings(session: Session, slug: str | None = None) -> Sequence[Standing]:
    """Every list, or one, with its counts by state."""
    lists = [find_list(session, slug)] if slug else every_list(session)
    counts: dict[int, dict[SubscriptionState, int]] = {}
    for list_id, state, number in session.execute(
        select(Subscription.list_id, Subscription.state, func.count()).group_by(
            Subscription.list_id, Subscription.state
        )
    ):
        counts.setdefault(list_id, {})[SubscriptionState(state)] = number
    return [Standing(found, counts.get(found.id, {})) for found in lists]


def remove_list(session: Session, slug: str, *, force: bool = False) -> int:
    """Remove a list with its memberships; how many there were. One with members only with `force`."""
    found = find_list(session, slug)
    members = session.scalar(
        select(func.count()).select_from(Subscription).where(Subscription.list_id == found.id)
    )
    if members and not force:
        raise SubscribersError(
            f"The list {slug!r} has {members} memberships, with their consents.",
            "Export it first; then remove it with --force.",
        )
    session.execute(delete(Suppression).where(Suppression.list_id == found.id))
    session.execute(delete(Subscription).where(Subscription.list_id == found.id))
    try:
        session.execute(delete(MailingList).where(MailingList.id == found.id))
    except IntegrityError:
        raise SubscribersError(
            f"The list {slug!r} is that of a newsletter.", "Send that newsletter to another list first."
        ) from None
    return members or 0
