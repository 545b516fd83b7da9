"""The look of one newsletter: logo, colours, fonts, links. Parsed from `newsletter.brand` (a JSON object)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from digest.rendering import colour
from digest.rendering.colour import Colour
from digest.rendering.errors import BrandError

SHEET = colour.WHITE
DARK_SHEET = Colour(0x1C, 0x1C, 0x1E)
_FONT_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -,'\"_.")


@dataclass(frozen=True)
class Logo:
    """A picture in place of the newsletter's name. Width and height in CSS pixels, as shown."""

    url: str
    alt: str = ""
    width: int = 160
    height: int = 40
    dark_url: str | None = None


@dataclass(frozen=True)
class SocialLink:
    """A link of the footer, shown as words, or as an own icon (24 by 24) where `icon_url` is given."""

    name: str
    url: str
    icon_url: str | None = None


@dataclass(frozen=True)
class Brand:
    """How a newsletter looks. Every field has a default that reads well.

    `accent` colours labels, links and the button; `ink` the text; `ground` the page around the white
    sheet. Fonts are CSS family lists and come before the stacks of the language. `header` replaces the
    line under the name; `footer` is a line of the newsroom's own above the legal ones.
    """

    accent: str = "#8c2f1b"
    ink: str = "#1d1d1f"
    ground: str = "#f5f3ef"
    heading_font: str = ""
    text_font: str = ""
    logo: Logo | None = None
    header: str = ""
    footer: str = ""
    social: tuple[SocialLink, ...] = ()
    card_image: str | None = None

    def __post_init__(self) -> None:
        for one in faint(self.accent, self.ink, self.ground):
            raise BrandError(one.sentence, f"The nearest colour that passes is {one.nearest}.")

    @property
    def dark_accent(self) -> Colour:
        """The accent made light enough for text on the dark sheet."""
        return colour.nearest_passing(
            colour.parse(self.accent), DARK_SHEET, Colour(0x12, 0x12, 0x13), ratio=5.5
        )


def parse_brand(values: Mapping[str, Any]) -> Brand:
    """The brand of a JSON object with the fields of `Brand`; BrandError names the field and its fault."""
    known = {field.name for field in fields(Brand)}
    for key in values:
        if key not in known:
            raise BrandError(f"A brand has no field {key!r}.", f"It has: {', '.join(sorted(known))}.")
    found: dict[str, Any] = {}
    for key in ("accent", "ink", "ground", "header", "footer"):
        if values.get(key) is not None:
            found[key] = _text(values, key)
    for key in ("heading_font", "text_font"):
        if values.get(key):
            found[key] = _font(values, key)
    if values.get("logo") is not None:
        found["logo"] = _logo(values["logo"])
    if values.get("social") is not None:
        found["social"] = _social(values["social"])
    if values.get("card_image"):
        found["card_image"] = _address(values["card_image"], "card_image")
    return Brand(**found)


@dataclass(frozen=True)
class Faint:
    """A colour that cannot be read where it stands: which field, why, and the nearest one that can."""

    field: str
    sentence: str
    nearest: Colour


def faint(accent: str, ink: str, ground: str) -> list[Faint]:
    """The colours of a brand with too little contrast (WCAG 2.2: AA for the accent, AAA for the ink).

    The ground is at fault where no ink can be read both on it and on the white sheet. BrandError for what is
    no colour at all.
    """
    colours = {
        "accent": colour.parse(accent, name="accent colour"),
        "ink": colour.parse(ink, name="ink colour"),
    }
    behind = colour.parse(ground, name="ground colour")
    if colour.contrast(colour.BLACK, behind) < colour.AAA:
        nearest = colour.nearest_passing(behind, colour.BLACK, ratio=colour.AAA)
        return [Faint("ground", f"No dark text can be read on the ground colour {behind}.", nearest)]
    found = []
    for name, ratio in (("accent", colour.AA), ("ink", colour.AAA)):
        text = colours[name]
        worst = min((SHEET, behind), key=lambda one: colour.contrast(text, one))
        if (reached := colour.contrast(text, worst)) < ratio:
            sentence = f"The {name} colour {text} has a contrast of {reached:.1f} on {worst}; {ratio:g} is the least."
            found.append(Faint(name, sentence, colour.nearest_passing(text, SHEET, behind, ratio=ratio)))
    return found


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values[key]
    if not isinstance(value, str):
        raise BrandError(f"The brand's {key} must be text, and is {value!r}.")
    return value


def _font(values: Mapping[str, Any], key: str) -> str:
    value = _text(values, key)
    if not set(value) <= _FONT_CHARACTERS:
        raise BrandError(
            f"The brand's {key} {value!r} is not a list of font names.",
            "Write it as in CSS: Georgia, 'Times New Roman'.",
        )
    return value.replace('"', "'")


def _address(value: object, key: str) -> str:
    if isinstance(value, str) and urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc:
        return value
    raise BrandError(f"The brand's {key} {value!r} is not a web address.", "Write it whole, with https://.")


def _logo(value: object) -> Logo:
    if isinstance(value, str):
        return Logo(url=_address(value, "logo"))
    if not isinstance(value, Mapping) or not set(value) <= {field.name for field in fields(Logo)}:
        raise BrandError(
            f"The brand's logo {value!r} is not understood.",
            "Give its address, or an object with url, alt, width, height, dark_url.",
        )
    sizes = {}
    for side, most in (("width", 552), ("height", 200)):
        size = value.get(side, getattr(Logo, side))
        if not isinstance(size, int) or not 8 <= size <= most:
            raise BrandError(f"The logo's {side} {size!r} is not a number of pixels from 8 to {most}.")
        sizes[side] = size
    dark = value.get("dark_url")
    return Logo(
        url=_address(value.get("url"), "logo url"),
        alt=str(value.get("alt", "")),
        dark_url=_address(dark, "logo dark_url") if dark else None,
        **sizes,
    )


def _social(value: object) -> tuple[SocialLink, ...]:
    links = []
    for entry in value if isinstance(value, (list, tuple)) else [value]:
        if not isinstance(entry, Mapping) or not {"name", "url"} <= set(entry) <= {"name", "url", "icon_url"}:
            raise BrandError(
                f"The social link {entry!r} is not understood.",
                "Give a list of objects with name, url and, if you like, icon_url.",
            )
        icon = entry.get("icon_url")
        links.append(
            SocialLink(
                str(entry["name"]),
                _address(entry["url"], "social url"),
                _address(icon, "social icon_url") if icon else None,
            )
        )
    return tuple(links)
