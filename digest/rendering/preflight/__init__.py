"""Preflight: what is wrong with a mail before it goes out, each fault with its place and its cure.

One file a family of rules; each has `RULES` and `check(mail)`. docs/preflight.md lists them all.
"""

from collections.abc import Collection

from digest.rendering.preflight import (
    content,
    document,
    domain,
    headers,
    legibility,
    links,
    parity,
    pictures,
    size,
    spam,
    subject,
    support,
)
from digest.rendering.preflight.finding import Finding, Rule, Severity
from digest.rendering.preflight.links import addresses
from digest.rendering.preflight.mail import DomainRecords, LinkAnswer, Mail, of_message, of_rendered

__all__ = [
    "FAMILIES",
    "DomainRecords",
    "Finding",
    "LinkAnswer",
    "Mail",
    "Rule",
    "Severity",
    "addresses",
    "blocking",
    "check",
    "of_message",
    "of_rendered",
    "rules",
]

FAMILIES = (
    size, headers, subject, document, legibility, pictures, links, content, parity, domain, support, spam,
)  # fmt: skip
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check(mail: Mail, *, without: Collection[str] = ()) -> list[Finding]:
    """Every finding, errors first, then in the order of the families.

    `without` names families to leave out by their module, such as `spam`, which takes a second.
    """
    found = [
        finding
        for family in FAMILIES
        if family.__name__.rpartition(".")[2] not in without
        for finding in family.check(mail)
    ]
    return sorted(found, key=lambda finding: _ORDER[finding.severity])


def blocking(findings: Collection[Finding], overridden: Collection[str] = ()) -> list[Finding]:
    """The findings that forbid approval and sending: errors of rules that nobody has overridden."""
    return [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR and finding.rule not in overridden
    ]


def rules() -> dict[str, Rule]:
    """Every rule by its id."""
    return {rule.id: rule for family in FAMILIES for rule in family.RULES}
