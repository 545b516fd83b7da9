"""The web application: routes, limits and the headers of every answer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from digest.actions import track
from digest.actions.answer import answering
from digest.actions.archive import NotPublic
from digest.actions.beside import Beside
from digest.actions.context import Context, open_context
from digest.actions.counting import Counting
from digest.actions.sign_up import NoSuchList
from digest.actions.webhook_in import Certificates, applying
from digest.problem import Problem
from digest.web.api import problem as api_problem
from digest.web.api.serving import routes as api_routes
from digest.web.cache import Cache
from digest.web.caller import writers
from digest.web.hooks import receive as hooks
from digest.web.later import Later
from digest.web.limits import RequestLimits, SafetyHeaders, make_safe
from digest.web.pages import message_page, plain_look
from digest.web.public import (
    archive,
    click,
    confirm,
    issue,
    leave,
    metrics,
    opened,
    picture,
    preferences,
    sign_up,
    style,
)


def create_app(context: Context | None = None, *, answers: bool = True) -> Starlette:
    """The application over an open installation, or over the one of this folder, opened at start-up.

    What was clicked and opened is recorded beside the requests; with `answers` sign-ups are answered there
    and the reports of mail providers applied.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with nullcontext(context) if context is not None else open_context() as opened:
            app.state.context, app.state.cache, app.state.writers = opened, Cache(), writers(opened)
            app.state.metrics = {}
            app.state.leaving = leave.together(opened, app.state.writers)
            app.state.signing_up = sign_up.together(opened, app.state.writers)
            app.state.targets = click.Known(partial(track.target, opened))
            app.state.pixels = click.Known(partial(track.opened, opened))
            app.state.counting = Counting(opened, app.state.writers)
            app.state.certificates = Certificates(hooks.from_amazon)
            app.state.applying = applying(opened, app.state.writers)
            workers: list[Beside | Counting] = [app.state.counting]
            if answers:
                app.state.answering = answering(opened, app.state.writers)
                workers += [app.state.answering, app.state.applying]
            work = [asyncio.create_task(worker.forever()) for worker in workers]
            try:
                yield
            finally:
                for worker in workers:
                    worker.stop()
                await asyncio.gather(*work)

    return Starlette(
        routes=[
            Route("/health", health),
            Route("/metrics", metrics.show),
            Route("/style.css", style.show),
            Route("/style/{newsletter}.css", style.brand),
            Route("/work.js", style.work),
            Route("/subscribe", sign_up.SignUp),
            Route("/subscribe/{list}", sign_up.SignUp),
            Route("/c/{token}", confirm.Confirm),
            Route("/m/{token}", confirm.Move),
            Route("/u", leave.explain),
            Route("/u/{token}", leave.Leave),
            Route("/p/{token}", preferences.Preferences),
            Route("/v/{token}", issue.show),
            Route("/i/{name}", picture.show),
            Route("/r/{link}", click.show),
            Route("/r/{link}/{reader}", click.show),
            Route("/hooks/{provider}", hooks.receive, methods=["POST"]),
            Route("/o/{issue}", opened.show),
            Route("/o/{issue}/{reader}", opened.show),
            Route("/a/{newsletter}", archive.index),
            Route("/a/{newsletter}/feed.xml", archive.rss),
            Route("/a/{newsletter}/feed.json", archive.json_feed),
            Route("/a/{newsletter}/{number:int}", archive.issue),
            Route("/sitemap.xml", archive.site_map),
            Route("/robots.txt", archive.robots),
            *api_routes(),
            Later("/desk", _desk),
        ],
        middleware=[Middleware(SafetyHeaders), Middleware(RequestLimits)],
        exception_handlers={
            NoSuchList: sign_up.nothing_to_join,
            NotPublic: missing,
            Problem: problem,
            404: missing,
            405: not_allowed,
            500: failed,
        },
        lifespan=lifespan,
    )


def _desk() -> Sequence[BaseRoute]:
    from digest.web.desk.routes import ROUTES

    return ROUTES


def health(request: Request) -> Response:
    """Says that the process answers and its database can be read."""
    from sqlalchemy import text

    context: Context = request.app.state.context
    with context.database.reading() as session:
        session.execute(text("SELECT 1"))
    return PlainTextResponse("ok\n")


async def problem(request: Request, error: Exception) -> Response:
    """A person's mistake, in words."""
    assert isinstance(error, Problem)
    sentences = [error.message, *filter(None, [error.hint])]
    return message_page(plain_look(request), "This does not work", *sentences, status=400)


async def missing(request: Request, error: Exception) -> Response:
    """An address that leads nowhere."""
    if api_problem.concerns(request.url.path):
        return api_problem.answer(api_problem.Refused(404, "There is no such address in the API."))
    return message_page(
        plain_look(request),
        "There is no such page",
        "Check the address, or open the link from your mail again.",
        status=404,
    )


async def not_allowed(request: Request, error: Exception) -> Response:
    """A method that the page does not know; `Allow` names those that it knows (RFC 9110 section 15.5.6)."""
    headers = getattr(error, "headers", None)
    if api_problem.concerns(request.url.path):
        return api_problem.answer(api_problem.Refused(405, "This method does nothing here.", headers=headers))
    return PlainTextResponse("This page does not take that method.\n", 405, headers=headers)


async def failed(request: Request, error: Exception) -> Response:
    """A fault of ours: said without any detail, which stands in the log."""
    if api_problem.concerns(request.url.path):
        answer = api_problem.answer(
            api_problem.Refused(500, "Something went wrong on our side. It is noted.")
        )
    else:
        answer = message_page(
            plain_look(request),
            "Something went wrong on our side",
            "It is noted. Please try again in a few minutes.",
            status=500,
        )
    # This answer is made outside the middleware that sets them on every other one.
    make_safe(answer.headers, request.app.state.context)
    return answer
