"""Signatures, delays, events and moments: rules without a database."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.webhooks import events, signing
from digest.webhooks.incoming.report import moment, text
from digest.webhooks.retry import FIRST, LONGEST, delay

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def test_a_receiver_recomputes_the_signature_as_standard_webhooks_says() -> None:
    secret = bytes(range(32))
    body = events.body("subscribed", NOW, {"list": "weekly", "subscriber": 7})
    sent = signing.headers(secret, "msg_1", body, 1764147600)
    known = base64.b64decode(signing.written(secret).removeprefix("whsec_"))
    mac = hmac.new(known, b"msg_1.1764147600." + body.encode(), sha256).digest()
    assert sent == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1764147600",
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


@settings(max_examples=50)
@given(st.binary(min_size=24, max_size=64))
def test_a_secret_is_read_as_it_was_written(secret: bytes) -> None:
    assert signing.read(f" {signing.written(secret)}\n") == secret


@pytest.mark.parametrize(
    "wrong", ["", "whsec_", "whsec_c2hvcnQ=", "c2hvcnQ" * 10, "whsec_!!!", "whsec_" + "QUFB" * 40]
)
def test_a_wrong_secret_is_refused_and_not_shown(wrong: str) -> None:
    with pytest.raises(signing.SecretError) as refused:
        signing.read(wrong)
    assert not wrong or wrong == "whsec_" or wrong not in str(refused.value)


def test_a_message_says_type_moment_and_data_and_no_more() -> None:
    assert json.loads(events.body("bounced", NOW, {"subscriber": 7})) == {
        "type": "bounced",
        "timestamp": "2026-11-26T09:00:00.000+00:00",
        "data": {"subscriber": 7},
    }


@pytest.mark.parametrize(
    "change, state, event",
    [
        ("join", "confirmed", "subscribed"),
        ("confirm", "confirmed", "subscribed"),
        ("state", "confirmed", "subscribed"),
        ("leave", "unsubscribed", "unsubscribed"),
        ("complain", "complained", "unsubscribed"),
        ("bounce", "bounced", "bounced"),
        ("request", "unconfirmed", None),
        ("join", "unconfirmed", None),
        ("bring", "unconfirmed", None),
        ("expire", "unsubscribed", None),
        ("reason", "unsubscribed", None),
    ],
)
def test_only_what_became_so_is_an_event(change: str, state: str, event: str | None) -> None:
    found = events.of_change(change, state)
    assert (found[0] if found else None) == event


@settings(max_examples=50)
@given(st.integers(1, 500), st.floats(0, 1), st.floats(0, 1))
def test_delays_grow_are_spread_and_have_an_end(failures: int, one: float, other: float) -> None:
    assert FIRST * 0.75 <= delay(failures, one) <= LONGEST * 1.25
    assert delay(failures, one) <= delay(failures + 1, one)
    assert abs(delay(failures, one) - delay(failures, other)) <= delay(failures, 0.5) / 2
    assert delay(1, 0.5) == FIRST


@pytest.mark.parametrize(
    "written, expected",
    [
        ("2019-11-05T16:33:54.9070259Z", datetime(2019, 11, 5, 16, 33, 54, 907025, UTC)),
        ("1764000000", datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        ("1764000000.25", datetime(2025, 11, 24, 16, 0, 0, 250000, UTC)),
        ("2026-11-24 10:00:00", datetime(2026, 11, 24, 10, 0, tzinfo=UTC)),
        ("9" * 40, None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments_are_read_as_providers_write_them(written: str, expected: datetime | None) -> None:
    assert moment(written) == expected


def test_text_of_strangers_is_one_printable_line_of_a_bounded_length() -> None:
    assert text("a\x00b\ud800c\r\nd\u202ee") == "a b c d e"
    assert len(text("x" * 10_000)) == 500
    assert [text(one) for one in (None, True, {}, [], 5, 1.5)] == ["", "", "", "", "5", "1.5"]


def test_giving_up_comes_long_after_a_day_of_trying() -> None:
    waited, failures = timedelta(), 0
    while waited < timedelta(days=3):
        failures += 1
        waited += delay(failures, 0.5)
    assert 10 <= failures <= 25
