"""What a page says about itself in `<head>` and the attributes of its root, read once."""

from dataclasses import dataclass
from urllib.parse import urljoin

from lxml.html import HtmlElement

_SITE_KEYS = (
    "og:site_name",
    "application-name",
    "al:android:app_name",
    "twitter:site",
    "apple-mobile-web-app-title",
)


@dataclass(frozen=True, slots=True)
class Link:
    """A `<link>`: its relations in lower case and its absolute address."""

    relations: frozenset[str]
    url: str
    language: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Head:
    """Meta values by lower-case name, property or itemprop; links; title; declared languages."""

    metas: dict[str, list[str]]
    links: list[Link]
    title: str | None
    languages: list[str]
    body_classes: frozenset[str]

    def first(self, *names: str) -> str | None:
        """The first value that any of `names` has, names in order."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    return value
        return None

    def every(self, *names: str) -> list[str]:
        return [value for name in names for value in self.metas.get(name, ()) if value]

    def link(self, relation: str) -> str | None:
        return next((link.url for link in self.links if relation in link.relations), None)

    @property
    def site_names(self) -> list[str]:
        return [value.lstrip("@") for value in self.every(*_SITE_KEYS)]


def read_head(tree: HtmlElement, url: str | None) -> Head:
    """The head of `tree`; addresses are made absolute by `<base>` and `url`."""
    base = url or ""
    declared = tree.find(".//base[@href]")
    if declared is not None:
        base = _join(base, declared.get("href") or "")
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            key = (meta.get(attribute) or "").strip().lower()
            if key and content:
                metas.setdefault(key, []).append(content)
    links = [
        Link(
            frozenset((link.get("rel") or "").lower().split()),
            _join(base, link.get("href") or ""),
            link.get("hreflang"),
            link.get("type") or "",
        )
        for link in tree.iter("link")
        if link.get("href")
    ]
    title = next(
        (
            " ".join(element.text_content().split())
            for element in tree.iter("title")
            if (parent := element.getparent()) is None or parent.tag != "svg"
        ),
        None,
    )
    root = tree if tree.tag == "html" else tree.find(".//html")
    body = tree.find(".//body")
    languages = [
        value
        for element in (root, body)
        if element is not None
        for name in ("lang", "xml:lang")
        if (value := element.get(name))
    ]
    languages += metas.get("content-language", []) + metas.get("dc.language", []) + metas.get("og:locale", [])
    classes = frozenset((body.get("class") or "").split()) if body is not None else frozenset()
    return Head(metas, links, title or None, languages, classes)


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""
