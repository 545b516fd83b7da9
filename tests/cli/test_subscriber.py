"""`digest list` and `digest subscriber`, as an admin types them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import digest.actions.context
from digest.actions.context import Context
from digest.cli import lists, newsletter, segment, subscriber
from digest.problem import Problem
from digest.settings_model import Settings
from digest.signing import Signer
from store import Database
from subscribers.lists import find_list
from subscribers.recipients import recipients

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command on a fresh installation; a Problem reaches the test as it reaches `main`."""
    signer = Signer((("k1", b"a secret of at least sixteen bytes"),))

    @contextmanager
    def opened() -> Iterator[Context]:
        yield Context(Settings.model_construct(), database, signer)

    monkeypatch.setattr(digest.actions.context, "open_context", opened)
    monkeypatch.chdir(tmp_path)

    def invoke(noun: str, *arguments: str) -> Result:
        app = {
            "list": lists.app,
            "subscriber": subscriber.app,
            "segment": segment.app,
            "newsletter": newsletter.app,
        }[noun]
        result = CliRunner().invoke(app, list(arguments))
        if isinstance(result.exception, Problem):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def weekly(run: Run) -> None:
    assert run("list", "add", "weekly", "--name", "The week", "--description", "hy=Շաբաթ").exit_code == 0


def shown(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.output.splitlines()]


@pytest.mark.usefixtures("weekly")
def test_people_are_added_shown_tagged_and_unsubscribed(run: Run) -> None:
    added = run(
        "subscriber", "add", "Ani@Example.com", "--list", "weekly", "--consent", "by phone", "--tag", "vip"
    )
    assert added.output == "Ani@example.com is on the list.\n"
    assert "is unconfirmed" in run("subscriber", "add", "bob@example.com", "--list", "weekly").output
    run("subscriber", "tag", "ani@example.com", "--add", "press", "--remove", "vip")
    person = json.loads(run("subscriber", "show", "ani@example.com", "--json").output)
    assert (person["address"], person["tags"], person["lists"][0]["state"]) == (
        "Ani@example.com",
        ["press"],
        "confirmed",
    )
    assert (
        "unsubscribed from weekly"
        in run("subscriber", "unsubscribe", "ani@example.com", "--list", "weekly").output
    )
    (added_event, left) = shown(run("subscriber", "history", "ani@example.com", "--json"))
    assert (added_event["evidence"], left["state"]) == ("by phone", "unsubscribed")
    again = run("subscriber", "add", "ani@example.com", "--list", "weekly", "--consent", "really")
    assert "stays so until they ask again themselves" in again.output
    assert json.loads(run("list", "show", "weekly", "--json").output)["members"] == {
        "unconfirmed": 1,
        "unsubscribed": 1,
    }


@pytest.mark.usefixtures("weekly")
def test_one_bad_address_among_good_ones_adds_nobody(run: Run) -> None:
    with pytest.raises(Problem, match="not an email address"):
        run("subscriber", "add", "ani@example.com", "bob@@example.com", "--list", "weekly")
    assert run("subscriber", "list", "--list", "weekly").output == "Nobody.\n"


@pytest.mark.usefixtures("weekly")
def test_a_file_goes_in_and_comes_out(run: Run) -> None:
    Path("people.csv").write_text("Mail,Name\nani@example.com,Ani\nbob@@example.com,Bob\n")
    dry = run("subscriber", "import", "people.csv", "--list", "weekly", "--dry-run")
    assert dry.exit_code == 1
    assert "Mail → email" in dry.output
    assert not list(Path().glob("*.rejects.csv")) or "set aside" in dry.output
    report = json.loads(
        run(
            "subscriber",
            "import",
            "people.csv",
            "--list",
            "weekly",
            "--skip-bad",
            "--consent",
            "form",
            "--json",
        ).output
    )
    assert (report["added"], report["refused"], report["problems"][0]["line"]) == (1, 1, 3)
    assert Path(report["rejects"]).read_text().startswith("Mail,Name,")
    assert (
        run("subscriber", "export", "--list", "weekly", "-o", "out.csv").output == "1 person is in out.csv.\n"
    )
    assert "ani@example.com,Ani" in Path("out.csv").read_text()
    (person,) = shown(run("subscriber", "export", "--list", "weekly", "--json", "--state", "confirmed"))
    assert person["consent"] == "form"


@pytest.mark.usefixtures("weekly")
def test_a_bad_row_fails_the_command_and_keeps_nobody_else_out(run: Run) -> None:
    Path("people.csv").write_text("email\nani@example.com\nbob@@example.com\n")
    order = ("subscriber", "import", "people.csv", "--list", "weekly")
    with pytest.raises(Problem, match=r"Line 3 .*Nothing was imported"):
        run(*order, "--strict")
    assert run("subscriber", "list").output == "Nobody.\n"
    assert run(*order).exit_code == 1
    mended = Path("people.rejects.csv").read_text().replace("@@", "@")
    Path("mended.csv").write_text(mended)
    assert run("subscriber", "import", "mended.csv", "--list", "weekly").exit_code == 0
    people = shown(run("subscriber", "list", "--json"))
    assert [(one["list"], one["email"]) for one in people] == [
        ("weekly", "ani@example.com"),
        ("weekly", "bob@example.com"),
    ]


def test_wrong_usage_is_told_from_failure(run: Run) -> None:
    Path("people.csv").write_text("email\n")
    assert run("subscriber", "import", "people.csv", "--list", "x", "--map", "nonsense").exit_code == 2
    assert run("subscriber", "import", "people.csv", "--list", "x", "--update", "never").exit_code == 2
    assert run("subscriber", "list", "--list", "x", "--state", "happy").exit_code == 2
    assert run("list", "add", "weekly", "--description", "text").exit_code == 2
    with pytest.raises(Problem, match="no list 'x'"):
        run("subscriber", "list", "--list", "x")
    with pytest.raises(Problem, match="Nobody is subscribed"):
        run("subscriber", "show", "nobody@example.com")


def test_check_tells_which_addresses_can_be_mailed(run: Run) -> None:
    result = run("subscriber", "check", "Anna@Почта.РФ", "broken@", "--json")
    assert result.exit_code == 1
    good, bad = shown(result)
    assert (good["valid"], good["mailed_as"], good["shown"]) == (
        True,
        "Anna@xn--80a1acny.xn--p1ai",
        "Anna@почта.рф",
    )
    assert bad["valid"] is False


@pytest.mark.usefixtures("weekly")
def test_lists_are_listed_and_removed(run: Run) -> None:
    (found,) = shown(run("list", "list", "--json"))
    assert (found["list"], found["name"], found["description"]) == ("weekly", "The week", {"hy": "Շաբաթ"})
    assert "weekly\tThe week\t0" in run("list", "list").output
    run("list", "remove", "weekly")
    assert "no list yet" in run("list", "list").output


@pytest.mark.usefixtures("weekly")
def test_a_segment_is_kept_tested_and_exported(run: Run) -> None:
    for address, language in (("ani@example.com", "hy"), ("bob@example.com", "en")):
        run("subscriber", "add", address, "--list", "weekly", "--consent", "form", "--language", language)
    run("segment", "add", "armenian", "lang:hy")
    assert json.loads(run("segment", "test", "armenian", "--list", "weekly", "--json").output) == {
        "count": 1,
        "sample": ["ani@example.com"],
    }
    assert "1 people." in run("segment", "test", "not lang:hy", "--list", "weekly").output
    (person,) = shown(run("subscriber", "export", "--list", "weekly", "--segment", "armenian", "--json"))
    assert person["email"] == "ani@example.com"
    assert shown(run("segment", "list", "--json"))[0]["expression"] == "lang:hy"
    with pytest.raises(Problem, match="at its end: after lang: a value"):
        run("segment", "test", "lang:", "--list", "weekly")
    assert run("subscriber", "tag", "--list", "weekly", "--segment", "armenian", "--add", "am").output == (
        "1 person is tagged anew.\n"
    )
    assert "1 people." in run("segment", "test", "tag:am", "--list", "weekly").output
    run("segment", "remove", "armenian")
    assert "no segment yet" in run("segment", "list").output


@pytest.mark.usefixtures("weekly")
def test_a_persons_data_is_exported_and_erased_with_a_certificate(run: Run) -> None:
    run("subscriber", "add", "ani@example.com", "--list", "weekly", "--consent", "form", "--name", "Ani")
    found = json.loads(run("subscriber", "export", "--person", "ani@example.com").output)
    assert found["subscriber"][0]["name"] == "Ani"
    assert run("subscriber", "export").exit_code == 2
    certificate = json.loads(run("subscriber", "erase", "ani@example.com", "--json").output)
    assert certificate["removed"]["subscription"] == 1
    with pytest.raises(Problem, match="Nobody"):
        run("subscriber", "erase", "ani@example.com")
    assert "is suppressed" in run("subscriber", "add", "ani@example.com", "--list", "weekly").output
    assert run("subscriber", "suppress", "ani@example.com", "--lift").output == "1 suppression lifted.\n"
    assert "is unconfirmed" in run("subscriber", "add", "ani@example.com", "--list", "weekly").output
    assert json.loads(run("subscriber", "purge", "--json").output)["unconfirmed"] == 0


@pytest.mark.usefixtures("weekly")
def test_a_list_is_looked_over(run: Run) -> None:
    for address in ("info@example.com", "ani@gmial.com", "bob@gmail.com", "b.ob@gmail.com"):
        run("subscriber", "add", address, "--list", "weekly", "--consent", "form")
    found = shown(run("subscriber", "check", "--list", "weekly", "--json"))
    assert [(one["email"], one["kind"]) for one in found] == [
        ("info@example.com", "role"), ("ani@gmial.com", "typo"), ("b.ob@gmail.com", "duplicate"),
    ]  # fmt: skip
    assert found[1]["suggestion"] == "ani@gmail.com"


@pytest.mark.usefixtures("weekly")
def test_suppressions_come_as_a_list_and_go_to_a_provider(run: Run) -> None:
    for name in ("ani", "bob", "eve"):
        run("subscriber", "add", f"{name}@example.com", "--list", "weekly", "--consent", "form")
    digest_of_bob = hashlib.sha256(b"bob@example.com").hexdigest()
    Path("gone.txt").write_text(
        f"email\nANI@example.com\n{digest_of_bob}\n{'0' * 64}\nbroken@\n\nnew@example.com\n"
    )
    said = run("subscriber", "suppress", "--file", "gone.txt").output
    assert "3 suppressions added." in said
    assert "1 hashes are of nobody known here." in said
    assert "line 5" in said
    assert json.loads(run("list", "show", "weekly", "--json").output)["members"] == {
        "confirmed": 1,
        "unsubscribed": 2,
    }
    assert run("subscriber", "export", "--suppressed").output == "ani@example.com\nbob@example.com\n"
    assert digest_of_bob in run("subscriber", "export", "--suppressed", "--hash", "sha256").output
    with pytest.raises(Problem, match="'crc' is unknown"):
        run("subscriber", "export", "--suppressed", "--hash", "crc")
    assert run("subscriber", "suppress").exit_code == 2


def test_a_purge_looks_into_every_room_that_keeps_something(run: Run) -> None:
    counts = json.loads(run("subscriber", "purge", "--json").output)
    assert set(counts) == {
        "unconfirmed", "bounces", "ended", "clicks and opens", "webhook messages", "reports of providers",
    }  # fmt: skip


@pytest.mark.usefixtures("weekly")
def test_people_are_paused_until_a_day_and_resumed(run: Run, database: Database) -> None:
    run("list", "add", "daily")
    for slug in ("weekly", "daily"):
        run("subscriber", "add", "ani@example.com", "--list", slug, "--consent", "by phone")
    said = run(
        "subscriber", "pause", "ani@example.com", "--until", "2127-01-31", "--list", "weekly", "--json"
    )
    (one,) = shown(said)
    assert (one["list"], one["changed"]) == ("weekly", True)
    assert str(one["paused_until"]).startswith("2127-01-31T00:00:00")

    now = datetime.now(UTC)
    with database.reading() as session:
        for slug, number in (("weekly", 0), ("daily", 1)):
            assert len(session.execute(recipients(find_list(session, slug).id, now=now)).all()) == number
    assert "2127-01-31" in run("subscriber", "show", "ani@example.com").output

    again = run("subscriber", "pause", "ani@example.com", "--until", "2127-01-31").output
    assert "gets nothing until 2127-01-31 from weekly already." in again
    assert "ani@example.com gets mail from weekly." in run("subscriber", "resume", "ani@example.com").output
    happened = [
        (one["list"], one["change"], one["actor"], one["evidence"])
        for one in shown(run("subscriber", "history", "ani@example.com", "--json"))
    ]
    assert ("weekly", "pause", "admin", "until 2127-01-31") in happened
    assert [one[:2] for one in happened].count(("weekly", "pause")) == 1
    assert ("daily", "resume", "admin", "") in happened


@pytest.mark.usefixtures("weekly")
def test_a_pause_needs_a_day_ahead_and_a_membership(run: Run) -> None:
    run("subscriber", "add", "ani@example.com", "--list", "weekly")
    assert "must lie ahead" in run("subscriber", "pause", "ani@example.com", "--until", "2020-01-01").output
    assert "2027-01-31" in run("subscriber", "pause", "ani@example.com", "--until", "tomorrow").output
    with pytest.raises(Problem, match="gets nothing from weekly that could be paused"):
        run("subscriber", "pause", "ani@example.com", "--until", "2127-01-01", "--list", "weekly")
    with pytest.raises(Problem, match="There is no list 'daily'"):
        run("subscriber", "resume", "ani@example.com", "--list", "daily")


@pytest.mark.usefixtures("weekly")
def test_a_newsletter_has_a_segment_of_its_own_which_is_then_not_removed(run: Run) -> None:
    run("newsletter", "add", "weekly", "--title", "The week", "--sender-address", "news@example.org")
    run("segment", "add", "armenian", "lang:hy")
    assert "segment" in run("newsletter", "edit", "--segment", "armenian").output
    assert json.loads(run("newsletter", "show", "--json").output)["segment"] == "armenian"
    with pytest.raises(Problem, match="says who gets weekly"):
        run("segment", "remove", "armenian")
    with pytest.raises(Problem, match="colour"):
        run("newsletter", "edit", "--segment", "colour:red")
    run("newsletter", "edit", "--segment", "")
    assert json.loads(run("newsletter", "show", "--json").output)["segment"] is None
    assert "is gone" in run("segment", "remove", "armenian").output
