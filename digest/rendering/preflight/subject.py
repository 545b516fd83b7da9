"""The subject and the line that mail programs show after it."""

import re
import unicodedata
from collections.abc import Iterator

from digest.rendering.preflight.finding import Finding, error, note, warning
from digest.rendering.preflight.mail import Mail

EMPTY = error(
    "subject-empty", "A mail without a subject is not opened and often not delivered.", "Write a subject."
)
LONG = warning(
    "subject-long",
    "A phone shows about 40 characters of a subject, a desktop 70.",
    "Say it in 60 characters.",
)
CAPITALS = warning(
    "subject-capitals", "A subject in capitals counts as spam, and shouts.", "Write it in small letters."
)
EMOJI = note("subject-emoji", "More than one emoji looks like advertising.", "Keep one, or none.")
SHOUTING = warning(
    "subject-shouting",
    "Rows of exclamation or question marks and money signs count as spam.",
    "Take them out.",
)
SPAM_WORDS = warning("subject-spam-words", "Filters know these words from spam.", "Say it in other words.")
PREHEADER = warning(
    "preheader-missing",
    "Without a preheader the list of mails shows whatever stands first in it.",
    "Write a preheader.",
)
PREHEADER_REPEATS = warning(
    "preheader-repeats",
    "A preheader that repeats the subject wastes the second line.",
    "Let it go on where the subject ends.",
)
PREHEADER_LONG = note(
    "preheader-long", "No mail program shows more than about 140 characters.", "Shorten it."
)
RULES = (EMPTY, LONG, CAPITALS, EMOJI, SHOUTING, SPAM_WORDS, PREHEADER, PREHEADER_REPEATS, PREHEADER_LONG)

_SPAM = re.compile(
    r"\b(act now|buy now|cash bonus|casino|click here|cheap meds|double your|earn money|free money|guaranteed winner"
    r"|limited time offer|lose weight|make money|no obligation|risk[- ]free|special promotion|viagra|winner!"
    r"|you have won|бесплатно|заработок|казино|выиграли|gratuit !|gagnez|argent facile|gratis!|ganar dinero"
    r"|gewinnspiel|jetzt kaufen|geld verdienen|անվճար|شاهد الآن|اربح)(?!\w)",
    re.IGNORECASE,
)


def check(mail: Mail) -> Iterator[Finding]:
    """Length, capitals, emoji, spam words; and the preheader against the subject."""
    subject = " ".join(mail.subject.split())
    if not subject:
        yield EMPTY.found("subject")
        return
    if len(subject) > 78:
        yield LONG.found("subject", f"The subject has {len(subject)} characters; phones show about 40.")
    cased = [character for character in subject if character.upper() != character.lower()]
    if len(cased) > 8 and sum(character.isupper() for character in cased) / len(cased) > 0.6:
        yield CAPITALS.found("subject")
    emoji = sum(unicodedata.category(character) == "So" for character in subject)
    if emoji > 1:
        yield EMOJI.found("subject", f"The subject has {emoji} emoji.")
    if re.search(r"[!?¡¿]{2,}|[$€£]{2,}", subject):
        yield SHOUTING.found("subject")
    if found := _SPAM.search(subject):
        yield SPAM_WORDS.found("subject", f"Filters know “{found[0]}” from spam.")
    yield from _preheader(mail, subject)


def _preheader(mail: Mail, subject: str) -> Iterator[Finding]:
    first = next(iter(mail.body), None)
    style = (first.get("style") or "").replace(" ", "") if first is not None else ""
    preheader = (
        " ".join(first.text_content().split()) if first is not None and "display:none" in style else ""
    )
    if not preheader:
        yield PREHEADER.found("html: preheader")
        return
    if preheader.casefold() == subject.casefold():
        yield PREHEADER_REPEATS.found("html: preheader")
    if len(preheader) > 140:
        yield PREHEADER_LONG.found("html: preheader", f"The preheader has {len(preheader)} characters.")
