"""The way of an issue from draft to sent, as a table of steps. Pure."""

from enum import StrEnum

from digest.issues.problems import StateError
from digest.issues.tables import IssueState


class Step(StrEnum):
    """What can be done to an issue; the value is the verb of a sentence."""

    APPROVE = "approved"
    REOPEN = "reopened"
    SCHEDULE = "scheduled"
    START = "sent"
    PAUSE = "paused"
    RESUME = "resumed"
    FINISH = "finished"
    CANCEL = "cancelled"


_STEPS: dict[IssueState, dict[Step, IssueState]] = {
    IssueState.DRAFT: {Step.APPROVE: IssueState.APPROVED, Step.CANCEL: IssueState.CANCELLED},
    IssueState.APPROVED: {
        Step.SCHEDULE: IssueState.SCHEDULED,
        Step.START: IssueState.SENDING,
        Step.REOPEN: IssueState.DRAFT,
        Step.CANCEL: IssueState.CANCELLED,
    },
    IssueState.SCHEDULED: {
        Step.START: IssueState.SENDING,
        Step.REOPEN: IssueState.DRAFT,
        Step.CANCEL: IssueState.CANCELLED,
    },
    IssueState.SENDING: {
        Step.PAUSE: IssueState.PAUSED,
        Step.FINISH: IssueState.SENT,
        Step.CANCEL: IssueState.CANCELLED,
    },
    IssueState.PAUSED: {Step.RESUME: IssueState.SENDING, Step.CANCEL: IssueState.CANCELLED},
    IssueState.SENT: {},
    IssueState.CANCELLED: {},
}

_REASONS: dict[tuple[IssueState, Step], tuple[str, str]] = {
    (IssueState.DRAFT, Step.START): ("has not been approved", "Approve it first: digest issue approve."),
    (IssueState.DRAFT, Step.SCHEDULE): ("has not been approved", "Approve it first: digest issue approve."),
    (IssueState.DRAFT, Step.REOPEN): ("is a draft already", "It can be edited as it is."),
    (IssueState.SENDING, Step.START): (
        "is being sent already", "See how far it is with: digest issue status."
    ),
    (IssueState.SENT, Step.START): (
        "was sent already", "No reader gets it twice; send a correction: digest issue correct."
    ),
    (IssueState.SENT, Step.CANCEL): ("was sent already", "Send a correction: digest issue correct."),
    (IssueState.PAUSED, Step.START): ("is paused", "Go on with: digest issue resume."),
}  # fmt: skip
_HINTS = {
    IssueState.DRAFT: "Approve it first: digest issue approve.",
    IssueState.SENDING: "Pause or cancel it first: digest issue pause.",
    IssueState.CANCELLED: "Build a new one: digest issue build.",
}
STANDING = (
    IssueState.APPROVED, IssueState.SCHEDULED, IssueState.SENDING, IssueState.PAUSED, IssueState.SENT
)  # fmt: skip


def after(state: IssueState, step: Step, name: str) -> IssueState:
    """The state that `step` leads to; StateError, in plain words about the issue `name`, if it may not."""
    if step in _STEPS[state]:
        return _STEPS[state][step]
    if (state, step) in _REASONS:
        why, hint = _REASONS[state, step]
        raise StateError(f"{name} {why}.", hint)
    raise StateError(f"{name} is {in_words(state)} and cannot be {step.value}.", _HINTS.get(state, ""))


def allowed(state: IssueState) -> tuple[Step, ...]:
    """The steps that an issue in this state can take, for buttons and hints."""
    return tuple(_STEPS[state])


def in_words(state: IssueState) -> str:
    """The state as a sentence says it: "is being sent"."""
    return {IssueState.DRAFT: "a draft", IssueState.SENDING: "being sent"}.get(state, state.value)
