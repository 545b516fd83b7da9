"""Pictures: sizes, and a mail that reads without them."""

import re
from collections.abc import Iterator

from digest.rendering.preflight import cascade
from digest.rendering.preflight.document import place
from digest.rendering.preflight.finding import Finding, error, warning
from digest.rendering.preflight.mail import Mail

SIZES = warning(
    "image-size", "A picture without width and height makes the text jump, and fills Outlook.", "Set both."
)
WIDE = warning(
    "image-wide", "A picture wider than the sheet breaks the layout in Outlook.", "Keep it within 600 pixels."
)
OFF = error(
    "images-off",
    "Many read with pictures off: the mail must say what it has to say in words.",
    "Put the words into text.",
)
TRACKER = warning(
    "tracking-pixel",
    "An invisible picture is counted as tracking, and as spam in a short mail.",
    "Remove it.",
)
BACKGROUND = warning(
    "background-image", "Outlook on Windows shows no background picture.", "Do not set text on a picture."
)
RULES = (SIZES, WIDE, OFF, TRACKER, BACKGROUND)


def check(mail: Mail) -> Iterator[Finding]:
    """Width, height, and what is left when no picture is shown."""
    pictures = list(mail.body.iter("img"))
    for picture in pictures:
        width, height = picture.get("width") or "", picture.get("height") or ""
        if not (width.isdigit() and height.isdigit()):
            yield SIZES.found(place(picture))
        elif int(width) <= 1 or int(height) <= 1:
            yield TRACKER.found(place(picture))
        elif int(width) > 600:
            yield WIDE.found(place(picture), f"The picture is {width} pixels wide.")
    if re.search(r"background(-image)?:[^;\"]*url\(", mail.html, re.IGNORECASE):
        yield BACKGROUND.found("html: style")
    looks = cascade.computed(mail.body)
    words = sum(len(text) for element, text in cascade.texts(mail.body) if not looks[element].hidden)
    if words < 200:
        yield OFF.found("html", f"Without pictures the mail shows {words} characters.")
