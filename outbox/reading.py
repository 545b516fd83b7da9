"""Replies of an SMTP server, read from its bytes as they come (RFC 5321 section 4.2)."""

from outbox.dispatch import ConnectionEnded

LONGEST_REPLY = 32_768
MOST_LINES = 200
_MOST_REMEMBERED = 64


class ReplyReader:
    """Turns bytes into (code, text); the lines of one reply are joined by a space."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []
        self._known: dict[bytes, tuple[int, bool, str]] = {}

    def read(self, data: bytes) -> list[tuple[int, str]]:
        """The replies that `data` completes; ConnectionEnded when they have no end or are not SMTP."""
        *lines, self._rest = (self._rest + data if self._rest else data).split(b"\n")
        if len(self._rest) > LONGEST_REPLY:
            raise ConnectionEnded("the server's reply has no end")
        replies: list[tuple[int, str]] = []
        for line in lines:
            code, last, words = self._known.get(line) or self._parse(line)
            if last and not self._lines:
                replies.append((code, words))
                continue
            self._lines.append(words)
            if last:
                replies.append((code, " ".join(self._lines)))
                self._lines = []
            elif len(self._lines) > MOST_LINES:
                raise ConnectionEnded("the server's reply has no end")
        return replies

    def _parse(self, line: bytes) -> tuple[int, bool, str]:
        """Code, whether it is the reply's last line, and words; most lines come again and again."""
        code, mark = line[:3], line[3:4]
        if not code.isdigit() or len(code) < 3 or mark not in b" -\r":
            raise ConnectionEnded(f"the server's reply is not SMTP: {line[:60]!r}")
        parsed = int(code), mark != b"-", line[4:].rstrip().decode("utf-8", "replace")
        if len(self._known) < _MOST_REMEMBERED:
            self._known[line] = parsed
        return parsed
