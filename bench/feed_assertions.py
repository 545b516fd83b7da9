"""feedparser's assertions about its one-point files, in the words of our Entry and Feed."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from feed_differences import (
    Why,
    body_of,
    image_of,
    same,
    why_author,
    why_link,
    why_struct,
    why_text,
    why_title,
    within,
)

from digest.sources.entry import Entry, Feed


def assertions(expect: str) -> Iterator[tuple[list[Any], Any]]:
    """The `place == value` clauses of an assertion; other clauses (bozo …) have no place in ours."""
    try:
        tree = ast.parse(expect.strip(), mode="eval").body
    except SyntaxError:
        return
    for clause in tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]:
        if isinstance(clause, ast.Compare) and isinstance(clause.ops[0], ast.Eq):
            try:
                yield list(steps(clause.left)), ast.literal_eval(clause.comparators[0])
            except ValueError:
                continue


def steps(node: ast.expr) -> Iterator[Any]:
    """`entries[0]['link']` as entries, 0, link."""
    match node:
        case ast.Subscript():
            yield from steps(node.value)
            yield ast.literal_eval(node.slice)
        case ast.Attribute():
            yield from steps(node.value)
            yield node.attr
        case ast.Name():
            yield node.id
        case ast.Call(func=ast.Name(id="len"), args=[argument]):
            yield "len"
            yield from steps(argument)
        case _:
            raise ValueError("no place")


def why_language(theirs: Any, ours: Any) -> str | None:
    return same((theirs or "").lower(), (ours or "").lower())


OF_FEED: dict[str, tuple[str, Callable[[Feed], Any], Why]] = {
    "len.entries": ("entries", lambda feed: len(feed.entries), same),
    "feed.title": ("feed title", lambda feed: feed.title, why_title),
    "feed.title_detail.value": ("feed title", lambda feed: feed.title, why_title),
    "feed.link": ("feed home", lambda feed: feed.home, why_link),
    "feed.language": ("language", lambda feed: feed.language, why_language),
}
OF_ENTRY: dict[str, tuple[str, Callable[[Entry], Any], Why]] = {
    "title": ("title", lambda entry: entry.title, why_title),
    "title_detail.value": ("title", lambda entry: entry.title, why_title),
    "link": ("link", lambda entry: entry.url, why_link),
    "id": ("id", lambda entry: entry.guid, same),
    "guid": ("id", lambda entry: entry.guid, same),
    "author": ("author", lambda entry: entry.author, why_author),
    "author_detail.name": ("author", lambda entry: entry.author, why_author),
    "published_parsed": ("published", lambda entry: entry.published, why_struct),
    "created_parsed": ("published", lambda entry: entry.published, why_struct),
    "updated_parsed": ("updated", lambda entry: entry.updated, why_struct),
    "slash_comments": ("comments", lambda entry: str(entry.comments), same),
    "language": ("language", lambda entry: entry.language, why_language),
    "content.#.language": ("language", lambda entry: entry.language, why_language),
    "tags.#.term": ("categories", lambda entry: entry.categories, within),
    "category": ("categories", lambda entry: entry.categories, within),
    "media_thumbnail.#.url": ("image", image_of, why_link),
    "summary": ("text", body_of, why_text),
    "description": ("text", body_of, why_text),
    "summary_detail.value": ("text", body_of, why_text),
    "content.#.value": ("text", body_of, why_text),
}


def translated(path: list[Any]) -> tuple[str, Callable[[Feed], Any], Why]:
    """Our field for a place in feedparser's result, how to get it, how to compare it; no field is ''."""
    place = ".".join("#" if isinstance(step, int) else str(step) for step in path)
    if place in OF_FEED:
        return OF_FEED[place]
    if place.startswith("entries.#."):
        found = OF_ENTRY.get(place.removeprefix("entries.#."))
        if found:
            field, get, why = found
            return (
                field,
                lambda feed: get(feed.entries[path[1]]) if path[1] < len(feed.entries) else None,
                why,
            )
    return "", lambda feed: None, same
