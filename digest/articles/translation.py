"""Which articles are one piece in several languages.

Three kinds of evidence, strongest first: the pages name each other (hreflang or a WordPress translation
link); the same
lead image within two days; the same numbers and names around the same hour. Each language stands in a pair
once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.articles.identity import identity
from digest.articles.story import key_of

SAME_IMAGE = timedelta(days=2)
SAME_TELLING = timedelta(hours=36)
_SIZE = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w+$)|-scaled(?=\.\w+$)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Version:
    """An article as pairing sees it; `alternates` are identities, `pair_key` is the key it has already."""

    id: str
    identity: str
    language: str | None
    published: datetime
    text: str
    title: str = ""
    alternates: tuple[str, ...] = ()
    image_url: str | None = None
    pair_key: str | None = None


def pair(versions: Sequence[Version]) -> dict[str, str]:
    """The pair key of each article by its id; an article without a translation has a key of its own.

    Versions that have a key keep it, and two pairs that have keys are never joined.
    """
    ordered = sorted(versions, key=lambda version: (version.published, version.id))
    group = {version.id: [version] for version in ordered}
    for one, other, _ in sorted(
        _evidence(ordered), key=lambda found: (-found[2], found[0].published, found[0].id, found[1].id)
    ):
        first, second = group[one.id], group[other.id]
        if first is second or {v.language for v in first} & {v.language for v in second}:
            continue
        if _key(first) and _key(second):
            continue
        first.extend(second)
        for version in second:
            group[version.id] = first
    return {
        version.id: _key(members) or key_of(members[0].id)
        for members in group.values()
        for version in members
    }


def _key(members: Sequence[Version]) -> str | None:
    return next((version.pair_key for version in members if version.pair_key), None)


def _evidence(ordered: Sequence[Version]) -> list[tuple[Version, Version, float]]:
    found: list[tuple[Version, Version, float]] = []
    by_identity = {version.identity: version for version in ordered}
    for version in ordered:
        for alternate in version.alternates:
            other = by_identity.get(alternate)
            if other is not None and _differ(version, other):
                found.append((version, other, 3.0))
    pictures = [_picture(version.image_url) for version in ordered]
    facts = [_facts(version) for version in ordered]
    for second, other in enumerate(ordered):
        for first in range(second - 1, -1, -1):
            one = ordered[first]
            apart = other.published - one.published
            if apart > SAME_IMAGE:
                break
            if not _differ(one, other):
                continue
            shared = _share(facts[first], facts[second])
            if pictures[first] and pictures[first] == pictures[second]:
                found.append((one, other, 2.0 + shared))
            elif apart <= SAME_TELLING and shared >= 0.6 and _similar_length(one, other):
                found.append((one, other, 1.0 + shared))
    return found


def _differ(one: Version, other: Version) -> bool:
    return (
        bool(one.language and other.language)
        and (one.language or "").split("-")[0] != (other.language or "").split("-")[0]
    )


def _picture(url: str | None) -> str | None:
    """The image's identity without the size that WordPress puts into the name."""
    return _SIZE.sub("", identity(url).split("?")[0]) if url else None


def _facts(version: Version) -> frozenset[str]:
    """What a translation keeps: numbers, and names in Latin letters within another script."""
    text = f"{version.title}\n{version.text}"
    numbers = {re.sub(r"[.,]", "", number) for number in _NUMBER.findall(text)}
    acronyms = set(re.findall(r"\b[A-Z]{2,}\b", text))
    return frozenset({number for number in numbers if len(number) >= 2} | acronyms)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """The common share of the facts, none with fewer than four on a side."""
    if min(len(one), len(other)) < 4:
        return 0.0
    return len(one & other) / len(one | other)


def _similar_length(one: Version, other: Version) -> bool:
    shorter, longer = sorted((len(one.text), len(other.text)))
    return shorter * 2 >= longer
