"""Segments by name, and what a segment finds."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from subscribers.problem import SubscribersError
from subscribers.segments.compiling import segment
from subscribers.tables import SavedSegment, Subscriber, Subscription

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?").fullmatch


class UnknownSegment(SubscribersError):
    """There is no segment of that name."""


def add_segment(session: Session, slug: str, expression: str, *, now: datetime) -> SavedSegment:
    """Keep a segment under a name; SegmentError if it is none."""
    if not _SLUG(slug):
        raise SubscribersError(f"{slug!r} cannot name a segment.", "Use small letters, digits and hyphens.")
    segment(expression, now=now)
    if session.scalar(select(SavedSegment.id).where(SavedSegment.slug == slug)) is not None:
        raise SubscribersError(f"There is a segment {slug!r} already.", "Remove it first.")
    saved = SavedSegment(slug=slug, expression=expression, created_at=now)
    session.add(saved)
    session.flush()
    return saved


def segments(session: Session) -> Sequence[SavedSegment]:
    """Every segment that is kept."""
    return session.scalars(select(SavedSegment).order_by(SavedSegment.slug)).all()


def find_segment(session: Session, slug: str) -> SavedSegment:
    """The segment of this name; UnknownSegment if there is none."""
    found = session.scalar(select(SavedSegment).where(SavedSegment.slug == slug))
    if found is None:
        slugs = [one.slug for one in segments(session)]
        raise UnknownSegment(
            f"There is no segment {slug!r}.",
            f"There is: {', '.join(slugs)}." if slugs else "Add one with `digest segment add`.",
        )
    return found


def remove_segment(session: Session, slug: str) -> None:
    """Forget a segment."""
    session.execute(delete(SavedSegment).where(SavedSegment.id == find_segment(session, slug).id))


def condition(session: Session, named_or_written: str, *, now: datetime) -> ColumnElement[bool]:
    """The condition of a segment given by its name, or written out."""
    if _SLUG(named_or_written):
        return segment(find_segment(session, named_or_written).expression, now=now)
    return segment(named_or_written, now=now)


def count_and_sample(
    session: Session, list_id: int, wanted: ColumnElement[bool], *, sample: int = 10
) -> tuple[int, Sequence[Subscriber]]:
    """How many members of a list, in any state, a segment finds, and the first of them."""
    query = (
        select(Subscriber)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(_members(session, list_id), wanted)
    )
    number = session.scalar(query.with_only_columns(func.count()))
    return number or 0, session.scalars(query.order_by(Subscriber.id).limit(sample)).all()


def _members(session: Session, list_id: int) -> ColumnElement[bool]:
    """The condition that a membership is of a list, in the words that lead SQLite to the faster way.

    It knows no better than to go through the index of the list; where most people are on the list,
    going through the people saves two of three steps for each whom the segment leaves out.
    """
    people, members = (
        select(func.coalesce(func.max(Subscriber.id), 0)).scalar_subquery(),
        select(func.count()).where(Subscription.list_id == list_id).scalar_subquery(),
    )
    if session.get_bind().dialect.name == "sqlite" and session.scalar(select(members * 2 > people)):
        return literal(0) + Subscription.list_id == list_id
    return Subscription.list_id == list_id


def everybody(session: Session, list_id: int, wanted: ColumnElement[bool] | None) -> Sequence[int]:
    """The ids of the members of a list, in any state, whom a segment finds; of all without one."""
    query = select(Subscription.subscriber_id).where(Subscription.list_id == list_id)
    if wanted is not None:
        query = query.join(Subscriber, Subscriber.id == Subscription.subscriber_id).where(wanted)
    return session.scalars(query.order_by(Subscription.subscriber_id)).all()
