"""Who had what: the articles and stories that readers of a newsletter were sent before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, column, exists, or_, select, table
from sqlalchemy.orm import Session

from digest.issues.states import STANDING
from digest.issues.tables import Issue, IssueState, Item, Newsletter
from digest.selection import Candidate

# Tables of rooms that this one does not import.
_subscription = table("subscription", column("list_id"), column("subscriber_id"), column("state"))
_mailing = table("mailing", column("id"), column("kind"), column("reference"))


@dataclass(frozen=True)
class SentStory:
    """An issue that holds an article or its story, on its way or sent. `at` is when it left, or leaves."""

    issue_id: int
    number: int
    newsletter: str
    same_newsletter: bool
    article_id: int
    story_key: str
    at: datetime


@dataclass(frozen=True)
class History:
    """What readers had: by article, and by story the latest telling."""

    articles: dict[int, SentStory]
    stories: dict[str, SentStory]

    def of(self, article_id: int, story_key: str) -> SentStory | None:
        """The issue that holds this very article, or else the latest that tells its story."""
        return self.articles.get(article_id) or self.stories.get(story_key)


def sent_before(session: Session, newsletter: Newsletter, besides: Issue | None = None) -> History:
    """What readers of this newsletter had in any issue that is approved, on its way, or sent.

    That is in its own issues and those of every newsletter whose list shares a confirmed reader with
    its list. `besides` is the draft being rebuilt. A cancelled issue counts if any of it was handed
    to the outbox.
    """
    return collect(
        session, Issue.newsletter_id.in_(sharing_readers(session, newsletter)), newsletter, besides
    )


def with_history(candidates: Iterable[Candidate], history: History) -> list[Candidate]:
    """The candidates, each marked with the issue in which readers had it or its story."""
    marked = []
    for candidate in candidates:
        sent = history.of(candidate.article_id, candidate.story_key)
        if sent is not None:
            candidate = replace(
                candidate,
                already_sent_in=sent.number,
                already_sent_by="" if sent.same_newsletter else sent.newsletter,
                sent_at=sent.at,
                sent_itself=sent.article_id == candidate.article_id,
            )
        marked.append(candidate)
    return marked


def collect(
    session: Session, which: ColumnElement[bool], newsletter: Newsletter, besides: Issue | None = None
) -> History:
    """What stands in the issues that `which` selects, seen from `newsletter`."""
    handed_over = exists().where(and_(_mailing.c.kind == "issue", _mailing.c.reference == Issue.id))
    query = (
        select(Issue, Newsletter, Item.article_id, Item.story_key, Item.also, Item.translations)
        .join(Newsletter, Newsletter.id == Issue.newsletter_id)
        .join(Item, Item.issue_id == Issue.id)
        .where(
            which,
            Item.dropped.is_(False),
            or_(Issue.state.in_(STANDING), and_(Issue.state == IssueState.CANCELLED, handed_over)),
        )
        .order_by(Issue.built_at, Issue.id, Item.position)
    )
    if besides is not None:
        query = query.where(Issue.id != besides.id)
    articles: dict[int, SentStory] = {}
    stories: dict[str, SentStory] = {}
    for issue, owner, article_id, story_key, also, translations in session.execute(query):
        at = issue.sent_at or issue.slot or issue.approved_at or issue.built_at
        for one in (article_id, *_ids(translations)):
            articles[one] = SentStory(
                issue.id, issue.number, owner.title, owner.id == newsletter.id, one, story_key, at
            )
        stories[story_key] = articles[article_id]
        # A telling that was only linked was not sent; its story, under whatever key, was.
        for one in _ids(also):
            articles.setdefault(one, articles[article_id])
    return History(articles, stories)


def sharing_readers(session: Session, newsletter: Newsletter) -> list[int]:
    """The ids of the newsletters that someone who is confirmed on this one's list can also get.

    The newsletter itself is always among them.
    """
    ours, theirs = _subscription.alias("ours"), _subscription.alias("theirs")
    shared = exists().where(
        ours.c.list_id == newsletter.list_id,
        ours.c.state == "confirmed",
        theirs.c.list_id == Newsletter.list_id,
        theirs.c.state == "confirmed",
        theirs.c.subscriber_id == ours.c.subscriber_id,
    )
    return list(
        session.scalars(
            select(Newsletter.id)
            .where(or_(Newsletter.list_id == newsletter.list_id, shared))
            .order_by(Newsletter.id)
        )
    )


def _ids(tellings: Iterable[dict[str, object]]) -> list[int]:
    return [int(str(one["article_id"])) for one in tellings]
