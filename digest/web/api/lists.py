"""Lists through the API."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, Field

from digest.actions import api_lists as actions
from digest.web.api.operation import Body, Call, Given, Nothing, Operation
from digest.web.api.problem import Refused
from digest.web.api.texts import Language, Line, Sentence, Slug
from subscribers.lists import Standing, UnknownList, welcome_of
from subscribers.problem import SubscribersError

OptIn = Literal["double", "single"]
Welcome = Literal["off", "letter", "issue"]
Description = Annotated[
    dict[Language, Sentence], Field(max_length=20, json_schema_extra={"additionalProperties": False})
]


class MailingList(BaseModel):
    """A list that people subscribe to; `members` counts them by state."""

    list: str
    name: str
    description: dict[str, str] = Field(description="A text by language.")
    opt_in: OptIn
    public: bool = Field(description="Whether it has a sign-up page and an archive.")
    welcome: Welcome = Field(description="What follows the confirmation: nothing, a letter, the last issue.")
    goodbye: bool = Field(description="Whether a mail follows the leaving.")
    created_at: datetime
    members: dict[str, int]


class MailingLists(BaseModel):
    """Every list."""

    items: list[MailingList]


class Removed(BaseModel):
    """What was removed."""

    list: str


class OneList(Given):
    list: Slug


class NewList(Body):
    """A list to make."""

    list: Slug
    name: Line = Field(default="", description="As people see it; the short name where left out.")
    description: Description = Field(default_factory=dict)
    opt_in: OptIn = "double"
    public: bool = True
    welcome: Welcome = "off"
    goodbye: bool = False


class ListChanges(Body):
    """What to change; what is left out stays."""

    name: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=200)] | None = None
    description: Description | None = None
    opt_in: OptIn | None = None
    public: bool | None = None
    welcome: Welcome | None = None
    goodbye: bool | None = None


def every(call: Call[Nothing, Nothing, Nothing]) -> MailingLists:
    return MailingLists(items=[_list(one) for one in actions.every_list(call.context)])


def show(call: Call[OneList, Nothing, Nothing]) -> MailingList:
    return _list(actions.one_list(call.context, call.path.list))


def add(call: Call[Nothing, Nothing, NewList]) -> MailingList:
    values = call.body.model_dump(exclude={"list"})
    try:
        return _list(actions.add(call.context, call.body.list, values, call.now))
    except SubscribersError as error:
        raise Refused(409, error.message, "list") from None


def change(call: Call[OneList, Nothing, ListChanges]) -> MailingList:
    values: dict[str, Any] = call.body.model_dump(exclude_none=True)
    return _list(actions.change(call.context, call.path.list, values))


def remove(call: Call[OneList, Nothing, Nothing]) -> Removed:
    try:
        actions.remove(call.context, call.path.list)
    except UnknownList:
        raise
    except SubscribersError as error:
        raise Refused(409, error.message) from None
    return Removed(list=call.path.list)


def _list(standing: Standing) -> MailingList:
    one = standing.list
    return MailingList(
        list=one.slug, name=one.name, description=one.description, opt_in=cast(OptIn, one.opt_in), public=one.public,
        welcome=cast(Welcome, welcome_of(one)), goodbye=one.goodbye, created_at=one.created_at,
        members={str(state): number for state, number in sorted(standing.counts.items())},
    )  # fmt: skip


READ, WRITE = "lists:read", "lists:write"
OPERATIONS = (
    Operation("GET", "/lists", "listLists", "Show every list with its members by state.", READ, every, MailingLists),
    Operation("POST", "/lists", "addList", "Add a list.", WRITE, add, MailingList, body=NewList, status=201,
              refusals=(409,)),
    Operation("GET", "/lists/{list}", "getList", "Show one list.", READ, show, MailingList, given=OneList,
              refusals=(404,)),
    Operation("PATCH", "/lists/{list}", "changeList", "Change a list.", WRITE, change, MailingList, given=OneList,
              body=ListChanges, refusals=(404,)),
    Operation("DELETE", "/lists/{list}", "removeList", "Remove a list that has no members.", WRITE, remove, Removed,
              given=OneList, refusals=(404, 409)),
)  # fmt: skip
