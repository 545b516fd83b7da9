"""A correction and two programs started by mistake, as a person meets them."""

import json
import signal
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.acceptance.installation import Installation
from tests.acceptance.servers import Relay

Prepare = Callable[[int], Installation]
StartRelay = Callable[..., Relay]
TEXT = "The bridge opened on **Tuesday**, not on Monday."


def test_a_correction_asks_once_and_goes_to_those_who_got_the_issue(
    approved: Prepare, relay: StartRelay
) -> None:
    installation = approved(4)
    server = relay()
    installation.relay(server.port)
    assert "has not been sent" in installation.refuses("issue", "correct", f"--text={TEXT}")
    installation.does("issue", "send")
    installation.does("subscriber", "unsubscribe", "reader0@example.org", "--list=weekly")
    assert len(server.received) == 4

    said = installation.does("issue", "correct", f"--text={TEXT}", "--dry-run")
    assert "would go to 3 readers (1 of those who got it may not be mailed any more)" in said
    asked = installation.run("issue", "correct", f"--text={TEXT}")
    assert asked.returncode == 1
    assert "to 3 readers" in asked.stdout
    assert len(server.received) == 4

    assert "to 3: 3 sent" in installation.does("issue", "correct", f"--text={TEXT}", "--yes")
    corrected = server.received[4:]
    assert sorted(to for to, *_ in corrected) == [f"reader{n}@example.org" for n in (1, 2, 3)]
    assert all(b"Tuesday" in content for *_, content in corrected)

    assert "Correction “Correction: " in installation.does("issue", "status")
    told = json.loads(installation.does("issue", "status", "--json"))
    (correction,) = told["corrections"]
    assert (correction["recipients"], correction["counts"], correction["balances"]) == (3, {"sent": 3}, True)
    assert "Give --text or --file" in installation.refuses("issue", "correct")


def test_failed_deliveries_are_tried_again_and_nobody_else_gets_a_second_mail(
    approved: Prepare, relay: StartRelay
) -> None:
    installation = approved(3)
    server = relay()
    installation.relay(server.port)
    installation.does("issue", "send")
    installation.rows("UPDATE delivery SET state = 'failed' WHERE address = 'reader1@example.org'")
    assert "1 message" in installation.does("outbox", "retry", "1", "--failed")
    installation.does("run", "--once")
    assert Counter(to for to, *_ in server.received) == {
        "reader0@example.org": 1,
        "reader1@example.org": 2,
        "reader2@example.org": 1,
    }
    assert json.loads(installation.does("outbox", "status", "1", "--json"))["balances"] is True


def test_two_runs_by_mistake_build_and_send_everything_once(
    installation: Installation, relay: StartRelay
) -> None:
    server = relay(seconds=0.01)
    installation.relay(server.port)
    readers = [f"reader{number}@example.org" for number in range(40)]
    installation.does("subscriber", "add", *readers, "--list=weekly", "--consent=asked")
    hour = datetime.now(UTC) - timedelta(minutes=10)
    installation.does(
        "schedule", "set", "weekly", f"{hour.minute} {hour.hour} * * *", "--tz=UTC", "--automatic"
    )
    before = (hour - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    installation.rows("UPDATE newsletter SET slot_settled = ?", before)

    pair = [installation.start("run", "--no-web") for _ in range(2)]
    server.await_mails(40)
    for process in pair:
        process.send_signal(signal.SIGTERM)
    for process in pair:
        printed, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, ""), printed
    installation.does("run", "--once")
    assert Counter(to for to, *_ in server.received) == dict.fromkeys(readers, 1)
    assert installation.rows("SELECT count(*) FROM issue") == [(1,)]
