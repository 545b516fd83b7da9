"""Signing up: a page for each list, and a form that any site can embed; no script, no cookie."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digest.actions import offer as offering
from digest.actions import sign_up
from digest.actions.context import Context
from digest.actions.sign_up import NoSuchList
from digest.actions.snippet import TRAP
from digest.problem import Problem
from digest.signups.limits import Verdict
from digest.web.caller import caller, wake
from digest.web.limits import POLICY
from digest.web.pages import message_page, page, plain_look
from digest.web.together import Together
from subscribers.addresses import AddressError

RETRY_SECONDS = "3600"


@dataclass(frozen=True)
class _Asked:
    wish: sign_up.Wish
    thanks: str = ""


class SignUp(HTTPEndpoint):
    """`/subscribe` and `/subscribe/<list>`: GET and HEAD show the form, POST takes it."""

    def get(self, request: Request) -> Response:
        """The form beside what was in the last issue."""
        return _form(request, request.path_params.get("list"))

    async def post(self, request: Request) -> Response:
        """Queue the sign-up. The answer is the same for every address: it waits for no database row of theirs."""
        asked = await _read(request)
        context: Context = request.app.state.context
        asking = sign_up.Asking(
            asked.wish, caller(request), _source(request, context), request.headers.get("accept-language", "")
        )
        signing_up: Together[sign_up.Asking, sign_up.Taken | Problem] = request.app.state.signing_up
        found = await signing_up.do(asking)
        if isinstance(found, Problem) or found.verdict in (Verdict.REFUSE, Verdict.FULL):
            return await run_in_threadpool(_refused, request, asked, found)
        wake(request)
        if asked.thanks and allowed(context, asked.thanks):
            return RedirectResponse(asked.thanks, 303)
        return page("asked", found.look, address=asked.wish.address.strip())


def together(context: Context, door: CapacityLimiter) -> Together[sign_up.Asking, sign_up.Taken | Problem]:
    """Those who sign up at the same moment do so in one transaction."""
    return Together(lambda asked: sign_up.sign_up_at_once(context, asked, datetime.now(UTC)), door)


def allowed(context: Context, url: str) -> bool:
    """Whether a sign-up may lead on to this address: only to a site that the settings name."""
    try:
        wanted = urlsplit(url)
        sites = [urlsplit(site) for site in context.settings.web.allowed_redirects]
        origin = (wanted.scheme, wanted.hostname, wanted.port)
        return wanted.username is None and origin in [(one.scheme, one.hostname, one.port) for one in sites]
    except ValueError:
        return False


def _source(request: Request, context: Context) -> str:
    origin = request.headers.get("origin", "")
    own = context.settings.public_url
    return "sign-up page" if not origin or own.startswith(origin) else f"form on {origin[:200]}"


async def _read(request: Request) -> _Asked:
    async with request.form(max_files=0, max_fields=100) as form:
        # A zero octet, which PostgreSQL keeps in no text, would spoil all that is taken with it.
        texts = {key: [str(value).replace("\0", "") for value in form.getlist(key)] for key in form}
    one = {key: values[0] for key, values in texts.items() if values}
    lists = texts.get("list") or [request.path_params.get("list", "")]
    context: Context = request.app.state.context
    address = one.get("email", "")[:400]
    wish = sign_up.Wish(
        address=address,
        lists=lists,
        name=one.get("name", ""),
        language=one.get("language", ""),
        topics=texts.get("topic", []),
        wording=one.get("wording", ""),
        trapped=bool(one.get(TRAP)),
        held=not sign_up.worked(
            context, one.get("challenge", ""), address, one.get("work", ""), datetime.now(UTC)
        ),
    )
    return _Asked(wish, one.get("thanks", ""))


def _refused(request: Request, asked: _Asked, found: sign_up.Taken | Problem) -> Response:
    """The form again, with what was filled in and what is wrong with it."""
    field, sentence, status = "", "That was asked for too often. Please try again in an hour.", 429
    if isinstance(found, AddressError):
        field, sentence, status = "address", "This is not an email address. Look for a slip in it.", 422
    elif isinstance(found, Problem):
        field, sentence, status = "list", "Choose at least one of the lists.", 422
    slug = next(iter(asked.wish.lists), None)
    try:
        answer = _form(request, slug, asked, field, sentence, status)
    except NoSuchList:
        answer = _form(request, None, asked, field, sentence, status)
    if status == 429:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _offer(request: Request, slug: str | None, language: str = "") -> offering.Offer:
    context: Context = request.app.state.context
    accepted = request.headers.get("accept-language", "")
    return offering.offer(context, slug or None, accepted, datetime.now(UTC), language)


def _form(
    request: Request,
    slug: str | None,
    asked: _Asked | None = None,
    field: str = "",
    sentence: str = "",
    status: int = 200,
) -> Response:
    context: Context = request.app.state.context
    offer = _offer(request, slug, request.query_params.get("language", ""))
    work = sign_up.work_to_do(context, datetime.now(UTC))
    answer = page(
        "sign_up",
        offer.look,
        status,
        offer=offer,
        wish=asked.wish if asked else sign_up.Wish("", [offer.lists[0].slug]),
        wrong=field,
        sentence=sentence,
        wording=sign_up.WORDING,
        trap=TRAP,
        work=work,
    )
    if work is not None:
        answer.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'self'"
    return answer


def nothing_to_join(request: Request, error: Exception) -> Response:
    """There is no such public list."""
    assert isinstance(error, Problem)
    return message_page(plain_look(request), "There is no such list", "It may be private.", status=404)
