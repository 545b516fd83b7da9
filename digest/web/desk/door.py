"""The door of the desk: who has a session comes in, and only forms of that very session act."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from digest.access.sessions import ABSOLUTE
from digest.actions import sign_in
from digest.actions.context import Context
from digest.actions.sign_in import Visitor
from digest.problem import Problem
from digest.web.caller import written
from digest.web.desk.pages import go, message, page, root

COOKIE = "desk"
_NO_TEXT = ("Cc", "Cs")
MOST_FIELDS = 200
_OURS = ("form", "seen", "do", "article", "number", "after", "kind", "language")
"""Fields that nobody typed."""

Endpoint = Callable[[Request], object]
Show = Callable[[Request, Visitor], Response]
Act = Callable[[Request, Visitor, "Fields"], Response]


class Fields(dict[str, str]):
    """What was typed into a form, by the names of its fields; line breaks are those of text, not of the wire."""

    @classmethod
    def of(cls, form: FormData) -> "Fields":
        return cls({key: _plain(str(value)) for key, value in form.multi_items()})

    def text(self, name: str) -> str:
        """The field, or nothing."""
        return self.get(name, "")

    def many(self, prefix: str) -> Mapping[str, str]:
        """The fields whose names begin so, by the rest of their names."""
        return {key[len(prefix) :]: value for key, value in self.items() if key.startswith(prefix)}


def shown(show: Show) -> Endpoint:
    """An endpoint that shows a page to somebody who is signed in; others are sent to sign in."""

    async def endpoint(request: Request) -> Response:
        visitor = await run_in_threadpool(_visitor, request)
        if visitor is None:
            return go(request, "/sign-in")
        try:
            return await run_in_threadpool(show, request, visitor)
        except Problem as problem:
            return _told(request, visitor, problem, 404)

    endpoint.__doc__ = show.__doc__
    return endpoint


def acted(act: Act, *, looks: bool = False, slow: bool = False) -> Endpoint:
    """An endpoint that does what a form of this session asks for.

    With `looks` it changes nothing that others see, so a viewer may do it. With `slow` it waits for others (a mail
    server, a model), and so does not hold the turn of those who write.
    """

    async def endpoint(request: Request) -> Response:
        visitor = await run_in_threadpool(_visitor, request)
        fields = await read(request)
        if not came_from_here(request):
            return message(
                request,
                "This form is not from here",
                "Another site made it. Nothing was changed.",
                status=403,
            )
        if visitor is None or not sign_in.is_own_form(context_of(request), visitor, fields.text("form")):
            return _not_this_session(request, visitor, fields)
        if not (visitor.may_edit or looks):
            return message(
                request,
                "You may look, not change",
                "Whoever runs this installation can make you an editor.",
                visitor=visitor,
                status=403,
            )
        try:
            if slow:
                return await run_in_threadpool(act, request, visitor, fields)
            return await written(request, act, request, visitor, fields)
        except Problem as problem:
            return _told(request, visitor, problem, 400)

    endpoint.__doc__ = act.__doc__
    return endpoint


async def read(request: Request) -> Fields:
    """The fields of a form; files are refused."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return Fields.of(form)


def came_from_here(request: Request) -> bool:
    """Whether a page of this very address sent the form, as its browser says (Origin, RFC 6454; Fetch Metadata)."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") == "same-origin"
    parts = urlsplit(origin)
    own = context_of(request).settings.public_url
    return parts.netloc == request.headers.get("host") and parts.scheme == urlsplit(own).scheme


def hint(problem: Problem) -> str:
    """What to do next, unless it is a command to type: who sits at the desk has no terminal."""
    told = problem.hint or ""
    return "" if "digest " in told or "--" in told else told


def let_in(request: Request, answer: Response, cookie: str) -> Response:
    """The answer with the session's cookie, which no script reads and no other site sends."""
    answer.set_cookie(
        COOKIE, cookie, max_age=int(ABSOLUTE.total_seconds()), path=root(request), httponly=True, samesite="strict",
        secure=context_of(request).settings.public_url.startswith("https:"),
    )  # fmt: skip
    return answer


def let_out(request: Request, answer: Response) -> Response:
    """The answer that takes the cookie away."""
    answer.delete_cookie(COOKIE, path=root(request), httponly=True, samesite="strict")
    return answer


def context_of(request: Request) -> Context:
    """The installation behind the pages."""
    context: Context = request.app.state.context
    return context


def _plain(text: str) -> str:
    """Without control characters, which no keyboard types and one of the databases does not store."""
    lines = text.replace("\r\n", "\n")
    return "".join(
        letter for letter in lines if letter in "\n\t" or unicodedata.category(letter) not in _NO_TEXT
    )


def _visitor(request: Request) -> Visitor | None:
    return sign_in.visit(context_of(request), request.cookies.get(COOKIE, ""), datetime.now(UTC))


def _not_this_session(request: Request, visitor: Visitor | None, fields: Fields) -> Response:
    """The session of the form is over. What was typed into it is shown, so that it can be taken along."""
    typed = [text for key, text in fields.items() if key not in _OURS and text.strip()]
    return page(request, "over", visitor, 403, typed=typed)


def _told(request: Request, visitor: Visitor, problem: Problem, status: int) -> Response:
    return message(request, problem.message, hint(problem), visitor=visitor, status=status)
