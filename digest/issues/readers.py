"""Which readers get which variant of an issue, as conditions that the freezing query can use."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.orm import Session

from digest.issues.history import ids, is_issue_mailing, readers_of, readers_shared, standing_items
from digest.issues.tables import Issue, Newsletter
from digest.selection import Piece, Profile, Variant, Version, variants

# Tables of rooms that this one does not import. The columns of `subscriber` name no table of their own,
# so that a condition made of them joins nothing to the query it is put into.
_subscription = table("subscription", column("list_id"), column("subscriber_id"), column("state"))
_mailing = table("mailing", column("id"), column("kind"), column("reference"))
_delivery = table("delivery", column("mailing_id"), column("recipient_id"), column("state"))
_id: ColumnElement[int] = literal_column("subscriber.id")
_language: ColumnElement[str] = func.coalesce(literal_column("subscriber.language"), "")
_topics: ColumnElement[str] = func.coalesce(cast(literal_column("subscriber.topics"), Text), "[]")
_NOT_RECEIVED = ("failed", "suppressed", "expired")


@dataclass(frozen=True)
class Audience:
    """A variant, and the condition over table `subscriber` that holds for exactly its readers.

    The condition goes into a query over subscribers, as `segment` of `subscribers.recipients`.
    """

    variant: Variant
    condition: ColumnElement[bool]


@dataclass(frozen=True)
class _Raw:
    """A kind of reader as the database tells them apart; `had` says which other issues they had."""

    language: str
    topics: str
    had: tuple[bool, ...]


def pieces(issue: Issue) -> list[Piece]:
    """The issue's items as variants see them, numbered by their positions."""
    live = [item for item in issue.items if not item.dropped]
    return [
        Piece(
            number=item.position,
            versions=(
                (item.language or issue.newsletter.language, item.article_id),
                *((one["language"], one["article_id"]) for one in item.translations),
            ),
            topics=frozenset(item.topics),
            always=item.pinned or item is live[0],
        )
        for item in live
    ]


def audiences(session: Session, issue: Issue, most: int = 24) -> list[Audience]:
    """The variants of the issue with their readers, the largest first; every confirmed reader is in one.

    The largest takes also whoever fits no other, so that nobody is lost who changes a preference while
    the issue is being frozen. A variant without contents is for those who had all of it: send it to nobody.
    """
    parts = pieces(issue)
    others = _others(session, issue, readers_shared(session, issue.newsletter))
    had = [_had(session, *other) for other in others]
    # What cannot make a difference is not asked of a million rows.
    language = _language if any(len(piece.versions) > 1 for piece in parts) else literal("")
    topics = _topics if _topics_are_chosen(session) else literal("[]")
    if not others and language is not _language and topics is not _topics:
        return [Audience(variants(parts, {Profile(): readers_of(session, issue.newsletter)})[0], true())]
    raws = _raws(session, issue.newsletter, language, topics, had)
    readers: dict[Profile, int] = {}
    by_profile: dict[Profile, list[_Raw]] = {}
    for raw, count in raws:
        numbers = {n for got, held in zip(raw.had, others.values(), strict=True) if got for n in held}
        profile = Profile(raw.language, _topic_names(raw.topics), tuple(sorted(numbers)))
        readers[profile] = readers.get(profile, 0) + count
        by_profile.setdefault(profile, []).append(raw)
    found = variants(parts, readers or {Profile(): 0}, most)
    conditions = [
        _condition(
            [raw for profile in variant.profiles for raw in by_profile.get(profile, [])],
            language,
            topics,
            had,
        )
        for variant in found
    ]
    rest = not_(or_(false(), *conditions[1:]))
    return [
        Audience(variant, condition)
        for variant, condition in zip(found, [rest, *conditions[1:]], strict=True)
    ]


def contents_for(session: Session, issue: Issue, reader_id: int) -> tuple[Version, ...]:
    """The issue as this one reader would get it now: in their language, on their topics, nothing they had.

    Empty where they had all of it, or this very issue.
    """
    theirs = select(_subscription.c.list_id).where(
        _subscription.c.subscriber_id == reader_id, _subscription.c.state == "confirmed"
    )
    shared = session.scalars(select(Newsletter.id).where(Newsletter.list_id.in_(theirs))).all()
    others = _others(session, issue, shared)
    had = [_had(session, *other) for other in others]
    flags = [case((one, 1), else_=0).label(f"had_{n}") for n, one in enumerate(had)]
    of_issue = and_(is_issue_mailing(_mailing.c.kind), _mailing.c.reference == issue.id)
    got = exists().where(
        _delivery.c.mailing_id.in_(select(_mailing.c.id).where(of_issue)),
        _delivery.c.recipient_id == _id,
        _delivery.c.state.in_(("sent", "uncertain")),
    )
    query = select(_language, _topics, case((got, 1), else_=0), *flags)
    row = session.execute(query.select_from(table("subscriber")).where(_id == reader_id)).one()
    if row[2]:
        return ()
    numbers = {n for flag, held in zip(row[3:], others.values(), strict=True) if flag for n in held}
    profile = Profile(row[0], _topic_names(row[1]), tuple(sorted(numbers)))
    return variants(pieces(issue), {profile: 1})[0].contents


def _others(session: Session, issue: Issue, shared: Iterable[int]) -> dict[tuple[int, int], set[int]]:
    """By (id, list) the issues of other newsletters, of those in `shared`, that hold stories of this one, and
    the items they hold.
    """
    shared = [one for one in shared if one != issue.newsletter_id]
    live = [item for item in issue.items if not item.dropped]
    found: dict[tuple[int, int], set[int]] = {}
    for other, newsletter, sent in standing_items(session, shared, besides=issue):
        articles = {sent.article_id, *ids(sent.translations)}
        linked = {*articles, *ids(sent.also)}
        for item in live:
            versions = {item.article_id, *ids(item.translations)}
            same_story = item.story_key == sent.story_key or bool(versions & linked)
            if versions & articles or (same_story and item.follow_up_of is None):
                found.setdefault((other.id, newsletter.list_id), set()).add(item.position)
    return found


def _topics_are_chosen(session: Session) -> bool:
    chosen = (
        select(literal(1)).select_from(table("subscriber")).where(_topics.not_in(("[]", "null"))).limit(1)
    )
    return session.scalar(chosen) is not None


def _raws(
    session: Session,
    newsletter: Newsletter,
    language: ColumnElement[str],
    topics: ColumnElement[str],
    had: Sequence[ColumnElement[bool]],
) -> list[tuple[_Raw, int]]:
    """The kinds of confirmed readers and how many there are of each."""
    flags = [case((one, 1), else_=0).label(f"had_{n}") for n, one in enumerate(had)]
    people = (
        select(language.label("language"), topics.label("topics"), *flags)
        .select_from(table("subscriber"))
        .join(_subscription, _subscription.c.subscriber_id == _id)
        .where(_subscription.c.list_id == newsletter.list_id, _subscription.c.state == "confirmed")
        .subquery()
    )
    rows = session.execute(select(*people.c, func.count()).group_by(*people.c).order_by(*people.c))
    return [(_Raw(row[0], row[1], tuple(bool(one) for one in row[2:-1])), row[-1]) for row in rows]


def _had(session: Session, issue_id: int, list_id: int) -> ColumnElement[bool]:
    """Whether the subscriber got, or will get, that issue."""
    of_issue = and_(is_issue_mailing(_mailing.c.kind), _mailing.c.reference == issue_id)
    mailings = list(session.scalars(select(_mailing.c.id).where(of_issue)))
    if mailings:
        return exists().where(
            _delivery.c.mailing_id.in_(mailings),
            _delivery.c.recipient_id == _id,
            _delivery.c.state.not_in(_NOT_RECEIVED),
        )
    theirs = _subscription.alias("theirs")
    return exists().where(
        theirs.c.list_id == list_id, theirs.c.subscriber_id == _id, theirs.c.state == "confirmed"
    )


def _condition(
    raws: Sequence[_Raw],
    language: ColumnElement[str],
    topics: ColumnElement[str],
    had: Sequence[ColumnElement[bool]],
) -> ColumnElement[bool]:
    """Holds for readers of these kinds: topics are listed together for each language and history."""
    together: dict[tuple[str, tuple[bool, ...]], list[str]] = {}
    for raw in raws:
        together.setdefault((raw.language, raw.had), []).append(raw.topics)
    return or_(
        false(),
        *(
            and_(
                language == spoken,
                topics.in_(chosen),
                *(one if got else not_(one) for one, got in zip(had, flags, strict=True)),
            )
            for (spoken, flags), chosen in together.items()
        ),
    )


def _topic_names(text: str) -> tuple[str, ...]:
    value: Any = json.loads(text)
    return tuple(sorted({str(one) for one in value})) if isinstance(value, list) else ()
