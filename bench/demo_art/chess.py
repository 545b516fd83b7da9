"""A chessboard at dusk."""

from demo_art.canvas import CLAY, INK, Canvas


def chess() -> Canvas:
    c = Canvas(("#23325f", "#7a6a97"))
    c.circle(600, 230, 190, ("#f9dca4", "#f2a65a"))
    near, far = 690.0, 400.0

    def at(col: float, row: float) -> tuple[float, float]:
        t = (row / 8) ** 1.55
        y = near - (near - far) * (1 - (1 - row / 8) ** 1.5)
        spread = 176 - 92 * ((near - y) / (near - far))
        return 600 + (col - 4) * spread, y + 0 * t

    for row in range(8):
        for col in range(-3, 11):
            shade = ("#f7e5c4", "#ecd0a4") if (row + col) % 2 else ("#3b2f55", "#2b2245")
            c.poly([at(col, row), at(col + 1, row), at(col + 1, row + 1), at(col, row + 1)], shade)
    for col, row, kind, size in (
        (0.5, 6.5, "pawn", 0.62),
        (2.5, 6.5, "rook", 0.7),
        (5.5, 6.5, "king", 0.86),
        (6.5, 6.5, "pawn", 0.62),
        (7.6, 6.5, "rook", 0.7),
        (1.5, 5.5, "pawn", 0.7),
        (6.6, 5.2, "pawn", 0.72),
    ):
        x, y = at(col, row)
        _piece(c, x, y, size, kind, ("#4d3d6b", "#1f1934"))
    x, y = at(3.55, 1.9)
    _knight(c, x, y, 1.5, ("#fffaf0", "#e5c79c"))
    x, y = at(6.5, 2.6)
    _piece(c, x, y, 1.12, "pawn", ("#fffaf0", "#dfbf94"))
    return c


def _piece(c: Canvas, x: float, y: float, s: float, kind: str, shade: tuple[str, str]) -> None:
    c.ellipse(x, y, 66 * s, 15 * s, INK, 0.35, 5)
    tall = {"pawn": 96, "rook": 126, "king": 168}[kind] * s
    c.poly(
        [(x - 30 * s, y - 22 * s), (x - 17 * s, y - tall), (x + 17 * s, y - tall), (x + 30 * s, y - 22 * s)],
        shade,
    )
    c.rect(x - 52 * s, y - 26 * s, 104 * s, 28 * s, shade, 10 * s)
    c.rect(x - 30 * s, y - tall - 4 * s, 60 * s, 14 * s, shade, 6 * s)
    if kind == "pawn":
        c.circle(x, y - tall - 26 * s, 29 * s, shade)
    elif kind == "rook":
        c.rect(x - 38 * s, y - tall - 46 * s, 76 * s, 46 * s, shade, 4 * s)
        for dx in (-38, -12, 14):
            c.rect(x + dx * s, y - tall - 62 * s, 24 * s, 20 * s, shade[0], 2)
    else:
        c.poly(
            [
                (x - 20 * s, y - tall),
                (x - 38 * s, y - tall - 56 * s),
                (x + 38 * s, y - tall - 56 * s),
                (x + 20 * s, y - tall),
            ],
            shade,
        )
        c.rect(x - 6 * s, y - tall - 106 * s, 12 * s, 54 * s, shade[0], 2)
        c.rect(x - 21 * s, y - tall - 92 * s, 42 * s, 12 * s, shade[0], 2)


def _knight(c: Canvas, x: float, y: float, s: float, shade: tuple[str, str]) -> None:
    c.ellipse(x + 10, y + 6, 104 * s, 20 * s, INK, 0.4, 8)
    outline = [
        (-62, -40),
        (-54, -92),
        (-20, -136),
        (-34, -150),
        (-78, -136),
        (-104, -150),
        (-106, -176),
        (-70, -214),
        (-52, -250),
        (-40, -262),
        (-34, -290),
        (-14, -266),
        (6, -262),
        (44, -236),
        (66, -190),
        (72, -130),
        (60, -40),
    ]
    c.poly([(x + px * s, y + py * s) for px, py in outline], shade)
    mane = [
        (6, -262),
        (44, -236),
        (66, -190),
        (72, -130),
        (60, -40),
        (28, -40),
        (42, -120),
        (34, -182),
        (10, -228),
    ]
    c.poly([(x + px * s, y + py * s) for px, py in mane], ("#e7c290", "#c2915f"), 0.9)
    c.circle(x - 40 * s, y - 218 * s, 6.5 * s, INK)
    c.circle(x - 94 * s, y - 166 * s, 4 * s, CLAY)
    c.rect(x - 82 * s, y - 46 * s, 164 * s, 26 * s, shade, 10 * s)
    c.rect(x - 96 * s, y - 24 * s, 192 * s, 30 * s, shade, 12 * s)
