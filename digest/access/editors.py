"""Editors: added and removed from the command line only; nobody makes one on a page."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.access.problem import AccessError
from digest.access.tables import Editor, Role

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}")


def add(session: Session, name: str, address: str, now: datetime, role: Role = Role.EDITOR) -> Editor:
    """A new editor; AccessError for an address that is none or is somebody's already."""
    plain = " ".join(name.split())
    if not plain or len(plain) > 100 or not plain.isprintable() or set("<>") & set(plain):
        raise AccessError(f"{name!r} cannot be an editor's name.", "Write one line of up to 100 letters.")
    to = tidy(address)
    if not _ADDRESS.fullmatch(to) or not to.isprintable():
        raise AccessError(f"{address!r} is not an email address.", "Example: ani@example.org.")
    if session.scalar(select(Editor.id).where(Editor.address == to)) is not None:
        raise AccessError(f"There is an editor with the address {to} already.", "See: digest editor list.")
    editor = Editor(name=plain, address=to, role=role, created_at=now)
    session.add(editor)
    session.flush()
    return editor


def listed(session: Session) -> list[Editor]:
    """Every editor, by name."""
    return list(session.scalars(select(Editor).order_by(Editor.name, Editor.id)))


def find(session: Session, address: str) -> Editor:
    """The editor with this address; AccessError when there is none."""
    editor = session.scalar(select(Editor).where(Editor.address == tidy(address)))
    if editor is None:
        raise AccessError(
            f"There is no editor with the address {address!r}.", "Add one: digest editor add NAME ADDRESS."
        )
    return editor


def remove(session: Session, address: str) -> Editor:
    """Take an editor away with all sessions and links: the next click of any browser asks to sign in."""
    editor = find(session, address)
    session.delete(editor)
    session.flush()
    return editor


def tidy(address: str) -> str:
    """The address as editors' are kept and compared."""
    return address.strip().lower()
