"""Return paths are signed, short, and lead back to one delivery."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.signing import Signer
from outbox.problem import AddressError
from outbox.returns import ReturnPaths

OLD, NEW = ("k1", b"o" * 32), ("k2", b"n" * 32)
PATHS = ReturnPaths(Signer((OLD,)), "bounces@news.example.org", "leave@news.example.org")


@given(st.integers(min_value=1, max_value=2**53))
@settings(deadline=None)
def test_a_bounce_and_a_leave_address_lead_back_to_their_delivery(number: int) -> None:
    tokens = PATHS.tokens(number)
    assert PATHS.bounced(PATHS.sender(tokens)) == number
    assert PATHS.leaving(PATHS.leave_address(tokens) or "") == number


def test_a_server_that_changes_the_case_does_no_harm() -> None:
    assert PATHS.bounced(PATHS.sender(PATHS.tokens(42)).upper()) == 42


@given(st.integers(min_value=0), st.characters())
@settings(deadline=None)
def test_an_address_with_one_character_changed_leads_nowhere(place: int, character: str) -> None:
    address = PATHS.sender(PATHS.tokens(42))
    place %= len(address)
    if address[place] != character.lower():
        changed = address[:place] + character + address[place + 1 :]
        assert PATHS.bounced(changed) is None or changed.lower() == address


def test_a_token_of_one_purpose_fails_at_another() -> None:
    tokens = PATHS.tokens(42)
    assert PATHS.bounced(f"bounces+{tokens.leave}@news.example.org") is None
    assert PATHS.leaving(f"leave+{tokens.bounce}@news.example.org") is None
    assert PATHS.bounced(f"bounces+{tokens.message.replace('.', '-')}@news.example.org") is None


def test_another_installation_reads_nothing() -> None:
    other = replace(PATHS, signer=Signer((NEW,)))
    assert other.bounced(PATHS.sender(PATHS.tokens(42))) is None


def test_rotating_keys_changes_no_message_on_its_way() -> None:
    rotated = replace(PATHS, signer=Signer((NEW, OLD)))
    assert rotated.tokens(42) == PATHS.tokens(42)


def test_without_a_mailbox_for_leaving_there_is_no_such_address() -> None:
    paths = replace(PATHS, leave=None)
    assert paths.leave_address(paths.tokens(42)) is None
    assert paths.leaving("leave+2a-00@news.example.org") is None


def test_a_mailbox_that_is_no_address_is_refused() -> None:
    with pytest.raises(AddressError):
        replace(PATHS, bounces="bounces")


def test_the_local_part_fits_its_limit() -> None:
    local = PATHS.sender(PATHS.tokens(10**9)).partition("@")[0]
    assert len(local) <= 64
