"""Lists: add, find, count, remove."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from subscribers.problem import SubscribersError
from subscribers.tables import MailingList, Subscription, SubscriptionState, Suppression

OPT_IN = ("double", "single")
WELCOME = ("off", "letter", "issue")
"""What follows a confirmation: nothing, a letter, or a letter that brings the last issue."""
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
    welcome: str = "off",
    goodbye: bool = False,
) -> MailingList:
    """A new list. `slug` names it in commands and addresses; `description` is a text by language.

    `welcome` is one of WELCOME. Raises SubscribersError for a name that is taken or a value that is wrong.
    """
    if not _SLUG(slug):
        raise SubscribersError(
            f"{slug!r} cannot name a list.", "Use small letters, digits and hyphens, as in `weekly-news`."
        )
    if session.scalar(select(MailingList.id).where(MailingList.slug == slug)) is not None:
        raise SubscribersError(f"There is a list {slug!r} already.", "See `digest list show`.")
    mailing_list = MailingList(slug=slug, created_at=now)
    values = {
        "name": name or slug,
        "description": dict(description or {}),
        "opt_in": opt_in,
        "public": public,
    }
    edit_list(mailing_list, values | {"welcome": welcome, "goodbye": goodbye})
    session.add(mailing_list)
    session.flush()
    return mailing_list


def edit_list(mailing_list: MailingList, values: Mapping[str, Any]) -> None:
    """Set the fields named in `values`, as in `add_list`; SubscribersError for a value that is wrong, and
    then nothing is changed.
    """
    opt_in, welcome = values.get("opt_in", OPT_IN[0]), values.get("welcome", WELCOME[0])
    if opt_in not in OPT_IN:
        raise SubscribersError(f"The opt-in {opt_in!r} is unknown.", "Write `double` or `single`.")
    if welcome not in WELCOME:
        raise SubscribersError(f"The welcome {welcome!r} is unknown.", "Write `off`, `letter` or `issue`.")
    for name, value in values.items():
        if name == "welcome":
            mailing_list.welcome, mailing_list.welcome_issue = value != "off", value == "issue"
        else:
            setattr(mailing_list, name, value)


def welcome_of(mailing_list: MailingList) -> str:
    """What follows a confirmation, as one of WELCOME."""
    if not mailing_list.welcome:
        return "off"
    return "issue" if mailing_list.welcome_issue else "letter"


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
