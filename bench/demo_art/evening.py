"""A stage, a concert, a match and a bus full of books: the town after dark."""

import math
import random

from demo_art.canvas import (
    APRICOT,
    CLAY,
    CREAM,
    GOLD,
    HEIGHT,
    INK,
    LEAF,
    NIGHT,
    PLUM,
    ROSE,
    SEA,
    SNOW,
    STONE,
    TEAL,
    TERRA,
    WIDTH,
    Canvas,
    arc,
)


def stadium() -> Canvas:
    c = Canvas(("#121935", "#3d4a80"))
    c.stars(60, 9, 220)
    for x in (130, 1070):
        c.rect(x - 6, 60, 12, 260, "#3a4266")
        c.rect(x - 66, 36, 132, 58, ("#5c668c", "#434c72"), 6)
        for row in range(2):
            for col in range(5):
                c.circle(x - 50 + col * 25, 52 + row * 26, 8, "#fffbe6")
        c.glow(x, 66, 200, "#fff6d2", 0.55)
        tilt = 300 if x < 600 else -300
        c.poly([(x - 50, 90), (x + 50, 90), (x + tilt + 420, 690), (x + tilt - 420, 690)], "#fff6d2", 0.1, 8)
    c.poly([(-10, 250), (WIDTH + 10, 250), (WIDTH + 10, 410), (-10, 410)], ("#2a3058", "#1d2345"))
    rng = random.Random(5)
    for row in range(8):
        for col in range(96):
            shade = rng.choice([TERRA, TERRA, CREAM, APRICOT, NIGHT, PLUM, SEA, "#414b7d"])
            c.circle(6 + col * 12.6 + (row % 2) * 6, 264 + row * 17, 5.4, shade, 0.9)
    c.rect(0, 396, WIDTH, 24, ("#e6ddc8", "#b9ad9a"))
    for index in range(12):
        shade = ("#3f9a5f", "#2c7a4b") if index % 2 else ("#4aab6b", "#338553")
        near, far = -900 + index * 250, 50 + index * 92
        c.poly([(far, 418), (far + 92, 418), (near + 250, 690), (near, 690)], shade)
    for edge in (-1, 1):
        c.poly(
            [
                (600 + edge * 600, 418),
                (600 + edge * 700, 418),
                (600 + edge * 1800, 690),
                (600 + edge * 1500, 690),
            ],
            "#2c7a4b",
        )
    c.line([(30, 474), (1170, 474)], 4, SNOW, 0.85)
    c.line(arc(600, 474, 150, 34, 0, 360), 4, SNOW, 0.85)
    c.line([(318, 690), (318, 232), (882, 232), (882, 690)], 15, ("#ffffff", "#d9dce6"))
    for index in range(1, 15):
        c.line([(318 + index * 37.6, 240), (318 + index * 37.6, 690)], 1.4, SNOW, 0.34)
    for index in range(1, 12):
        c.line([(324, 240 + index * 38), (876, 240 + index * 38)], 1.4, SNOW, 0.34)
    c.ellipse(730, 360, 60, 60, "#ffffff", 0.12, 10)
    c.circle(724, 352, 38, ("#ffffff", "#c9cede"))
    for angle in range(0, 360, 72):
        px, py = 724 + 24 * math.cos(math.radians(angle - 90)), 352 + 24 * math.sin(math.radians(angle - 90))
        c.poly(
            [
                (px + 9 * math.cos(math.radians(a)), py + 9 * math.sin(math.radians(a)))
                for a in range(angle - 90, angle + 270, 72)
            ],
            INK,
        )
    c.poly(
        [
            (724 + 11 * math.cos(math.radians(a)), 352 + 11 * math.sin(math.radians(a)))
            for a in range(-90, 270, 72)
        ],
        INK,
    )
    return c


def library() -> Canvas:
    c = Canvas(("#1a2145", "#54497f"))
    c.stars(70, 22, 260)
    for x, w, h in ((-10, 170, 250), (170, 130, 320), (310, 160, 210), (880, 150, 290), (1040, 180, 230)):
        c.rect(x, 520 - h, w, h, ("#2d3263", "#252a55"))
        for row in range(int(h / 48)):
            for col in range(int(w / 44)):
                if (row * 3 + col * 5 + w) % 7 == 0:
                    c.rect(x + 14 + col * 42, 536 - h + row * 48, 20, 26, GOLD, 3, 0.85)
    c.rect(0, 510, WIDTH, 180, ("#3a3562", "#211f44"))
    c.rect(0, 506, WIDTH, 12, "#5b5384")
    x, y, w, h = 200, 226, 690, 316
    c.ellipse(x + w / 2, 566, w / 2 + 30, 24, "#f7c873", 0.25, 16)
    c.rect(x, y, w, h, ("#2f8d92", "#175a66"), 34)
    c.rect(x + 18, y + 34, w - 36, 186, ("#fff2c9", "#f6c773"), 16)
    rng = random.Random(31)
    spines = [TERRA, ROSE, TEAL, NIGHT, PLUM, CLAY, LEAF, "#e8a24f", CREAM, SEA]
    for shelf in range(2):
        base = y + 122 + shelf * 92
        left = x + 34.0
        while left < x + 470:
            bw, bh = rng.uniform(11, 23), rng.uniform(48, 74)
            c.rect(left, base - bh, bw, bh, rng.choice(spines), 2)
            c.rect(left + 2, base - bh + 10, bw - 4, 3, GOLD, 0, 0.6)
            left += bw + 2
        c.rect(x + 26, base, 456, 8, "#8a5a3c", 2)
    c.rect(x + 494, y + 34, 8, 186, "#175a66")
    c.circle(x + 586, y + 116, 28, STONE)
    c.poly(arc(x + 586, y + 108, 30, 26, 180, 360), INK)
    c.poly([*arc(x + 586, y + 220, 62, 74, 180, 360)], (ROSE, "#8f3f58"))
    c.poly(
        [
            (x + 540, y + 172),
            (x + 586, y + 184),
            (x + 632, y + 172),
            (x + 632, y + 212),
            (x + 586, y + 222),
            (x + 540, y + 212),
        ],
        SNOW,
    )
    c.line([(x + 586, y + 184), (x + 586, y + 220)], 3, "#b9b4a8")
    c.rect(x, y + 250, w, 12, GOLD)
    c.rect(x + 250, y + 6, 190, 22, INK, 5)
    for index in range(9):
        c.rect(x + 262 + index * 19, y + 12, 11, 10, APRICOT, 2, 0.9 if index % 4 else 0.4)
    for wx in (x + 140, x + 550):
        c.circle(wx, y + h + 4, 46, INK)
        c.circle(wx, y + h + 4, 20, "#7f86a5")
    c.circle(x + w - 26, y + 284, 12, "#fff7da")
    c.poly(
        [(x + w - 22, y + 276), (WIDTH + 10, y + 300), (WIDTH + 10, y + 380), (x + w - 22, y + 292)],
        "#fff2c9",
        0.4,
        6,
    )
    c.rect(1010, 210, 9, 330, "#14183a")
    c.line(arc(968, 214, 46, 34, 180, 360), 8, "#14183a")
    c.poly([(900, 214), (944, 214), (960, 240), (884, 240)], "#14183a")
    c.glow(922, 250, 110, "#ffe9ad", 0.7)
    return c


def theatre() -> Canvas:
    c = Canvas(("#2a1730", "#180f22"))
    c.rect(0, 500, WIDTH, 180, ("#8b5a3c", "#4a2c28"))
    for index in range(-8, 20):
        c.line([(600 + (index - 6) * 62, 502), (600 + (index - 6) * 150, 690)], 2.5, "#3b2222", 0.7)
    c.poly([(560, -10), (640, -10), (880, 590), (320, 590)], ("#fff0c2", "#f7c873"), 0.42, 6)
    c.ellipse(600, 590, 284, 52, ("#ffe9b5", "#f2b763"), 0.9, 3)
    wood = "#4b2b24"
    c.ellipse(606, 604, 96, 14, INK, 0.4, 6)
    for x0, x1, y1 in ((548, 540, 606), (652, 660, 606), (566, 562, 588), (634, 638, 588)):
        c.line([(x0, 500), (x1, y1)], 11, wood)
    c.poly([(534, 484), (666, 484), (680, 512), (520, 512)], ("#8c5238", "#6b3a2b"))
    c.line([(548, 484), (556, 356)], 12, wood)
    c.line([(652, 484), (644, 356)], 12, wood)
    c.rect(548, 350, 104, 22, "#6b3a2b", 8)
    for x in (578, 600, 622):
        c.line([(x, 366), (x, 484)], 7, wood)
    c.line(arc(470, 560, 50, 30, 200, 340), 0.1, wood)
    for side in (-1, 1):
        for fold in range(7):
            left = 600 + side * (600 - fold * 44)
            width = 62 - fold * 2
            drop = 690 - fold * 8
            c.poly(
                [
                    (left, -10),
                    (left - side * width, -10),
                    (left - side * (width - 14), drop),
                    (left + side * 6, drop),
                ],
                ("#c53f47", "#7a1f35") if fold % 2 else ("#a62f3f", "#611a30"),
            )
    for index in range(12):
        x = 50 + index * 100
        c.poly([*arc(x, 28, 62, 78, 0, 180)], ("#d24a4c", "#8c2539"))
        c.line(arc(x, 28, 62, 78, 0, 180), 5, GOLD)
    c.rect(0, -4, WIDTH, 36, ("#b5343f", "#8f2638"))
    return c


def orchestra() -> Canvas:
    c = Canvas(("#3a1e3f", "#7c3348"))
    for index, alpha in ((0, 0.5), (1, 0.4), (2, 0.4)):
        c.poly(
            [
                (240 + index * 360, -10),
                (300 + index * 360, -10),
                (460 + index * 340, 690),
                (20 + index * 340, 690),
            ],
            ("#ffdf9e", "#f2a65a"),
            alpha * 0.5,
            8,
        )
    for index in range(7):
        c.line(arc(600, 1020, 560 + index * 90, 560 + index * 80, 190, 350), 3, GOLD, 0.16)
    _strings(c, 330, 420, 0.62, -24)
    _strings(c, 905, 410, 0.62, 26)
    _strings(c, 610, 372, 1.22, 8)
    c.rect(0, HEIGHT - 70, WIDTH, 80, ("#2b1531", "#190c20"))
    for x in range(60, WIDTH, 120):
        c.poly([*arc(x, HEIGHT - 60, 30, 32, 180, 360)], "#190c20")
        c.circle(x, HEIGHT - 100, 17, "#190c20")
    hand = "#f3c7a5"
    c.line([(1010, 40), (868, 150)], 5, CREAM)
    c.poly([(1000, 20), (1060, 8), (1090, 50), (1040, 80), (1004, 58)], hand)
    c.poly([(1050, 6), (1210, -30), (1210, 130), (1086, 66)], (INK, "#12162c"))
    c.poly([(1044, 2), (1066, -4), (1104, 66), (1080, 78)], SNOW)
    return c


def _strings(c: Canvas, x: float, y: float, s: float, tilt: float) -> None:
    """A cello or a violin, seen from the front."""
    turn = math.radians(tilt)

    def at(px: float, py: float) -> tuple[float, float]:
        return (
            x + s * (px * math.cos(turn) - py * math.sin(turn)),
            y + s * (px * math.sin(turn) + py * math.cos(turn)),
        )

    def shape(points: list[tuple[float, float]], colour: object, alpha: float = 1) -> None:
        c.poly([at(*point) for point in points], colour, alpha)  # type: ignore[arg-type]

    def body(grow: float) -> list[tuple[float, float]]:
        right = []
        for step in range(61):
            t = step / 60
            py = -120 + t * 320
            half = 80 + 40 * t - 48 * math.exp(-((t - 0.42) ** 2) / 0.014)
            half *= math.sqrt(max(0.0, 1 - ((t - 0.5) / 0.5) ** 8)) * min(1, 0.35 + 3.2 * min(t, 1 - t))
            right.append((half + grow, py))
        return right + [(-px, py) for px, py in reversed(right)]

    shape(body(9), ("#5d2a22", "#3a171b"))
    shape(body(0), ("#e08a45", "#a8482f"))
    shape([(-13, -330), (13, -330), (17, 30), (-17, 30)], ("#3a2026", "#23131a"))
    shape([(-19, -356), (19, -356), (15, -316), (-15, -316)], "#6b3326")
    c.circle(*at(0, -368), 20 * s, "#6b3326")
    c.circle(*at(0, -368), 9 * s, "#a8583a")
    for side in (-1, 1):
        for py in (-346, -326):
            c.line([at(0, py), at(side * 38, py - 4)], 8 * s, "#2b161b")
        hole = [at(side * (46 + 8 * math.sin(t / 20 * 2 * math.pi)), 30 + t * 4) for t in range(21)]
        c.line(hole, 6.5 * s, "#3a171b")
    shape([(-34, 72), (34, 72), (28, 86), (-28, 86)], "#f3cf9b")
    shape([(-11, 100), (11, 100), (20, 186), (-20, 186)], "#2b161b")
    for px in (-9, -3, 3, 9):
        c.line([at(px * 0.8, -320), at(px * 1.5, 80), at(px, 110)], 1.6 * s, "#fff0cf", 0.9)
    c.line([at(0, 200), at(0, 300)], 7 * s, "#d8d3cf")
