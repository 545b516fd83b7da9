"""A rule of preflight and what it finds."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error blocks approval and sending; a warning should be looked at; a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One fault: which rule, how bad, where it stands, why it is a fault, and how to mend it."""

    rule: str
    severity: Severity
    where: str
    why: str
    mend: str


@dataclass(frozen=True)
class Rule:
    """A rule by its id, with the reason it exists and the way to mend what it finds."""

    id: str
    severity: Severity
    reason: str
    mend: str

    def found(self, where: str, why: str = "") -> Finding:
        """The finding of this rule at a place; `why` says more than the rule's own reason, if given."""
        return Finding(self.id, self.severity, where, why or self.reason, self.mend)


def error(identifier: str, reason: str, mend: str) -> Rule:
    """A rule whose findings block approval and sending."""
    return Rule(identifier, Severity.ERROR, reason, mend)


def warning(identifier: str, reason: str, mend: str) -> Rule:
    """A rule whose findings should be looked at."""
    return Rule(identifier, Severity.WARNING, reason, mend)


def note(identifier: str, reason: str, mend: str) -> Rule:
    """A rule whose findings are worth knowing."""
    return Rule(identifier, Severity.NOTE, reason, mend)
