"""A flood of sign-ups for other people's addresses: how many letters leave, and whether a person still gets through.

    python bench/list_bombing.py [--only sqlite|postgresql]

10,000 sign-ups for 5,000 addresses from 50 networks, once within a minute and once over a day, the worst that the
limits let through; each with a real person from elsewhere in the middle of it. Time is simulated, the queue, its
limits and its letters (written to a folder) are the real ones.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.web_people import KEY, NOW, database_url, opened
from digest.actions.answer import answer
from digest.actions.context import Context
from digest.actions.sign_up import Asking, Taken, Wish, sign_up_at_once
from digest.issues import newsletters
from digest.migrations.tables import metadata
from digest.signups.limits import Verdict
from subscribers.lists import add_list

SIGN_UPS, ADDRESSES, NETWORKS = 10_000, 5_000, 50
DOMAINS = ("gmail.com", "mail.example", "example.org", "example.net")
PERSON = "person@gmail.com"
STEP = timedelta(minutes=1)


@dataclass(frozen=True)
class Flood:
    """What came of one flood. `waited` is how many minutes the person's letter took, None if none came."""

    verdicts: Counter[Verdict]
    letters: Counter[str]
    waited: int | None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    only = parser.parse_args().only
    for kind in [only] if only else ["sqlite", "postgresql"]:
        for name, minutes in (("within a minute", 1), ("over a day", 24 * 60)):
            with tempfile.TemporaryDirectory(prefix="digest-flood-") as folder:
                with database_url(kind, Path(folder)) as url:
                    tell(f"{kind}, {name}", flood(installation(url, Path(folder)), minutes))


def flood(context: Context, minutes: int) -> Flood:
    """Send everything within so many minutes, and answer the queue minute by minute until an hour after."""
    chance = random.Random(8)
    wishes = [_wish(chance, number) for number in range(SIGN_UPS)]
    verdicts: Counter[Verdict] = Counter()
    asked_at, waited = minutes // 2, None
    for minute in range(minutes + 60):
        now = NOW + minute * STEP
        if minute < minutes:
            due = wishes[minute * SIGN_UPS // minutes : (minute + 1) * SIGN_UPS // minutes]
            verdicts.update(_taken(sign_up_at_once(context, due, now)))
        if minute == asked_at:
            person = Asking(Wish(PERSON, ["weekly"]), "198.51.100.7", "sign-up page")
            assert _taken(sign_up_at_once(context, [person], now)) == [Verdict.TAKE]
        answered(context, now)
        if waited is None and minute >= asked_at and PERSON in letters(context):
            waited = minute - asked_at
    return Flood(verdicts, letters(context), waited)


def tell(name: str, found: Flood) -> None:
    """Print what came of it."""
    strangers = found.letters.copy()
    strangers.pop(PERSON, None)
    print(
        f"{name}: {SIGN_UPS:,} sign-ups for {ADDRESSES:,} addresses from {NETWORKS} networks\n"
        f"  taken {found.verdicts[Verdict.TAKE]:,}, dropped unseen {found.verdicts[Verdict.DROP]:,},"
        f" refused {found.verdicts[Verdict.REFUSE] + found.verdicts[Verdict.FULL]:,}\n"
        f"  confirmations that left: {strangers.total():,}, to one address at most"
        f" {max(strangers.values(), default=0)}\n"
        f"  the real person's: {'never came' if found.waited is None else f'after {found.waited} min'}",
        flush=True,
    )


def installation(url: str, folder: Path) -> Context:
    """A list and its newsletter, with a relay that writes files."""
    config = folder / "digest.toml"
    config.write_text(f'database = "{url}"\nkeys = ["{KEY}"]\npublic_url = "https://news.example"\n', "utf-8")
    config.chmod(0o600)
    context = opened(config)
    metadata.create_all(context.database.engine)
    with context.database.writing() as session:
        weekly = add_list(session, "weekly", now=NOW, name="The Weekly")
        newsletters.add(
            session, "weekly", title="The Weekly", sender_address="news@example.org", list_id=weekly.id, now=NOW,
            postal_address="1 Main Street",
        )  # fmt: skip
    return context


def answered(context: Context, now: datetime) -> None:
    """Work off what is due at this moment."""
    asyncio.run(answer(context, lambda: now))


def letters(context: Context) -> Counter[str]:
    """Who was written to, how often."""
    files = context.settings.folder.glob("outbox-mail/**/*.eml")
    return Counter(str(message_from_bytes(file.read_bytes(), policy=policy.default)["to"]) for file in files)


def _wish(chance: random.Random, number: int) -> Asking:
    address = f"victim{number % ADDRESSES}@{chance.choice(DOMAINS)}"
    return Asking(Wish(address, ["weekly"]), f"203.0.113.{chance.randrange(NETWORKS)}", "sign-up page")


def _taken(found: Sequence[object]) -> list[Verdict]:
    return [one.verdict for one in found if isinstance(one, Taken)]


if __name__ == "__main__":
    main()
