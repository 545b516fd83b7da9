"""What programs do with lists through the API."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from digest.actions.context import Context
from subscribers.lists import Standing, add_list, edit_list, find_list, remove_list, standings


def every_list(context: Context) -> Sequence[Standing]:
    """Every list with its members by state."""
    with context.database.reading() as session:
        return standings(session)


def one_list(context: Context, slug: str) -> Standing:
    """One list; UnknownList."""
    with context.database.reading() as session:
        return standings(session, slug)[0]


def add(context: Context, slug: str, values: Mapping[str, Any], now: datetime) -> Standing:
    """A new list; SubscribersError where there is one of that name."""
    with context.database.writing() as session:
        add_list(session, slug, now=now, **values)
        return standings(session, slug)[0]


def change(context: Context, slug: str, values: Mapping[str, Any]) -> Standing:
    """Change the fields named in `values`; UnknownList."""
    with context.database.writing() as session:
        edit_list(find_list(session, slug), values)
        session.flush()
        return standings(session, slug)[0]


def remove(context: Context, slug: str) -> None:
    """Remove a list that has no members; UnknownList, SubscribersError for one that has."""
    with context.database.writing() as session:
        remove_list(session, slug)
