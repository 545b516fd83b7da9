"""Issues through the API: read them, build a draft, approve it, let it wait for its hour."""

from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from digest.actions import api_issues as actions
from digest.issues import IssueError
from digest.issues.problems import NewsletterError
from digest.web.api.operation import Body, Call, Given, Nothing, Operation
from digest.web.api.problem import Refused
from digest.web.api.texts import Cursor, Limit, Number, Slug, row_of


class ListedIssue(BaseModel):
    """An issue in a list of issues; `items` is how many stories stand in it."""

    newsletter: str
    number: int
    state: str
    subject: str
    items: int
    slot: datetime | None
    built_at: datetime
    sent_at: datetime | None


class Issues(BaseModel):
    """One page of issues, the newest first."""

    items: list[ListedIssue]
    next: str | None = Field(description="Give it as `after` for the next page; null at the end.")


class Item(BaseModel):
    """A story in an issue."""

    model_config = ConfigDict(extra="allow")
    position: int
    article_id: int
    section: str
    language: str
    topics: list[str]
    headline: str
    summary: str
    method: str
    score: float
    pinned: bool
    edited: list[str]


class Issue(BaseModel):
    """Everything that stands in an issue. `can_be` names what can be done to it next."""

    model_config = ConfigDict(extra="allow")
    newsletter: str
    number: int
    state: str
    can_be: list[str]
    slot: str | None
    built: str | None
    approved: str | None
    approved_by: str | None
    sent: str | None
    subject: str
    preheader: str
    intro: str
    items: list[Item]


class Items(BaseModel):
    """The stories of an issue, in order."""

    items: list[Item]


class Explanation(BaseModel):
    """Why the issue holds what it holds: every candidate with its score and reason."""

    decision: dict[str, Any]
    verdicts: list[dict[str, Any]]


class Status(BaseModel):
    """How far the sending is. `counts` are messages by state; all of them are `recipients` when it `balances`."""

    issue: str
    mailing: str | None
    reason: str | None
    recipients: int
    counts: dict[str, int]
    balances: bool


class WhichIssues(Given):
    newsletter: Slug = Field(default="", description="Only issues of this newsletter.")
    limit: Limit = 50
    after: Cursor = ""


class OneIssue(Given):
    newsletter: Slug
    number: Number


class Draft(Body):
    """For which newsletter to build; an open draft is built anew and keeps what an editor did."""

    newsletter: Slug


class Hour(Body):
    """When to send."""

    at: AwareDatetime | None = Field(default=None, description="Its own slot of the schedule where left out.")


def listing(call: Call[Nothing, WhichIssues, Nothing]) -> Issues:
    wanted = call.query
    found, more = _found(
        actions.page_of_issues, call.context, newsletter=wanted.newsletter,
        before=row_of(wanted.after) if wanted.after else None, limit=wanted.limit,
    )  # fmt: skip
    items = [ListedIssue.model_validate(one, from_attributes=True) for one in found]
    return Issues(items=items, next=str(more) if more else None)


def show(call: Call[OneIssue, Nothing, Any]) -> Issue:
    return Issue(**_found(actions.whole, call.context, call.path.newsletter, call.path.number))


def items(call: Call[OneIssue, Nothing, Nothing]) -> Items:
    return Items(items=show(call).items)


def explain(call: Call[OneIssue, Nothing, Nothing]) -> Explanation:
    return Explanation(**_found(actions.explained, call.context, call.path.newsletter, call.path.number))


def status(call: Call[OneIssue, Nothing, Nothing]) -> Status:
    return Status(**_found(actions.status, call.context, call.path.newsletter, call.path.number))


def build(call: Call[Nothing, Nothing, Draft]) -> Issue:
    try:
        return Issue(**actions.build_draft(call.context, call.body.newsletter, call.now))
    except NewsletterError as error:
        raise Refused(404, error.message, "newsletter") from None
    except IssueError as error:
        raise Refused(409, error.message) from None


def approve(call: Call[OneIssue, Nothing, Nothing]) -> Issue:
    show(call)
    return _stepped(actions.approve_issue, call, call.actor, call.now)


def schedule(call: Call[OneIssue, Nothing, Hour]) -> Issue:
    show(call)
    return _stepped(actions.schedule, call, call.body.at and call.body.at.astimezone(UTC))


def _found(act: Any, *values: Any, **named: Any) -> Any:
    try:
        return act(*values, **named)
    except IssueError as error:
        raise Refused(404, error.message) from None


def _stepped(act: Any, call: Call[OneIssue, Any, Any], *values: Any) -> Issue:
    try:
        return Issue(**act(call.context, call.path.newsletter, call.path.number, *values))
    except IssueError as error:
        raise Refused(409, error.message) from None


READ, WRITE = "issues:read", "issues:write"
OPERATIONS = (
    Operation("GET", "/issues", "listIssues", "List issues, the newest first.", READ, listing, Issues,
              query=WhichIssues, refusals=(404,)),
    Operation("POST", "/issues", "buildIssue", "Build a newsletter's draft.", WRITE, build, Issue, body=Draft,
              status=201, refusals=(404, 409)),
    Operation("GET", "/issues/{newsletter}/{number}", "getIssue", "Show one issue.", READ, show, Issue,
              given=OneIssue, refusals=(404,)),
    Operation("GET", "/issues/{newsletter}/{number}/items", "getItems", "Show its stories.", READ, items, Items,
              given=OneIssue, refusals=(404,)),
    Operation("GET", "/issues/{newsletter}/{number}/explain", "explainIssue", "Say why each candidate is in or out.",
              READ, explain, Explanation, given=OneIssue, refusals=(404,)),
    Operation("GET", "/issues/{newsletter}/{number}/status", "getStatus", "Say how far the sending is.", READ,
              status, Status, given=OneIssue, refusals=(404,)),
    Operation("POST", "/issues/{newsletter}/{number}/approve", "approveIssue", "Let it go out as it is rendered now.",
              WRITE, approve, Issue, given=OneIssue, refusals=(404, 409)),
    Operation("POST", "/issues/{newsletter}/{number}/schedule", "scheduleIssue", "Let it wait for its hour.", WRITE,
              schedule, Issue, given=OneIssue, body=Hour, refusals=(404, 409)),
)  # fmt: skip
