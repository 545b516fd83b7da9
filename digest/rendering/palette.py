"""The colours of a mail, light and dark, drawn from the three that a brand sets."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from digest.rendering import colour
from digest.rendering.brand import DARK_SHEET, SHEET, Brand
from digest.rendering.colour import Colour


@lru_cache(maxsize=64)
def palette(brand: Brand) -> Mapping[str, str]:
    """Every colour by its use; each text colour reads (WCAG AA at least) on the ground it stands on."""
    accent, ink, ground = (colour.parse(text) for text in (brand.accent, brand.ink, brand.ground))
    dark_ground = colour.Colour(0x12, 0x12, 0x13)
    dark_ink = colour.Colour(0xEC, 0xEC, 0xEE)
    muted = colour.nearest_passing(ink.mixed(SHEET, 0.35), SHEET, ground, ratio=5.0)
    on_accent = max((SHEET, ink), key=lambda text: colour.contrast(text, accent))
    return MappingProxyType(
        {
            "accent": str(accent),
            "on_accent": str(on_accent),
            "ink": str(ink),
            "muted": str(muted),
            "sheet": str(SHEET),
            "ground": str(ground),
            "line": str(ground.mixed(ink, 0.12)),
            "tint": str(_tint(accent, muted)),
            "dark_accent": str(brand.dark_accent),
            "dark_ink": str(dark_ink),
            "dark_muted": str(
                colour.nearest_passing(dark_ink.mixed(DARK_SHEET, 0.35), DARK_SHEET, dark_ground, ratio=5.0)
            ),
            "dark_sheet": str(DARK_SHEET),
            "dark_ground": str(dark_ground),
            "dark_line": str(DARK_SHEET.mixed(dark_ink, 0.18)),
            "dark_tint": str(DARK_SHEET.mixed(brand.dark_accent, 0.12)),
        }
    )


def _tint(accent: Colour, muted: Colour) -> Colour:
    """The ground of notes: a breath of the accent, as much of it as labels and meta lines can stand."""
    shares = (0.06, 0.05, 0.04, 0.03, 0.02, 0.01)
    tints = (SHEET.mixed(accent, share) for share in shares)
    return next(
        (tint for tint in tints if all(colour.contrast(text, tint) >= colour.AA for text in (accent, muted))),
        SHEET,
    )
