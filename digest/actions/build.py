"""Build: choose, summarize, and write the draft of an issue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digest.actions.candidates import by_id, candidates
from digest.actions.context import Context
from digest.actions.model import Answers, ask_ahead
from digest.actions.related import suggest_related
from digest.articles.tables import Article
from digest.issues import Issue, Newsletter, Writing, open_draft
from digest.issues.building import build as write_draft
from digest.issues.finding import find_newsletter
from digest.issues.show import whole
from digest.rendering import theme
from digest.selection import Candidate, Selection, choose, read_policy
from digest.summary.keypoints import key_points
from digest.summary.length import Length, summarize_within
from digest.summary.llm import MODEL, Told
from digest.summary.quote import pull_quote

QUOTATION_MARKS = {"hy": ("«", "»"), "ru": ("«", "»"), "fr": ("«\u00a0", "\u00a0»"), "de": ("„", "“")}


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
    answers = _asked(context, newsletter, now)
    with context.database.writing() as session:
        publication = find_newsletter(session, newsletter)
        pool, selection = select_stories(session, publication, now)
        words = _write(session, selection, length_in(context, publication), answers)
        issue = write_draft(session, publication, selection, words, now, slot)
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


def explain_next(
    session: Session, newsletter: str, now: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a build of the newsletter would decide at `now`: the decision, and a verdict for every candidate."""
    _, selection = select_stories(session, find_newsletter(session, newsletter), now)
    return selection.decision.to_json(), [verdict.to_json() for verdict in selection.verdicts]


def length_in(context: Context, newsletter: Newsletter) -> Length:
    """How long summaries are in the newsletter's theme; UnknownTheme, TemplateError where that cannot be told."""
    return theme(newsletter.theme, own=context.settings.own_themes).settings.summary


def write(article: Article, length: Length, answers: Answers | None = None) -> Writing:
    """The words of an item: the article's own headline, and a summary that the article supports.

    Without a model, or where its answer is refused, the summary is made of the article's own sentences.
    """
    told = _told(article, length, answers)
    quote = pull_quote(article.title, article.text, article.language)
    opener, closer = QUOTATION_MARKS.get((article.language or "")[:2], ("“", "”"))
    return Writing(
        article.title,
        told.summary.text,
        told.summary.method,
        key_points(article.title, article.text, article.language, besides=told.summary.sentences),
        f"{opener}{quote.words}{closer} — {quote.speaker}" if quote else "",
        told.refused,
        told.reasons,
    )


def _told(article: Article, length: Length, answers: Answers | None) -> Told:
    """The summary: the model's where it may be used and has room, else the extract, with what was refused."""
    told = answers.summarize(article, length.in_words) if answers is not None else None
    if told is not None and length.holds(told.summary.text):
        return told
    extract = summarize_within(length, article.title, article.text, article.language)
    if told is None:
        return Told(extract)
    if told.summary.method != MODEL:
        return Told(extract, told.refused, told.reasons)
    answer = told.summary.text
    reason = f"the answer has {len(answer)} characters, the theme has room for {length.characters}"
    return Told(extract, answer, (reason,))


def _asked(context: Context, newsletter: str, now: datetime) -> Answers | None:
    """The model's answers about what would be chosen now; None where no model is set."""
    if context.settings.llm is None:
        return None
    with context.database.reading() as session:
        publication = find_newsletter(session, newsletter)
        _, selection = select_stories(session, publication, now)
        length = length_in(context, publication)
        wanted = list(by_id(session, _wanted(selection)).values())
        session.expunge_all()
    return ask_ahead(context, wanted, length.in_words, now)


def _write(
    session: Session, selection: Selection, length: Length, answers: Answers | None
) -> dict[int, Writing]:
    wanted = by_id(session, _wanted(selection))
    return {number: write(article, length, answers) for number, article in wanted.items()}


def _wanted(selection: Selection) -> Iterator[int]:
    for chosen in selection.chosen:
        yield chosen.article_id
        yield from (telling.article_id for telling in chosen.translations)
