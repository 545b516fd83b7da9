"""SpamAssassin's opinion of the message, offline, where it is installed."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence

from digest.rendering.preflight.finding import Finding, error
from digest.rendering.preflight.mail import Mail

LIMIT = 1.0
SECONDS = 60

SCORE = error(
    "spam-score", "SpamAssassin finds marks of spam.", "See the rules named, and mend what they say."
)
RULES = (SCORE,)

# Without a Received header by a routable host SpamAssassin judges a mail that never travelled.
_RECEIVED = (
    b"Received: from mail.example.net (mail.example.net [93.184.216.34])\r\n"
    b"\tby mx.example.com (Postfix) with ESMTPS id 4F1A2B3C4D; %s\r\n"
)
# By itself it would take every host for a friend (ALL_TRUSTED, one point less than a stranger gets).
_STRANGER = (
    "--cf=clear_trusted_networks",
    "--cf=trusted_networks 127.0.0.1",
    "--cf=clear_internal_networks",
    "--cf=internal_networks 127.0.0.1",
)
_SCORE = re.compile(
    r"^X-Spam-Status:.*?score=(-?[\d.]+)(.*?)(?:autolearn=|version=).*?^X-Digest-Check: (\d+)",
    re.MULTILINE | re.DOTALL,
)


def installed() -> str | None:
    """The program's path, or None."""
    return shutil.which("spamassassin")


def check(mail: Mail) -> Iterator[Finding]:
    """Nothing where SpamAssassin is not installed, or only the parts of a message are known."""
    program = installed()
    if program is None or mail.raw is None:
        return
    [(score, rules)] = assess([mail.raw], program)
    if score > LIMIT:
        yield SCORE.found(
            "message", f"SpamAssassin gives {score:g} points; {LIMIT:g} is the limit: {', '.join(rules)}."
        )


def assess(messages: Sequence[bytes], program: str) -> list[tuple[float, list[str]]]:
    """For each whole message its score and the names of the rules that fired, in one run of the program.

    Takes about a second and a tenth of one for each message. RuntimeError where there is no answer.
    """
    done = subprocess.run(
        [program, "-L", "-x", "-t", "--mbox", *_STRANGER],
        input=b"".join(_in_mailbox(raw, number) for number, raw in enumerate(messages)),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    found = _SCORE.findall(done.stdout.decode(errors="replace"))
    if len(found) != len(messages):
        raise RuntimeError(f"SpamAssassin gave no score: {done.stderr.decode(errors='replace')[:200]}")
    # It answers in an order of its own.
    answers = {int(number): (float(score), _names(rest)) for score, rest, number in found}
    return [answers[number] for number in range(len(messages))]


def _in_mailbox(raw: bytes, number: int) -> bytes:
    """The message as a mailbox file holds it, received from a host that can be routed."""
    date = re.search(rb"^Date: (.*?)\r?$", raw, re.MULTILINE)
    received = _RECEIVED % (date[1] if date else b"Thu, 26 Nov 2026 05:00:00 +0000")
    lines = (received + b"X-Digest-Check: %d\r\n" % number + raw).replace(b"\r\n", b"\n")
    return (
        b"From list@example.net Thu Nov 26 05:00:00 2026\n"
        + re.sub(rb"^From ", b">From ", lines, flags=re.M)
        + b"\n"
    )


def _names(rest: str) -> list[str]:
    tests = re.search(r"tests=([\w,\s]*)", rest)
    names = (re.split(r"\s", name.strip())[0] for name in (tests[1] if tests else "").split(","))
    return [name for name in names if name not in ("", "none")]
