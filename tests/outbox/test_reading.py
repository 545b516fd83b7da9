"""Replies are read as they come, in whatever pieces."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbox.dispatch import ConnectionEnded
from outbox.reading import LONGEST_REPLY, MOST_LINES, ReplyReader

TALK = (
    b"250 2.1.0 ok\r\n250-first\r\n250-second\r\n250 last\r\n354\r\n550 5.1.1 n\xc3\xa9ant\n250 2.1.0 ok\r\n"
)
REPLIES = [
    (250, "2.1.0 ok"),
    (250, "first second last"),
    (354, ""),
    (550, "5.1.1 néant"),
    (250, "2.1.0 ok"),
]


@settings(max_examples=50)
@given(st.lists(st.integers(0, len(TALK)), max_size=8))
def test_pieces_make_the_same_replies_as_the_whole(cuts: list[int]) -> None:
    reader, found = ReplyReader(), []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(TALK)], strict=True):
        found += reader.read(TALK[start:end])
    assert found == REPLIES


@pytest.mark.parametrize("line", [b"hello\r\n", b"25 x\r\n", b"250x\r\n", b"\r\n", b"2\r\n"])
def test_what_is_no_reply_ends_the_connection(line: bytes) -> None:
    with pytest.raises(ConnectionEnded, match="is not SMTP"):
        ReplyReader().read(line)


def test_a_reply_without_an_end_is_not_kept() -> None:
    reader = ReplyReader()
    with pytest.raises(ConnectionEnded, match="has no end"):
        for _ in range(MOST_LINES + 2):
            reader.read(b"250-on and on\r\n")
    with pytest.raises(ConnectionEnded, match="has no end"):
        ReplyReader().read(b"2" * (LONGEST_REPLY + 1))


def test_a_server_with_ever_new_words_is_not_remembered_for_ever() -> None:
    reader = ReplyReader()
    for number in range(1000):
        assert reader.read(b"250 queued as %d\r\n" % number) == [(250, f"queued as {number}")]
    assert len(reader._known) < 100
