"""Confirming: a page with one button, behind the link of a confirmation mail; and the same for a new address."""

from datetime import UTC, datetime

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from digest.actions import confirm, move
from digest.actions.confirm import Standing
from digest.actions.context import Context
from digest.web.caller import caller, wake, written
from digest.web.pages import list_number, message_page, page


class Confirm(HTTPEndpoint):
    """`/c/<token>`: GET and HEAD show, only POST acts."""

    def get(self, request: Request) -> Response:
        """The page with the button; opening it changes nothing, on whatever device (standards 5.9)."""
        context, token = _asked(request)
        return _shown(context, token, confirm.look_at(context, token, datetime.now(UTC)))

    async def post(self, request: Request) -> Response:
        """Confirm, or send a new link where this one is too old."""
        context, token = _asked(request)
        async with request.form(max_files=0, max_fields=50) as form:
            confirm.check_form(context, token, str(form.get("form", "")))
            chosen = {number for text in form.getlist("also") if (number := list_number(text)) is not None}
            again = form.get("do") == "again"
        act = _again if again else _confirm
        answer = await written(request, act, context, token, chosen, caller(request))
        wake(request)
        return answer


def _confirm(context: Context, token: str, chosen: set[int], came_from: str) -> Response:
    evidence = f"confirmation page, from {came_from}"
    return _shown(context, token, confirm.confirm(context, token, chosen, evidence, datetime.now(UTC)))


def _again(context: Context, token: str, chosen: set[int], came_from: str) -> Response:
    now = datetime.now(UTC)
    found = confirm.look_at(context, token, now)
    confirm.ask_again(context, token, came_from, now)
    return message_page(
        found.look,
        "A new link is on its way",
        "Look into your mailbox. An address gets at most one such mail a day.",
    )


def _shown(context: Context, token: str, found: confirm.Confirming) -> Response:
    name = {Standing.OPEN: "confirm", Standing.DONE: "confirmed", Standing.EXPIRED: "expired"}
    return page(name[found.standing], found.look, found=found, form_token=confirm.form_token(context, token))


class Move(HTTPEndpoint):
    """`/m/<token>`: a new address says that it wants the mail."""

    def get(self, request: Request) -> Response:
        """The page with the button; opening it changes nothing."""
        context, token = _asked(request)
        found = move.look_at(context, token, datetime.now(UTC))
        return page("move", found.look, found=found, form_token=move.form_token(context, token))

    async def post(self, request: Request) -> Response:
        """From now on mail goes to the new address."""
        context, token = _asked(request)
        async with request.form(max_files=0, max_fields=10) as form:
            move.check_form(context, token, str(form.get("form", "")))
        found = await written(request, move.move, context, token, datetime.now(UTC))
        return page("moved", found.look, found=found)


def _asked(request: Request) -> tuple[Context, str]:
    return request.app.state.context, request.path_params["token"]
