"""Build: choose, summarize, and write the draft of an issue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digest.actions.candidates import by_id, candidates
from digest.actions.context import Context
from digest.actions.related import suggest_related
from digest.articles.tables import Article
from digest.issues import Issue, Newsletter, Writing, open_draft
from digest.issues.building import build as write_draft
from digest.issues.finding import find_newsletter
from digest.issues.show import whole
from digest.selection import Candidate, Selection, choose, read_policy
from digest.summary import summarize

SUMMARY_WORDS = 60


@dataclass(frozen=True)
class Built:
    """The draft as plain data, and how many candidates and stories it was chosen from."""

    issue: dict[str, Any]
    candidates: int
    stories: int


def build(context: Context, newsletter: str, now: datetime, slot: datetime | None = None) -> Built:
    """The newsletter's draft, new or rebuilt; edits, pins and drops of an open draft survive.

    One transaction: the same articles, policy, history and `now` give the same issue, or nothing changes.
    Raises IssueError when there is nothing new to send.
    """
    with context.database.writing() as session:
        publication = find_newsletter(session, newsletter)
        pool, selection = select_stories(session, publication, now)
        issue = write_draft(session, publication, selection, _write(session, selection), now, slot)
        suggest_related(session, issue, now)
        stories = len({candidate.story_key for candidate in pool})
        return Built(whole(issue), len(pool), stories)


def select_stories(
    session: Session, newsletter: Newsletter, now: datetime
) -> tuple[list[Candidate], Selection]:
    """What the newsletter would hold if it were built at `now`: the candidates, and the selection."""
    policy = read_policy(newsletter.policy)
    pool = candidates(session, newsletter, policy, now, open_draft(session, newsletter))
    last_sent_at = session.scalar(select(func.max(Issue.sent_at)).where(Issue.newsletter_id == newsletter.id))
    return pool, choose(pool, policy, now, last_sent_at)


def write(article: Article, words: int = SUMMARY_WORDS) -> Writing:
    """The words of an item: the article's own headline, and a summary made of its own sentences."""
    summary = summarize(article.title, article.text, article.language, words)
    return Writing(article.title, summary.text, summary.method)


def _write(session: Session, selection: Selection) -> dict[int, Writing]:
    return {number: write(article) for number, article in by_id(session, _wanted(selection)).items()}


def _wanted(selection: Selection) -> Iterator[int]:
    for chosen in selection.chosen:
        yield chosen.article_id
        yield from (telling.article_id for telling in chosen.translations)
