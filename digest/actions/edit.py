"""Edit: a person's changes to a draft, all of them together or none, each written down with who made it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from digest.actions.build import length_in, write
from digest.actions.candidates import by_id, candidates
from digest.actions.context import Context
from digest.actions.model import Answers, ask_ahead
from digest.articles.tables import Article
from digest.issues import Issue, IssueError, Writing, editing, find_issue
from digest.issues.finding import issue_to_change, name_of
from digest.issues.log import lines_of, note, touched, words_of_item
from digest.selection import choose, read_policy


@dataclass(frozen=True)
class Edit:
    """What to change in a draft; None leaves a thing as it is.

    The item is named by `item`, its number, or by `article`, which stays the same when others move items.
    `language` says that headline and summary are those of its version in that language. `release` are fields
    that are given back to the program, `restore` and `add` articles. `seen` is the mark (`digest.issues.log`) of
    what the person had before their eyes; "" writes over whatever there is.
    """

    subject: str | None = None
    preheader: str | None = None
    intro: str | None = None
    item: int | None = None
    article: int | None = None
    headline: str | None = None
    summary: str | None = None
    section: str | None = None
    language: str = ""
    move: int | None = None
    step: int | None = None
    pin: bool | None = None
    drop: bool = False
    release: tuple[str, ...] = ()
    restore: int | None = None
    add: int | None = None
    seen: str = ""


@dataclass(frozen=True)
class Edited:
    """The issue's name, and what was done, in words."""

    name: str
    done: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        return f"{self.name} – {'; '.join(self.done)}."


def edit(context: Context, reference: str, wish: Edit, by: str, now: datetime) -> Edited:
    """Change a draft. IssueError or StateError, and nothing is changed, for anything that cannot be done.

    With `seen`, fields that hold what the person saw are left alone; Overtaken when somebody else meanwhile
    changed one that this person changed too.
    """
    answers = _answers(context, reference, wish, now)
    with context.database.writing() as session:
        issue = issue_to_change(session, reference)
        about = _article_of(issue, wish)
        done = [
            *_lines(session, issue, wish),
            *_item(context, session, issue, wish, answers),
            *_articles(context, session, issue, wish, answers, now),
        ]
        if done:
            note(session, issue, by, "; ".join(done), now, about)
        return Edited(name_of(issue), tuple(done))


def _lines(session: Session, issue: Issue, wish: Edit) -> list[str]:
    given = {"subject": wish.subject, "preheader": wish.preheader, "intro": wish.intro}
    mine = touched(given, lines_of(issue), wish.seen if _about_lines(wish) else "")
    done = []
    if "subject" in mine:
        editing.set_subject(session, issue, mine["subject"])
        done.append(f"subject: {issue.subject}")
    if "preheader" in mine:
        editing.set_preheader(session, issue, mine["preheader"])
        done.append(f"preheader: {issue.preheader}")
    if "intro" in mine:
        editing.set_intro(session, issue, mine["intro"])
        done.append("intro")
    return done


def _about_lines(wish: Edit) -> bool:
    return wish.item is None and wish.article is None


def _item(context: Context, session: Session, issue: Issue, wish: Edit, answers: Answers | None) -> list[str]:
    number = _number(issue, wish)
    if number is None:
        return []
    item = editing.item_at(issue, number)
    given = {"headline": wish.headline, "summary": wish.summary, "section": wish.section}
    mine = touched(given, words_of_item(item, wish.language), wish.seen)
    which = f"{number} in {wish.language}" if wish.language else str(number)
    done = []
    if "headline" in mine:
        editing.set_headline(session, issue, number, mine["headline"], wish.language)
        done.append(f"headline of {which}: {words_of_item(item, wish.language)['headline']}")
    if "summary" in mine:
        editing.set_summary(session, issue, number, mine["summary"], wish.language)
        done.append(f"summary of {which}")
    if "section" in mine:
        editing.set_section(session, issue, number, mine["section"])
        done.append(f"section of {number}: {mine['section'] or 'none'}")
    if wish.pin is not None:
        editing.set_pinned(session, issue, number, wish.pin)
        done.append(f"{number} {'pinned' if wish.pin else 'not pinned'}")
    for field in wish.release:
        writing = _words_of(context, session, issue, item.article_id, field, answers)
        if writing is None:
            editing.release(session, issue, number, field)
        else:
            editing.rewrite(session, issue, number, field, writing)
        done.append(f"{field} of {number} is the program's again")
    if wish.drop:
        done.append(f"dropped: {editing.drop(session, issue, number).headline}")
    elif wish.move is not None or wish.step is not None:
        place = wish.move if wish.move is not None else number + (wish.step or 0)
        editing.move(session, issue, number, place)
        done.append(f"{number} moved to {place}")
    return done


def _articles(
    context: Context, session: Session, issue: Issue, wish: Edit, answers: Answers | None, now: datetime
) -> list[str]:
    done = []
    if wish.restore is not None:
        done.append(f"restored: {editing.restore(session, issue, wish.restore).headline}")
    if wish.add is not None:
        done.append(f"added: {_add(context, session, issue, wish.add, answers, now)}")
    return done


def _add(
    context: Context, session: Session, issue: Issue, article_id: int, answers: Answers | None, now: datetime
) -> str:
    """Put a candidate in that was left out, unless readers had its story: no pin opens that gate."""
    editing.in_draft(issue)
    if any(one.article_id == article_id and not one.dropped for one in issue.items):
        raise IssueError("This story is in the issue already.", "Move or pin its item.")
    newsletter = issue.newsletter
    policy = read_policy(newsletter.policy)
    pool = candidates(session, newsletter, policy, now, issue)
    if article_id not in [one.article_id for one in pool]:
        raise IssueError(
            f"There is no candidate {article_id}.", "It is older than the window; pin it, and build again."
        )
    wanted = [replace(one, pinned=True) if one.article_id == article_id else one for one in pool]
    selection = choose(wanted, policy, now)
    chosen = next((one for one in selection.chosen if one.article_id == article_id), None)
    if chosen is None:
        verdict = next(one for one in selection.verdicts if one.article_id == article_id)
        raise IssueError(f"“{verdict.title}” cannot be put in: {verdict.reason}.", "")
    article = by_id(session, [article_id])[article_id]
    writing = write(article, length_in(context, newsletter), answers)
    return editing.add_item(session, issue, chosen, writing).headline


def _words_of(
    context: Context, session: Session, issue: Issue, article_id: int, field: str, answers: Answers | None
) -> Writing | None:
    """What the program writes for a field that is given back; None for one that only a rebuild decides."""
    name, _, language = field.partition(":")
    if name not in ("headline", "summary"):
        return None
    if language:
        item = next(one for one in issue.items if one.article_id == article_id)
        versions = {one["language"]: one["article_id"] for one in item.translations}
        if language not in versions:
            return None
        article_id = versions[language]
    article = by_id(session, [article_id])[article_id]
    return write(article, length_in(context, issue.newsletter), answers)


def _answers(context: Context, reference: str, wish: Edit, now: datetime) -> Answers | None:
    """What a model says of the articles that the program is to write about; asked before anything is locked."""
    if context.settings.llm is None or not (wish.release or wish.add is not None):
        return None
    with context.database.reading() as session:
        issue = find_issue(session, reference)
        number = _number(issue, wish)
        asked = [] if number is None else [editing.item_at(issue, number).article_id]
        asked += [] if wish.add is None else [wish.add]
        articles: list[Article] = list(by_id(session, asked).values())
        length = length_in(context, issue.newsletter)
        session.expunge_all()
    return ask_ahead(context, articles, length.in_words, now)


def _number(issue: Issue, wish: Edit) -> int | None:
    if wish.article is None:
        return wish.item
    for item in issue.items:
        if item.article_id == wish.article and not item.dropped:
            return item.position
    raise IssueError("This item is not in the issue any more.", "Somebody took it out; it can be put back.")


def _article_of(issue: Issue, wish: Edit) -> int | None:
    """Which article a change is about, for what is written down; None for the issue's own lines."""
    if wish.article is not None or wish.item is None:
        return wish.article if wish.article is not None else wish.add or wish.restore
    found = [one.article_id for one in issue.items if one.position == wish.item]
    return found[0] if found else None
