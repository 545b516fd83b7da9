"""From the issue's data to what a template may see: plain dictionaries of safe, localised text.

Templates get no object of the program. Every value is either cleaned plain text, which autoescaping
shows literally, or `Markup` made here from Markdown through the allowlist.
"""

from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from digest.rendering import dates, literal, markdown
from digest.rendering.fonts import fonts
from digest.rendering.language import direction, direction_of_text, tag
from digest.rendering.palette import palette
from digest.rendering.typesetting import kept_together
from digest.rendering.view import Block, Image, IssueView, ItemView, Link, SectionView
from digest.rendering.words import Words, is_spoken, words

NO_BREAK_SPACE = "\u00a0"
TITLES_TOLD = 5
LONGEST_KEPT = 30
"""Characters of a part of the meta line that is kept on one line of a phone."""


def context(view: IssueView) -> dict[str, Any]:
    """Everything a theme's template can name, for this issue."""
    language = tag(view.newsletter.language)
    return _Issue(view, language, words(language)).values()


class _Issue:
    """Holds what every part of the context needs: the view, its language and its words."""

    def __init__(self, view: IssueView, language: str, say: Words) -> None:
        self.view = view
        self.zone = view.newsletter.timezone
        self.language = language
        self.direction = direction(language)
        self.say = say

    def values(self) -> dict[str, Any]:
        view, brand = self.view, self.view.newsletter.brand
        sections = [section for section in map(self.section, view.sections) if section["content"]]
        with_lead = [{**section, "content": list(section["content"])} for section in sections]
        stories_shown = [entry for part in sections for entry in part["content"] if entry["kind"] == "story"]
        for position, entry in enumerate(stories_shown, 1):
            entry["position"] = dates.number(position, self.language)
        lead = _take_lead(sections)
        stories = [
            item for section in view.sections for item in section.content if isinstance(item, ItemView)
        ]
        titles = [section["title"] for section in sections if section["title"]]
        if lead and lead["section"] and lead["section"] not in titles:
            titles.insert(0, lead["section"])
        return {
            "say": self.say.say,
            "language": self.language,
            "direction": self.direction,
            "comma": dates.comma(self.language),
            "start": "right" if self.direction == "rtl" else "left",
            "end": "left" if self.direction == "rtl" else "right",
            "newsletter": {
                "title": literal.line(view.newsletter.title),
                "list_name": literal.line(view.newsletter.list_name or view.newsletter.title),
                "site_url": literal.address(view.newsletter.site_url),
                "postal_lines": literal.lines(view.newsletter.postal_address).split("\n"),
                "clicks_counted": view.newsletter.clicks_counted,
                "opens_counted": view.newsletter.opens_counted,
                "counting": self.counting(),
            },
            "brand": {
                "logo": _logo(brand.logo, view.newsletter.title),
                "header": literal.line(brand.header),
                "footer": literal.line(brand.footer),
                "social": [
                    {
                        "name": literal.line(link.name),
                        "url": literal.address(link.url),
                        "icon_url": literal.address(link.icon_url),
                    }
                    for link in brand.social
                ],
            },
            "colour": dict(palette(brand)),
            "font": fonts(self.language, brand.heading_font, brand.text_font),
            "number": self.issue_number(),
            "date": dates.long_date(view.date, self.zone, self.language),
            "subject": literal.line(view.subject),
            "preheader": literal.line(view.preheader),
            "intro": self.markdown(view.intro),
            "outro": self.markdown(view.outro),
            "contents": self.contents(stories, titles),
            "lead": lead,
            "sections": [
                {**section, "rows": _rows(section["content"])} for section in sections if section["content"]
            ],
            "sections_with_lead": with_lead,
            "related": [self.link(link) for link in view.related],
        }

    def counting(self) -> list[str]:
        """What the readers are told of their clicks and opens: that they are counted, or kept by person."""
        newsletter = self.view.newsletter
        told = []
        if newsletter.clicks_counted:
            told.append(
                self.say.say("We record which links of this email you click.")
                if newsletter.clicks_noted
                else self.say.say("We count which links of this email are clicked.")
            )
        if newsletter.opens_counted:
            told.append(
                self.say.say("We record whether you open this email.")
                if newsletter.opens_noted
                else self.say.say("We count whether this email is opened.")
            )
        return told

    def issue_number(self) -> str:
        number = dates.number(self.view.number, self.language)
        return self.say.say("No. {number}", number=number).replace(" ", NO_BREAK_SPACE)

    def contents(self, stories: list[ItemView], titles: list[str]) -> str:
        """One line of what is in the issue: how many stories, how long to read, on what."""
        if not stories:
            return ""
        parts = [self.say.count("{count} story", "{count} stories", len(stories))]
        minutes = [item.reading_minutes for item in stories if item.reading_minutes]
        if len(minutes) == len(stories):
            parts.append(_minutes(self.say, sum(minutes)))
        parts = [part.replace(" ", NO_BREAK_SPACE) for part in parts]
        if len(titles) > 1:
            more = " …" if len(titles) > TITLES_TOLD else ""
            parts.append(dates.comma(self.language).join(titles[:TITLES_TOLD]) + more)
        return " · ".join(parts)

    def section(self, section: SectionView) -> dict[str, Any]:
        title = literal.line(section.title)
        content = [
            self.item(entry, title) if isinstance(entry, ItemView) else self.block(entry)
            for entry in section.content
        ]
        way = direction_of_text(title, self.direction)
        return {
            "title": title,
            "content": content,
            "direction": way,
            "start": "right" if way == "rtl" else "left",
        }

    def item(self, item: ItemView, section: str) -> dict[str, Any]:
        headline = kept_together(literal.line(item.headline)) or literal.address(item.url)
        summary = kept_together(literal.line(item.summary))
        language = tag(item.language, self.language)
        way = direction(language)
        if item.language is None:
            way = direction_of_text(headline + summary, self.direction)
        # What stands under a story is said in the story's language: a date of another script would tear the line.
        voice = words(language) if is_spoken(language) else self.say
        meta = [literal.line(item.byline), literal.line(item.source)]
        if item.published:
            meta.append(dates.story_date(item.published, self.view.date, self.zone, voice.language))
        if item.reading_minutes:
            meta.append(_minutes(voice, item.reading_minutes))
        meta = [part for part in meta if part]
        return {
            "kind": "story",
            "headline": headline,
            "url": literal.address(item.url),
            "summary": summary,
            "language": language,
            "direction": way,
            # Only what differs from the issue is written out, so that most items carry no attributes.
            "foreign": language != self.language or way != self.direction,
            "start": "right" if way == "rtl" else "left",
            "image": _image(item.image, headline),
            "meta": meta,
            "meta_line": _meta_line(meta),
            "label": literal.line(item.label),
            "section": section,
            "follow_up": voice.say("Follow-up") if item.follow_up else "",
            "also": [self.link(link) for link in item.also],
            "comments": _comments(voice, item),
            "points": [kept_together(point) for point in map(literal.line, item.points) if point],
            "quote": kept_together(literal.line(item.quote)),
        }

    def link(self, link: Link) -> dict[str, str]:
        url = literal.address(link.url)
        source = literal.line(link.source)
        return {"title": literal.line(link.title) or source or url, "url": url, "source": source}

    def block(self, block: Block) -> dict[str, Any]:
        title, sponsor = literal.line(block.title), literal.line(block.sponsor)
        label = {"event": self.say.say("Event"), "poll": self.say.say("Poll")}.get(block.kind, "")
        if block.kind == "sponsor":
            label = self.say.say("Sponsored")
            if title and sponsor:
                label = self.say.say("Sponsored by {sponsor}", sponsor=sponsor)
            title = title or sponsor
        when = dates.event_time(block.when, self.zone, self.language) if block.when else ""
        return {
            "kind": block.kind,
            "label": label,
            "title": title,
            "url": literal.address(block.url),
            "html": self.markdown(block.markdown),
            "image": _image(block.image, title or sponsor),
            "meta": [part for part in (when, literal.line(block.place)) if part],
        }

    def markdown(self, text: str) -> Markup:
        return Markup(markdown.to_html(text, self.language)) if text.strip() else Markup("")


def _minutes(voice: Words, minutes: int) -> str:
    return voice.count("{count} min read", "{count} min read", minutes)


def _meta_line(parts: list[str]) -> str:
    """The parts with a dot between them; only a long one breaks within, so that no date is torn apart."""
    kept = (part if len(part) > LONGEST_KEPT else part.replace(" ", NO_BREAK_SPACE) for part in parts)
    return f"{NO_BREAK_SPACE}· ".join(kept)


def _comments(voice: Words, item: ItemView) -> dict[str, str] | None:
    url = literal.address(item.comments_url)
    if not url:
        return None
    if item.comments:
        return {"url": url, "text": voice.count("{count} comment", "{count} comments", item.comments)}
    return {"url": url, "text": voice.say("Comment on this story")}


def _take_lead(sections: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The first story of the first section, taken out of it; None where that section has none."""
    if not sections:
        return None
    content: list[dict[str, Any]] = sections[0]["content"]
    for index, entry in enumerate(content):
        if entry["kind"] == "story":
            del content[index]
            return entry
    return None


def _rows(content: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The content in rows of two stories, in order; a block, or a story left over, has a row of its own."""
    rows: list[list[dict[str, Any]]] = []
    for entry in content:
        waits = rows and len(rows[-1]) == 1 and rows[-1][0]["kind"] == "story"
        if waits and entry["kind"] == "story":
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return rows


def _image(image: Image | None, fallback: str) -> dict[str, Any] | None:
    """The picture as shown; alt text is never empty where there is any word for it, because it is a link."""
    url = literal.address(image.url) if image else ""
    if not image or urlsplit(url).scheme not in ("http", "https"):
        return None
    return {
        "url": url,
        "alt": literal.line(image.alt) or fallback,
        "width": image.width,
        "height": image.height,
    }


def _logo(logo: Any, title: str) -> dict[str, Any] | None:
    if logo is None:
        return None
    return {
        "url": literal.address(logo.url),
        "dark_url": literal.address(logo.dark_url),
        "alt": literal.line(logo.alt) or literal.line(title),
        "width": logo.width,
        "height": logo.height,
    }
