"""The text part: the same items in the same order, with numbered links, in 72 columns by display width."""

from typing import Any

from digest import slots
from digest.rendering import markdown
from digest.rendering.view import Block, IssueView
from digest.rendering.width import width, wrap
from digest.rendering.words import Words, words

COLUMNS = 72


def plain_text(values: dict[str, Any], view: IssueView) -> str:
    """The text part of the issue whose template values are `values`; slot markers stand in it."""
    page = _Page(words(values["language"]))
    newsletter = values["newsletter"]
    page.title(newsletter["title"], "=")
    page.paragraph(f"{values['date']} · {values['number']}")
    if values["brand"]["header"] or values["contents"]:
        page.paragraph(values["brand"]["header"] or values["contents"], space=False)
    page.markdown(view.intro, values["language"])
    blocks = iter(
        [block for section in view.sections for block in section.content if isinstance(block, Block)]
    )
    for section in values["sections_with_lead"]:
        if section["title"]:
            page.title(section["title"], "-")
        for entry in section["content"]:
            if entry["kind"] == "story":
                page.story(entry, entry["label"])
            else:
                page.block(entry, next(blocks), values["language"])
    if values["related"]:
        page.title(page.say.say("You may also like"), "-")
        for link in values["related"]:
            page.linked(link["title"], link["url"])
    page.markdown(view.outro, values["language"])
    page.foot(values)
    return page.text()


class _Page:
    """Lines written so far, and the number of the next link."""

    def __init__(self, say: Words) -> None:
        self.say = say
        self.lines: list[str] = []
        self.links = 0
        self.fresh = False

    def text(self) -> str:
        return "\n".join(self.lines).strip("\n") + "\n"

    def gap(self, count: int = 1) -> None:
        """At least `count` empty lines before what comes next; one after a title."""
        count = 1 if self.fresh else count
        self.fresh = False
        while self.lines and self.lines[-count:] != [""] * count:
            self.lines.append("")

    def paragraph(self, text: str, first: str = "", rest: str = "", *, space: bool = True) -> None:
        if space:
            self.gap()
        for row in text.split("\n"):
            self.lines += wrap(row, COLUMNS, first, rest)

    def title(self, text: str, underline: str) -> None:
        self.gap(2)
        rows = wrap(text, COLUMNS)
        self.lines += [*rows, underline * max(map(width, rows))]
        self.fresh = True

    def link(self, url: str) -> None:
        if url:
            self.links += 1
            self.lines.append(f"[{self.links}] {url}")

    def linked(self, words: str, url: str) -> None:
        self.paragraph(words)
        self.link(url)

    def markdown(self, source: str, language: str) -> None:
        for prefix, text in markdown.to_text(source, language) if source.strip() else ():
            rest = prefix if prefix.strip() == ">" else " " * width(prefix)
            self.paragraph(
                text, prefix, rest, space=not prefix.endswith(("- ", ". ")) or self.lines[-1:] == [""]
            )

    def story(self, story: dict[str, Any], label: str) -> None:
        marks = [mark for mark in (label, story["follow_up"]) if mark]
        self.gap(2)
        if marks:
            self.paragraph(f"[{' · '.join(marks)}]", space=False)
        self.paragraph(story["headline"], space=False)
        if story["summary"]:
            self.paragraph(story["summary"])
        if story["points"]:
            self.gap()
        for point in story["points"]:
            self.paragraph(point, "- ", "  ", space=False)
        if story["quote"]:
            self.paragraph(story["quote"], "> ", "> ")
        if story["meta"]:
            self.paragraph(" · ".join(story["meta"]))
        self.link(story["url"])
        for link in story["also"]:
            words = f"{self.say.say('Also covered by:')} {link['source'] or link['title']}"
            self.paragraph(words, space=False)
            self.link(link["url"])
        if story["comments"]:
            self.paragraph(story["comments"]["text"], space=False)
            self.link(story["comments"]["url"])

    def block(self, entry: dict[str, Any], block: Block, language: str) -> None:
        self.gap(2)
        if entry["label"]:
            self.paragraph(f"[{entry['label']}]", space=False)
        if entry["title"]:
            self.paragraph(entry["title"], space=False)
        if entry["meta"]:
            self.paragraph(" · ".join(entry["meta"]), space=False)
        if entry["image"] and entry["image"]["alt"] != entry["title"]:
            self.paragraph(entry["image"]["alt"])
        self.markdown(block.markdown, language)
        self.link(entry["url"])

    def foot(self, values: dict[str, Any]) -> None:
        newsletter = values["newsletter"]
        self.gap(2)
        # The mark of RFC 3676 for what is no part of the message proper.
        self.lines += ["-- "]
        if values["brand"]["footer"]:
            self.paragraph(values["brand"]["footer"], space=False)
        # The reader's address is as long as it is: lines are broken as if it had 32 characters.
        room = slots.OPEN * 32
        sentence = self.say.say(
            "You get this email because {address} is subscribed to {newsletter}.",
            address=room,
            newsletter=newsletter["list_name"],
        )
        self.lines += [row.replace(room, slots.marker("address")) for row in wrap(sentence, COLUMNS)]
        for sentence in newsletter["counting"]:
            self.paragraph(sentence, space=False)
        for sentence, slot in (
            ("Unsubscribe", "unsubscribe_url"),
            ("Change what you get", "preferences_url"),
            ("Read on the web", "web_url"),
        ):
            self.paragraph(self.say.say(sentence) + ":")
            self.lines.append(slots.marker(slot))
        for link in values["brand"]["social"]:
            self.paragraph(f"{link['name']}:")
            self.lines.append(link["url"])
        self.gap()
        for row in newsletter["postal_lines"]:
            self.paragraph(row, space=False)
