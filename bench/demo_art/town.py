"""Streets and rails: the pictures of the town."""

import random

from demo_art.canvas import (
    CLAY,
    CREAM,
    GOLD,
    INK,
    LEAF,
    MOSS,
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


def tram() -> Canvas:
    c = Canvas(("#f7b98b", "#fdeccf"))
    c.circle(250, 190, 66, ("#fff6df", "#fbd390"))
    c.ridge(350, 190, 3, ("#a58bb3", "#bfa0b6"))
    c.ridge(376, 110, 21, ("#76689c", "#8b76a3"))
    c.rect(0, 360, WIDTH, 130, ("#ecb994", "#3b8d92"))
    for index in range(9):
        c.rect(210 - index * 10 + (index % 2) * 20, 368 + index * 12, 90 + index * 16, 3, "#fff0cf", 1, 0.5)
    c.rect(0, 470, WIDTH, 210, ("#efd3b4", "#cfa583"))
    c.rect(0, 462, WIDTH, 14, ("#fbe7cf", "#dcb696"))
    for x in range(30, WIDTH, 110):
        c.line([(x, 400), (x, 468)], 4, "#5d4a57")
    c.line([(0, 404), (WIDTH, 404)], 4, "#5d4a57")
    for y in (612, 642):
        c.rect(0, y, WIDTH, 6, "#6d5560")
    for x, s in ((110, 1.0), (1090, 1.12)):
        c.rect(x - 9 * s, 360, 18 * s, 212, ("#7d5b4c", "#58403a"))
        for dx, dy, r in ((-42, 0, 58), (44, -6, 62), (0, -54, 66), (-4, 12, 60)):
            c.circle(x + dx * s, 320 + dy * s, r * s, (LEAF, MOSS))
    c.line([(0, 176), (WIDTH, 176)], 2.5, "#4a3f55")
    x, y, w, h = 245, 268, 720, 318
    c.ellipse(x + w / 2, y + h + 52, w / 2, 16, INK, 0.28, 8)
    c.line([(x + 330, y - 4), (x + 378, y - 56), (x + 330, y - 91)], 6, INK)
    c.line([(x + 300, y - 91), (x + 372, y - 91)], 6, INK)
    c.rect(x + 60, y - 22, w - 120, 32, ("#f8e3c8", "#d9b28f"), 12)
    c.rect(x, y, w, h, ("#e05a48", "#b23a43"), 46)
    c.rect(x, y + 168, w, 22, CREAM)
    c.rect(x + 26, y + 36, w - 52, 116, ("#2f3e66", "#22305a"), 20)
    rng = random.Random(3)
    for index in range(6):
        left = x + 40 + index * 108
        c.rect(left, y + 44, 98, 100, ("#d5ecec", "#8fc0c6"), 12)
        if index not in (2, 4):
            tone = rng.choice([PLUM, TEAL, CLAY, NIGHT])
            c.circle(left + 49, y + 98, 17, STONE)
            c.poly([*arc(left + 49, y + 146, 32, 30, 180, 360)], tone)
    for left in (x + 250, x + 466):
        c.rect(left, y + 40, 6, h - 58, "#8e2f3a")
    c.rect(x + 20, y + h - 34, w - 40, 40, ("#3c3550", INK), 14)
    for wx in (x + 110, x + 200, x + 520, x + 610):
        c.circle(wx, y + h + 18, 30, INK)
        c.circle(wx, y + h + 18, 12, "#8d93ad")
    for lx in (x + 26, x + w - 26):
        c.circle(lx, y + 232, 13, "#fff2c8")
    c.glow(x + w - 20, y + 232, 60, "#fff2c8", 0.6)
    return c


def townhall() -> Canvas:
    c = Canvas(("#88bccb", "#fdebcb"))
    c.ridge(390, 170, 7, ("#9ebfca", "#c4d4cd"))
    c.circle(250, 150, 52, (CREAM, GOLD))
    for x, h in ((40, 150), (180, 110), (930, 130), (1070, 160)):
        c.rect(x, 500 - h, 130, h + 20, ("#dca58c", "#c48a75"))
        for row in range(2):
            for col in range(3):
                c.rect(x + 16 + col * 38, 516 - h + row * 46, 22, 30, "#6f4e57", 3)
    x, y = 330, 270
    c.rect(x, y, 540, 250, ("#f0c0a6", "#d3957c"))
    c.rect(x - 14, y - 16, 568, 22, ("#fbe0cb", "#e3b499"), 3)
    c.rect(510, 120, 180, 180, ("#f2c4aa", "#d89c82"))
    c.rect(498, 108, 204, 18, ("#fbe0cb", "#e3b499"), 3)
    c.poly([(516, 110), (600, 22), (684, 110)], (TEAL, "#154d57"))
    c.line([(600, 24), (600, -4)], 4, INK)
    c.poly([(602, 0), (646, 10), (602, 22)], TERRA)
    c.circle(600, 190, 46, ("#fffaf0", CREAM))
    c.circle(600, 190, 4, INK)
    c.line([(600, 190), (600, 158)], 5, INK)
    c.line([(600, 190), (622, 204)], 5, INK)
    for index in range(7):
        wx = x + 22 + index * 72.5
        if index != 3:
            if index not in (2, 4):
                c.poly(
                    [*arc(wx + 20, y + 62, 20, 20, 180, 360), (wx + 40, y + 108), (wx, y + 108)],
                    ("#4b6d86", "#2f4a66"),
                )
            c.poly(
                [*arc(wx + 20, y + 170, 20, 20, 180, 360), (wx + 40, y + 214), (wx, y + 214)],
                ("#4b6d86", "#2f4a66"),
            )
    c.poly([*arc(600, y + 150, 48, 48, 180, 360), (648, y + 250), (552, y + 250)], ("#6b4038", "#472a2a"))
    for wx in (548, 591, 634):
        c.poly(
            [*arc(wx + 9, y + 54, 13, 13, 180, 360), (wx + 22, y + 84), (wx - 4, y + 84)],
            ("#4b6d86", "#2f4a66"),
        )
    c.rect(520, y + 84, 160, 12, ("#fbe3d0", "#e0b298"), 3)
    c.rect(0, 518, WIDTH, 160, ("#f3d9b8", "#cfa27d"))
    for index in range(5):
        c.rect(520 - index * 16, 516 + index * 9, 160 + index * 32, 9, ("#fdeedb", "#e0bd9d"))
    c.ellipse(600, 626, 150, 26, ("#d8c0a6", "#b18e72"))
    c.ellipse(600, 620, 138, 20, (SEA, TEAL))
    for dx, h in ((0, 66), (-34, 40), (34, 40)):
        c.line(arc(600 + dx / 2, 618, abs(dx) / 2 + 2, h, 180, 360), 3, SNOW, 0.9)
    for px, coat in (
        (250, TERRA),
        (292, NIGHT),
        (398, PLUM),
        (790, TEAL),
        (905, CLAY),
        (942, ROSE),
        (1040, NIGHT),
    ):
        c.ellipse(px, 641, 22, 5, INK, 0.25, 2)
        c.poly([(px - 9, 588), (px + 9, 588), (px + 15, 640), (px - 15, 640)], coat)
        c.circle(px, 576, 11, "#c98e73")
    return c


def train() -> Canvas:
    c = Canvas(("#161c3d", "#6a5a92"))
    c.stars(170, 15, 360)
    c.glow(930, 140, 150, "#f7e6bb", 0.5)
    c.circle(930, 140, 58, ("#fff6dd", "#f3d79b"))
    c.ridge(470, 210, 27, ("#463f78", "#5a4d85"))
    c.ridge(560, 170, 8, ("#2f2f62", "#38346a"))
    top = 360
    stone = ("#9c7f97", "#4c3f63")
    c.rect(-10, top, WIDTH + 20, 44, ("#b493a4", "#8a6d8c"))
    c.rect(-10, top + 40, WIDTH + 20, 300, stone)
    for x in range(-60, WIDTH + 80, 180):
        c.poly(
            [*arc(x + 90, top + 122, 68, 66, 180, 360), (x + 158, 700), (x + 22, 700)], ("#39366c", "#2b2c60")
        )
        c.line(arc(x + 90, top + 122, 71, 69, 180, 360), 6, "#b493a4", 0.7)
    c.line([(-10, top + 2), (WIDTH + 10, top + 2)], 5, "#d9b9b4")
    for index, left in enumerate((-150, 120, 390, 660)):
        c.rect(left, top - 92, 258, 82, ("#2f8087", "#17505d"), 14)
        c.rect(left, top - 40, 258, 8, GOLD)
        for window in range(5):
            lit = (window + index) % 4 != 1
            c.rect(
                left + 18 + window * 47,
                top - 78,
                34,
                30,
                ("#fff0bf", GOLD) if lit else ("#31456c", "#26365c"),
                5,
            )
        for dx in (44, 86, 176, 216):
            c.circle(left + dx, top - 6, 11, INK)
    x = 930
    c.poly(
        [(x, top - 104), (x + 170, top - 104), (x + 222, top - 60), (x + 226, top - 12), (x, top - 12)],
        (TERRA, "#9c3f3d"),
    )
    c.rect(x, top - 44, 226, 9, GOLD)
    c.poly(
        [(x + 128, top - 92), (x + 166, top - 92), (x + 198, top - 62), (x + 128, top - 62)],
        ("#fff0bf", GOLD),
    )
    for dx in (40, 84, 150, 192):
        c.circle(x + dx, top - 6, 12, INK)
    c.poly([(x + 222, top - 32), (WIDTH + 10, top - 62), (WIDTH + 10, top + 6)], "#fff0bf", 0.5, 5)
    c.glow(x + 222, top - 30, 34, "#fff4d2", 0.9)
    c.ridge(700, 120, 33, ("#1d2148", INK))
    return c
