"""You may also like: earlier articles under the issue, by text alone, none that the list had lately."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.issues.history import readers_shared, sent_before
from digest.issues.states import STANDING
from digest.issues.tables import Issue

NOT_AGAIN = timedelta(weeks=8)
MOST = 4


@dataclass(frozen=True)
class Suggestion:
    """An earlier article: what a theme needs to link to it, and the story it tells."""

    article_id: int
    story_key: str
    title: str
    url: str
    source: str = ""


def suggest(
    session: Session, issue: Issue, ranked: Sequence[Sequence[Suggestion]], now: datetime, most: int = MOST
) -> list[Suggestion]:
    """Put suggestions under the issue and return them.

    `ranked` holds for each item, in order, the earlier articles nearest to it, best first. Each item's best
    comes before any item's second. Left out are articles and stories of the issue itself, and what the
    readers were sent, or had suggested, within the last weeks.
    """
    articles, stories = had_lately(session, issue, now)
    chosen = interleave(ranked, most, articles, stories)
    issue.related = [asdict(one) for one in chosen]
    session.flush()
    return chosen


def had_lately(session: Session, issue: Issue, now: datetime) -> tuple[set[int], set[str]]:
    """Articles and stories that are not suggested again: sent, suggested, or in the issue itself."""
    history = sent_before(session, issue.newsletter, besides=issue)
    since = now - NOT_AGAIN
    articles = {one for one, sent in history.articles.items() if sent.at >= since}
    stories = {one for one, sent in history.stories.items() if sent.at >= since}
    articles |= {item.article_id for item in issue.items}
    stories |= {item.story_key for item in issue.items}
    before = select(Issue.related).where(
        Issue.newsletter_id.in_(readers_shared(session, issue.newsletter)),
        Issue.state.in_(STANDING),
        Issue.built_at >= since,
        Issue.id != issue.id,
    )
    for suggestions in session.scalars(before):
        articles |= {int(one["article_id"]) for one in suggestions}
    return articles, stories


def interleave(
    ranked: Sequence[Sequence[Suggestion]], most: int, articles: Collection[int], stories: Collection[str]
) -> list[Suggestion]:
    """The best suggestion of each item in turn, then the second best; no article or story twice."""
    chosen: list[Suggestion] = []
    known_articles, known_stories = set(articles), set(stories)
    for place in range(max(map(len, ranked), default=0)):
        for suggestions in ranked:
            if len(chosen) == most:
                return chosen
            if place >= len(suggestions):
                continue
            one = suggestions[place]
            if one.article_id not in known_articles and one.story_key not in known_stories:
                chosen.append(one)
                known_articles.add(one.article_id)
                known_stories.add(one.story_key)
    return chosen
