"""No way leads from a goodbye back to being mailed but the person's own new consent."""

from hypothesis import given
from hypothesis import strategies as st

from subscribers.states import Change, after, leaves
from subscribers.tables import SubscriptionState as State

changes = st.lists(st.sampled_from(Change), max_size=30)


@given(changes)
def test_after_a_goodbye_only_a_request_and_its_confirmation_lead_back(happened: list[Change]) -> None:
    state: State | None = None
    left = asked = False
    for change in happened:
        before, state = state, after(state, change, left=left) or state
        if leaves(change) and before is not None:
            left, asked = True, False
        if change in (Change.REQUEST, Change.JOIN) and state is State.UNCONFIRMED:
            asked = True
        if left and state is State.CONFIRMED:
            assert asked
            assert change is Change.CONFIRM
            left = asked = False


@given(changes)
def test_an_admin_alone_never_confirms_anyone_who_had_left(happened: list[Change]) -> None:
    state: State | None = State.UNSUBSCRIBED
    for change in happened:
        if change in (Change.REQUEST, Change.JOIN, Change.CONFIRM):
            continue
        state = after(state, change, left=True) or state
        assert state is not State.CONFIRMED


@given(st.sampled_from([None, *State]), st.sampled_from(Change), st.booleans())
def test_a_change_made_twice_is_made_once(state: State | None, change: Change, left: bool) -> None:
    left = left or state in (State.UNSUBSCRIBED, State.BOUNCED, State.COMPLAINED)
    once = after(state, change, left=left)
    if once is not None:
        assert after(once, change, left=left) in (None, once)


def test_the_ordinary_life_of_a_subscription() -> None:
    assert after(None, Change.REQUEST) is State.UNCONFIRMED
    assert after(State.UNCONFIRMED, Change.CONFIRM) is State.CONFIRMED
    assert after(State.CONFIRMED, Change.LEAVE) is State.UNSUBSCRIBED
    assert after(State.UNSUBSCRIBED, Change.REQUEST) is State.UNCONFIRMED
    assert after(None, Change.STATE) is State.CONFIRMED
    assert after(None, Change.CONFIRM) is None
