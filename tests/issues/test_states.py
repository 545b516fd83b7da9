"""The way of an issue: what may follow on what, and the words when it may not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.issues import IssueState, StateError
from digest.issues.states import Step, after, allowed


def test_the_usual_way_leads_from_draft_to_sent() -> None:
    state = IssueState.DRAFT
    for step in (Step.APPROVE, Step.SCHEDULE, Step.START, Step.PAUSE, Step.RESUME, Step.FINISH):
        state = after(state, step, "Weekly No. 4")
    assert state == IssueState.SENT


@pytest.mark.parametrize(
    ("state", "step", "words"),
    [
        (IssueState.SENT, Step.START, "Weekly No. 4 was sent already. No reader gets it twice"),
        (IssueState.SENDING, Step.START, "Weekly No. 4 is being sent already."),
        (IssueState.DRAFT, Step.START, "Weekly No. 4 has not been approved. Approve it first"),
        (IssueState.PAUSED, Step.START, "Weekly No. 4 is paused. Go on with: digest issue resume."),
        (IssueState.CANCELLED, Step.START, "Weekly No. 4 is cancelled and cannot be sent. Build a new one"),
        (IssueState.SENDING, Step.APPROVE, "Weekly No. 4 is being sent and cannot be approved. Pause or"),
        (IssueState.APPROVED, Step.APPROVE, "Weekly No. 4 is approved and cannot be approved."),
        (IssueState.SENT, Step.CANCEL, "Send a correction"),
    ],
)
def test_a_step_that_cannot_be_taken_says_why_in_plain_words(
    state: IssueState, step: Step, words: str
) -> None:
    with pytest.raises(StateError) as caught:
        after(state, step, "Weekly No. 4")
    assert words in str(caught.value)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(Step), max_size=20))
def test_no_way_leads_to_sending_without_an_approval_or_out_of_sent(steps: list[Step]) -> None:
    state, approved = IssueState.DRAFT, False
    for step in steps:
        if step not in allowed(state):
            with pytest.raises(StateError):
                after(state, step, "Weekly No. 4")
            continue
        was, state = state, after(state, step, "Weekly No. 4")
        approved = step == Step.APPROVE or (approved and step != Step.REOPEN)
        assert was not in (IssueState.SENT, IssueState.CANCELLED)
        if state in (IssueState.SENDING, IssueState.SENT):
            assert approved
