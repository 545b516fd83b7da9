"""Signing in and out. Opening a link changes nothing: a person presses the button (standards 5.9)."""

import logging
from datetime import UTC, datetime

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from digest.access.problem import AccessError
from digest.actions import sign_in
from digest.actions.sign_in import Asked, Visitor
from digest.problem import Problem
from digest.web.caller import caller, written
from digest.web.desk.door import COOKIE, Fields, came_from_here, context_of, let_in, let_out, read
from digest.web.desk.pages import go, message, page

_log = logging.getLogger(__name__)


async def form(request: Request) -> Response:
    """`/desk/sign-in`: asks for an address."""
    visitor = await run_in_threadpool(
        sign_in.visit, context_of(request), request.cookies.get(COOKIE, ""), datetime.now(UTC)
    )
    if visitor is not None:
        return go(request)
    return page(request, "sign_in", address="", sentence="")


async def ask(request: Request) -> Response:
    """Takes the address; the answer is the same whoever it belongs to, and the mail leaves after it."""
    fields = await read(request)
    address = fields.text("address").strip()
    if not came_from_here(request):
        return _refused(request)
    if "@" not in address or len(address) > 320:
        sentence = "Write your whole address, such as ani@example.org."
        return page(request, "sign_in", status=422, address=address[:320], sentence=sentence)
    asked = await written(
        request, sign_in.ask, context_of(request), address, caller(request), datetime.now(UTC)
    )
    if not asked.taken:
        sentence = "Too many links were asked for from your network. Try again in an hour."
        return page(request, "sign_in", status=429, address=address, sentence=sentence)
    answer = message(
        request,
        "Look into your mail",
        "If this address belongs to an editor, a link to sign in is on its way to it.",
        "The link works once, within fifteen minutes.",
    )
    answer.background = BackgroundTask(_mail, request, asked)
    return answer


async def link(request: Request) -> Response:
    """`/desk/in/<secret>`: says whose link it is."""
    secret = request.path_params["secret"]
    try:
        name = await run_in_threadpool(sign_in.name_of_link, context_of(request), secret, datetime.now(UTC))
    except AccessError as error:
        return _stale(request, error)
    return page(request, "link", person=name)


async def enter(request: Request) -> Response:
    """Uses the link up and begins the session."""
    if not came_from_here(request):
        return _refused(request)
    try:
        cookie = await written(
            request, sign_in.enter, context_of(request), request.path_params["secret"], datetime.now(UTC)
        )
    except AccessError as error:
        return _stale(request, error)
    return let_in(request, go(request), cookie)


def out(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """Ends the session."""
    sign_in.leave(context_of(request), visitor)
    return let_out(request, message(request, "You are signed out", "See you soon."))


async def _mail(request: Request, asked: Asked) -> None:
    if not asked.url:
        return
    try:
        await sign_in.mail(context_of(request), asked, datetime.now(UTC))
    except Problem as problem:
        _log.error("A link to sign in could not be mailed: %s", problem)


def _stale(request: Request, error: AccessError) -> Response:
    return page(request, "sign_in", status=410, address="", sentence=str(error))


def _refused(request: Request) -> Response:
    return message(request, "This form is not from here", "Open the page again and retry.", status=403)
