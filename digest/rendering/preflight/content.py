"""What the issue says: nothing left unfilled, no empty section, the address and the way out in both parts."""

import re
from collections.abc import Iterator

from digest import slots
from digest.rendering import literal
from digest.rendering.preflight.document import place
from digest.rendering.preflight.finding import Finding, error, warning
from digest.rendering.preflight.mail import Mail
from digest.rendering.view import ItemView

SLOT = error(
    "slot-left", "A place for the recipient's own value was not filled.", "Send through Digest's outbox."
)
PLACEHOLDER = warning(
    "placeholder", "This looks like a place in a template that nobody filled.", "Fill it or take it out."
)
EMPTY_SECTION = warning(
    "section-empty", "A heading with nothing under it looks broken.", "Drop the section or fill it."
)
NO_ITEMS = error("issue-empty", "The issue has no story.", "Add one, or skip the issue.")
POSTAL = error(
    "postal-address",
    "CAN-SPAM and CASL require a postal address in every issue.",
    "Set it with `digest newsletter edit`.",
)
UNSUBSCRIBE = error(
    "unsubscribe-link",
    "Both parts need a link to unsubscribe that can be seen.",
    "Start the theme from parts/footer.mjml.",
)
RULES = (SLOT, PLACEHOLDER, EMPTY_SECTION, NO_ITEMS, POSTAL, UNSUBSCRIBE)

# Capitals count: "todo" is a Spanish word.
_PLACEHOLDERS = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\*\|[A-Z_:]+\|\*|%%\w+%%|\[(?:NAME|TITLE|DATE|TODO|FIRST NAME)\]"
    r"|\b(?i:lorem ipsum)\b|\bTODO\b|\bTKTK\b"
)
_LEAVING = re.compile(
    r"unsubscribe|abbestell|désabonn|darse de baja|отписаться|չեղարկել|إلغاء", re.IGNORECASE
)


def check(mail: Mail) -> Iterator[Finding]:
    """Content of both parts, and what the law wants in them."""
    for part, content in (("html", mail.html), ("text", mail.text), ("subject", mail.subject)):
        if slots.OPEN in content or slots.CLOSE in content:
            yield SLOT.found(part)
    shown = {"html": mail.body.text_content(), "text": mail.text, "subject": mail.subject}
    for part, content in shown.items():
        if found := _PLACEHOLDERS.search(content):
            yield PLACEHOLDER.found(part, f"“{found[0][:40]}” looks like a place that nobody filled.")
    yield from _sections(mail)
    yield from _law(mail, shown)


def _sections(mail: Mail) -> Iterator[Finding]:
    if mail.view is not None:
        stories = [
            entry for part in mail.view.sections for entry in part.content if isinstance(entry, ItemView)
        ]
        if not stories:
            yield NO_ITEMS.found("issue")
    headings = list(mail.body.iter("h1", "h2", "h3", "h4"))
    order = {element: index for index, element in enumerate(mail.body.iter()) if isinstance(element.tag, str)}
    worded = [
        order[element]
        for element in order
        if element.tag != "style" and (element.text or "").strip(" \n\u00a0·")
    ]
    for heading, after in zip(headings, [*headings, None][1:], strict=True):
        last_inside = max(order[element] for element in heading.iter() if element in order)
        end = order[after] if after is not None else len(order) + 1
        deeper = after is not None and str(after.tag) > str(heading.tag)
        if not deeper and not any(last_inside < index < end for index in worded) and heading.tag != "h3":
            yield EMPTY_SECTION.found(place(heading))


def _law(mail: Mail, shown: dict[str, str]) -> Iterator[Finding]:
    if mail.view is not None:
        rows = [row for row in literal.lines(mail.view.newsletter.postal_address).split("\n") if row]
        if not rows:
            yield POSTAL.found("newsletter")
        for part in ("html", "text"):
            content = "".join(shown[part].split())
            if any("".join(row.split()) not in content for row in rows):
                yield POSTAL.found(part, "The postal address is not in this part.")
    if not any(
        _LEAVING.search(link.text_content() + (link.get("href") or "")) for link in mail.body.iter("a")
    ):
        yield UNSUBSCRIBE.found("html")
    if not _LEAVING.search(mail.text):
        yield UNSUBSCRIBE.found("text")
