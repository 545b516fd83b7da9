"""A variant of an issue as it is written: each item in its reader's language, under a subject that fits."""

from collections.abc import Sequence
from dataclasses import dataclass

from digest.issues.subjects import Proposal, propose
from digest.issues.tables import Issue, Item
from digest.selection import Version


@dataclass(frozen=True)
class ItemVersion:
    """An item's words in one language. `fallback` says that the reader's own language was not to be had."""

    item: Item
    article_id: int
    language: str
    headline: str
    summary: str
    method: str
    fallback: bool


def written(issue: Issue, contents: Sequence[Version]) -> list[ItemVersion]:
    """The items of a variant, in its order, each with the words of its version."""
    items = {item.position: item for item in issue.items if not item.dropped}
    return [_version(items[one.number], one) for one in contents]


def subject_of(issue: Issue, versions: Sequence[ItemVersion]) -> Proposal:
    """The subject and preheader of a variant.

    The issue's own where the variant holds every item in the issue's own words; else proposed anew from
    what is in it, so that no reader is promised a story that theirs does not hold.
    """
    live = [item for item in issue.items if not item.dropped]
    own = [one.item for one in versions if one.article_id == one.item.article_id]
    if own == live or not versions:
        return Proposal(issue.subject, issue.preheader)
    return propose(issue.newsletter.title, [(one.headline, one.summary) for one in versions])[0]


def _version(item: Item, version: Version) -> ItemVersion:
    for one in item.translations:
        if one["article_id"] == version.article_id:
            return ItemVersion(
                item, version.article_id, version.language, one["headline"], one["summary"], one["method"],
                version.fallback,
            )  # fmt: skip
    return ItemVersion(
        item, item.article_id, version.language, item.headline, item.summary, item.method, version.fallback
    )
