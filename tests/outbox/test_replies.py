"""A reply decides what happens, and who bears it."""

import pytest

from outbox.replies import Decision, End, Result, decide, enhanced_code
from outbox.tables import DeliveryState

SENT, QUEUED, DEFERRED = DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.DEFERRED
FAILED, UNCERTAIN = DeliveryState.FAILED, DeliveryState.UNCERTAIN


def after(stage: str, code: int, text: str = "") -> Decision:
    return decide(Result(End.ANSWERED, stage, code, text))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stage", "code", "text", "state"),
    [
        ("dot", 250, "2.0.0 queued as 1", SENT),
        ("dot", 200, "fine", SENT),
        ("rcpt", 450, "4.2.1 greylisted", DEFERRED),
        ("rcpt", 452, "4.2.2 mailbox full", DEFERRED),
        ("dot", 451, "4.7.1 slow down", DEFERRED),
        ("rcpt", 550, "5.1.1 unknown", FAILED),
        ("rcpt", 550, "no enhanced code", FAILED),
        ("data", 554, "5.7.1 not wanted", FAILED),
        ("dot", 554, "5.6.0 bad content", FAILED),
        ("rcpt", 999, "what", FAILED),
        ("dot", 354, "go ahead?", DEFERRED),
    ],
)
def test_the_first_digit_decides(stage: str, code: int, text: str, state: DeliveryState) -> None:
    decision = after(stage, code, text)
    assert decision.state is state
    assert decision.counts
    assert decision.pause is None


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_421_counts_against_nobody_anywhere(stage: str) -> None:
    assert after(stage, 421, "4.3.2 shutting down") == Decision(QUEUED, counts=False, soon=True)


def test_a_connection_lost_before_the_body_changes_nothing() -> None:
    assert decide(Result(End.UNSENT, "lost", 0, "reset")) == Decision(QUEUED, counts=False, soon=True)


def test_a_connection_lost_after_the_dot_is_never_a_failure() -> None:
    assert decide(Result(End.UNCERTAIN, "lost", 0, "timed out")).state is UNCERTAIN


@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_a_password_that_is_refused_in_the_middle_pauses_and_fails_nobody(code: int) -> None:
    decision = after("rcpt", code, "5.7.8 who are you?")
    assert decision.state is QUEUED
    assert decision.pause == f"The relay wants another user or password: {code} 5.7.8 who are you?"


def test_a_refused_sender_pauses_and_fails_nobody() -> None:
    decision = after("mail", 550, "5.7.1 sender\nnot allowed")
    assert decision.state is QUEUED
    assert decision.pause == "The relay refuses our sender: 550 5.7.1 sender not allowed"


@pytest.mark.parametrize("enhanced", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_an_address_that_is_gone_is_to_be_suppressed(enhanced: str) -> None:
    assert after("rcpt", 550, f"{enhanced} gone").suppress


@pytest.mark.parametrize(
    ("stage", "code", "text"),
    [
        ("rcpt", 550, "5.7.1 blocked by policy"),
        ("rcpt", 552, "5.2.2 mailbox full"),
        ("rcpt", 550, "blocked"),
        ("dot", 550, "5.1.1 says the content filter"),
        ("rcpt", 450, "4.1.1 not sure"),
    ],
)
def test_nothing_else_suppresses_a_person(stage: str, code: int, text: str) -> None:
    assert not after(stage, code, text).suppress


def test_policy_and_temporary_replies_slow_the_domain_down() -> None:
    assert after("rcpt", 550, "5.7.1 too much from you").slow
    assert after("dot", 451, "4.7.0 later").slow
    assert not after("rcpt", 550, "5.1.1 unknown").slow


def test_too_many_recipients_is_not_the_recipients_fault() -> None:
    assert not after("rcpt", 452, "4.5.3 too many recipients").counts


@pytest.mark.parametrize(
    ("text", "code"),
    [("5.1.1 gone", "5.1.1"), (" 4.7.123 x", "4.7.123"), ("gone 5.1.1", ""), ("3.1.1 x", ""), ("", "")],
)
def test_an_enhanced_code_stands_at_the_beginning(text: str, code: str) -> None:
    assert enhanced_code(text) == code
