"""`/desk`: what is open, and how the last issues went."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from digest.actions.build import build
from digest.actions.desk_home import home
from digest.actions.sign_in import Visitor, say
from digest.web.desk.door import Fields, context_of
from digest.web.desk.pages import go, page


def show(request: Request, visitor: Visitor) -> Response:
    """Every newsletter with its open issues."""
    now = datetime.now(UTC)
    return page(request, "home", visitor, shelves=home(context_of(request), now), now=now)


def build_issue(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """Builds a newsletter's draft, and goes there."""
    context, slug = context_of(request), request.path_params["newsletter"]
    built = build(context, slug, datetime.now(UTC))
    number = built.issue["number"]
    say(
        context, visitor, f"No. {number} is built, of {built.stories} stories in {built.candidates} articles."
    )
    return go(request, f"/n/{slug}/{number}")
