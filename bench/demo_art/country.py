"""Snow on the pass, the old bridge, beehives: the country seen closer."""

import random

from demo_art.canvas import (
    APRICOT,
    CLAY,
    CREAM,
    GOLD,
    INK,
    LEAF,
    MINT,
    MOSS,
    PLUM,
    ROSE,
    SEA,
    SNOW,
    TEAL,
    TERRA,
    WIDTH,
    Canvas,
    arc,
    draw_fir,
)


def snow() -> Canvas:
    c = Canvas(("#7f9fc4", "#e4edf2"))
    c.ridge(330, 190, 13, ("#a9bfd8", "#c6d5e3"))
    c.ridge(390, 130, 37, ("#8aa5c6", "#b3c7dc"))
    c.hill(450, 70, 0.8, (SNOW, "#dfe8ef"), 1500)
    for x, y, h in (
        (80, 430, 120),
        (150, 450, 150),
        (225, 424, 96),
        (1010, 430, 110),
        (1085, 446, 160),
        (1160, 430, 120),
    ):
        draw_fir(c, x, y, h, "#2f5560", snowy=True)
    road = [(560, 424), (612, 424), (840, 690), (300, 690)]
    c.poly(road, ("#7c879d", "#4a5268"))
    c.poly(
        [(-10, 690), (-10, 470), (300, 440), (548, 424), (560, 424), (430, 560), (310, 690)],
        ("#ffffff", "#d3dfe9"),
    )
    c.poly(
        [(1210, 690), (1210, 470), (900, 440), (624, 424), (612, 424), (716, 548), (850, 690)],
        ("#ffffff", "#cbd9e5"),
    )
    for t in (0.08, 0.24, 0.46, 0.76):
        w, y = 4 + 12 * t, 428 + 262 * t
        c.poly(
            [
                (586 - w / 3 - 8 * t, y),
                (586 + w / 3 - 8 * t, y),
                (588 + w / 2 - 12 * t, y + 12 + 46 * t),
                (584 - w / 2 - 12 * t, y + 12 + 46 * t),
            ],
            CREAM,
            0.8,
        )
    _plough(c, 600, 520)
    rng = random.Random(2)
    for _ in range(170):
        c.circle(
            rng.uniform(0, WIDTH), rng.uniform(0, 670), rng.choice([1.6, 2.4, 3.4, 4.4]), "#ffffff", 0.85
        )
    return c


def bridge() -> Canvas:
    c = Canvas(("#a9d0cf", "#fbecd0"))
    c.ridge(330, 190, 31, ("#93b7b9", "#b5cdc4"))
    c.hill(420, 90, 2.2, ("#d5a657", "#b9773b"), 1100)
    rng = random.Random(8)
    for _ in range(34):
        x = rng.choice([rng.uniform(-20, 330), rng.uniform(870, 1220)])
        r = rng.uniform(22, 46)
        c.circle(
            x,
            400 - rng.uniform(0, 70),
            r,
            rng.choice([(APRICOT, TERRA), (GOLD, APRICOT), (TERRA, CLAY), (LEAF, MOSS)]),
        )
    c.rect(0, 470, WIDTH, 210, ("#6fb4b0", "#14525c"))
    stone = ("#eebfa3", "#b97e66")
    c.poly([(-10, 404), (300, 360), (600, 338), (900, 360), (1210, 404), (1210, 560), (-10, 560)], stone)
    for x, rx, ry in ((600, 168, 168), (268, 122, 126), (932, 122, 126)):
        c.poly([*arc(x, 560, rx + 18, ry + 18, 180, 360)], ("#d59f84", "#a86f5a"))
        c.poly([*arc(x, 560, rx, ry, 180, 360)], ("#4f8f91", "#5aa3a2"))
    c.rect(-10, 558, WIDTH + 20, 130, ("#4f9d9e", "#12454f"))
    for x, rx, ry in ((600, 168, 74), (268, 122, 56), (932, 122, 56)):
        c.poly([*arc(x, 560, rx, ry, 0, 180)], ("#7cc0b8", "#2f7e84"), 0.55)
    c.line([(-10, 398), (300, 354), (600, 332), (900, 354), (1210, 398)], 13, "#f6d3bb")
    for index in range(15):
        c.rect(rng.uniform(0, 1150), 575 + index * 6.5, rng.uniform(40, 150), 2.4, MINT, 1, 0.45)
    return c


def bees() -> Canvas:
    c = Canvas(("#bfe0dd", "#fdf3d6"))
    c.circle(960, 140, 60, (CREAM, GOLD))
    c.ridge(390, 130, 43, ("#a3c6c2", "#c4dccd"))
    c.hill(440, 90, 0.4, ("#9dbb63", "#6d9a55"), 1300)
    c.hill(540, 80, 2.9, ("#7ca457", "#4d7f4b"), 1500)
    for index, (x, y, s) in enumerate(((250, 420, 0.9), (460, 440, 1.0), (690, 430, 1.05), (925, 452, 1.15))):
        shade = ((APRICOT, TERRA), (SEA, TEAL), (GOLD, "#d99a3c"), (ROSE, "#97405a"))[index]
        _hive(c, x, y, s, shade)
    rng = random.Random(12)
    for _ in range(190):
        x, y = rng.uniform(0, WIDTH), rng.uniform(560, 680)
        c.line([(x, y), (x + rng.uniform(-6, 6), y + 40)], 2.2, MOSS)
        c.circle(x, y, rng.uniform(4, 10), rng.choice([ROSE, GOLD, SNOW, "#b58bc2", APRICOT]))
    for x, y in ((380, 330), (580, 300), (610, 370), (812, 330), (850, 390), (330, 380), (1040, 380)):
        c.ellipse(x + 3, y - 9, 7, 9, "#ffffff", 0.85)
        c.ellipse(x + 12, y - 8, 6, 8, "#ffffff", 0.7)
        c.ellipse(x + 6, y, 13, 8, GOLD)
        for dx in (2, 9):
            c.rect(x + dx, y - 7, 3.5, 14, INK, 2)
    return c


def _plough(c: Canvas, x: float, y: float) -> None:
    c.ellipse(x, y + 78, 128, 20, INK, 0.25, 8)
    c.rect(x - 66, y - 92, 132, 112, (APRICOT, TERRA), 14)
    c.rect(x - 52, y - 80, 104, 48, ("#cfe6ee", "#6f98ad"), 8)
    c.rect(x - 24, y - 112, 48, 14, GOLD, 6)
    c.glow(x, y - 106, 60, GOLD, 0.8)
    for dx in (-50, 50):
        c.circle(x + dx, y - 8, 13, CREAM)
        c.glow(x + dx, y - 8, 46, "#fff3cf", 0.8)
        c.rect(x + dx - 15, y + 10, 30, 62, INK, 8)
    c.poly(
        [(x - 118, y + 4), (x, y + 26), (x + 118, y + 4), (x + 132, y + 74), (x, y + 92), (x - 132, y + 74)],
        (PLUM, INK),
    )
    c.line([(x - 116, y + 8), (x, y + 30), (x + 116, y + 8)], 7, "#9aa7c7")


def _hive(c: Canvas, x: float, y: float, s: float, shade: tuple[str, str]) -> None:
    c.ellipse(x, y + 132 * s, 96 * s, 14 * s, INK, 0.2, 5)
    for dx in (-56, 44):
        c.rect(x + dx * s, y + 96 * s, 12 * s, 38 * s, "#54403c", 3)
    c.rect(x - 78 * s, y - 30 * s, 156 * s, 130 * s, shade, 5)
    c.rect(x - 78 * s, y + 30 * s, 156 * s, 5 * s, INK, 0, 0.25)
    c.rect(x - 92 * s, y - 52 * s, 184 * s, 26 * s, (SNOW, "#d8d3c8"), 6)
    c.rect(x - 34 * s, y + 74 * s, 68 * s, 11 * s, INK, 5)
