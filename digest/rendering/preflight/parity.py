"""The text part says what the HTML says."""

from collections.abc import Iterator

from digest.rendering import literal
from digest.rendering.preflight.finding import Finding, error, warning
from digest.rendering.preflight.mail import Mail
from digest.rendering.view import ItemView

MISSING = error(
    "text-missing",
    "Mail without a text part scores as spam and cannot be read everywhere.",
    "Send a text part.",
)
STORY = error(
    "text-story",
    "The text part must hold each story's title, summary and address.",
    "Let Digest write the text part.",
)
DIFFERS = warning(
    "text-differs", "A text part that says less than half of the HTML scores as spam (MPART_ALT_DIFF).",
    "Let Digest write the text part.",
)  # fmt: skip
RULES = (MISSING, STORY, DIFFERS)


def check(mail: Mail) -> Iterator[Finding]:
    """Each story of the view in the text part; else the words of both parts compared."""
    if not mail.text.strip():
        yield MISSING.found("text")
        return
    run_together = "".join(mail.text.split())
    for section in mail.view.sections if mail.view is not None else ():
        for story in section.content:
            if isinstance(story, ItemView):
                needed = {"title": literal.line(story.headline), "summary": literal.line(story.summary),
                          "address": literal.address(story.url)}  # fmt: skip
                lacking = [
                    name for name, words in needed.items() if "".join(words.split()) not in run_together
                ]
                if lacking:
                    yield STORY.found(
                        f"text: “{story.headline[:50]}”", f"Not in the text part: {', '.join(lacking)}."
                    )
    html_words = set(mail.body.text_content().casefold().split())
    text_words = set(mail.text.casefold().split())
    if html_words and len(html_words & text_words) / len(html_words) < 0.5:
        yield DIFFERS.found("text")
