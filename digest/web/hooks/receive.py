"""`/hooks/<provider>`: a report is checked and kept, and the answer does not wait for what it does."""

import logging
from datetime import UTC, datetime

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from digest.actions import webhook_in
from digest.actions.beside import Beside
from digest.actions.context import Context
from digest.actions.webhook_in import Certificates
from digest.problem import Problem
from digest.sources.errors import SourceError
from digest.sources.fetcher import Fetcher, Limits
from digest.web.caller import written
from digest.webhooks.incoming import NotGenuine, Unreadable
from digest.webhooks.incoming.needs import NotInstalled

MAX_BODY_BYTES = 1_000_000
"""SendGrid sends many events at once."""
_log = logging.getLogger(__name__)


async def receive(request: Request) -> Response:
    """200 once the reports are kept; 403 without the provider's proof, 404 for one that is not in the settings.

    Where a proof cannot be checked just now the answer is 503, and the provider tries again.
    """
    context: Context = request.app.state.context
    provider, now = request.path_params["provider"], datetime.now(UTC)
    certificates: Certificates = request.app.state.certificates
    body = await request.body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        said = await webhook_in.genuine(context, provider, headers, body, now, certificates)
    except NotGenuine as refused:
        _log.warning("a request to /hooks/%s was refused: %s", provider, refused.message)
        return PlainTextResponse("The request does not prove where it comes from.\n", 403)
    except Unreadable as refused:
        return PlainTextResponse(f"{refused.message}\n", 400)
    except (NotInstalled, SourceError) as trouble:
        _log.error("a request to /hooks/%s cannot be checked: %s", provider, trouble)
        return PlainTextResponse("The proof cannot be checked now.\n", 503)
    if said is None:
        return PlainTextResponse("There is nothing here.\n", 404)
    if await written(request, webhook_in.keep, context, provider, said, now):
        waiting: Beside = request.app.state.applying
        waiting.wake()
    later = BackgroundTask(confirm, certificates, said.confirm) if said.confirm else None
    return PlainTextResponse("ok\n", background=later)


async def confirm(certificates: Certificates, url: str) -> None:
    """Say yes to Amazon SNS, after the answer; what goes wrong is logged, and SNS asks again."""
    try:
        await certificates.fetch(url)
        _log.info("a subscription of Amazon SNS was confirmed")
    except Problem as trouble:
        _log.error("a subscription of Amazon SNS could not be confirmed: %s", trouble.message)


async def from_amazon(url: str) -> bytes:
    """What stands at an address of Amazon's; SourceError when it is not to be had soon."""
    async with Fetcher(Limits(seconds=5, bytes=100_000, redirects=0)) as fetcher:
        return (await fetcher.fetch(url, accept="*/*")).content
