"""Pages that show themes with a brand: the sample issue in each, at the widths of a phone and a desktop."""

import random
from base64 import b64encode
from html import escape
from pathlib import Path

from digest import slots
from digest.rendering.brand import Brand
from digest.rendering.preflight.mail import EXAMPLE_VALUES
from digest.rendering.render import render
from digest.rendering.sample import PICTURES, sample
from digest.rendering.theme import names, theme

_SKIES = {
    "lake": ("#a9c8dc", "#3f708f"),
    "parliament": ("#e3cfb4", "#8c6d57"),
    "orchard": ("#f2cf9b", "#7f9457"),
    "chess": ("#c9c2b4", "#57504a"),
}


def picture(name: str, width: int = 1600, height: int = 900) -> str:
    """A landscape drawn for the sample picture of this name, as SVG; always the same."""
    light, dark = _SKIES.get(name, ("#d0d0d0", "#606060"))
    chance = random.Random(name)
    hills = []
    for layer in range(4):
        level = height * (0.35 + 0.16 * layer)
        points = []
        for step in range(9):
            level += chance.uniform(-0.06, 0.06) * height
            points.append(f"{step * width / 8:.0f},{level:.0f}")
        hills.append(
            f'<polygon points="0,{height} {" ".join(points)} {width},{height}" fill="{dark}" '
            f'opacity="{0.45 + 0.18 * layer:.2f}"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="{light}"/>'
        f'<circle cx="{width * 0.72:.0f}" cy="{height * 0.26:.0f}" r="{height * 0.08:.0f}" fill="#fff" opacity=".7"/>'
        f"{''.join(hills)}</svg>"
    )


def page(name: str, language: str = "en", *, brand: Brand | None = None, own: Path | None = None) -> str:
    """The sample issue in a theme, whole: slots filled with nobody's values, pictures drawn into it."""
    view = sample(language, brand=brand, every_block=True)
    html = slots.fill(render(view, theme(name, own)).html, EXAMPLE_VALUES, html=True)
    for drawn in _SKIES:
        data = b64encode(picture(drawn).encode()).decode()
        html = html.replace(f"{PICTURES}{drawn}.jpg", f"data:image/svg+xml;base64,{data}")
    return html


def write_gallery(
    folder: Path, *, title: str, brand: Brand | None = None, language: str = "en", own: Path | None = None
) -> list[Path]:
    """Write a page for each theme, bundled and own, and `index.html` that shows them all; their paths.

    `language` is one of the sample's; another shows the English sample.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    shown = language if language in ("en", "hy", "ar") else "en"
    every = sorted({*names(), *(names(own) if own else ())})
    for name in every:
        path = folder / f"{name}.html"
        path.write_text(page(name, shown, brand=brand, own=own), encoding="utf-8", newline="\n")
        written.append(path)
    index = folder / "index.html"
    index.write_text(_index(title, every), encoding="utf-8", newline="\n")
    return [index, *written]


def _index(title: str, every: list[str]) -> str:
    frames = "".join(
        f"<section><h2>{escape(name)}</h2>"
        + "".join(
            f'<iframe src="{escape(name)}.html" title="{escape(name)}, {kind}" width="{width}"></iframe>'
            for kind, width in (("desktop", 640), ("phone", 375))
        )
        + "</section>"
        for name in every
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><style>body{font:16px/1.5 system-ui,sans-serif;'
        "margin:2rem;background:#e9e9ea;color:#1d1d1f}iframe{height:44rem;border:0;background:#fff;"
        "margin:0 1rem 1rem 0;max-width:100%}</style></head>"
        f"<body><h1>{escape(title)}</h1>{frames}</body></html>\n"
    )
