"""From an issue's data to a mail: themes, brand, fixed text in the reader's language, HTML and plain text."""

from digest.rendering.brand import Brand, Logo, SocialLink, parse_brand
from digest.rendering.errors import BrandError, RenderingError, TemplateError, UnknownTheme
from digest.rendering.render import Rendered, render
from digest.rendering.theme import Theme, names, theme
from digest.rendering.view import Block, Image, IssueView, ItemView, Link, NewsletterView, SectionView

__all__ = [
    "Block",
    "Brand",
    "BrandError",
    "Image",
    "IssueView",
    "ItemView",
    "Link",
    "Logo",
    "NewsletterView",
    "Rendered",
    "RenderingError",
    "SectionView",
    "SocialLink",
    "TemplateError",
    "Theme",
    "UnknownTheme",
    "names",
    "parse_brand",
    "render",
    "theme",
]
