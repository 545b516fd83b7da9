"""The forms of an issue's page: words, places, blocks. What was typed is never lost, whatever happens."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from digest.actions.context import Context
from digest.actions.edit import Edit, edit
from digest.actions.edit_blocks import add_block, change_block, remove_block
from digest.actions.sign_in import Visitor, say
from digest.issues import find_issue
from digest.issues.blocks import FIELDS, KINDS
from digest.issues.log import Overtaken
from digest.problem import Problem
from digest.web.desk.door import Fields, context_of, hint
from digest.web.desk.issue import Typed, back, reference, show


def item(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """One item: its words, its place, its pin; `do` says which button was pressed."""
    article = _number(fields, "article")
    wishes: dict[str, Callable[[], Edit]] = {
        "save": lambda: Edit(
            article=article,
            headline=fields.text("headline"),
            summary=fields.text("summary"),
            section=fields.get("section"),
            language=fields.text("language"),
            seen=fields.text("seen"),
        ),
        "up": lambda: Edit(article=article, step=-1),
        "down": lambda: Edit(article=article, step=1),
        "pin": lambda: Edit(article=article, pin=True),
        "unpin": lambda: Edit(article=article, pin=False),
        "drop": lambda: Edit(article=article, drop=True),
        "release": lambda: Edit(article=article, release=(fields.text("field"),)),
    }
    do, _, given = fields.text("do").partition(":")
    if given:
        fields["field"] = given
    wish = wishes.get(do, wishes["save"])()
    anchor = f"item-{article}" if do != "drop" else "dropped"
    return _edited(request, visitor, fields, wish, f"item-{article}", anchor)


def lines(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """Subject, preheader and intro, or one of the proposals."""
    context, do = context_of(request), fields.text("do")
    wish = Edit(
        subject=fields.text("subject"),
        preheader=fields.text("preheader"),
        intro=fields.text("intro"),
        seen=fields.text("seen"),
    )
    if do == "release":
        wish = Edit(subject="", preheader="")
    elif do.startswith("use:") and do[4:].isdecimal():
        with context.database.reading() as session:
            proposals = find_issue(session, reference(request)).subjects[int(do[4:]) :][:1]
        for proposal in proposals:
            wish = Edit(subject=proposal["subject"], preheader=proposal["preheader"])
    return _edited(request, visitor, fields, wish, "lines", "lines")


def story(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """A candidate: put in, put in as the first, put back, or taken out."""
    article, do = _number(fields, "article"), fields.text("do")
    wishes = {
        "add": Edit(add=article),
        "pin": Edit(add=article),
        "restore": Edit(restore=article),
        "drop": Edit(article=article, drop=True),
    }
    answer = _edited(request, visitor, fields, wishes.get(do, Edit()), "story", f"candidate-{article}")
    if do == "pin" and answer.status_code == 303:
        wish = Edit(article=article, move=1)
        return _edited(request, visitor, fields, wish, "story", f"candidate-{article}")
    return answer


def block(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """What stands between the items: put in, written anew, or taken out."""
    context, now, do = context_of(request), datetime.now(UTC), fields.text("do")
    number = _number(fields, "number")
    values = {name: fields.text(name) for name in FIELDS}
    form = "block" if do == "add" else f"block-{number}"
    try:
        values["when"] = _in_zone(context, request, values["when"])
        if do == "add":
            kind = fields.text("kind")
            kind = kind if kind in KINDS else KINDS[0]
            _, number = add_block(
                context, reference(request), kind, _number(fields, "after"), values, visitor.signature, now
            )
            sentence = f"The {kind} is in."
        elif do == "remove":
            remove_block(context, reference(request), number, visitor.signature, now)
            sentence = f"Block {number} is gone."
        else:
            seen = fields.text("seen")
            change_block(context, reference(request), number, values, visitor.signature, now, seen)
            sentence = f"Block {number} is saved."
    except Problem as problem:
        return _not_taken(request, visitor, fields, problem, form)
    say(context, visitor, sentence)
    return back(request, f"block-{number}" if do != "remove" else "blocks")


def _edited(
    request: Request, visitor: Visitor, fields: Fields, wish: Edit, form: str, anchor: str
) -> Response:
    context = context_of(request)
    try:
        edited = edit(context, reference(request), wish, visitor.signature, datetime.now(UTC))
    except Problem as problem:
        return _not_taken(request, visitor, fields, problem, form)
    said = "; ".join(edited.done)
    say(context, visitor, f"{said[:1].upper()}{said[1:]}." if said else "Nothing is different now.")
    return back(request, anchor)


def _not_taken(request: Request, visitor: Visitor, fields: Fields, problem: Problem, form: str) -> Response:
    """The page again, with what was typed and why it was not taken; nothing was stored."""
    typed = Typed(form, fields, problem.message, hint(problem), isinstance(problem, Overtaken))
    return show(request, visitor, typed, 409 if typed.overtaken else 422)


def _in_zone(context: Context, request: Request, local: str) -> str:
    """A moment typed as the newsletter's clock shows it, with its zone, as blocks keep it."""
    if not local:
        return ""
    with context.database.reading() as session:
        zone = find_issue(session, reference(request)).newsletter.timezone
    try:
        moment = datetime.fromisoformat(local)
    except ValueError:
        return local
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).isoformat()


def _number(fields: Fields, name: str) -> int:
    text = fields.text(name)
    return int(text) if text.isdecimal() and len(text) < 10 else 0
