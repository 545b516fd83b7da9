"""Fruit, bread, a carpet: the still lifes."""

import math
import random

from demo_art.canvas import (
    APRICOT,
    GOLD,
    HEIGHT,
    INK,
    LEAF,
    MOSS,
    TEAL,
    WIDTH,
    Canvas,
    arc,
)


def apricots() -> Canvas:
    c = Canvas(("#a7d3cd", "#e9efd6"))
    c.circle(600, 320, 250, ("#fdf4dc", "#f9e2b0"))
    c.line(
        [(-10, 140), (220, 168), (470, 150), (760, 196), (1010, 168), (1210, 210)], 22, ("#7a5142", "#523530")
    )
    c.line([(470, 150), (560, 250), (600, 300)], 11, "#5e3d35")
    c.line([(760, 196), (820, 280)], 11, "#5e3d35")
    c.line([(220, 168), (300, 260)], 10, "#5e3d35")
    rng = random.Random(14)
    for x, y, angle in (
        (140, 110, 200),
        (300, 110, 300),
        (400, 210, 60),
        (520, 96, 290),
        (640, 120, 320),
        (700, 262, 100),
        (900, 110, 290),
        (930, 250, 70),
        (1060, 120, 310),
        (1120, 250, 80),
        (180, 250, 110),
        (500, 240, 140),
    ):
        _leaf(c, x, y, rng.uniform(90, 130), angle)
    for x, y, r in ((300, 352, 104), (612, 404, 132), (838, 372, 112), (470, 330, 84)):
        c.ellipse(x + 10, y + 12, r, r, "#8a4a35", 0.25, 8)
        c.circle(x, y, r, ("#fbb75f", "#e0693a"))
        c.ellipse(x + r * 0.36, y + r * 0.1, r * 0.5, r * 0.66, "#d94f3d", 0.28, r / 5)
        c.ellipse(x - r * 0.4, y - r * 0.38, r * 0.26, r * 0.36, "#fff0c9", 0.75, r / 9)
        c.line(arc(x + r * 0.42, y, r * 0.5, r * 0.93, 108, 252), 4.5, "#b9502f", 0.65)
        c.line([(x - 2, y - r + 6), (x + 4, y - r - 22)], 8, "#5e3d35")
    for x, y, angle in ((330, 236, 20), (690, 268, 330), (900, 262, 20), (560, 276, 200)):
        _leaf(c, x, y, 116, angle)
    return c


def _leaf(c: Canvas, x: float, y: float, length: float, angle: float) -> None:
    turn = math.radians(angle)

    def at(t: float, side: float) -> tuple[float, float]:
        half = math.sin(math.pi * t) * length * 0.27 * side
        return (
            x + t * length * math.cos(turn) - half * math.sin(turn),
            y + t * length * math.sin(turn) + half * math.cos(turn),
        )

    steps = [index / 24 for index in range(25)]
    c.poly([at(t, 1) for t in steps] + [at(t, -1) for t in reversed(steps)], (LEAF, MOSS))
    c.poly([at(t, 1) for t in steps] + [at(t, 0) for t in reversed(steps)], "#8fb56a", 0.6)
    c.line([at(0, 0), at(1, 0)], 2.6, "#2c4f3c")


def bread() -> Canvas:
    c = Canvas(("#f3c58d", "#e8a768"))
    c.circle(890, 200, 150, ("#fde8bd", "#f8cf8c"))
    c.poly([*arc(250, 470, 260, 300, 180, 360), (510, 560), (-10, 560)], ("#c9744f", "#8c4535"))
    c.poly([*arc(250, 480, 176, 190, 180, 360), (426, 540), (74, 540)], ("#4a211d", "#2c1316"))
    for x, h, shade in (
        (180, 120, "#e05a35"),
        (250, 176, "#f08a3c"),
        (320, 130, "#e05a35"),
        (250, 110, "#fbc75f"),
        (212, 80, "#fbc75f"),
        (292, 84, "#fbc75f"),
    ):
        c.poly([(x, 530 - h), *arc(x, 530 - h * 0.25, h * 0.32, h * 0.3, -40, 220)], shade)
    for index in range(9):
        c.line(
            arc(250, 470, 216 + (index % 2) * 22, 250 + (index % 2) * 26, 184 + index * 20, 196 + index * 20),
            7,
            "#e2a07c",
            0.5,
        )
    c.rect(0, 530, WIDTH, 160, ("#8a5638", "#5d3629"))
    c.rect(0, 526, WIDTH, 12, "#a96f49")
    c.ellipse(800, 606, 370, 34, INK, 0.3, 10)
    c.rect(450, 552, 700, 48, ("#d59a62", "#a86d43"), 24)
    for index, (x, y, w) in enumerate(((790, 528, 330), (800, 498, 318), (782, 468, 326), (800, 438, 300))):
        c.ellipse(x, y, w, 36, ("#f9e3b6", "#dca866"))
        rng = random.Random(index)
        for _ in range(26):
            angle, distance = rng.uniform(0, 2 * math.pi), math.sqrt(rng.random()) * 0.85
            c.ellipse(
                x + math.cos(angle) * w * distance,
                y + math.sin(angle) * 30 * distance,
                rng.uniform(6, 17),
                rng.uniform(2, 5),
                "#a9633a",
                0.6,
            )
    for x, lean in ((1060, -30), (1100, 6), (1140, 44)):
        c.line([(x, 560), (x + lean * 0.5, 380), (x + lean, 250)], 4, "#b57f33")
        for index in range(8):
            gy, gx = 250 + index * 22, x + lean * (1 - index / 15)
            for side in (-1, 1):
                c.poly(
                    [
                        (gx, gy + 12),
                        (gx + side * 10, gy - 2),
                        (gx + side * 13, gy - 22),
                        (gx + side * 2, gy - 6),
                    ],
                    (GOLD, "#cf8f33"),
                )
    return c


def carpet() -> Canvas:
    c = Canvas(("#8e2b3a", "#6d1f33"))

    def frame(margin: float, colour: str) -> None:
        c.rect(margin, margin, WIDTH - 2 * margin, HEIGHT - 2 * margin, colour)

    frame(14, "#f1d9ae")
    frame(20, "#1f2f5c")
    for x in range(45, WIDTH, 111):
        for y in (45, HEIGHT - 45):
            _diamond(c, x, y, 34, 19, APRICOT)
            _diamond(c, x, y, 16, 9, "#8e2b3a")
    for y in range(142, HEIGHT - 90, 98):
        for x in (45, WIDTH - 45):
            _diamond(c, x, y, 19, 34, APRICOT)
            _diamond(c, x, y, 9, 16, "#8e2b3a")
    frame(72, "#f1d9ae")
    frame(79, "#1d5a66")
    frame(102, "#f1d9ae")
    frame(109, "#8e2b3a")
    for x, s in ((290, 0.94), (600, 1.3), (910, 0.94)):
        y = HEIGHT / 2
        for size, shade in (
            (150, "#f1d9ae"),
            (140, "#1f2f5c"),
            (106, "#f1d9ae"),
            (98, "#c4523f"),
            (58, GOLD),
            (48, "#1d5a66"),
        ):
            _star(c, x, y, size * s, shade)
    for x in (444, 756):
        for y in (168, HEIGHT - 168):
            _star(c, x, y, 34, "#f1d9ae")
            _star(c, x, y, 25, TEAL)
    for x in (150, WIDTH - 150):
        for y in (150, HEIGHT - 150):
            _star(c, x, y, 26, "#f1d9ae")
            _star(c, x, y, 19, TEAL)
    return c


def _diamond(c: Canvas, x: float, y: float, rx: float, ry: float, colour: str) -> None:
    c.poly([(x, y - ry), (x + rx, y), (x, y + ry), (x - rx, y)], colour)


def _star(c: Canvas, x: float, y: float, r: float, colour: str) -> None:
    points = []
    for index in range(16):
        radius = r if index % 2 == 0 else r * 0.765
        angle = math.radians(index * 22.5)
        points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    c.poly(points, colour)
