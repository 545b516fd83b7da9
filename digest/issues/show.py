"""Issues as plain data, for the command line's tables and JSON and for the pages."""

import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from digest.issues.states import allowed
from digest.issues.tables import Issue, IssueState, Item, Newsletter


def listing(session: Session, newsletter: Newsletter | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """The latest issues, newest first, each with its number of items."""
    items = (
        select(func.count(Item.id))
        .where(Item.issue_id == Issue.id, Item.dropped.is_(False))
        .correlate(Issue)
        .scalar_subquery()
    )
    query = (
        select(Issue, Newsletter.slug, Newsletter.timezone, items)
        .join(Newsletter, Newsletter.id == Issue.newsletter_id)
        .order_by(Issue.built_at.desc(), Issue.id.desc())
        .limit(limit)
        .options(defer(Issue.html), defer(Issue.text), defer(Issue.verdicts))
    )
    if newsletter is not None:
        query = query.where(Issue.newsletter_id == newsletter.id)
    return [
        {
            "newsletter": slug,
            "timezone": timezone,
            "number": issue.number,
            "state": str(issue.state),
            "subject": issue.subject,
            "items": count,
            "slot": _moment(issue.slot),
            "built": _moment(issue.built_at),
            "sent": _moment(issue.sent_at),
        }
        for issue, slug, timezone, count in session.execute(query)
    ]


def whole(issue: Issue) -> dict[str, Any]:
    """Everything that stands in the issue, with what can be done to it next."""
    return {
        "id": issue.id,
        "newsletter": issue.newsletter.slug,
        "number": issue.number,
        "state": str(issue.state),
        "can_be": [step.value for step in allowed(IssueState(issue.state))],
        "slot": _moment(issue.slot),
        "built": _moment(issue.built_at),
        "approved": _moment(issue.approved_at),
        "approved_by": issue.approved_by,
        "overridden": issue.overrides,
        "sent": _moment(issue.sent_at),
        **contents(issue),
        "dropped": [_item(item) for item in issue.items if item.dropped],
    }


def contents(issue: Issue) -> dict[str, Any]:
    """What readers would see, without ids of this database's rows and times of building.

    The same articles, policy, history, edits and time give the same contents, byte for byte.
    """
    return {
        "subject": issue.subject,
        "preheader": issue.preheader,
        "intro": issue.intro,
        "edited": issue.edited,
        "subjects": issue.subjects,
        "decision": issue.decision,
        "blocks": issue.blocks,
        "items": [_item(item) for item in issue.items if not item.dropped],
        "related": issue.related,
    }


def canonical(issue: Issue) -> bytes:
    """The contents as bytes that can be compared."""
    return json.dumps(contents(issue), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def explain(issue: Issue) -> list[dict[str, Any]]:
    """For every candidate of the issue its score, the parts of it, and why it is in or out."""
    return list(issue.verdicts)


def newsletter(one: Newsletter) -> dict[str, Any]:
    """A newsletter's fields as they are edited."""
    names = (
        "slug", "title", "sender_name", "sender_address", "reply_to", "list_id", "theme", "language",
        "timezone", "site_url", "postal_address", "policy", "brand", "schedule", "automatic", "uncertain",
        "clicks", "opens", "segment", "comment_links",
    )  # fmt: skip
    return {name: getattr(one, name) for name in names}


def _item(item: Item) -> dict[str, Any]:
    return {
        "position": item.position,
        "article_id": item.article_id,
        "section": item.section,
        "language": item.language,
        "topics": item.topics,
        "headline": item.headline,
        "summary": item.summary,
        "method": item.method,
        "points": item.points,
        "quote": item.quote,
        "refused": item.refused,
        "score": item.score,
        "pinned": item.pinned,
        "edited": item.edited,
        "follow_up_of": item.follow_up_of,
        "also": item.also,
        "translations": item.translations,
    }


def _moment(moment: Any) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
