"""The name of the newspaper beside an apricot over the lake."""

import math

from PIL import Image, ImageDraw, ImageFont


def logo() -> Image.Image:
    """The name beside an apricot over the lake, for 260 × 56 units at 2x: readable on white and on black."""
    scale = 4
    image = Image.new("RGBA", (560 * scale, 112 * scale), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        return (x0 * scale, y0 * scale, x1 * scale, y1 * scale)

    pen.ellipse(box(6, 6, 106, 106), fill="#c8502f")
    pen.ellipse(box(31, 27, 81, 77), fill="#f7b45f")
    leaf = [
        (54 + 36 * t, 30 - 12 * t + side * 9 * math.sin(math.pi * t))
        for side, run in ((1, range(21)), (-1, range(20, -1, -1)))
        for t in (index / 20 for index in run)
    ]
    pen.polygon([(x * scale, y * scale) for x, y in leaf], fill="#a7cf82")
    lake = Image.new("L", image.size, 0)
    ImageDraw.Draw(lake).ellipse(box(6, 6, 106, 106), fill=255)
    wave = Image.new("L", image.size, 0)
    points = [(x * scale, (70 + 4 * math.sin(x / 8)) * scale) for x in range(0, 113)]
    ImageDraw.Draw(wave).polygon([*points, (112 * scale, 112 * scale), (0, 112 * scale)], fill=255)
    shore = Image.composite(wave, Image.new("L", image.size, 0), lake)
    image.paste(Image.new("RGBA", image.size, "#1f8a91"), (0, 0), shore)
    serif = "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf"
    # One tone that keeps 4.5:1 on white and still 4.5:1 on the near-black of forced dark mode.
    pen.text(
        (128 * scale, 12 * scale), "The Arpavan", font=ImageFont.truetype(serif, 34 * scale), fill="#c8502f"
    )
    pen.text((128 * scale, 54 * scale), "Courier", font=ImageFont.truetype(serif, 42 * scale), fill="#c8502f")
    image = image.crop((0, 0, image.getbbox()[2] + 8, image.height))
    return image.resize((round(image.width / image.height * 112), 112), Image.Resampling.LANCZOS)
