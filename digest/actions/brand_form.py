"""A newsletter's sender and look as one form of plain texts: read back with a sentence for each field that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digest.issues import Newsletter, NewsletterError
from digest.issues.newsletters import check
from digest.rendering import parse_brand, theme
from digest.rendering.brand import Brand, Logo, faint
from digest.rendering.errors import BrandError, TemplateError, UnknownTheme

OWN = ("title", "sender_name", "sender_address", "reply_to", "postal_address", "theme", "comment_links")
COLOURS = ("accent", "ink", "ground")
TEXTS = ("heading_font", "text_font", "header", "footer", "card_image")
LOGO = ("url", "alt", "width", "height", "dark_url")
LINK = ("name", "url", "icon_url")
LINKS = 6
"""How many social links the form has room for."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field, and a value that would pass, where one can be offered."""

    sentence: str
    offer: str = ""


@dataclass
class Form:
    """The changes of a newsletter that the texts ask for, and what is wrong with them, by the fields' names."""

    changes: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)

    @property
    def brand(self) -> Brand:
        """The brand that they ask for; BrandError while something is wrong with it."""
        return parse_brand(self.changes["brand"])


def texts(newsletter: Newsletter) -> dict[str, str]:
    """The newsletter as the form shows it: a text for each field, in the form's order."""
    brand = newsletter.brand
    shown = {name: str(getattr(newsletter, name) or "") for name in OWN}
    shown |= {name: str(brand.get(name) or getattr(Brand, name)) for name in COLOURS}
    shown |= {name: str(brand.get(name) or "") for name in TEXTS}
    logo = brand.get("logo") or {}
    logo = {"url": logo} if isinstance(logo, str) else logo
    shown |= {f"logo_{name}": str(logo.get(name) or "") for name in LOGO}
    links = list(brand.get("social") or [])
    for number in range(max(LINKS, len(links))):
        link = links[number] if number < len(links) else {}
        shown |= {f"social_{number}_{name}": str(link.get(name) or "") for name in LINK}
    return shown


def read(given: Mapping[str, str], own_themes: Path | None = None) -> Form:
    """The form's texts as changes of a newsletter; every field is looked at, so that all faults are told at once."""
    form = Form()
    for name in OWN:
        try:
            form.changes |= check({name: given.get(name, "").strip()})
        except NewsletterError as error:
            form.faults[name] = Fault(_plain(error, name))
    if "theme" in form.changes:
        try:
            theme(form.changes["theme"], own=own_themes)
        except (UnknownTheme, TemplateError) as error:
            form.faults["theme"] = Fault(str(error))
    brand: dict[str, Any] = {}
    _read_colours(given, brand, form.faults)
    for name in TEXTS:
        _part(name, given.get(name, "").strip(), name, brand, form.faults)
    _read_logo(given, brand, form.faults)
    _read_links(given, brand, form.faults)
    form.changes["brand"] = brand
    return form


def _read_colours(given: Mapping[str, str], brand: dict[str, Any], faults: dict[str, Fault]) -> None:
    colours = {name: given.get(name, "").strip() or str(getattr(Brand, name)) for name in COLOURS}
    for name, text in colours.items():
        try:
            faint(**{**dict.fromkeys(COLOURS, "#000000"), name: text})
        except BrandError as error:
            faults[name] = Fault(str(error))
    brand |= {name: text for name, text in colours.items() if text != getattr(Brand, name)}
    if not any(name in faults for name in COLOURS):
        for one in faint(**colours):
            faults[one.field] = Fault(one.sentence, str(one.nearest))


def _read_logo(given: Mapping[str, str], brand: dict[str, Any], faults: dict[str, Fault]) -> None:
    typed = {name: given.get(f"logo_{name}", "").strip() for name in LOGO}
    if not typed["url"]:
        if any(typed.values()):
            faults["logo_url"] = Fault(
                "A logo needs the address of its picture. To have none, empty every field of it."
            )
        return
    logo: dict[str, Any] = {"url": typed["url"]}
    _try("logo_url", {"logo": logo}, faults)
    if typed["alt"]:
        logo["alt"] = typed["alt"]
    for side in ("width", "height"):
        if typed[side]:
            size: object = int(typed[side]) if typed[side].isdecimal() else typed[side]
            _try(f"logo_{side}", {"logo": {"url": "https://logo.example/", side: size}}, faults)
            logo[side] = size
        else:
            logo[side] = getattr(Logo, side)
    if typed["dark_url"]:
        _try(
            "logo_dark_url", {"logo": {"url": "https://logo.example/", "dark_url": typed["dark_url"]}}, faults
        )
        logo["dark_url"] = typed["dark_url"]
    brand["logo"] = logo


def _read_links(given: Mapping[str, str], brand: dict[str, Any], faults: dict[str, Fault]) -> None:
    links = []
    number = 0
    while f"social_{number}_name" in given:
        link = {name: given.get(f"social_{number}_{name}", "").strip() for name in LINK}
        if any(link.values()):
            for name in ("name", "url"):
                if not link[name]:
                    faults[f"social_{number}_{name}"] = Fault("A link needs its name and its address.")
            for name in ("url", "icon_url"):
                if link[name]:
                    whole = {"name": "-", "url": "https://link.example/", name: link[name]}
                    _try(f"social_{number}_{name}", {"social": [whole]}, faults)
            links.append({name: text for name, text in link.items() if text})
        number += 1
    if links:
        brand["social"] = links


def _part(name: str, text: str, at: str, brand: dict[str, Any], faults: dict[str, Fault]) -> None:
    if text:
        _try(at, {name: text}, faults)
        brand[name] = text


def _try(at: str, values: Mapping[str, Any], faults: dict[str, Fault]) -> None:
    try:
        parse_brand(values)
    except BrandError as error:
        faults[at] = Fault(str(error))


def _plain(error: NewsletterError, name: str) -> str:
    return str(error).replace(f"newsletter's {name}", name.replace("_", " "))
