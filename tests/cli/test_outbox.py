"""`digest outbox`, as a person types it after something went wrong."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

import digest.actions.context
from digest.actions.context import Context
from digest.cli import outbox
from digest.problem import Problem
from digest.settings_model import Settings
from digest.signing import Signer
from outbox.tables import Delivery, DeliveryState, Mailing
from store import Database
from tests.outbox.servers import FaultServer
from tests.outbox.world import address, handed_over, relay, send, states

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    signer = Signer((("k1", b"a secret of at least sixteen bytes"),))

    @contextmanager
    def opened() -> Iterator[Context]:
        yield Context(Settings.model_construct(), database, signer)

    monkeypatch.setattr(digest.actions.context, "open_context", opened)

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(outbox.app, list(arguments))
        if isinstance(result.exception, Problem):
            raise result.exception
        return result

    return invoke


def sent_but_one(database: Database) -> int:
    number = handed_over(database, 5, addresses={5: "reader5@other.example"})
    server = FaultServer(
        lambda stage, to, _: "550 5.1.1 gone" if (stage, to) == ("rcpt", address(2)) else None
    )
    with server.running():
        send(database, number, relay(server.port))
    return number


def test_status_shows_the_balance_and_the_servers_words(database: Database, run: Run) -> None:
    number = sent_but_one(database)
    assert f"{number}\tissue 1\tdone\t5\t4\t0\t1\t0\t0\t0" in run("status").output
    one = run("status", str(number)).output
    assert "1\tfailed\t550 5.1.1 gone" in one
    assert "example.org\t4\t3\t0\t1" in one


def test_status_for_programs(database: Database, run: Run) -> None:
    number = sent_but_one(database)
    told = json.loads(run("status", str(number), "--json").output)
    assert (told["state"], told["counts"], told["balances"]) == ("done", {"failed": 1, "sent": 4}, True)
    assert told["errors"] == [{"state": "failed", "code": 550, "reply": "5.1.1 gone", "count": 1}]
    assert [place["domain"] for place in told["domains"]] == ["example.org", "other.example"]
    assert [one["id"] for one in json.loads(run("status", "--json").output)] == [number]


def test_an_empty_outbox_says_so(run: Run) -> None:
    assert run("status").output == "Nothing was handed to the outbox yet.\n"


def test_a_mailing_that_is_not_there_is_named(run: Run) -> None:
    with pytest.raises(Problem, match="no mailing 9"):
        run("status", "9")


def test_failed_ones_are_queued_again_only_when_asked(database: Database, run: Run) -> None:
    number = sent_but_one(database)
    assert run("retry", str(number)).output.startswith("0 messages")
    assert run("retry", str(number), "--failed").output.startswith("1 message of mailing")
    assert states(database, number) == {DeliveryState.SENT: 4, DeliveryState.QUEUED: 1}


def test_uncertain_ones_are_held_and_released(database: Database, run: Run) -> None:
    number = handed_over(database, 3)
    assert "now wait" in run("hold", str(number)).output
    with database.writing() as session:
        session.execute(update(Delivery).where(Delivery.recipient_id == 1).values(state="uncertain"))
    assert (
        run("release", str(number), "--as-sent").output == f"1 message of mailing {number} count as sent.\n"
    )
    assert states(database, number)[DeliveryState.SENT] == 1


def test_following_ends_when_the_mailing_is_over(database: Database, run: Run) -> None:
    number = sent_but_one(database)
    assert run("status", str(number), "--follow").output.startswith(f"{number}\tissue 1\tdone\t5\t4")
    assert run("status", "--follow").output == ""


def test_a_correction_is_paused_and_goes_on_and_an_issue_is_left_to_its_own_command(
    database: Database, run: Run
) -> None:
    number = handed_over(database, 3)
    with pytest.raises(Problem, match="digest issue pause"):
        run("pause", str(number))
    with database.writing() as session:
        session.execute(update(Mailing).values(kind="correction"))
    assert "is paused" in run("pause", str(number)).output
    assert "Paused by" in run("status", str(number)).output
    assert "goes on" in run("resume", str(number)).output
    assert json.loads(run("status", str(number), "--json").output)["state"] == "sending"
