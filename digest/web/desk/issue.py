"""The page of an issue: candidates, the issue, and how it will look; three panes, on a phone three tabs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from digest.actions.desk_candidates import Filter
from digest.actions.desk_issue import desk_issue
from digest.actions.preview import preview
from digest.actions.sign_in import Visitor
from digest.issues.blocks import KINDS
from digest.web.desk.door import context_of
from digest.web.desk.pages import go, page

PANES = ("candidates", "issue", "preview")
LOOKS = ("phone", "desktop", "dark", "text")
KEPT = ("pane", "look", "q", "section", "source", "state")
"""What of a page's address the next page keeps."""
_DARK = re.compile(r"\(prefers-color-scheme: ?dark\)")
# The mail's styles are its own and stand in it; nothing in it may run, and it stands in a frame of ours only.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class Typed:
    """What somebody typed into a form that was not taken: which form, its fields, and why.

    `overtaken` when somebody else was faster: then the page shows what they wrote beside it.
    """

    form: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    hint: str = ""
    overtaken: bool = False


def show(request: Request, visitor: Visitor, typed: Typed | None = None, status: int = 200) -> Response:
    """The issue as it stands; after a form that was not taken, with what was typed into it."""
    context, now = context_of(request), datetime.now(UTC)
    whole = request.query_params.get("check") == "whole"
    found = desk_issue(context, reference(request), now, whole_check=whole)
    view = kept(request)
    chosen = Filter(view.get("q", ""), view.get("section", ""), view.get("source", ""), view.get("state", ""))
    look = view.get("look", "phone")
    return page(
        request,
        "issue",
        visitor,
        status,
        issue=found,
        now=now,
        here=f"/n/{found.slug}/{found.number}",
        view=view,
        pane=_pane(view, typed),
        look=look,
        looks=LOOKS,
        with_view=lambda **change: "?" + urlencode({**view, **change}),
        text=preview(context, reference(request)).rendered.text if look == "text" and found.items else "",
        filter=chosen,
        candidates=chosen(found.candidates),
        sources=sorted({one.source for one in found.candidates if one.source}),
        candidate_sections=list(dict.fromkeys(one.section for one in found.candidates if one.section)),
        typed=typed or Typed(),
        kinds=KINDS,
        whole_check=whole,
    )


def frame(request: Request, visitor: Visitor) -> Response:
    """The issue as a mail, for a frame of the page. `?look=dark` shows what a reader in dark mode sees."""
    html = preview(context_of(request), reference(request)).rendered.html
    dark = request.query_params.get("look") == "dark"
    return framed(in_the_dark(html) if dark else in_the_light(html))


def framed(html: str) -> Response:
    """A mail for a frame of the desk; its links open in a tab of their own."""
    html = html.replace("<head>", '<head><base target="_blank">', 1)
    return HTMLResponse(html, headers={"Content-Security-Policy": FRAME_POLICY})


def in_the_light(html: str) -> str:
    """The mail without its dark colours, whatever this browser prefers."""
    return _DARK.sub("not all", html)


def in_the_dark(html: str) -> str:
    """The mail with its own dark colours on, whatever this browser prefers."""
    return _DARK.sub("all", html)


def reference(request: Request) -> str:
    """The issue that the address names, as the actions call it."""
    return f"{request.path_params['newsletter']}/{request.path_params['number']}"


def kept(request: Request) -> dict[str, str]:
    """The part of the page's address that says how somebody looks at it, nonsense left out."""
    view = {key: request.query_params[key][:100] for key in KEPT if request.query_params.get(key)}
    if view.get("pane", PANES[1]) not in PANES:
        del view["pane"]
    if view.get("look", LOOKS[0]) not in LOOKS:
        del view["look"]
    return view


def back(request: Request, anchor: str = "") -> Response:
    """To the page that the form stood on, seen as before, at the thing that was changed."""
    slug, number = request.path_params["newsletter"], request.path_params["number"]
    query = urlencode(kept(request))
    return go(request, f"/n/{slug}/{number}{'?' if query else ''}{query}{'#' if anchor else ''}{anchor}")


def _pane(view: Mapping[str, str], typed: Typed | None) -> str:
    """Which tab a phone shows: that of a form that was not taken, else the one that was asked for."""
    if typed is not None and typed.form:
        return PANES[1]
    return view.get("pane", PANES[1])
