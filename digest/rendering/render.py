"""Render an issue: one call from the view to MJML, HTML and text, compiled once for all recipients."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digest.rendering.compiling import compile_mjml
from digest.rendering.context import context
from digest.rendering.errors import TemplateError
from digest.rendering.plain_text import plain_text
from digest.rendering.theme import Theme
from digest.rendering.view import IssueView


@dataclass(frozen=True)
class Rendered:
    """An issue compiled. HTML and text hold slot markers (`digest.slots`) where recipients differ."""

    mjml: str
    html: str
    text: str


def render(view: IssueView, theme: Theme) -> Rendered:
    """The issue in this theme. The same view gives the same bytes.

    Raises TemplateError where the theme is at fault; no content of an issue can raise it.
    """
    return render_many([view], theme)[0]


def render_many(views: Sequence[IssueView], theme: Theme) -> list[Rendered]:
    """As `render`, for several issues, which costs an own theme one process instead of many."""
    contexts = [context(view) for view in views]
    composed = theme.compose(*contexts)
    return [_finished(*issue, theme) for issue in zip(views, contexts, composed, strict=True)]


def _finished(view: IssueView, values: dict[str, Any], composed: str, theme: Theme) -> Rendered:
    try:
        html = compile_mjml(
            composed,
            language=values["language"],
            direction=values["direction"],
            ink=values["colour"]["ink"],
            trusted=not theme.own,
        )
    except TemplateError as error:
        raise theme.traced(error) from None
    return Rendered(mjml=composed, html=html, text=plain_text(values, view))
