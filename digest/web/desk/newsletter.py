"""The page of a newsletter: who sends it, how it looks, and every theme with that look."""

from starlette.requests import Request
from starlette.responses import Response

from digest.actions.brand_form import COLOURS, LINKS, Fault
from digest.actions.desk_newsletter import forget_typed, in_theme, look_of, save, try_on
from digest.actions.sign_in import Visitor, say
from digest.issues.log import Overtaken
from digest.problem import Problem
from digest.web.desk.door import Fields, context_of
from digest.web.desk.issue import framed, in_the_light
from digest.web.desk.pages import go, page


def show(
    request: Request,
    visitor: Visitor,
    typed: Fields | None = None,
    faults: dict[str, Fault] | None = None,
    sentence: str = "",
    status: int = 200,
) -> Response:
    """The form, with what is stored or what was typed, and a frame for each theme."""
    found = look_of(context_of(request), request.path_params["newsletter"])
    links = sum(name.endswith("_icon_url") for name in found.texts)
    return page(
        request,
        "newsletter",
        visitor,
        status,
        look=found,
        texts={**found.texts, **(typed or {})},
        stored=found.texts,
        typed=typed is not None,
        faults=faults or {},
        sentence=sentence,
        colours=COLOURS,
        links=range(max(links, LINKS)),
    )


def change(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """Saves the form, or tries it on; a colour that is offered is put in and tried on."""
    context, slug = context_of(request), request.path_params["newsletter"]
    do, _, offer = fields.text("do").partition(":")
    if do == "use":
        name, _, value = offer.partition(":")
        if name in COLOURS:
            fields[name] = value
    if do != "save":
        form = try_on(context, visitor, slug, fields)
        return show(request, visitor, fields, form.faults, _count(form.faults), 422 if form.faults else 200)
    try:
        form, changed = save(context, slug, fields, fields.text("seen"))
    except Overtaken as overtaken:
        faults = {overtaken.field: Fault(overtaken.message)}
        return show(request, visitor, fields, faults, str(overtaken), 409)
    except Problem as problem:
        return show(request, visitor, fields, {}, str(problem), 422)
    if form.faults:
        try_on(context, visitor, slug, fields)
        return show(request, visitor, fields, form.faults, _count(form.faults), 422)
    forget_typed(context, visitor, slug)
    words = ", ".join(name.replace("_", " ") for name in changed)
    say(context, visitor, f"Saved: {words}." if changed else "Nothing is different now.")
    return go(request, f"/n/{slug}")


def frame(request: Request, visitor: Visitor) -> Response:
    """A mail in one theme, for a frame of the page; `?typed` shows what is typed and not saved."""
    params, query = request.path_params, request.query_params
    html = in_theme(
        context_of(request), visitor, params["newsletter"], params["theme"], typed="typed" in query
    )
    return framed(in_the_light(html))


def _count(faults: dict[str, Fault]) -> str:
    if not faults:
        return ""
    number = len(faults)
    return f"Nothing is saved yet: {number} field{' is' if number == 1 else 's are'} to be mended below."
