"""Serving the API: who calls, whether they may, what they gave, and the answer as JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from digest.access import tokens
from digest.actions.context import Context
from digest.issues import IssueError
from digest.problem import Problem
from digest.web.api import cross_origin, problem
from digest.web.api.openapi import described
from digest.web.api.operation import Call, Done, Nothing, Operation
from digest.web.api.problem import Refused
from digest.web.api.table import PREFIX, by_path
from digest.web.caller import caller, wake, written
from subscribers.addresses import AddressError
from subscribers.lists import UnknownList
from subscribers.people import UnknownSubscriber
from subscribers.problem import SubscribersError

DESCRIPTION = "/api/openapi.json"
SOON_SECONDS = "60"


def routes() -> list[Route]:
    """The routes of the API, and that of its description."""
    made = [Route(DESCRIPTION, description)]
    for path, operations in by_path().items():
        open_to_all = [] if any(one.scope for one in operations.values()) else ["OPTIONS"]
        # Numbers are told from words, so that /subscribers/find is none of /subscribers/{id}.
        pattern = path.replace("{id}", "{id:int}").replace("{number}", "{number:int}")
        made.append(Route(PREFIX + pattern, _endpoint(operations), methods=[*operations, *open_to_all]))
    return made


def description(request: Request) -> Response:
    """`/api/openapi.json`: what the API can do, made of what it does."""
    context: Context = request.app.state.context
    return JSONResponse(
        described(context.settings.public_url), headers={"Cache-Control": "public, max-age=300"}
    )


def _endpoint(operations: Mapping[str, Operation]) -> Any:
    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return cross_origin.preflight(request)
        # Starlette answers HEAD where it answers GET.
        operation = operations.get(request.method) or operations["GET"]
        try:
            answer = await _answered(request, operation)
        except Refused as error:
            answer = problem.answer(error)
        if not operation.scope:
            answer.headers.update(cross_origin.headers(request.app.state.context, request))
        return answer

    return endpoint


async def _answered(request: Request, operation: Operation) -> Response:
    actor = await _admitted(request, operation)
    call = Call(
        context=request.app.state.context,
        path=_taken(operation.given, request.path_params),
        query=_query(operation, request),
        body=await _body(operation, request),
        actor=actor,
        came_from=caller(request),
        now=datetime.now(UTC),
    )
    if operation.writes:
        done = await written(request, _done, operation, call)
        wake(request)
    else:
        done = await to_thread.run_sync(_done, operation, call)
    return Response(done.answer.model_dump_json(), done.status, media_type="application/json")


async def _admitted(request: Request, operation: Operation) -> str:
    """Who calls, for the history; 401, 403 or 429 for one who may not. Everybody may where no scope is named."""
    if not operation.scope:
        return "person"
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    bearer = None
    if scheme.lower() == "bearer":
        bearer = await written(request, _used, request.app.state.context, secret.strip())
    if bearer is None:
        raise Refused(401, "A valid token is needed.", headers={"WWW-Authenticate": 'Bearer realm="digest"'})
    if bearer.refused:
        raise Refused(
            429, "This token was used too often in this minute.", headers={"Retry-After": SOON_SECONDS}
        )
    if operation.scope not in bearer.scopes:
        challenge = f'Bearer realm="digest", error="insufficient_scope", scope="{operation.scope}"'
        raise Refused(
            403, f"The token has no scope {operation.scope}.", headers={"WWW-Authenticate": challenge}
        )
    return f"api {bearer.name}"


def _used(context: Context, secret: str) -> tokens.Bearer | None:
    with context.database.writing() as session:
        return tokens.use(session, secret, datetime.now(UTC))


def _taken(model: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise problem.invalid(error) from None


def _query(operation: Operation, request: Request) -> BaseModel:
    pairs = request.query_params.multi_items()
    values = dict(pairs)
    if len(values) != len(pairs):
        twice = next(name for name in values if request.query_params.getlist(name)[1:])
        raise Refused(422, f"{twice} is given more than once.", twice)
    return _taken(operation.query, values)


async def _body(operation: Operation, request: Request) -> BaseModel:
    if operation.body is None:
        return Nothing()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "The body must be JSON: send Content-Type: application/json.")
    try:
        return operation.body.model_validate_json(await request.body())
    except ValidationError as error:
        raise problem.invalid(error) from None


def _done(operation: Operation, call: Call[Any, Any, Any]) -> Done:
    """What the operation gives; a person's mistake becomes a refusal that names the field where it is known."""
    try:
        answer = operation.act(call)
    except AddressError as error:
        raise Refused(422, error.reason, "email") from None
    except UnknownSubscriber as error:
        raise Refused(404, error.message) from None
    except UnknownList as error:
        raise Refused(404, error.message, "list") from None
    except (SubscribersError, IssueError) as error:
        raise Refused(409, error.message) from None
    except Problem as error:
        raise Refused(503, error.message, headers={"Retry-After": SOON_SECONDS}) from None
    return answer if isinstance(answer, Done) else Done(answer, operation.status)
