"""One issue, shaped for each reader: their language, their topics, nothing they had. Pure.

Readers whose issue comes out the same share a variant, which is compiled once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digest.selection.matching import same_language

MOST_VARIANTS = 24
LEAST_ITEMS = 3


@dataclass(frozen=True)
class Piece:
    """An item of the issue as variants see it, in the issue's order.

    `number` names it, `versions` are its article ids by language, the newsletter's own first. `always`
    marks what every reader gets whatever their topics: the lead and what the editor pinned.
    """

    number: int
    versions: tuple[tuple[str, int], ...]
    topics: frozenset[str] = frozenset()
    always: bool = False


@dataclass(frozen=True, order=True)
class Profile:
    """What shapes a reader's issue. `had` are the numbers of the pieces that other newsletters brought them.

    An empty language means the newsletter's own, no topics mean all of them.
    """

    language: str = ""
    topics: tuple[str, ...] = ()
    had: tuple[int, ...] = ()


@dataclass(frozen=True, order=True)
class Version:
    """A piece in the language a reader gets it in; `fallback` when it has several, none of them theirs."""

    number: int
    article_id: int
    language: str
    fallback: bool = False


@dataclass(frozen=True)
class Variant:
    """What these readers get. One without contents goes to nobody: they had all of it."""

    contents: tuple[Version, ...]
    profiles: tuple[Profile, ...]
    readers: int


def shape(pieces: Sequence[Piece], profile: Profile, least: int = LEAST_ITEMS) -> tuple[Version, ...]:
    """The issue of one reader, in the issue's order.

    Nothing they had is in it. With topics chosen it holds the pieces on them and those for everybody;
    when that is fewer than `least`, the next ones of the issue fill up. Each piece comes once, in the
    reader's language where it has that version, else in the newsletter's own.
    """
    fresh = [piece for piece in pieces if piece.number not in profile.had]
    wanted = {topic.casefold() for topic in profile.topics}
    if wanted:
        chosen = [one for one in fresh if one.always or wanted & {topic.casefold() for topic in one.topics}]
        rest = [one for one in fresh if one not in chosen]
        chosen += rest[: max(0, least - len(chosen))]
        fresh = [one for one in fresh if one in chosen]
    return tuple(_version(piece, profile.language) for piece in fresh)


def variants(
    pieces: Sequence[Piece],
    readers: Mapping[Profile, int],
    most: int = MOST_VARIANTS,
    least: int = LEAST_ITEMS,
) -> list[Variant]:
    """The variants of an issue, the one with the most readers first; every profile is in exactly one.

    When there would be more than `most`, the rarest give way: first their readers' topics are let go,
    then what any of them had is left out for all of them, so that still nobody gets a story twice.
    """
    as_given = {profile: profile for profile in readers}
    grouped = _group(pieces, readers, as_given, least)
    if len(grouped) <= most:
        return grouped
    without_topics = as_given | {one: replace(one, topics=()) for one in _rare(grouped, most)}
    grouped = _group(pieces, readers, without_topics, least)
    if len(grouped) <= most:
        return grouped
    rare = _rare(grouped, most - 1)
    had = tuple(sorted({number for one in rare for number in one.had}))
    merged = without_topics | {one: Profile(had=had) for one in rare}
    return _group(pieces, readers, merged, least)


def _version(piece: Piece, language: str) -> Version:
    for spoken, article_id in piece.versions:
        if language and same_language(spoken, language):
            return Version(piece.number, article_id, spoken)
    spoken, article_id = piece.versions[0]
    return Version(piece.number, article_id, spoken, fallback=bool(language) and len(piece.versions) > 1)


def _rare(grouped: Sequence[Variant], kept: int) -> list[Profile]:
    return [profile for variant in grouped[kept:] for profile in variant.profiles]


def _group(
    pieces: Sequence[Piece], readers: Mapping[Profile, int], treated_as: Mapping[Profile, Profile], least: int
) -> list[Variant]:
    groups: dict[tuple[Version, ...], list[Profile]] = {}
    for profile in sorted(readers):
        groups.setdefault(shape(pieces, treated_as[profile], least), []).append(profile)
    found = [
        Variant(contents, tuple(profiles), sum(readers[one] for one in profiles))
        for contents, profiles in groups.items()
    ]
    return sorted(found, key=lambda variant: (-variant.readers, variant.contents, variant.profiles))
