"""Sign in to the desk: a link by mail or from the command line, a session, and its end."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from digest.access import editors, sessions
from digest.access.tables import EditorSession, Role
from digest.actions.context import Context
from digest.actions.deliver import return_paths
from digest.actions.letters import Content, rendition
from digest.actions.look import Look, newsletter_of
from digest.actions.relays import hand_over
from digest.problem import Problem
from digest.signups.limits import network
from outbox.post import Letter

FORM = "desk-form"
"""What the token of every form of a session is signed for."""


@dataclass(frozen=True)
class Visitor:
    """Who is at the desk. `said` is the sentence that the page before left for this one.

    `form_token` is made of `secret`, the session's own: a number of the database might be used again.
    """

    session_id: int
    secret: int
    name: str
    address: str
    signature: str
    role: Role
    said: str
    form_token: str

    @property
    def may_edit(self) -> bool:
        """Whether this person may change anything."""
        return self.role is Role.EDITOR


@dataclass(frozen=True)
class Asked:
    """A wish to sign in: whether it was taken, and the mail that follows from it, if any does."""

    taken: bool
    address: str = ""
    name: str = ""
    url: str = ""


def ask(context: Context, address: str, came_from: str, now: datetime) -> Asked:
    """Note that somebody wants a link; the same work for every address, so that nothing tells them apart."""
    typed = editors.tidy(address)[:320]
    origin = context.signer.digest("network", network(came_from))
    mark = context.signer.digest("editor", typed)
    with context.database.writing() as session:
        try:
            editor = editors.find(session, typed)
        except Problem:
            editor = None
        taken, secret = sessions.take(session, editor, origin, mark, now)
        if editor is None or not secret:
            return Asked(taken)
        return Asked(taken, editor.address, editor.name, link_url(context, secret))


def link(context: Context, address: str, now: datetime) -> str:
    """A link for the command line, good once; AccessError for an address that is no editor's."""
    with context.database.writing() as session:
        editor = editors.find(session, address)
        mark = context.signer.digest("editor", editor.address)
        _, secret = sessions.take(session, editor, b"\0" * 32, mark, now, limits=None)
    return link_url(context, secret)


async def mail(context: Context, asked: Asked, now: datetime) -> None:
    """Send the link through the newsletter's relay; Problem when there is none to be had."""
    with context.database.reading() as session:
        newsletter = newsletter_of(session, None)
        look = Look("en", newsletter.slug, newsletter.title) if newsletter else Look("en")
        name = newsletter.sender_name if newsletter else "Digest"
        sender = context.settings.web.sender or (newsletter.sender_address if newsletter else "")
    content = Content(
        "Your link to the desk",
        "Sign in to the desk",
        [f"Hello {asked.name}, somebody, hopefully you, asked to sign in at {_host(context)}."],
        "Sign in",
        asked.url,
        [
            "The link works once, within fifteen minutes. If it was not you, do nothing: nobody comes in without it."
        ],
    )
    letter = rendition(context, look, content, (name, sender), now)
    await hand_over(context, Letter(letter, asked.address, asked.name, {}, return_paths(context).bounces))


def link_url(context: Context, secret: str) -> str:
    """Where a link leads."""
    return f"{context.settings.public_url}/desk/in/{secret}"


def name_of_link(context: Context, secret: str, now: datetime) -> str:
    """Whose link it is, without using it up: programs that look at mails open every link in them."""
    with context.database.reading() as session:
        return sessions.whose(session, secret, now).name


def enter(context: Context, secret: str, now: datetime) -> str:
    """Use the link up and return the cookie of the session that begins."""
    with context.database.writing() as session:
        return sessions.enter(session, secret, now)[1]


def visit(context: Context, cookie: str, now: datetime) -> Visitor | None:
    """Who comes with this cookie, or None; notes once a minute that they were here, and takes what was said."""
    with context.database.reading() as session:
        found = sessions.find(session, cookie, now)
        if found is None:
            return None
        visitor = _visitor(context, found)
        quiet = not found.said and now - found.seen_at < sessions.NOTICED
    if not quiet:
        with context.database.writing() as session:
            row = session.get(EditorSession, visitor.session_id)
            if row is not None:
                row.seen_at, row.said = max(now, row.seen_at), ""
    return visitor


def say(context: Context, visitor: Visitor, sentence: str) -> None:
    """Leave a sentence for the next page of this session."""
    with context.database.writing() as session:
        row = session.get(EditorSession, visitor.session_id)
        if row is not None:
            row.said = sentence[:1000]


def is_own_form(context: Context, visitor: Visitor, token: str) -> bool:
    """Whether a form was made for this very session."""
    try:
        return context.signer.verify(FORM, token, 1) == (visitor.secret,)
    except Problem:
        return False


def leave(context: Context, visitor: Visitor) -> None:
    """Sign out: the session is gone before this returns."""
    with context.database.writing() as session:
        sessions.leave(session, visitor.session_id)


def _visitor(context: Context, found: EditorSession) -> Visitor:
    one, secret = found.editor, int.from_bytes(found.key[:16], "big")
    return Visitor(
        found.id, secret, one.name, one.address, one.signature, Role(one.role), found.said,
        context.signer.sign(FORM, secret),
    )  # fmt: skip


def _host(context: Context) -> str:
    return urlsplit(context.settings.public_url).netloc
