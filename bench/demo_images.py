"""Draw the pictures of the demo's newsroom: `python bench/demo_images.py [NAME…]`.

They are drawn, not photographed, so that they belong to the project. Each is 1200 × 675 and at most
60 kB; the logo is a transparent PNG at twice its size. Needs Pillow; the demo itself does not.
"""

import io
import sys
from pathlib import Path

from demo_art import chess, country, evening, land, logo, things, town
from PIL import Image

TARGET = Path(__file__).parent.parent / "digest" / "demo" / "newsroom" / "images"
LIMIT = 60_000
SCENES = (
    land.mountains, land.harbour, land.vineyard, land.observatory, country.snow, country.bridge, country.bees,
    town.tram, town.townhall, town.train, evening.stadium, evening.library, evening.theatre,
    evening.orchestra, things.apricots, things.bread, things.carpet, chess.chess,
)  # fmt: skip


def jpeg(image: Image.Image) -> bytes:
    """The picture at the best quality that stays under the limit."""
    for quality in range(86, 24, -4):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if buffer.tell() <= LIMIT:
            return buffer.getvalue()
    raise SystemExit(f"a picture has {buffer.tell()} bytes even at quality {quality}")


def main() -> None:
    wanted = set(sys.argv[1:])
    TARGET.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        if not wanted or scene.__name__ in wanted:
            data = jpeg(scene().finished())
            (TARGET / f"{scene.__name__}.jpg").write_bytes(data)
            print(f"{scene.__name__:<12} {len(data):>6} bytes")
    if not wanted or "logo" in wanted:
        logo.logo().save(TARGET / "logo.png", optimize=True)


if __name__ == "__main__":
    main()
