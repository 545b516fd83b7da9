"""Whether a sign-up's answer tells what is known of its address: time and bytes, kind by kind.

    python bench/sign_up_timing.py [--only sqlite|postgresql] [--rounds 400]

Each round asks once for an address of each kind, in an order of chance, through the whole application, which answers
the queue beside it as always. Each request comes from a network of its own. A guess from the time alone whether an
address is of that kind or new is right in so many cases: 50% is blind.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.list_bombing import installation
from bench.web_people import database_url
from digest.actions.context import Context
from digest.web.app import create_app
from subscribers.addresses import normalise
from subscribers.lists import find_list
from subscribers.states import Change
from subscribers.subscribing import Proof, complain, join, unsubscribe
from subscribers.suppression import Reason, fingerprint, suppress

NEW = "new"
KINDS = (NEW, "confirmed", "unconfirmed", "unsubscribed", "complained", "suppressed")
WARM = 30
"""Rounds at the start that are not counted."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=400)
    given = parser.parse_args()
    for kind in [given.only] if given.only else ["sqlite", "postgresql"]:
        with (
            tempfile.TemporaryDirectory(prefix="digest-alike-") as folder,
            database_url(kind, Path(folder)) as url,
        ):
            context = installation(url, Path(folder))
            known(context, given.rounds + WARM)
            tell(kind, *asyncio.run(asked(context, given.rounds)))


def address(kind: str, number: int) -> str:
    """One of its kind; all are equally long."""
    return f"{kind[:3]}{kind[-3:]}{number:06}@example.org"


def known(context: Context, people: int) -> None:
    """As many people of each kind as there are rounds."""
    now = datetime.now(UTC)
    with context.database.writing() as session:
        weekly = find_list(session, "weekly")
        for kind in KINDS[1:]:
            for number in range(people):
                who = normalise(address(kind, number))
                if kind == "suppressed":
                    suppress(session, [fingerprint(context.signer, who.email)], reason=Reason.MANUAL, now=now)
                    continue
                change = Change.REQUEST if kind == "unconfirmed" else Change.STATE
                found = join(
                    session, weekly, who, change, Proof("bench"), signer=context.signer, now=now, consent="bench"
                )  # fmt: skip
                assert found.subscriber_id is not None
                if kind == "unsubscribed":
                    unsubscribe(session, found.subscriber_id, weekly.id, Proof("bench"), now=now)
                elif kind == "complained":
                    complain(session, found.subscriber_id, Proof("bench"), now=now)


async def asked(context: Context, rounds: int) -> tuple[dict[str, list[float]], set[bytes]]:
    """Seconds by kind, and every different answer with the address taken out."""
    app, chance = create_app(context), random.Random(8)
    seconds: dict[str, list[float]] = defaultdict(list)
    answers: set[bytes] = set()
    async with app.router.lifespan_context(app):
        for number in range(rounds + WARM):
            for place, kind in enumerate(chance.sample(KINDS, len(KINDS))):
                who = address(kind, number)
                caller = f"10.{place}.{number // 256}.{number % 256}"
                begun = time.perf_counter()
                answer = await posted(app, who, caller)
                took = time.perf_counter() - begun
                answers.add(answer.replace(who.encode(), b""))
                if number >= WARM:
                    seconds[kind].append(took)
    return seconds, answers


async def posted(app: ASGIApp, who: str, caller: str) -> bytes:
    """The whole answer to a sign-up from this network."""
    body = urlencode({"email": who, "list": "weekly"}).encode()
    headers = {"host": "news.example", "content-type": "application/x-www-form-urlencoded"}
    sent: list[bytes] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https",
        "path": "/subscribe", "raw_path": b"/subscribe", "root_path": "", "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": (caller, 50_000), "server": ("news.example", 443),
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(repr((message.get("status"), message.get("headers"))).encode() + message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(sent)


def tell(name: str, seconds: dict[str, list[float]], answers: set[bytes]) -> None:
    """Print what a stranger could learn."""
    rounds = len(seconds[NEW])
    print(f"{name}: {rounds} sign-ups of each kind, {len(answers)} different answer(s)")
    sure = 1.96 * (1 / (6 * rounds)) ** 0.5
    for kind in KINDS:
        guess = (
            "" if kind == NEW else f", a guess is right in {100 * right(seconds[NEW], seconds[kind]):.1f}%"
        )
        print(f"  {kind:13} {1000 * median(seconds[kind]):6.2f} ms at the median{guess}")
    print(
        f"  (50% is blind; chance alone gives {50 - 100 * sure:.1f}% to {50 + 100 * sure:.1f}%)", flush=True
    )


def right(one: Sequence[float], other: Sequence[float]) -> float:
    """How often a value of `other` is larger than one of `one` (Mann and Whitney's U over its range)."""
    return sum((b > a) + (b == a) / 2 for a in one for b in other) / (len(one) * len(other))


if __name__ == "__main__":
    main()
