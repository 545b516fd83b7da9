"""A newsletter's sender and look at the desk: read, saved, and tried on in every theme."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest import slots
from digest.access.tables import EditorSession
from digest.actions import brand_form
from digest.actions.brand_form import Form
from digest.actions.compose import view
from digest.actions.context import Context
from digest.actions.links import shared_values
from digest.actions.sign_in import Visitor
from digest.issues import Issue, Item, newsletters
from digest.issues.log import marks_of, touched
from digest.rendering import parse_brand, render, theme
from digest.rendering.gallery import page as sample_page
from digest.rendering.theme import names


@dataclass(frozen=True)
class Look:
    """What the page of a newsletter shows. `seen` are the marks of its fields, for the next save."""

    slug: str
    title: str
    language: str
    texts: Mapping[str, str]
    seen: str
    themes: tuple[str, ...]


def look_of(context: Context, slug: str) -> Look:
    """The newsletter as it is stored."""
    with context.database.reading() as session:
        newsletter = newsletters.get(session, slug)
        shown = brand_form.texts(newsletter)
        own = context.settings.own_themes
        themes = sorted({*names(), *(names(own) if own else ())})
        return Look(
            newsletter.slug, newsletter.title, newsletter.language, shown, marks_of(shown), tuple(themes)
        )


def save(context: Context, slug: str, given: Mapping[str, str], seen: str) -> tuple[Form, list[str]]:
    """Store what the form says; the names of what is different now. With faults nothing is stored.

    Fields that the person left as they were keep what somebody else wrote meanwhile; Overtaken where both
    changed the same one.
    """
    with context.database.writing() as session:
        newsletter = newsletters.get(session, slug)
        session.refresh(newsletter, with_for_update=True)
        there = brand_form.texts(newsletter)
        form = brand_form.read(
            there | touched(_known(given, there), there, seen), context.settings.own_themes
        )
        if form.faults:
            return form, []
        return form, newsletters.edit(session, newsletter, form.changes)


def try_on(context: Context, visitor: Visitor, slug: str, given: Mapping[str, str]) -> Form:
    """Keep what was typed with the session, so that the frames can show it; what is wrong with it."""
    with context.database.writing() as session:
        newsletter = newsletters.get(session, slug)
        there = brand_form.texts(newsletter)
        typed = there | _known(given, there)
        row = session.get(EditorSession, visitor.session_id)
        if row is not None:
            row.typed = {**row.typed, slug: typed}
    return brand_form.read(typed, context.settings.own_themes)


def forget_typed(context: Context, visitor: Visitor, slug: str) -> None:
    """What was tried on is stored or given up."""
    with context.database.writing() as session:
        row = session.get(EditorSession, visitor.session_id)
        if row is not None:
            row.typed = {key: value for key, value in row.typed.items() if key != slug}


def in_theme(context: Context, visitor: Visitor, slug: str, name: str, *, typed: bool) -> str:
    """A whole mail in this theme with the newsletter's look, stored or `typed`: its latest issue, else the sample.

    What is typed and wrong is left out, so that there is always something to see.
    """
    own = context.settings.own_themes
    with context.database.reading() as session:
        newsletter = newsletters.get(session, slug)
        texts = brand_form.texts(newsletter)
        if typed:
            row = session.get(EditorSession, visitor.session_id)
            texts |= (row.typed if row else {}).get(slug, {})
        form = brand_form.read(texts, own)
        brand = form.brand if not form.faults else parse_brand(newsletter.brand)
        issue = _latest(session, newsletter.id)
        if issue is None:
            spoken = newsletter.language.split("-")[0]
            return sample_page(name, spoken if spoken in ("en", "hy", "ar") else "en", brand=brand, own=own)
        shown = view(session, issue)
        changed = {key: value for key, value in form.changes.items() if key in ("title", "postal_address")}
        shown = replace(shown, newsletter=replace(shown.newsletter, brand=brand, **changed))
        values = shared_values(context, issue.id) | {"name": "A. Reader", "address": "reader@example.org"}
        return slots.fill(render(shown, theme(name, own=own)).html, values, html=True)


def _latest(session: Session, newsletter_id: int) -> Issue | None:
    has_items = select(Item.id).where(Item.issue_id == Issue.id, Item.dropped.is_(False)).exists()
    query = select(Issue).where(Issue.newsletter_id == newsletter_id, has_items)
    return session.scalar(query.order_by(Issue.number.desc()).limit(1))


def _known(given: Mapping[str, str], there: Mapping[str, str]) -> dict[str, Any]:
    return {name: given[name] for name in there if name in given}
