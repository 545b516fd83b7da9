"""An operation of the API: its address, who may call it, what goes in and comes out, and what does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from digest.actions.context import Context

P = TypeVar("P", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)
B = TypeVar("B", bound=BaseModel)


class Given(BaseModel):
    """What a caller gives in the address: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(Given):
    """What a caller gives as JSON: nothing unknown is taken, and nothing is turned into something else."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Nothing(Given):
    """No parameter, or no body."""


@dataclass(frozen=True)
class Call(Generic[P, Q, B]):
    """One request, validated. `actor` is what the history says of who did it; `came_from` the IP address."""

    context: Context
    path: P
    query: Q
    body: B
    actor: str
    came_from: str
    now: datetime


@dataclass(frozen=True)
class Done:
    """An answer with a status other than the operation's own."""

    answer: BaseModel
    status: int


@dataclass(frozen=True)
class Operation:
    """`method path`, for tokens with `scope` ("" for everybody); `act` is called in a thread.

    `refusals` are the statuses, besides those of every operation, with which it may refuse; `also` those
    with which it may answer besides `status`. `writes` operations take their turn at the database's door.
    """

    method: str
    path: str
    name: str
    summary: str
    scope: str
    act: "Callable[[Call[Any, Any, Any]], BaseModel | Done]"
    answer: type[BaseModel]
    given: type[Given] = Nothing
    query: type[Given] = Nothing
    body: type[Given] | None = None
    status: int = 200
    also: tuple[int, ...] = ()
    refusals: tuple[int, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether it may change anything."""
        return self.method != "GET"

    @property
    def tag(self) -> str:
        """The first word of its path."""
        return self.path.split("/")[1]
