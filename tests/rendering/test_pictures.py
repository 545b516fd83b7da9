"""A source's photo never reaches a reader as it is."""

import io
import random

import pytest

from digest.rendering.pictures import BYTES, SMALL, WIDE, PictureError, fit

Image = pytest.importorskip("PIL.Image", reason="needs Pillow")


def photo(width: int, height: int, kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, (width, height), "red").save(written, kind, **options)
    return written.getvalue()


def test_a_large_photo_becomes_a_small_jpeg_of_the_right_shape() -> None:
    chance = random.Random(1)
    noisy = Image.frombytes("RGB", (2400, 1800), chance.randbytes(2400 * 1800 * 3))
    written = io.BytesIO()
    noisy.save(written, "JPEG", quality=95)
    assert len(written.getvalue()) > 4_000_000
    small = fit(written.getvalue(), SMALL)
    assert (small.width, small.height) == SMALL
    assert len(small.jpeg) <= BYTES
    calm = fit(photo(4000, 3000))
    assert (calm.width, calm.height) == WIDE
    assert Image.open(io.BytesIO(calm.jpeg)).format == "JPEG"


def test_nothing_is_enlarged() -> None:
    made = fit(photo(300, 300))
    assert (made.width, made.height) == (300, 169)


def test_it_is_turned_as_the_camera_says_and_the_cameras_data_is_gone() -> None:
    picture = Image.new("RGB", (400, 200), "blue")
    picture.paste("red", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right
    exif[0x010E] = "secret place"
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=exif)
    made = fit(written.getvalue(), (100, 200))
    opened = Image.open(io.BytesIO(made.jpeg))
    assert not opened.getexif()
    assert b"secret place" not in made.jpeg
    red, _, blue = opened.getpixel((50, 10))
    assert red > blue


def test_transparency_lies_on_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(written, "PNG")
    assert Image.open(io.BytesIO(fit(written.getvalue(), SMALL).jpeg)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", photo(100, 100)[:200], b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureError, match="cannot be read"):
        fit(content)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_opened() -> None:
    with pytest.raises(PictureError, match=r"too many|cannot be read"):
        fit(photo(20_000, 4_000, "PNG", "1"))


def test_a_picture_that_cannot_be_small_enough_is_refused() -> None:
    with pytest.raises(PictureError, match="does not fit"):
        fit(photo(1200, 675), limit=100)
