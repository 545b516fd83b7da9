"""How a page or a letter looks to one reader: the language, the newsletter's name, its colours."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.issues import Newsletter
from digest.rendering import parse_brand
from digest.rendering.language import direction, tag
from digest.rendering.palette import palette

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "hy": "Հայերեն",
    "ru": "Русский",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "ar": "العربية",
}
"""The languages that pages and letters are written in, each by its own name."""


@dataclass(frozen=True)
class Look:
    """In whose name and in which language something is said; without a newsletter it is nobody's."""

    language: str = "en"
    newsletter: str = ""
    title: str = ""
    site_url: str | None = None
    postal_address: str = ""


def newsletter_of(session: Session, list_id: int | None) -> Newsletter | None:
    """The newsletter that is sent to this list; for None the installation's first."""
    query = select(Newsletter).order_by(Newsletter.id).limit(1)
    if list_id is not None:
        found = session.scalar(query.where(Newsletter.list_id == list_id))
        if found is not None:
            return found
    return session.scalar(query)


def look(
    session: Session, list_id: int | None = None, *, language: str | None = None, accepted: str = ""
) -> Look:
    """The look of a list's newsletter, in the person's language, else the newsletter's, else the browser's.

    `accepted` is an Accept-Language header.
    """
    found = newsletter_of(session, list_id)
    if found is None:
        return Look(spoken(language) or preferred(accepted))
    return Look(
        spoken(language) or spoken(found.language) or preferred(accepted),
        found.slug,
        found.title,
        found.site_url,
        found.postal_address,
    )


def spoken(language: str | None) -> str | None:
    """The tag as it is, if pages are written in its language."""
    found = tag(language, "")
    return found if found.split("-")[0].lower() in LANGUAGES else None


def preferred(accepted: str) -> str:
    """The first language of an Accept-Language header, by weight, that pages are written in."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:200].split(",")):
        name, _, weight = part.partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, name.strip()))
        except ValueError:
            continue
    return next((found for _, _, name in sorted(ranked) if (found := spoken(name))), "en")


def isolated(value: str, language: str) -> str:
    """The value for a sentence of the language: between isolates (UAX 9) where that one runs right to left,
    so that a Latin name or address keeps its own order and the full stop after it stays at the end."""
    return f"\u2068{value}\u2069" if direction(language) == "rtl" and value else value


def colours(context: Context, newsletter: str) -> Mapping[str, str] | None:
    """The newsletter's colours by use (see `digest.rendering.palette`); None when there is none of that name."""
    with context.database.reading() as session:
        brand = session.scalar(select(Newsletter.brand).where(Newsletter.slug == newsletter))
        return None if brand is None else palette(parse_brand(brand))
