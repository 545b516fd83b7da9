"""People through the API: list, find, add, change, unsubscribe, erase, history."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, Field

from digest.actions import api_subscribers as actions
from digest.web.api.operation import Body, Call, Done, Given, Nothing, Operation
from digest.web.api.problem import Refused
from digest.web.api.texts import Cursor, Email, Id, Language, Limit, Line, Sentence, Slug, Tag, Words, row_of
from subscribers.subscribing import Proof

State = Literal["unconfirmed", "confirmed", "unsubscribed", "bounced", "complained"]
Tags = Annotated[list[Tag], Field(max_length=40)]
Value = Words | int | float | bool | None
Attributes = Annotated[
    dict[Line, Value], Field(max_length=40, json_schema_extra={"additionalProperties": False})
]


class Membership(BaseModel):
    """A person on a list. Only `confirmed` is mailed."""

    list: str
    state: State
    consent: str = Field(description="How they consented, as it is kept as proof.")
    requested_at: datetime
    confirmed_at: datetime | None
    frequency: str = Field(description="`weekly` or `monthly` at most; empty for each issue.")
    paused_until: datetime | None


class Person(BaseModel):
    """A person and every list they are or were on."""

    id: int
    email: str
    name: str
    language: str
    timezone: str
    topics: list[str]
    tags: list[str]
    attributes: dict[str, Any]
    created_at: datetime
    lists: list[Membership]


class PersonInFull(Person):
    """A person, with why the address is suppressed, if it is."""

    suppressed: list[str]


class People(BaseModel):
    """One page of people, in the order in which they came."""

    items: list[Person]
    next: str | None = Field(description="Give it as `after` for the next page; null at the end.")


class Happening(BaseModel):
    """One change of a membership, with its proof."""

    at: datetime
    list: str
    change: str
    state: str
    actor: str
    evidence: str
    wording: str


class History(BaseModel):
    """Everything that happened to a person, oldest first."""

    items: list[Happening]


class Certificate(BaseModel):
    """What an erasure removed; `fingerprint` is all that stays, so that the address is never mailed again."""

    erased_at: datetime
    fingerprint: str
    removed: dict[str, int]


class OnePerson(Given):
    id: Id


class WhichPeople(Given):
    list: Slug = Field(default="", description="Only people of this list.")
    state: State | Literal[""] = Field(default="", description="Only with a membership in this state.")
    limit: Limit = 50
    after: Cursor = ""


class Find(Body):
    """Whom to look for. It is asked for in the body, since addresses of people belong in no URL."""

    email: Email


class Consent(Body):
    """The proof that this person agreed (GDPR article 7)."""

    how: Sentence = Field(
        min_length=1,
        description="What they did and where, with the moment and the IP address where you have them.",
        examples=["Ticked the box at checkout, 2026-11-25 09:12 UTC, from 192.0.2.7"],
    )
    wording: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=64)] = Field(
        default="", description="The version of the sentence that they agreed to."
    )


class NewPerson(Body):
    """Somebody to put on a list. Without a consent they stay unconfirmed and are not mailed."""

    email: Email
    list: Slug
    consent: Consent | None = None
    name: Line = ""
    language: Language = ""
    topics: Tags = Field(default_factory=lambda: [])
    tags: Tags = Field(default_factory=lambda: [])
    attributes: Attributes = Field(default_factory=dict)


class Changes(Body):
    """What to change; what is left out stays. An attribute of null is removed."""

    name: Line | None = None
    language: Language | None = None
    topics: Tags | None = None
    tags: Tags | None = None
    attributes: Attributes | None = None


class Leaving(Body):
    """From which list, and why."""

    list: Slug = Field(default="", description="Without it: from every list, and the address is suppressed.")
    reason: Line = ""


def listing(call: Call[Nothing, WhichPeople, Nothing]) -> People:
    wanted = call.query
    found, more = actions.page_of_people(
        call.context,
        list_slug=wanted.list,
        state=wanted.state,
        after=row_of(wanted.after),
        limit=wanted.limit,
    )
    return People(items=[_person(one) for one in found], next=str(more) if more else None)


def find(call: Call[Nothing, Nothing, Find]) -> PersonInFull:
    return _in_full(actions.find(call.context, call.body.email))


def show(call: Call[OnePerson, Nothing, Nothing]) -> PersonInFull:
    return _in_full(actions.show(call.context, call.path.id))


def add(call: Call[Nothing, Nothing, NewPerson]) -> Done:
    given = call.body
    proof = (
        Proof(call.actor, given.consent.how, given.consent.wording) if given.consent else Proof(call.actor)
    )
    try:
        added = actions.add(
            call.context, given.email, given.list, proof, call.now, stated=given.consent is not None,
            name=given.name, language=given.language, topics=given.topics, tags=given.tags,
            attributes=given.attributes,
        )  # fmt: skip
    except actions.Suppressed as error:
        raise Refused(409, error.message, "email") from None
    return Done(_in_full(added.person), 201 if added.new else 200)


def change(call: Call[OnePerson, Nothing, Changes]) -> PersonInFull:
    given = call.body
    return _in_full(
        actions.change(
            call.context, call.path.id, name=given.name, language=given.language, topics=given.topics,
            tags=given.tags, attributes=given.attributes,
        )
    )  # fmt: skip


def leave(call: Call[OnePerson, Nothing, Leaving]) -> PersonInFull:
    proof = Proof(call.actor, call.body.reason)
    return _in_full(actions.leave(call.context, call.path.id, call.body.list, proof, call.now))


def erase(call: Call[OnePerson, Nothing, Nothing]) -> Certificate:
    return Certificate.model_validate(
        actions.erase_person(call.context, call.path.id, call.now), from_attributes=True
    )


def history(call: Call[OnePerson, Nothing, Nothing]) -> History:
    found = actions.history_of(call.context, call.path.id)
    return History(items=[Happening.model_validate(one, from_attributes=True) for one in found])


def _person(one: actions.Person) -> Person:
    return Person(**_facts(one))


def _in_full(one: actions.Person) -> PersonInFull:
    return PersonInFull(**_facts(one), suppressed=list(one.suppressed))


def _facts(one: actions.Person) -> dict[str, Any]:
    person = one.subscriber
    return {
        "id": person.id,
        "email": person.address,
        "name": person.name,
        "language": person.language or "",
        "timezone": person.timezone or "",
        "topics": person.topics,
        "tags": person.tags,
        "attributes": person.attributes,
        "created_at": person.created_at,
        "lists": [
            Membership(
                list=member.list,
                state=cast(State, member.subscription.state),
                consent=member.consent,
                requested_at=member.subscription.requested_at,
                confirmed_at=member.subscription.confirmed_at,
                frequency=member.subscription.frequency or "",
                paused_until=member.subscription.paused_until,
            )
            for member in one.memberships
        ],
    }


READ, WRITE = "subscribers:read", "subscribers:write"
OPERATIONS = (
    Operation("GET", "/subscribers", "listSubscribers", "List people, page by page.", READ, listing, People,
              query=WhichPeople, refusals=(404,)),
    Operation("POST", "/subscribers", "addSubscriber", "Put somebody on a list, with the proof of consent.", WRITE,
              add, PersonInFull, body=NewPerson, status=201, also=(200,), refusals=(404, 409)),
    Operation("POST", "/subscribers/find", "findSubscriber", "Find somebody by address.", READ, find, PersonInFull,
              body=Find, refusals=(404,)),
    Operation("GET", "/subscribers/{id}", "getSubscriber", "Show one person.", READ, show, PersonInFull,
              given=OnePerson, refusals=(404,)),
    Operation("PATCH", "/subscribers/{id}", "changeSubscriber", "Change what is known of a person.", WRITE, change,
              PersonInFull, given=OnePerson, body=Changes, refusals=(404,)),
    Operation("DELETE", "/subscribers/{id}", "eraseSubscriber", "Erase a person everywhere (GDPR article 17).",
              WRITE, erase, Certificate, given=OnePerson, refusals=(404,)),
    Operation("POST", "/subscribers/{id}/unsubscribe", "unsubscribe", "End a membership, or all.", WRITE, leave,
              PersonInFull, given=OnePerson, body=Leaving, refusals=(404,)),
    Operation("GET", "/subscribers/{id}/history", "getHistory", "Show what happened to a person.", READ, history,
              History, given=OnePerson, refusals=(404,)),
)  # fmt: skip
