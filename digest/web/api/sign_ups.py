"""Signing up by program, for everybody: the same as the form of the sign-up page."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from digest.actions import sign_up as actions
from digest.signups.limits import Verdict
from digest.web.api.operation import Body, Call, Nothing, Operation
from digest.web.api.problem import Refused
from digest.web.api.subscribers import Tags
from digest.web.api.texts import Email, Line, Slug

RETRY_SECONDS = "3600"


class SignUp(Body):
    """What somebody asks for. They get a mail with a button, unless they must not be written to."""

    email: Email
    lists: Annotated[list[Slug], Field(min_length=1, max_length=actions.MOST_LISTS)]
    name: Line = ""
    language: Line = Field(
        default="", description="A tag, as hy; one that is not spoken here counts as none."
    )
    topics: Tags = Field(default_factory=list)
    wording: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=64)] = Field(
        default="", description="The version of the sentence of consent that they saw."
    )


class Accepted(BaseModel):
    """It is queued. The answer is the same for every address."""

    status: Literal["accepted"] = "accepted"


def sign_up(call: Call[Nothing, Nothing, SignUp]) -> Accepted:
    given = call.body
    wish = actions.Wish(
        given.email, given.lists, given.name, given.language, given.topics, given.wording,
        held=not actions.worked(call.context, "", given.email, "", call.now),
    )  # fmt: skip
    try:
        verdict = actions.sign_up(call.context, wish, call.came_from, "JSON API", call.now)
    except actions.NoSuchList as error:
        raise Refused(404, error.message, "lists") from None
    if verdict in (Verdict.REFUSE, Verdict.FULL):
        raise Refused(
            429, "That was asked for too often. Try again in an hour.", headers={"Retry-After": RETRY_SECONDS}
        )
    return Accepted()


OPERATIONS = (
    Operation("POST", "/sign-ups", "signUp", "Ask for lists; the person confirms by mail.", "", sign_up, Accepted,
              body=SignUp, status=202, refusals=(404,)),
)  # fmt: skip
