"""Leaving: a page with one button, and the one-click POST of mail programs (RFC 8058)."""

from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from digest.actions import leave
from digest.actions.context import Context
from digest.web.pages import message_page, page

ONE_CLICK = ("List-Unsubscribe", "One-Click")


class Leave(HTTPEndpoint):
    """`/u/<token>`: GET and HEAD show, only POST acts."""

    def get(self, request: Request) -> Response:
        """The page with the button; opening it changes nothing (standards 5.9)."""
        context, token = _asked(request)
        leaving = leave.look(context, token)
        return page("leave", leaving.language, leaving=leaving, form_token=leave.form_token(context, token))

    async def post(self, request: Request) -> Response:
        """Leave, effective before the answer.

        A mail program's one-click POST needs nothing but the address it came with. The page's own form
        also carries its hidden token, so another site cannot press the button.
        """
        context, token = _asked(request)
        async with request.form() as form:
            one_click = form.get(ONE_CLICK[0]) == ONE_CLICK[1]
            hidden = str(form.get("form", ""))
        evidence = "one-click POST" if one_click else "page"
        if not one_click:
            leave.check_form(context, token, hidden)
        leaving = await run_in_threadpool(leave.leave, context, token, evidence)
        if one_click:
            return PlainTextResponse(f"You have left {leaving.list_name}.\n")
        return page("left", leaving.language, leaving=leaving)


def explain(request: Request) -> Response:
    """Where the web version's link leads: a page shared with others must not let them unsubscribe anyone."""
    return message_page(
        "Your own link is in your mail",
        "Each mail ends with a link that unsubscribes its own reader. Open the mail that you got and use that one.",
    )


def _asked(request: Request) -> tuple[Context, str]:
    return request.app.state.context, request.path_params["token"]
