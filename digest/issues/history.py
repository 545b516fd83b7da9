"""Who had what: the articles and stories that readers of a newsletter were sent before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, column, exists, func, or_, select, table
from sqlalchemy.orm import Session, load_only

from digest.issues.states import STANDING
from digest.issues.tables import Issue, IssueState, Item, Newsletter
from digest.selection import Candidate

Key = TypeVar("Key", int, str)

# Tables of rooms that this one does not import.
_subscription = table("subscription", column("list_id"), column("subscriber_id"), column("state"))
_mailing = table("mailing", column("id"), column("kind"), column("reference"))
_WHEN = (
    Issue.newsletter_id, Issue.number, Issue.state, Issue.built_at, Issue.slot, Issue.approved_at, Issue.sent_at
)  # fmt: skip


@dataclass(frozen=True)
class SentStory:
    """An issue that holds an article or its story, on its way or sent.

    `at` is when it left, or leaves; `share` how many of the asking newsletter's readers it reaches (0 to 1).
    """

    issue_id: int
    number: int
    newsletter: str
    same_newsletter: bool
    share: float
    article_id: int
    story_key: str
    at: datetime


@dataclass(frozen=True)
class History:
    """What readers had: by article, and by story, the telling that reached most of them."""

    articles: dict[int, SentStory]
    stories: dict[str, SentStory]

    def of(self, article_id: int, story_key: str) -> SentStory | None:
        """The issue that holds this very article or tells its story, whichever reached more readers."""
        found = [one for one in (self.articles.get(article_id), self.stories.get(story_key)) if one]
        return max(found, key=lambda one: one.share, default=None)


def sent_before(session: Session, newsletter: Newsletter, besides: Issue | None = None) -> History:
    """What readers of this newsletter had in any issue that is approved, on its way, or sent.

    That is in its own issues and those of every newsletter whose list shares a confirmed reader with
    its list. `besides` is the draft being rebuilt. A cancelled issue counts if any of it was handed
    to the outbox.
    """
    shares = readers_shared(session, newsletter)
    articles: dict[int, SentStory] = {}
    stories: dict[str, SentStory] = {}
    for issue, owner, item in standing_items(session, shares, besides):
        at = issue.sent_at or issue.slot or issue.approved_at or issue.built_at
        sent = SentStory(
            issue.id, issue.number, owner.title, owner.id == newsletter.id, shares[owner.id], item.article_id,
            item.story_key, at,
        )  # fmt: skip
        for one in (item.article_id, *ids(item.translations)):
            _keep(articles, one, replace(sent, article_id=one))
        _keep(stories, item.story_key, sent)
        # A telling that was only linked was not sent itself; its story, under whatever key, was.
        for one in ids(item.also):
            _keep(articles, one, sent)
    return History(articles, stories)


def with_history(
    candidates: Iterable[Candidate], history: History, leave_out_from: float = 0.0
) -> list[Candidate]:
    """The candidates, each marked with the issue in which readers had it or its story.

    A story that reached a share of `leave_out_from` or more is out for everybody. With the default any
    reader's having had it is enough. A caller that sends each reader a variant without what they had
    (`digest.issues.readers`) may let the rest through: it counts less, the more readers had it.
    """
    marked = []
    for candidate in candidates:
        sent = history.of(candidate.article_id, candidate.story_key)
        if sent is not None and (sent.same_newsletter or sent.share >= leave_out_from):
            candidate = replace(
                candidate,
                already_sent_in=sent.number,
                already_sent_by="" if sent.same_newsletter else sent.newsletter,
                sent_at=sent.at,
                sent_itself=sent.article_id == candidate.article_id,
            )
        elif sent is not None:
            candidate = replace(candidate, had_by=sent.share)
        marked.append(candidate)
    return marked


def repeats(session: Session, issue: Issue, leave_out_from: float = 0.0) -> list[tuple[Item, SentStory]]:
    """The items of an issue that its readers meanwhile get in another one: two drafts were built at once."""
    history = sent_before(session, issue.newsletter, besides=issue)
    found = []
    for item in issue.items:
        sent = history.of(item.article_id, item.story_key)
        if item.dropped or sent is None or not (sent.same_newsletter or sent.share >= leave_out_from):
            continue
        if item.follow_up_of is None or sent.article_id == item.article_id:
            found.append((item, sent))
    return found


def standing_items(
    session: Session, newsletters: Iterable[int], besides: Issue | None = None
) -> list[tuple[Issue, Newsletter, Item]]:
    """What readers of these newsletters had or will have: items of approved, leaving and sent issues."""
    handed_over = exists().where(is_issue_mailing(_mailing.c.kind), _mailing.c.reference == Issue.id)
    query = (
        select(Issue, Newsletter, Item)
        .join(Newsletter, Newsletter.id == Issue.newsletter_id)
        .join(Item, Item.issue_id == Issue.id)
        .where(
            Issue.newsletter_id.in_(list(newsletters)),
            Item.dropped.is_(False),
            or_(Issue.state.in_(STANDING), and_(Issue.state == IssueState.CANCELLED, handed_over)),
        )
        .order_by(Issue.built_at, Issue.id, Item.position)
        .options(load_only(*_WHEN))  # not the renderings of all the years
    )
    if besides is not None:
        query = query.where(Issue.id != besides.id)
    return [(issue, newsletter, item) for issue, newsletter, item in session.execute(query)]


def readers_shared(session: Session, newsletter: Newsletter) -> dict[int, float]:
    """By id, the newsletters that someone confirmed on this one's list also gets, and how many of them do.

    The newsletter itself, and every other on the same list, has the share 1.
    """
    lists = session.execute(select(Newsletter.id, Newsletter.list_id).order_by(Newsletter.id)).all()
    others = {list_id for _, list_id in lists} - {newsletter.list_id}
    of_list = {newsletter.list_id: 1.0}
    if others:
        ours, theirs = _subscription.alias("ours"), _subscription.alias("theirs")
        both = (
            select(theirs.c.list_id, func.count())
            .select_from(ours.join(theirs, ours.c.subscriber_id == theirs.c.subscriber_id))
            .where(ours.c.list_id == newsletter.list_id, ours.c.state == "confirmed")
            .where(theirs.c.list_id.in_(others), theirs.c.state == "confirmed")
            .group_by(theirs.c.list_id)
        )
        readers = readers_of(session, newsletter)
        of_list |= {list_id: count / readers for list_id, count in session.execute(both)}
    return {number: of_list[list_id] for number, list_id in lists if list_id in of_list}


def readers_of(session: Session, newsletter: Newsletter) -> int:
    """How many are confirmed on the newsletter's list."""
    return (
        session.scalar(
            select(func.count())
            .select_from(_subscription)
            .where(_subscription.c.list_id == newsletter.list_id, _subscription.c.state == "confirmed")
        )
        or 0
    )


def is_issue_mailing(kind: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a mailing is an issue's: kind "issue", or "issue/2" for its second variant."""
    return or_(kind == "issue", kind.like("issue/%"))


def ids(tellings: Iterable[dict[str, object]]) -> list[int]:
    """The article ids of an item's tellings or translations."""
    return [int(str(one["article_id"])) for one in tellings]


def _keep(known: dict[Key, SentStory], key: Key, sent: SentStory) -> None:
    if key not in known or sent.share >= known[key].share:
        known[key] = sent
