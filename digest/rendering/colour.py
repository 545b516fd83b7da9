"""Colours as WCAG 2.2 measures them: luminance, contrast, and the nearest colour that can be read."""

import colorsys
import operator
from dataclasses import dataclass

from digest.rendering.errors import BrandError

AA = 4.5
AAA = 7.0


@dataclass(frozen=True)
class Colour:
    """An opaque sRGB colour, each channel 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 (black) to 1 (white): WCAG 2.2, definition of relative luminance."""
        red, green, blue = (_linear(value / 255) for value in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def mixed(self, other: "Colour", share: float) -> "Colour":
        """This colour with `share` (0 to 1) of `other` in it."""
        return Colour(
            round(self.red + (other.red - self.red) * share),
            round(self.green + (other.green - self.green) * share),
            round(self.blue + (other.blue - self.blue) * share),
        )


WHITE = Colour(255, 255, 255)
BLACK = Colour(0, 0, 0)


def parse(text: str, *, name: str = "colour") -> Colour:
    """The colour written as `#rgb` or `#rrggbb`; BrandError, which calls it `name`, for anything else."""
    digits = text.strip().removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    try:
        if len(digits) != 6 or not text.strip().startswith("#"):
            raise ValueError
        return Colour(*bytes.fromhex(digits))
    except ValueError:
        raise BrandError(
            f"The {name} {text!r} is not a colour.", "Write it as six hex digits, such as #8a1c1c."
        ) from None


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21, whichever of the two is the text."""
    low, high = sorted((one.luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)


def nearest_passing(colour: Colour, *grounds: Colour, ratio: float = AA) -> Colour:
    """The colour nearest to `colour`, in its own hue, that has the contrast `ratio` on every ground.

    Black or white, whichever reads better, where no lightness of the hue passes.
    """
    if all(contrast(colour, ground) >= ratio for ground in grounds):
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(colour.red / 255, colour.green / 255, colour.blue / 255)
    for step in range(1, 256):
        for moved in (lightness - step / 255, lightness + step / 255):
            if 0 <= moved <= 1:
                red, green, blue = colorsys.hls_to_rgb(hue, moved, saturation)
                candidate = Colour(round(red * 255), round(green * 255), round(blue * 255))
                if all(contrast(candidate, ground) >= ratio for ground in grounds):
                    return candidate
    return max(BLACK, WHITE, key=lambda end: min(contrast(end, ground) for ground in grounds))


def inverted(colour: Colour) -> Colour:
    """What a mail program makes of `colour` when it forces dark mode.

    The lightness of CIELAB turned over, hue and chroma kept, cut to what a screen can show: so does
    Chromium's forced dark mode, on which Android's mail programs draw.
    """
    linear = [_linear(value / 255) for value in (colour.red, colour.green, colour.blue)]
    x, y, z = (sum(map(operator.mul, row, linear)) for row in _TO_XYZ)
    fx, fy, fz = _lab(x / _WHITE_X), _lab(y), _lab(z / _WHITE_Z)
    turned = (100 - (116 * fy - 16) + 16) / 116
    x, y, z = _WHITE_X * _unlab(turned + fx - fy), _unlab(turned), _WHITE_Z * _unlab(turned + fz - fy)
    red, green, blue = (_screen(sum(map(operator.mul, row, (x, y, z)))) for row in _FROM_XYZ)
    return Colour(red, green, blue)


# sRGB with the white of daylight (D65): IEC 61966-2-1; CIELAB: ISO/CIE 11664-4.
_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_FROM_XYZ = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_WHITE_X, _WHITE_Z = 0.95047, 1.08883


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _screen(part: float) -> int:
    part = min(max(part, 0.0), 1.0)
    curved = part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
    return round(curved * 255)


def _lab(part: float) -> float:
    return float(part ** (1 / 3)) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116


def _unlab(part: float) -> float:
    return part**3 if part**3 > 216 / 24389 else (116 * part - 16) * 27 / 24389
