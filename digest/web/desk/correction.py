"""The page of a correction: written, looked at, and sent after a question that says to how many."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from digest.actions import desk_correction
from digest.actions.correct import Proposed
from digest.actions.sign_in import Visitor, say
from digest.problem import Problem
from digest.web.desk.door import Fields, context_of, hint
from digest.web.desk.issue import Typed, framed, in_the_light, reference
from digest.web.desk.pages import counted, go, page


def show(
    request: Request,
    visitor: Visitor,
    proposed: Proposed | None = None,
    typed: Typed | None = None,
    status: int = 200,
) -> Response:
    """The form, with what this session typed last; once it was looked at, the mail and who gets it."""
    found = desk_correction.page_of(context_of(request), visitor, reference(request))
    fields = typed.fields if typed is not None else {}
    subject, text = fields.get("subject", found.subject), fields.get("text", found.text)
    return page(
        request,
        "correction",
        visitor,
        status,
        correction=found,
        here=f"/n/{found.slug}/{found.number}",
        view={},
        typed=typed or Typed(),
        subject=subject,
        text=text,
        proposed=proposed,
        seen=desk_correction.mark(subject, text),
    )


def act(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """Look at what was typed, or send what was looked at."""
    context, named, now = context_of(request), reference(request), datetime.now(UTC)
    subject, text = fields.text("subject"), fields.text("text")
    try:
        proposed = desk_correction.look_at(context, visitor, named, subject, text, now)
        if fields.text("do") != "send":
            return show(request, visitor, proposed, Typed("", fields))
        try:
            name, recipients = desk_correction.send(
                context, visitor, named, subject, text, fields.text("seen"), now
            )
        except Problem as problem:
            typed = Typed("correction", fields, problem.message, hint(problem))
            return show(request, visitor, proposed, typed, 409)
    except Problem as problem:
        typed = Typed("correction", fields, problem.message, hint(problem))
        return show(request, visitor, None, typed, 422)
    say(
        context,
        visitor,
        f"The correction of {name} is handed over to {counted(recipients, 'reader')}. "
        "`digest run` sends it; without one, `digest issue correct` with the same words does.",
    )
    return go(request, f"/n/{request.path_params['newsletter']}/{request.path_params['number']}")


def frame(request: Request, visitor: Visitor) -> Response:
    """The mail of what was looked at, for a frame of the page."""
    html = desk_correction.as_mail(context_of(request), visitor, reference(request), datetime.now(UTC))
    return framed(in_the_light(html))
