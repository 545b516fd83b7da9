"""The sign-up form as HTML for another site: no script, no frame, nothing loaded from here."""

from datetime import UTC, datetime
from html import escape

from digest.actions.context import Context
from digest.actions.offer import offer
from digest.actions.sign_up import WORDING, NoSuchList
from digest.problem import Problem
from digest.rendering.words import words

TRAP = "website"
"""A field that no person sees: what is written into it was written by a machine."""


def snippet(context: Context, slug: str, language: str = "", thanks: str = "") -> str:
    """The form of one list, in this language or the newsletter's; `thanks` is where it leads afterwards.

    Raises NoSuchList for a list that is unknown or private, Problem for a site that the setting
    `[web] allowed_redirects` does not name.
    """
    try:
        found = offer(context, slug, "", datetime.now(UTC), language)
    except NoSuchList:
        raise NoSuchList(
            f"There is no public list {slug!r}.", "See `digest list list`; private ones have no form."
        ) from None
    if thanks and not any(
        thanks == site or thanks.startswith(f"{site.rstrip('/')}/")
        for site in context.settings.web.allowed_redirects
    ):
        raise Problem(
            f"Sign-ups may not lead to {thanks!r}.", 'Add its site: [web] allowed_redirects = ["https://…"].'
        )
    say = words(found.look.language).say
    hidden = {"list": slug, "language": language, "wording": WORDING, "thanks": thanks}
    fields = "".join(
        f'  <input type="hidden" name="{name}" value="{escape(value)}">\n'
        for name, value in hidden.items()
        if value
    )
    return (
        f'<form method="post" action="{escape(context.settings.public_url)}/subscribe"'
        f' lang="{escape(found.look.language)}" accept-charset="utf-8">\n{fields}'
        f"  <label>{escape(say('Email address'))}\n"
        '    <input type="email" name="email" required autocomplete="email"></label>\n'
        '  <div style="position:absolute;left:-200vw" aria-hidden="true">'
        f'<input type="text" name="{TRAP}" tabindex="-1" autocomplete="off"></div>\n'
        "  <p>"
        + escape(
            say("You agree to get what you chose by email. Each mail has a link that ends it with one press.")
        )
        + "</p>\n"
        f'  <button type="submit">{escape(say("Subscribe"))}</button>\n</form>\n'
    )
