"""The description of the API (OpenAPI 3.1.0), made of the table of operations and the models that validate."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from digest import __version__
from digest.access.tokens import SCOPES
from digest.web.api.operation import Nothing, Operation
from digest.web.api.problem import MEDIA_TYPE, ProblemDetails
from digest.web.api.table import OPERATIONS, PREFIX, by_path

_REFERENCE = "#/components/schemas/{model}"
_WORDS = {
    400: "The body is not JSON.",
    401: "No token, or none of ours.",
    403: "The token lacks the scope.",
    404: "There is no such thing.",
    409: "It is not in a state for this.",
    413: "The request is too large.",
    415: "The body is not declared as JSON.",
    422: "A value cannot be taken; `errors` names the field.",
    429: "Too many requests; `Retry-After` says when to come again.",
    503: "The database is away; nothing was done.",
}
_ABOUT = """Lists, subscribers and issues of one installation.

Make a token with `digest token add NAME --scope …` and send it as `Authorization: Bearer …`. Errors are
problem details (RFC 9457) that name the field. Pages of a list are followed by giving `next` as `after`."""


class _Untitled(GenerateJsonSchema):
    """Fields have names; a title beside each would say them twice."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@lru_cache(maxsize=4)
def described(public_url: str) -> Mapping[str, Any]:
    """The whole description, for the installation at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Digest",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": public_url + PREFIX}],
        "paths": {
            path: {method.lower(): _operation(one) for method, one in operations.items()}
            for path, operations in by_path().items()
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"Scopes: {', '.join(SCOPES)}.",
                }
            },
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.tag],
        "security": [{"token": [one.scope]}] if one.scope else [],
        "parameters": [*_parameters(one.given, "path"), *_parameters(one.query, "query")],
        "responses": {
            **{str(status): _answer(one.answer) for status in (one.status, *one.also)},
            **{str(status): _refusal(status) for status in _refusals(one)},
        },
    }
    if one.body is not None:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _named(one.body)}},
        }
    return made


def _refusals(one: Operation) -> list[int]:
    always = {422, 429, 503} | ({401, 403} if one.scope else set()) | ({413} if one.writes else set())
    return sorted(always | ({400, 415} if one.body is not None else set()) | set(one.refusals))


def _parameters(model: type[BaseModel], place: str) -> list[dict[str, Any]]:
    schema = model.model_json_schema(schema_generator=_Untitled)
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": place,
            "required": name in required,
            **({"description": found["description"]} if "description" in found else {}),
            "schema": {key: value for key, value in found.items() if key not in ("default", "description")},
        }
        for name, found in schema.get("properties", {}).items()
    ]


def _answer(model: type[BaseModel]) -> dict[str, Any]:
    words = (model.__doc__ or "").split("\n")[0]
    return {"description": words, "content": {"application/json": {"schema": _named(model)}}}


def _refusal(status: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "description": _WORDS[status],
        "content": {MEDIA_TYPE: {"schema": _named(ProblemDetails)}},
    }
    if status in (429, 503):
        made["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    if status in (401, 403):
        made["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return made


def _named(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


def _schemas() -> dict[str, Any]:
    answers = {one.answer for one in OPERATIONS} | {ProblemDetails}
    bodies = {one.body for one in OPERATIONS if one.body is not None} - {Nothing}
    models: list[tuple[type[BaseModel], Any]] = [
        *((model, "serialization") for model in sorted(answers, key=lambda one: one.__name__)),
        *((model, "validation") for model in sorted(bodies, key=lambda one: one.__name__)),
    ]
    _, definitions = models_json_schema(models, ref_template=_REFERENCE, schema_generator=_Untitled)
    found: dict[str, Any] = definitions["$defs"]
    return found
