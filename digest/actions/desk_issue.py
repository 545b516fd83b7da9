"""One issue as an editor works on it: what is in it, what could be, and what preflight says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from digest.actions.candidates import by_id
from digest.actions.check import Checked, checked
from digest.actions.compose import compose
from digest.actions.context import Context
from digest.actions.desk_candidates import Candidate, candidates_of
from digest.actions.desk_home import Delivered, delivered, leaves, next_slot
from digest.articles.tables import Article
from digest.issues import Issue, IssueState, Item, find_issue, open_draft
from digest.issues.blocks import after_item
from digest.issues.finding import name_of
from digest.issues.history import readers_of
from digest.issues.log import changes, mark_of_block, mark_of_issue, mark_of_item, mark_of_lines
from digest.issues.states import Step, allowed
from digest.problem import Problem
from digest.sources.queries import names as source_names

CHECKED = (IssueState.DRAFT, IssueState.APPROVED, IssueState.SCHEDULED)
_QUICK = ("spam",)
"""Families of rules left out while somebody edits: they take longer than a page may."""


@dataclass(frozen=True)
class Placed:
    """An item, or a block where `kind` is not empty, in the order of the issue. `mark` is what was seen of it.

    `versions` are an item's other languages, each with its own mark.
    """

    kind: str
    number: int
    mark: str
    item: Item | None = None
    block: Mapping[str, Any] | None = None
    source: str = ""
    url: str = ""
    published: datetime | None = None
    heading: str | None = None
    versions: tuple[tuple[Mapping[str, Any], str], ...] = ()

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return f"item-{self.item.article_id}" if self.item else f"block-{self.number}"


@dataclass(frozen=True)
class Done:
    """What somebody did, for the list of changes."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True)
class DeskIssue:
    """Everything the page of an issue shows. `open` says that a rebuild would write into this very issue."""

    name: str
    title: str
    slug: str
    number: int
    state: IssueState
    steps: tuple[Step, ...]
    zone: str
    leaves: datetime | None
    next_slot: datetime | None
    automatic: bool
    built: datetime
    approved: datetime | None
    approved_by: str
    sent: datetime | None
    readers: int
    open: bool
    subject: str
    preheader: str
    intro: str
    edited: tuple[str, ...]
    mark: str
    whole_mark: str
    proposals: tuple[Mapping[str, Any], ...]
    decision: tuple[str, ...]
    placed: tuple[Placed, ...]
    dropped: tuple[Item, ...]
    sections: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    related: tuple[Mapping[str, Any], ...]
    overrides: tuple[Mapping[str, Any], ...]
    words: int
    html_bytes: int
    checked: Checked | None
    trouble: str
    delivered: Delivered | None
    log: tuple[Done, ...]

    @property
    def items(self) -> int:
        """How many items are in it."""
        return sum(one.item is not None for one in self.placed)

    @property
    def editable(self) -> bool:
        """Whether words and places may be changed."""
        return self.state == IssueState.DRAFT

    @property
    def correctable(self) -> bool:
        """Whether those who got it can be told of a mistake: it has left, and nobody gets it any more."""
        return self.delivered is not None and self.state in (IssueState.SENT, IssueState.CANCELLED)


def desk_issue(context: Context, reference: str, now: datetime, *, whole_check: bool = False) -> DeskIssue:
    """The issue as it stands; `whole_check` also asks the spam filter, every link, and the sender's DNS."""
    with context.database.reading() as session:
        issue = find_issue(session, reference)
        newsletter = issue.newsletter
        live = [one for one in issue.items if not one.dropped]
        html_bytes, found, trouble = _looked_over(context, session, issue, whole_check)
        articles = by_id(session, (one.article_id for one in issue.items))
        rows = candidates_of(session, issue)
        draft = open_draft(session, newsletter)
        result = DeskIssue(
            name=name_of(issue),
            title=newsletter.title,
            slug=newsletter.slug,
            number=issue.number,
            state=IssueState(issue.state),
            steps=allowed(IssueState(issue.state)),
            zone=newsletter.timezone,
            leaves=leaves(issue, now),
            next_slot=next_slot(newsletter, now),
            automatic=newsletter.automatic,
            built=issue.built_at,
            approved=issue.approved_at,
            approved_by=issue.approved_by or "",
            sent=issue.sent_at,
            readers=readers_of(session, newsletter),
            open=draft is not None and draft.id == issue.id,
            subject=issue.subject,
            preheader=issue.preheader,
            intro=issue.intro,
            edited=tuple(issue.edited),
            mark=mark_of_lines(issue),
            whole_mark=mark_of_issue(issue),
            proposals=tuple(issue.subjects),
            decision=tuple(issue.decision.get("reasons", [])),
            placed=tuple(_placed(issue, live, articles, source_names(session))),
            dropped=tuple(one for one in issue.items if one.dropped),
            sections=tuple(
                dict.fromkeys(
                    name for name in (*(one.section for one in live), *(one.section for one in rows)) if name
                )
            ),
            candidates=rows,
            related=tuple(issue.related),
            overrides=tuple(issue.overrides),
            words=sum(len(f"{one.headline} {one.summary}".split()) for one in live),
            html_bytes=html_bytes,
            checked=found,
            trouble=trouble,
            delivered=delivered(session, issue),
            log=tuple(Done(one.at, one.by.partition(" <")[0], one.what) for one in changes(session, issue)),
        )
        session.expunge_all()
        return result


def _looked_over(
    context: Context, session: Session, issue: Issue, whole_check: bool
) -> tuple[int, Checked | None, str]:
    """The size of the HTML, what preflight finds, and, where it cannot be rendered at all, why."""
    if issue.state not in CHECKED or not issue.items:
        return len((issue.html or "").encode()), None, ""
    try:
        rendered = compose(context, session, issue)
        overridden = [one["rule"] for one in issue.overrides]
        found = checked(
            context, session, issue, rendered, overridden, online=whole_check,
            without=() if whole_check else _QUICK,
        )  # fmt: skip
    except Problem as problem:
        return 0, None, str(problem)
    return len(rendered.html.encode()), found, ""


def _placed(
    issue: Issue, live: Sequence[Item], articles: Mapping[int, Article], sources: Mapping[int, str]
) -> list[Placed]:
    rows: list[Placed] = []
    section: str | None = None
    for item in live:
        article = articles[item.article_id]
        rows.append(
            Placed(
                "",
                item.position,
                mark_of_item(item),
                item=item,
                source=sources.get(article.source_id or 0, ""),
                url=article.url,
                published=article.published_at,
                heading=item.section if item.section != section else None,
                versions=tuple((told, mark_of_item(item, told["language"])) for told in item.translations),
            )
        )
        section = item.section
        rows += [
            Placed(block["kind"], block["number"], mark_of_block(block), block=block)
            for block in after_item(issue, item)
        ]
    return rows
