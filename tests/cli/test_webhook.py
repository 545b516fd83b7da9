"""`digest webhook` and `digest issue report`, as a person types them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner, Result

import digest.actions.context
from digest.actions.context import Context
from digest.cli import issue_report, webhook
from digest.issues import Issue, newsletters
from digest.issues.finding import find_newsletter
from digest.problem import Problem
from digest.settings_model import Fetch, Settings
from digest.signing import Signer
from digest.tracking import machines, recording
from digest.tracking.machines import Hit
from digest.tracking.recording import Judged
from digest.webhooks.tables import WebhookEndpoint
from store import Database
from subscribers.lists import add_list
from tests.webhooks.receiver import receiving

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    signer = Signer((("k1", b"a secret of at least sixteen bytes"),))
    settings = Settings.model_construct(fetch=Fetch(allow_private_networks=True))

    @contextmanager
    def opened() -> Iterator[Context]:
        yield Context(settings, database, signer)

    monkeypatch.setattr(digest.actions.context, "open_context", opened)

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(webhook.app, list(arguments))
        if isinstance(result.exception, Problem):
            raise result.exception
        return result

    return invoke


def test_a_secret_is_shown_when_it_is_made_and_never_again(run: Run) -> None:
    made = run("add", "https://crm.example.org/hook?key=abc", "--events", "subscribed, issue-sent").output
    secret = next(word for word in made.split() if word.startswith("whsec_"))
    later = run("list").output + run("list", "--json").output + run("show", "1").output
    assert "https://crm.example.org/hook?…" in later
    assert "subscribed, issue-sent" in later
    assert secret not in later
    assert "abc" not in later


def test_a_secret_of_the_environment_is_not_shown_at_all(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM", "whsec_c2VjcmV0LW9mLXR3ZW50eS1mb3VyLW9jdGV0cw==")
    made = run("add", "https://crm.example.org/", "--events", "bounced", "--secret-from", "CRM").output
    assert "CRM" in made
    assert "whsec_" not in made


def test_without_its_variable_no_webhook_is_added(run: Run, database: Database) -> None:
    with pytest.raises(Problem, match="NOWHERE"):
        run("add", "https://crm.example.org/", "--events", "bounced", "--secret-from", "NOWHERE")
    with database.reading() as session:
        assert session.get(WebhookEndpoint, 1) is None


def test_trying_out_says_what_came_back(run: Run) -> None:
    with receiving(status=500) as receiver:
        run("add", receiver.url, "--events", "bounced")
        answer = run("test", "1")
        assert answer.exit_code == 1
        assert "answered 500" in answer.output
        receiver.status = 200
        assert f"127.0.0.1:{receiver.port} took it" in run("test", "1").output


def test_removing_and_asking_for_what_is_not_there(run: Run) -> None:
    run("add", "https://crm.example.org/", "--events", "bounced")
    assert "is removed" in run("remove", "1").output
    assert "Nobody is told" in run("list").output
    for verb in ("show", "remove", "test"):
        with pytest.raises(Problem, match="no webhook 1"):
            run(verb, "1")


def test_the_report_shows_each_link_people_and_machines_apart(
    run: Run, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.writing() as session:
        mailing_list = add_list(session, "weekly", now=NOW)
        newsletters.add(
            session, "weekly", title="The Weekly", sender_address="news@example.org",
            list_id=mailing_list.id, now=NOW,
        )  # fmt: skip
        issue = Issue(
            newsletter=find_newsletter(session), number=1, built_at=NOW, subject="Bridge", clicks="counts"
        )
        session.add(issue)
        session.flush()
        links = recording.links_of(session, issue.id, ["https://example.org/a", "https://example.org/b"])
        hits = [Hit(issue.id, links["https://example.org/b"], None, NOW, "", "") for _ in range(3)]
        judged = [Judged(hits[0], ""), Judged(hits[1], ""), Judged(hits[2], machines.HEAD)]
        recording.record(session, judged, ())
    issue_report.report("weekly/1", False)
    shown = capsys.readouterr().out
    assert "2\t2\t1\thttps://example.org/b\n1\t0\t0\thttps://example.org/a" in shown
    assert "Opens are not counted." in shown
    issue_report.report("weekly/1", True)
    told = json.loads(capsys.readouterr().out)
    assert told["clicks"]["links"][1] == {
        "number": 2, "url": "https://example.org/b", "people": 2, "machines": 1, "readers": None,
    }  # fmt: skip
