"""A newsroom to test with: verbs that read well."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from digest.issues import (
    History,
    Issue,
    Newsletter,
    Writing,
    build,
    newsletters,
    open_draft,
    sent_before,
    with_edits,
    with_history,
)
from digest.selection import Candidate, choose, read_policy
from store import Base, Database, UtcDateTime
from subscribers.tables import Subscriber, Subscription

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)


@dataclass
class Newsroom:
    """The database with verbs that read well in a test. Article n has the story `story-n`."""

    database: Database
    articles: int = 8

    def candidates(self, **values: dict[int, Any]) -> list[Candidate]:
        """All articles as candidates; `title={3: "…"}` changes a field of one."""
        made = []
        for number in range(1, self.articles + 1):
            plain: dict[str, Any] = {
                "article_id": number,
                "story_key": f"story-{number}",
                "url": f"https://news.example/{number}",
                "title": f"Headline {number}",
                "published_at": NOW - timedelta(hours=number),
                "source_name": "News",
            }
            made.append(
                Candidate(**plain | {name: of[number] for name, of in values.items() if number in of})
            )
        return made

    def build(
        self,
        session: Session,
        slug: str = "weekly",
        candidates: Iterable[Candidate] | None = None,
        slot: datetime | None = None,
        now: datetime = NOW,
        leave_out_from: float = 0.0,
        **policy: Any,
    ) -> Issue:
        """Choose and build as the program does: with the history, and with the edits of the draft."""
        newsletter = newsletters.get(session, slug)
        draft = open_draft(session, newsletter)
        pool = with_edits(candidates if candidates is not None else self.candidates(), draft)
        pool = with_history(pool, sent_before(session, newsletter, besides=draft), leave_out_from)
        selection = choose(pool, read_policy({"items": 3, **policy}), now)
        return build(session, newsletter, selection, writings(self.articles), now, slot)

    def history(self, session: Session, slug: str = "weekly") -> History:
        return sent_before(session, newsletters.get(session, slug))


def writings(articles: int = 8) -> dict[int, Writing]:
    return {n: Writing(f"Headline {n}", f"Summary {n}.") for n in range(1, articles + 1)}


def add_newsletter(session: Session, slug: str, list_id: int, **values: Any) -> Newsletter:
    return newsletters.add(
        session,
        slug,
        title=slug.title(),
        sender_address="news@example.org",
        list_id=list_id,
        now=NOW,
        **values,
    )


_numbers = count(1)


def row(model: type[Base], **values: Any) -> Base:
    """A row of another room's table: what it must have and the test does not care about is filled in."""
    for column in model.__table__.columns:
        if column.name in (*values, "id") or column.nullable or column.default is not None:
            continue
        number = next(_numbers)
        filler = {str: f"{column.name}-{number}", bytes: number.to_bytes(32, "big"), int: 0}
        moment = isinstance(column.type, UtcDateTime)
        values[column.name] = NOW if moment else filler[column.type.python_type]
    return model(**values)


def add_reader(session: Session, number: int, **states: int) -> None:
    """A reader on lists: `confirmed=1` puts them on list 1 in that state."""
    address = f"reader{number}@example.org"
    session.add(row(Subscriber, id=number, email=address, address=address))
    session.flush()
    for state, list_id in states.items():
        join(session, number, list_id, state)


def join(session: Session, subscriber_id: int, list_id: int, state: str = "confirmed") -> None:
    session.add(row(Subscription, list_id=list_id, subscriber_id=subscriber_id, state=state))
    session.flush()
