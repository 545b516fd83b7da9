"""Writing a selection into an issue, and again without losing what the editor did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digest.issues.finding import name_of, open_draft
from digest.issues.problems import IssueError, NothingToSend, StateError
from digest.issues.subjects import propose
from digest.issues.tables import Issue, IssueState, Item, Newsletter
from digest.selection import Candidate, Chosen, Selection, Telling


class AlreadyBuilt(IssueError):
    """The slot has its issue, which is beyond a draft: each slot is built once."""


@dataclass(frozen=True)
class Writing:
    """The words of an item: headline, summary, and by what method the summary was made.

    `points` and `quote` are for a lead; `refused` is a model's answer that was not used, with the reasons.
    """

    headline: str
    summary: str
    method: str = "extract"
    points: tuple[str, ...] = ()
    quote: str = ""
    refused: str = ""
    reasons: tuple[str, ...] = ()


def with_edits(candidates: Iterable[Candidate], draft: Issue | None) -> list[Candidate]:
    """The candidates as the editor of `draft` wants them chosen.

    A pinned item is pinned again, an edited one is kept, and with a dropped item every telling of its
    story is dropped.
    """
    items = draft.items if draft else []
    by_article = {item.article_id: item for item in items if not item.dropped}
    dropped = {item.article_id for item in items if item.dropped}
    pool = list(candidates)
    keys = {item.story_key for item in items if item.dropped}
    keys |= {one.pair_key for one in pool if one.pair_key and one.article_id in dropped}
    decided = []
    for candidate in pool:
        item = by_article.get(candidate.article_id)
        if candidate.article_id in dropped or keys & {candidate.story_key, candidate.pair_key}:
            candidate = replace(candidate, dropped=True)
        elif item is not None and item.edited:
            pinned = item.pinned if "pinned" in item.edited else candidate.pinned
            candidate = replace(candidate, pinned=pinned, kept=bool({*item.edited} - {"pinned"}))
        decided.append(candidate)
    return decided


def build(
    session: Session,
    newsletter: Newsletter,
    selection: Selection,
    writings: Mapping[int, Writing],
    now: datetime,
    slot: datetime | None = None,
) -> Issue:
    """The newsletter's draft with this selection in it: the open draft rebuilt, or a new issue.

    `writings` holds the words for the article id of each chosen story and of its translations. Edits,
    pins, drops and moves of the draft survive. The same input gives the same contents. NothingToSend for
    a selection with nothing in it, AlreadyBuilt for a slot whose issue is beyond a draft.
    """
    if not selection.chosen:
        raise NothingToSend(
            f"There is nothing to put into {newsletter.title}: {'; '.join(selection.decision.reasons)}.",
            f"See why with: digest issue explain {newsletter.slug} --next.",
            selection.decision.to_json(),
        )
    # The row lock makes two builders take turns on PostgreSQL; on SQLite BEGIN IMMEDIATE has done it.
    session.scalars(select(Newsletter.id).where(Newsletter.id == newsletter.id).with_for_update()).one()
    issue = _issue_for(session, newsletter, slot) or _new_issue(session, newsletter, now)
    if slot is not None:
        issue.slot = slot
    issue.built_at = now
    issue.html = issue.text = None
    _fill(issue, selection, writings)
    issue.verdicts = [verdict.to_json() for verdict in selection.verdicts]
    issue.decision = selection.decision.to_json()
    refresh_subject(issue)
    session.add(issue)
    session.flush()
    return issue


def refresh_subject(issue: Issue) -> None:
    """Propose subject and preheader anew from the items, and use them where the editor wrote none."""
    live = [item for item in issue.items if not item.dropped]
    proposals = propose(issue.newsletter.title, [(item.headline, item.summary) for item in live])
    issue.subjects = [proposal.to_json() for proposal in proposals]
    if "subject" not in issue.edited:
        issue.subject = proposals[0].subject if proposals else ""
    if "preheader" not in issue.edited:
        issue.preheader = proposals[0].preheader if proposals else ""


def number_items(items: Iterable[Item]) -> list[Item]:
    """The items in their new order, numbered from 1: moved ones at the place they were moved to, the
    others around them, dropped ones at the end.
    """
    live = [item for item in items if not item.dropped]
    moved = {item.position: item for item in live if "position" in item.edited}
    flow = iter([item for item in live if "position" not in item.edited])
    ordered: list[Item] = []
    for place in range(1, len(live) + 1):
        item = moved.pop(place, None) or next(flow, None)
        if item is not None:
            ordered.append(item)
    # Fewer items than before: what was moved beyond the end comes last, in its order.
    ordered += [moved[place] for place in sorted(moved)]
    ordered += [item for item in items if item.dropped]
    for place, item in enumerate(ordered, 1):
        item.position = place
    return ordered


def _issue_for(session: Session, newsletter: Newsletter, slot: datetime | None) -> Issue | None:
    if slot is not None:
        issue = session.scalar(select(Issue).where(Issue.newsletter_id == newsletter.id, Issue.slot == slot))
        if issue is not None:
            if issue.state != IssueState.DRAFT:
                raise AlreadyBuilt(
                    f"{name_of(issue)} was built for {slot:%Y-%m-%d %H:%M} UTC and is {issue.state}."
                )
            return issue
    draft = open_draft(session, newsletter)
    # A draft of another slot is that slot's issue; one that belongs to none becomes this slot's.
    if draft is not None and slot is not None and draft.slot is not None:
        return None
    return draft


def _new_issue(session: Session, newsletter: Newsletter, now: datetime) -> Issue:
    last = session.scalar(select(func.max(Issue.number)).where(Issue.newsletter_id == newsletter.id))
    return Issue(
        newsletter=newsletter,
        number=(last or 0) + 1,
        state=IssueState.DRAFT,
        built_at=now,
        subject="",
        preheader="",
        intro="",
        edited=[],
        blocks=[],
        pictures={},
        overrides=[],
        related=[],
    )


def _fill(issue: Issue, selection: Selection, writings: Mapping[int, Writing]) -> None:
    if issue.state not in (IssueState.DRAFT, None):
        raise StateError(f"{name_of(issue)} is {issue.state} and cannot be rebuilt.")
    known = {item.article_id: item for item in issue.items}
    items: list[Item] = []
    for chosen in selection.chosen:
        item = known.pop(chosen.article_id, None)
        if item is None:
            item = Item(article_id=chosen.article_id, edited=[], pinned=False, dropped=False, position=0)
        _write(item, chosen, writings)
        items.append(item)
    items += [item for item in known.values() if item.dropped]
    issue.items = number_items(items)


def _write(item: Item, chosen: Chosen, writings: Mapping[int, Writing]) -> None:
    writing = writings[chosen.article_id]
    computed: dict[str, Any] = {
        "headline": writing.headline,
        "summary": writing.summary,
        "section": chosen.section,
        "pinned": chosen.pinned,
    }
    for field, value in computed.items():
        if field not in item.edited:
            setattr(item, field, value)
    if "summary" not in item.edited:
        item.method = writing.method
        item.refused = refused(writing)
    item.points, item.quote = list(writing.points), writing.quote
    item.story_key = chosen.story_key
    item.score = chosen.score
    item.language = chosen.language
    item.topics = list(chosen.topics)
    item.follow_up_of = chosen.follow_up_of
    item.also = [_telling(one) for one in chosen.also]
    before = {one["language"]: one for one in item.translations or []}
    item.translations = [
        _telling(one) | _words(writings[one.article_id], before.get(one.language), one.language, item.edited)
        for one in chosen.translations
        if one.article_id in writings
    ]


def refused(writing: Writing) -> dict[str, Any]:
    """A model's answer that was not used, and why, as an item keeps it; nothing where none was refused."""
    return {"answer": writing.refused, "reasons": list(writing.reasons)} if writing.reasons else {}


def _words(
    writing: Writing, before: dict[str, Any] | None, language: str, edited: list[str]
) -> dict[str, Any]:
    """A translation's words: the editor's where there are some, else the new ones."""
    words = {"headline": writing.headline, "summary": writing.summary, "method": writing.method}
    for field in ("headline", "summary"):
        if before is not None and f"{field}:{language}" in edited:
            words[field] = before[field]
            if field == "summary":
                words["method"] = before["method"]
    return words


def _telling(one: Telling) -> dict[str, Any]:
    return {
        "article_id": one.article_id, "url": one.url, "title": one.title, "source": one.source_name,
        "language": one.language,
    }  # fmt: skip
