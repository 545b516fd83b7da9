"""Leaving: a page with one button, and the one-click POST of mail programs (RFC 8058)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from anyio import CapacityLimiter
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from digest.actions import leave
from digest.actions.context import Context
from digest.signing import BadToken
from digest.web.caller import written
from digest.web.pages import message_page, page, plain_look
from digest.web.together import Together

ONE_CLICK = ("List-Unsubscribe", "One-Click")
REASON_WORDS = {
    "too-many": "Too many mails",
    "not-mine": "Not what I like to read",
    "not-asked": "I did not ask for it",
    "other": "Something else",
}


class Leave(HTTPEndpoint):
    """`/u/<token>`: GET and HEAD show, only POST acts."""

    def get(self, request: Request) -> Response:
        """The page with the button; opening it changes nothing (standards 5.9)."""
        context, token = _asked(request)
        leaving = leave.look_at(context, token)
        return page("leave", leaving.look, leaving=leaving, form_token=leave.form_token(context, token))

    async def post(self, request: Request) -> Response:
        """Leave, effective before the answer.

        A mail program's one-click POST needs nothing but the address it came with. The page's own form
        also carries its hidden token, so another site cannot press the button.
        """
        context, token = _asked(request)
        async with request.form(max_fields=20) as form:
            fields = {key: value for key, value in form.items() if isinstance(value, str)}
        if fields.get(ONE_CLICK[0]) == ONE_CLICK[1]:
            leaving: Together[str, BadToken | None] = request.app.state.leaving
            if (bad := await leaving.do(token)) is not None:
                raise bad
            return PlainTextResponse("You have left the list.\n")
        return await written(request, _act, context, token, fields)


def _act(context: Context, token: str, form: Mapping[str, str]) -> Response:
    now = datetime.now(UTC)
    leave.check_form(context, token, form.get("form", ""))
    match form.get("do"):
        case "undo":
            leaving = leave.undo(context, token, form.get("undo", ""), now)
            return page("stayed", leaving.look, leaving=leaving)
        case "reason":
            leaving = leave.give_reason(context, token, form.get("reason", ""), now)
            return message_page(leaving.look, "Thank you", "That helps us to do better.")
        case "all":
            leaving = leave.leave(context, token, "page", now, all_lists=True)
        case _:
            leaving = leave.leave(context, token, "page", now)
    hidden = leave.form_token(context, token)
    return page(
        "left",
        leaving.look,
        leaving=leaving,
        form_token=hidden,
        reasons=REASON_WORDS,
        everything=form.get("do") == "all",
    )


def together(context: Context, door: CapacityLimiter) -> Together[str, BadToken | None]:
    """Those who leave by one click at the same moment do so in one transaction."""
    return Together(lambda tokens: leave.leave_at_once(context, tokens, datetime.now(UTC)), door)


def explain(request: Request) -> Response:
    """Where the web version's link leads: a page shared with others must not let them unsubscribe anyone."""
    return message_page(
        plain_look(request),
        "Your own link is in your mail",
        "Each mail ends with a link that unsubscribes its own reader. Open the mail that you got and use that one.",
    )


def _asked(request: Request) -> tuple[Context, str]:
    return request.app.state.context, request.path_params["token"]
