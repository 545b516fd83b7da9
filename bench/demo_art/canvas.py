"""A canvas for flat posters: shapes filled with a colour or a vertical gradient, drawn at twice the size."""

import itertools
import math
import random
from collections.abc import Sequence

from PIL import Image, ImageColor, ImageDraw, ImageFilter

WIDTH, HEIGHT, SCALE = 1200, 675, 2

INK, NIGHT, PLUM, ROSE, TERRA = "#1d2440", "#2c3768", "#5d3f6a", "#c9566b", "#d9683f"
APRICOT, GOLD, CREAM, STONE, CLAY = "#f2a65a", "#f7c873", "#fbeed3", "#e6b196", "#a85a43"
TEAL, SEA, MINT, LEAF, MOSS, SNOW = "#1f6f78", "#5fb3ac", "#b9dfcc", "#6d9a55", "#35604a", "#f8f6f0"

Point = tuple[float, float]
Colour = str | tuple[str, str]


class Canvas:
    """1200 × 675 units; every shape takes a colour or a (top, bottom) gradient, an alpha and a blur."""

    def __init__(self, sky: Colour) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))
        self.rect(0, 0, WIDTH, HEIGHT, sky)

    def poly(self, points: Sequence[Point], colour: Colour, alpha: float = 1, blur: float = 0) -> None:
        self._paint(lambda pen: pen.polygon(_scaled(points), fill=255), colour, alpha, blur)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, alpha: float = 1, blur: float = 0
    ) -> None:
        box = _scaled([(x - rx, y - ry), (x + rx, y + ry)])
        self._paint(lambda pen: pen.ellipse(box, fill=255), colour, alpha, blur)

    def circle(self, x: float, y: float, r: float, colour: Colour, alpha: float = 1, blur: float = 0) -> None:
        self.ellipse(x, y, r, r, colour, alpha, blur)

    def rect(
        self, x: float, y: float, w: float, h: float, colour: Colour, radius: float = 0, alpha: float = 1
    ) -> None:
        box = _scaled([(x, y), (x + w, y + h)])
        self._paint(lambda pen: pen.rounded_rectangle(box, radius * SCALE, fill=255), colour, alpha, 0)

    def line(
        self, points: Sequence[Point], width: float, colour: Colour, alpha: float = 1, blur: float = 0
    ) -> None:
        def stroke(pen: ImageDraw.ImageDraw) -> None:
            pen.line(_scaled(points), fill=255, width=round(width * SCALE), joint="curve")
            for x, y in (points[0], points[-1]):
                r = width / 2
                pen.ellipse(_scaled([(x - r, y - r), (x + r, y + r)]), fill=255)

        self._paint(stroke, colour, alpha, blur)

    def glow(self, x: float, y: float, r: float, colour: str, alpha: float = 0.6) -> None:
        """Light around a point, fading outwards."""
        for step in range(5):
            self.circle(x, y, r * (1 - step * 0.17), colour, alpha / 5, blur=r / 8)

    def ridge(self, base: float, height: float, seed: int, colour: Colour, rough: float = 0.5) -> list[Point]:
        """A mountain ridge from edge to edge, by midpoint displacement; returns its outline."""
        points = outline(base, height, seed, rough)
        self.poly([*points, (WIDTH + 10, HEIGHT + 10), (-10, HEIGHT + 10)], colour)
        return points

    def hill(self, base: float, height: float, phase: float, colour: Colour, length: float = 700) -> None:
        """A soft hill from edge to edge."""
        points = [(x, hill_y(x, base, height, phase, length)) for x in range(-10, WIDTH + 11, 10)]
        self.poly([*points, (WIDTH + 10, HEIGHT + 10), (-10, HEIGHT + 10)], colour)

    def stars(self, count: int, seed: int, floor: float) -> None:
        rng = random.Random(seed)
        for _ in range(count):
            x, y = rng.uniform(0, WIDTH), rng.uniform(0, floor)
            self.circle(x, y, rng.choice([0.8, 1.0, 1.3, 2.0]), SNOW, rng.uniform(0.4, 0.95))

    def finished(self) -> Image.Image:
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)

    def _paint(self, draw, colour: Colour, alpha: float, blur: float) -> None:  # type: ignore[no-untyped-def]
        mask = Image.new("L", self.image.size, 0)
        draw(ImageDraw.Draw(mask))
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE))
        box = mask.getbbox()
        if not box:
            return
        mask = mask.crop(box)
        if alpha < 1:
            mask = mask.point(lambda value: round(value * alpha))
        self.image.paste(_filling(colour, mask.size), box, mask)


def draw_fir(c: Canvas, x: float, foot: float, height: float, colour: str, snowy: bool = False) -> None:
    """A fir tree standing at `foot`."""
    for level in range(4):
        top = foot - height + level * height * 0.2
        half = height * (0.11 + level * 0.07)
        low = top + height * 0.36
        c.poly([(x, top), (x + half, low), (x - half, low)], colour)
        if snowy:
            c.poly(
                [
                    (x, top),
                    (x + half * 0.55, top + height * 0.2),
                    (x, top + height * 0.15),
                    (x - half * 0.7, top + height * 0.25),
                ],
                SNOW,
            )


def outline(base: float, height: float, seed: int, rough: float) -> list[Point]:
    rng = random.Random(seed)
    heights = [rng.uniform(0.2, 0.9) for _ in range(4)]
    spread = 0.45
    while len(heights) < 200:
        doubled = []
        for left, right in itertools.pairwise(heights):
            doubled += [left, (left + right) / 2 + rng.uniform(-spread, spread) / 2]
        heights = [*doubled, heights[-1]]
        spread *= rough
    step = (WIDTH + 20) / (len(heights) - 1)
    return [(-10 + index * step, base - value * height) for index, value in enumerate(heights)]


def hill_y(x: float, base: float, height: float, phase: float, length: float = 700) -> float:
    return base - height * (0.5 + 0.5 * math.sin(x / length * 2 * math.pi + phase))


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 40) -> list[Point]:
    """Points on an ellipse from angle to angle, in degrees, clockwise from three o'clock."""
    angles = [math.radians(start + (end - start) * index / steps) for index in range(steps + 1)]
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _filling(colour: Colour, size: tuple[int, int]) -> Image.Image:
    if isinstance(colour, str):
        return Image.new("RGB", size, colour)
    top, bottom = (Image.new("RGB", size, ImageColor.getrgb(shade)) for shade in colour)
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(bottom, top, ramp)
