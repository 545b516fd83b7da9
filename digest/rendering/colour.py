"""Colours as WCAG 2.2 measures them: luminance, contrast, and the nearest colour that can be read."""

import colorsys
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
        channels = []
        for value in (self.red, self.green, self.blue):
            part = value / 255
            channels.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        red, green, blue = channels
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
    """What a mail program makes of `colour` when it forces dark mode: the lightness turned over."""
    hue, lightness, saturation = colorsys.rgb_to_hls(colour.red / 255, colour.green / 255, colour.blue / 255)
    red, green, blue = colorsys.hls_to_rgb(hue, 1 - lightness, saturation)
    return Colour(round(red * 255), round(green * 255), round(blue * 255))
