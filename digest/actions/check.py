"""Check: the mail as it would go out, against every rule of preflight."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from digest.actions import links
from digest.actions.compose import Edition, compose, view
from digest.actions.context import Context
from digest.actions.deliver import return_paths
from digest.actions.message import message_facts
from digest.actions.online import answers, records
from digest.actions.relays import dkim, dkim_keys
from digest.issues import Issue, IssueError, find_issue
from digest.issues.finding import name_of
from digest.rendering import Rendered
from digest.rendering.preflight import Finding, Severity, addresses, blocking, of_message
from digest.rendering.preflight import check as preflight
from digest.rendering.preflight.headers import ONE_CLICK
from digest.rendering.preflight.links import PRIVATE
from outbox.relay import is_loopback
from outbox.rendition import Splice, compile_rendition


@dataclass(frozen=True)
class Checked:
    """What preflight found of an issue; `errors` are those that block it."""

    name: str
    findings: tuple[Finding, ...]
    errors: tuple[Finding, ...]
    bytes: int

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        size = f"{self.bytes / 1000:,.1f} kB as sent"
        if self.errors:
            return f"{self.name} must not go out yet: {_counted(len(self.errors), 'error')} ({size})."
        warnings = sum(one.severity is Severity.WARNING for one in self.findings)
        return f"{self.name} may go out: no error, {_counted(warnings, 'warning')} ({size})."

    @property
    def grouped(self) -> list[list[Finding]]:
        """The findings, those of one rule together, in their order."""
        groups: dict[str, list[Finding]] = {}
        for one in self.findings:
            groups.setdefault(one.rule, []).append(one)
        return list(groups.values())

    def to_json(self) -> dict[str, Any]:
        """The findings as plain data."""
        return {
            "issue": self.name,
            "bytes": self.bytes,
            "errors": len(self.errors),
            "findings": [asdict(one) for one in self.findings],
        }


def check(context: Context, reference: str, *, online: bool = False) -> Checked:
    """Check an issue as it stands; nothing is changed. `online` also asks its links and the sender's DNS."""
    with context.database.reading() as session:
        issue = find_issue(session, reference)
        return checked(context, session, issue, compose(context, session, issue), online=online)


def checked(
    context: Context,
    session: Session,
    issue: Issue,
    rendered: Rendered,
    overridden: Sequence[str] = (),
    edition: Edition | None = None,
    *,
    online: bool = False,
    without: Collection[str] = (),
) -> Checked:
    """Check a rendition of an issue, or of one edition of it, as the message of one reader.

    `without` names families of rules to leave out, such as `spam`, which takes a second.
    """
    raw = _example(context, session, issue, rendered, edition.line.subject if edition else "")
    mail = of_message(raw, view=view(session, issue, edition))
    if online:
        domain = issue.newsletter.sender_address.rpartition("@")[2]
        keys = {
            key.selector: key.name for key in dkim_keys(context.settings) if key.signs_for(domain.lower())
        }
        mail = replace(mail, domain=records(domain, keys), answers=answers(context.settings, addresses(mail)))
    findings = tuple(preflight(mail, without=without))
    if is_loopback(urlsplit(context.settings.public_url).hostname or ""):
        findings = tuple(map(_on_trial, findings))
    return Checked(name_of(issue), findings, tuple(blocking(findings, overridden)), len(raw))


def refuse_errors(result: Checked) -> None:
    """IssueError with the first error, what to do about it, and how many more there are."""
    if not result.errors:
        return
    first, more = result.errors[0], len(result.errors) - 1
    others = f" `digest issue check` shows {_counted(more, 'more error')}." if more else ""
    raise IssueError(
        f"{result.name} must not go out: {first.why.rstrip('.')} ({first.where}).",
        f"{first.mend}{others} Or override it: --override {first.rule} --why …",
    )


def _on_trial(finding: Finding) -> Finding:
    """On one's own machine there is no https, and what links to it is meant to."""
    if finding.rule == PRIVATE.id:
        return replace(finding, severity=Severity.NOTE)
    if finding.rule != ONE_CLICK.id:
        return finding
    return replace(
        finding,
        severity=Severity.WARNING,
        why="The links lead to this machine alone, so only you can unsubscribe.",
        mend="Set public_url to an https address before mailing real readers.",
    )


def _example(context: Context, session: Session, issue: Issue, rendered: Rendered, subject: str) -> bytes:
    """The message that a reader of number 0 would get: every header is there, and the links are real."""
    public, signer = context.settings.public_url, context.signer
    paths = return_paths(context)
    tokens = paths.tokens(0)
    facts = message_facts(context, session, issue, issue.built_at, subject)
    wire = compile_rendition(rendered.html, rendered.text, facts).splice(
        Splice(
            address="reader@example.org",
            name="A. Reader",
            message_id=tokens.message,
            values={
                "name": "A. Reader",
                "address": "reader@example.org",
                "unsubscribe_url": links.leave_url(public, signer, issue.newsletter.list_id, 0),
                "preferences_url": links.preferences_url(public, signer, 0),
                "web_url": links.issue_url(public, signer, issue.id),
            },
            leave_address=paths.leave_address(tokens),
        )
    )
    signs = dkim(context.settings)
    domain = issue.newsletter.sender_address.rpartition("@")[2]
    return signs.signatures(wire, domain) + wire if signs else wire


def _counted(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
