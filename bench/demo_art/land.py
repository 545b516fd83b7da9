"""Mountains, harbour, vines and the night sky: the country around Arpavan."""

import math
import random

from demo_art.canvas import (
    APRICOT,
    CLAY,
    CREAM,
    GOLD,
    INK,
    LEAF,
    MOSS,
    NIGHT,
    SNOW,
    STONE,
    TEAL,
    TERRA,
    WIDTH,
    Canvas,
    arc,
    draw_fir,
    hill_y,
)


def mountains() -> Canvas:
    c = Canvas(("#f6c9a0", "#fdeedd"))
    c.glow(820, 300, 230, "#fff3d8", 0.9)
    c.circle(820, 300, 58, ("#fff6df", GOLD))
    peak = [
        (250, 470),
        (420, 255),
        (470, 215),
        (520, 165),
        (560, 120),
        (600, 158),
        (640, 190),
        (700, 260),
        (930, 470),
    ]
    c.poly(peak, ("#8fa3c9", "#7288b8"))
    c.poly(
        [
            (440, 238),
            (470, 215),
            (520, 165),
            (560, 120),
            (600, 158),
            (640, 190),
            (668, 222),
            (630, 232),
            (604, 214),
            (578, 256),
            (548, 218),
            (520, 262),
            (492, 228),
            (470, 248),
        ],
        SNOW,
    )
    c.poly(
        [(560, 120), (600, 158), (640, 190), (700, 260), (930, 470), (640, 470), (592, 300)], "#5f76a8", 0.45
    )
    c.ridge(500, 170, 11, ("#7d93bd", "#6f86b3"))
    c.ridge(560, 170, 23, ("#566b9c", "#4d6091"))
    c.ridge(630, 150, 5, ("#3a4a7c", "#33416d"))
    c.ridge(690, 110, 41, (NIGHT, INK))
    rng = random.Random(4)
    for _ in range(46):
        x = rng.uniform(-10, WIDTH)
        draw_fir(c, x, 690 - rng.uniform(0, 34), rng.uniform(46, 92), "#171d35")
    return c


def harbour() -> Canvas:
    c = Canvas(("#f4a78a", "#fde3c0"))
    c.glow(600, 330, 220, "#fff0cf", 0.9)
    c.circle(600, 318, 62, ("#fff4d6", "#fbd08a"))
    c.ridge(370, 130, 17, ("#b98fae", "#c9a0b0"))
    c.ridge(392, 84, 9, ("#80628f", "#8d6d96"))
    c.rect(0, 376, WIDTH, 300, ("#f0b795", TEAL))
    for index in range(16):
        y = 386 + index * index * 1.1
        half = 46 + index * 9
        c.rect(600 - half + math.sin(index * 2) * 18, y, half * 2, 2.2 + index * 0.35, "#fff1d0", 2, 0.55)
    _boat(c, 330, 520, 1.25, ("#e0694a", "#b94b3b"), SNOW)
    _boat(c, 800, 470, 0.8, ("#2f8d92", TEAL), CREAM)
    _boat(c, 985, 575, 1.5, (NIGHT, INK), GOLD)
    c.rect(-10, 628, 250, 60, ("#5b3b34", "#3c2725"))
    for x in (20, 96, 172):
        c.rect(x, 590, 14, 90, "#2e1f22", 4)
    return c


def vineyard() -> Canvas:
    c = Canvas(("#8fc3d0", "#fbeccd"))
    c.circle(930, 150, 54, (CREAM, "#fadf9f"))
    c.ridge(360, 150, 29, ("#9db7c7", "#b7c8c8"))
    c.hill(400, 80, 1.2, ("#d9b25f", "#cf9a4c"), 1300)
    x, y = 790, 322
    c.poly([(x, y), (x + 170, y), (x + 170, y + 80), (x, y + 80)], (STONE, "#d19a7f"))
    c.poly([(x - 16, y + 4), (x + 85, y - 52), (x + 186, y + 4)], (CLAY, "#8f4636"))
    for dx in (24, 74, 124):
        c.rect(x + dx, y + 26, 22, 32, "#5a3b3c", 3)
    for dx, h in ((-70, 128), (-46, 158), (216, 146)):
        c.ellipse(x + dx, y + 80 - h / 2, 15, h / 2, (MOSS, "#274a3b"))
    c.hill(470, 70, 3.6, ("#c98b3f", "#a9642f"), 1500)
    vanish = (640, 330)
    for index in range(-11, 14):
        foot = 600 + index * 130
        near, far = (foot, 700), (vanish[0] + (foot - 600) * 0.23, hill_y(vanish[0], 470, 70, 3.6, 1500) + 22)
        steps = 26
        for step in range(steps):
            t = (step / steps) ** 1.7
            px, py = far[0] + (near[0] - far[0]) * t, far[1] + (near[1] - far[1]) * t
            r = 3.5 + 27 * t
            shade = (LEAF, "#c9a23c", TERRA)[(index * 7 + step * 5) % 3]
            c.ellipse(px, py - r * 0.5, r * 1.25, r * 0.8, (shade, MOSS))
    return c


def observatory() -> Canvas:
    c = Canvas(("#141a38", "#51508a"))
    c.stars(240, 6, 470)
    for step in range(30):
        t = step / 30
        c.line(
            [(760 + 250 * t, 150 - 92 * t), (772 + 250 * t, 146 - 92 * t)],
            5 + 30 * t,
            "#d9f1ef",
            0.11 * (1 - t),
            5,
        )
    c.glow(758, 151, 40, "#dff6f2", 0.9)
    c.circle(758, 151, 9, SNOW)
    c.ridge(520, 130, 19, ("#3f3f78", "#4b4580"))
    c.hill(640, 190, 5.0, ("#28305c", "#171c38"), 1250)
    x, y = 430, 460
    c.rect(x - 118, y - 20, 236, 150, ("#e8c7ae", "#8d6674"))
    c.rect(x - 132, y - 34, 264, 24, ("#f5dfc8", "#c09a8e"), 4)
    c.poly(arc(x, y - 30, 128, 128, 180, 360), ("#f4ece0", "#a79bb0"))
    c.poly([*arc(x, y - 30, 128, 128, 292, 316), (x + 40, y - 34), (x + 20, y - 34)], "#1b2145")
    c.line([(x + 30, y - 62), (x + 92, y - 170)], 20, ("#e7b16c", CLAY))
    c.line([(x + 84, y - 158), (x + 100, y - 186)], 28, ("#f7c873", APRICOT))
    for dx in (-70, 0, 70):
        c.rect(x + dx - 13, y + 30, 26, 44, ("#ffe7a8", GOLD), 12)
    c.hill(730, 120, 2.2, ("#12172f", "#0d1124"), 900)
    return c


def _boat(c: Canvas, x: float, y: float, s: float, hull: tuple[str, str], sail: str) -> None:
    c.poly(
        [
            (x - 92 * s, y + 26 * s),
            (x + 92 * s, y + 26 * s),
            (x + 60 * s, y + 66 * s),
            (x - 66 * s, y + 66 * s),
        ],
        INK,
        0.22,
        4,
    )
    c.line([(x - 6 * s, y - 150 * s), (x - 6 * s, y)], 5 * s, "#4c3434")
    c.poly([(x - 12 * s, y - 140 * s), (x - 12 * s, y - 16 * s), (x - 78 * s, y - 16 * s)], sail)
    c.poly([(x + 2 * s, y - 150 * s), (x + 2 * s, y - 16 * s), (x + 66 * s, y - 16 * s)], (sail, "#f3cfa9"))
    c.poly(
        [
            (x - 98 * s, y - 8 * s),
            (x + 104 * s, y - 8 * s),
            (x + 72 * s, y + 34 * s),
            (x - 72 * s, y + 34 * s),
        ],
        hull,
    )
    c.poly(
        [(x - 98 * s, y - 8 * s), (x + 104 * s, y - 8 * s), (x + 97 * s, y + 1 * s), (x - 92 * s, y + 1 * s)],
        SNOW,
        0.85,
    )
