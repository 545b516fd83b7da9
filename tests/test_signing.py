"""Tokens are bound to their purpose, their fields and their key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.problem import Problem
from digest.signing import BadToken, Signer, parse_keys

SIGNER = Signer((("k1", b"a" * 32),))
fields = st.lists(st.integers(0, 2**62), min_size=1, max_size=4)


@given(fields)
def test_a_token_gives_back_its_fields(values: list[int]) -> None:
    assert SIGNER.verify("leave", SIGNER.sign("leave", *values), len(values)) == tuple(values)


@given(fields)
def test_a_token_of_one_purpose_fails_at_another(values: list[int]) -> None:
    with pytest.raises(BadToken):
        SIGNER.verify("view", SIGNER.sign("leave", *values), len(values))


@given(fields, st.data())
def test_a_changed_token_is_refused(values: list[int], data: st.DataObject) -> None:
    token = SIGNER.sign("leave", *values)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != token[at]))
    with pytest.raises(BadToken):
        SIGNER.verify("leave", token[:at] + other + token[at + 1 :], len(values))


@given(st.text())
def test_any_text_that_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        SIGNER.verify("leave", text, 2)


def test_a_token_with_another_number_of_fields_is_refused() -> None:
    with pytest.raises(BadToken):
        SIGNER.verify("leave", SIGNER.sign("leave", 1, 2), 3)


def test_old_links_live_on_when_keys_rotate() -> None:
    old = SIGNER.sign("leave", 7, 9)
    rotated = Signer((("k2", b"b" * 32), ("k1", b"a" * 32)))
    assert rotated.verify("leave", old, 2) == (7, 9)
    assert rotated.sign("leave", 7, 9).startswith("k2.")
    assert rotated.digest("suppression", "a@example.org") == SIGNER.digest("suppression", "a@example.org")


@pytest.mark.parametrize("keys", [(), (("k.1", b"a" * 32),), (("k1", b"short"),)])
def test_a_weak_or_unreadable_key_is_refused(keys: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(Problem, match="signing key"):
        Signer(keys)


def test_keys_are_read_from_settings() -> None:
    assert parse_keys(["k1:secret:with:colons"]) == (("k1", b"secret:with:colons"),)
