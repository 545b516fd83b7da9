"""The signed links of a mail: to leave, to choose, to read it on the web."""

from digest.actions.context import Context
from digest.signing import Signer

LEAVE, PREFERENCES, ISSUE = "leave", "preferences", "issue"
CONFIRM, MOVE, UNDO = "confirm", "move", "undo"


def leave_url(public_url: str, signer: Signer, list_id: int, subscriber_id: int) -> str:
    """Where this person leaves this list: it names both and cannot be forged (RFC 8058 section 3.1)."""
    return f"{public_url}/u/{signer.sign(LEAVE, list_id, subscriber_id)}"


def preferences_url(public_url: str, signer: Signer, subscriber_id: int) -> str:
    """Where this person sees every list they are on."""
    return f"{public_url}/p/{signer.sign(PREFERENCES, subscriber_id)}"


def issue_url(public_url: str, signer: Signer, issue_id: int) -> str:
    """Where an issue is read on the web."""
    return f"{public_url}/v/{signer.sign(ISSUE, issue_id)}"


def archive_url(context: Context, slug: str) -> str:
    """Where everybody reads the issues of a newsletter whose list is public."""
    return f"{context.settings.public_url}/a/{slug}"


def fields_of(signer: Signer, purpose: str, token: str) -> tuple[int, ...]:
    """The fields of a token that names as many things as it needs; BadToken for one that is not ours."""
    return signer.verify(purpose, token, token.count("-", 0, token.rfind(".")) + 1)


def shared_values(context: Context, issue_id: int) -> dict[str, str]:
    """Slot values of a page that anybody may see: nobody's name, and no link that acts for anybody."""
    public = context.settings.public_url
    return {
        "name": "",
        "address": "",
        "unsubscribe_url": f"{public}/u",
        "preferences_url": f"{public}/u",
        "web_url": issue_url(public, context.signer, issue_id),
    }
