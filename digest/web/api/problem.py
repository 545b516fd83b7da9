"""What an API answers when it does not do what was asked: problem details (RFC 9457) that name the field."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class WrongField(BaseModel):
    """One value that cannot be taken."""

    field: str = Field(description="Where it stands, as `consent.how` or `lists.0`.")
    message: str


class ProblemDetails(BaseModel):
    """Why nothing was done."""

    type: str = Field(default="about:blank", description="Always `about:blank`: the status says it all.")
    title: str
    status: int
    detail: str
    errors: list[WrongField] = Field(
        default=[], description="The fields at fault, where it is a field's fault."
    )


class Refused(Exception):
    """Ends an operation with a problem; `field` names the value at fault."""

    def __init__(
        self,
        status: int,
        detail: str,
        field: str = "",
        *,
        errors: Sequence[WrongField] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors) or ([WrongField(field=field, message=detail)] if field else [])
        self.headers = dict(headers or {})


def invalid(error: ValidationError, status: int = 422) -> Refused:
    """What pydantic found, by field; 400 where the body is no JSON at all."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(one["type"] == "json_invalid" for one in found):
        return Refused(400, "The body is not JSON.")
    errors = [
        WrongField(field=".".join(map(str, one["loc"])) or "body", message=_sentence(one["msg"]))
        for one in found
    ]
    return Refused(status, f"{errors[0].field}: {errors[0].message}", errors=errors)


def answer(refused: Refused) -> Response:
    """The problem as a response."""
    details = ProblemDetails(
        title=HTTPStatus(refused.status).phrase,
        status=refused.status,
        detail=refused.detail,
        errors=refused.errors,
    )
    return Response(details.model_dump_json(), refused.status, refused.headers, MEDIA_TYPE)


def concerns(path: str) -> bool:
    """Whether what is asked for at this path is answered as problem details."""
    return path.startswith("/api/")


def _sentence(message: str) -> str:
    told = message.removeprefix("Value error, ")
    return f"{told[:1].upper()}{told[1:]}{'' if told.endswith('.') else '.'}"
