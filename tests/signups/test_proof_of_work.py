"""Proof of work: done for one address, on a fresh challenge of ours, or not at all."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from digest.signing import Signer
from digest.signups.proof_of_work import GOOD_FOR, PURPOSE, challenge, line, proven

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
SIGNER = Signer((("k1", b"0" * 32),))
BITS = 10


def _work(given: str, address: str, bits: int = BITS) -> str:
    return next(str(n) for n in count() if proven(SIGNER, given, address, str(n), NOW, bits))


def test_the_work_is_accepted_for_its_address_alone() -> None:
    given = challenge(SIGNER, NOW)
    answer = _work(given, "ani@example.org", 16)
    assert proven(SIGNER, given, " ani@example.org ", answer, NOW + timedelta(minutes=5), 16)
    assert not proven(SIGNER, given, "bob@example.org", answer, NOW, 16)
    assert int(answer) > 100


def test_an_old_a_coming_or_a_made_up_challenge_is_none() -> None:
    given = challenge(SIGNER, NOW)
    answer = _work(given, "a@example.org")
    assert not proven(SIGNER, given, "a@example.org", answer, NOW + GOOD_FOR + timedelta(seconds=1), BITS)
    assert not proven(SIGNER, given, "a@example.org", answer, NOW - timedelta(minutes=1), BITS)
    other = Signer((("k1", b"1" * 32),)).sign(PURPOSE, int(NOW.timestamp()))
    assert not proven(SIGNER, other, "a@example.org", "0", NOW, 0)
    assert proven(SIGNER, given, "a@example.org", "0", NOW, 0)


@pytest.mark.parametrize("answer", ["", "-1", "1.5", "x", "9" * 21, "1 "])
def test_what_is_no_number_is_no_answer(answer: str) -> None:
    assert not proven(SIGNER, challenge(SIGNER, NOW), "a@example.org", answer, NOW, 0)


def test_a_line_is_one_block() -> None:
    assert len(line("x", "a@example.org")) == 64
