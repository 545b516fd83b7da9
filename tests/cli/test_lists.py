"""`digest list` and what a newsletter says of comments, as typed at a terminal."""

import json
from typing import Any

from typer.testing import CliRunner

from digest.cli.lists import app
from digest.cli.newsletter import app as newsletter
from digest.problem import Problem


def _shown(run: CliRunner, slug: str = "weekly") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run.invoke(app, ["show", slug, "--json"]).stdout)
    return found


def test_a_list_is_edited_by_what_is_given_and_the_rest_stays(run: CliRunner) -> None:
    run.invoke(
        app, ["add", "weekly", "--name", "The Weekly", "--welcome", "letter", "--description", "en=Weekly."]
    )
    assert _shown(run)["welcome"] == "letter"
    done = run.invoke(
        app, ["edit", "weekly", "--welcome", "issue", "--goodbye", "--description", "hy=Շաբաթական"]
    )
    assert done.stdout.strip() == "Changed of weekly: welcome, goodbye, description."
    found = _shown(run)
    assert (found["welcome"], found["goodbye"], found["name"]) == ("issue", True, "The Weekly")
    assert found["description"] == {"en": "Weekly.", "hy": "Շաբաթական"}
    run.invoke(app, ["edit", "weekly", "--welcome", "off", "--private", "--description", "en="])
    found = _shown(run)
    assert (found["welcome"], found["public"], found["goodbye"]) == ("off", False, True)
    assert found["description"] == {"hy": "Շաբաթական"}


def test_a_wrong_value_is_named_and_changes_nothing(run: CliRunner) -> None:
    run.invoke(app, ["add", "weekly"])
    failed = run.invoke(app, ["edit", "weekly", "--name", "New", "--welcome", "always"])
    assert isinstance(failed.exception, Problem)
    assert "'always'" in failed.exception.message
    assert _shown(run)["name"] == "weekly"
    assert isinstance(run.invoke(app, ["add", "daily", "--welcome", "yes"]).exception, Problem)
    assert run.invoke(app, ["list", "--json"]).stdout.count('"list"') == 1


def test_a_newsletter_says_which_stories_carry_a_link_to_their_comments(run: CliRunner) -> None:
    run.invoke(newsletter, ["add", "weekly", "--title", "Weekly", "--sender-address", "news@example.org"])
    assert json.loads(run.invoke(newsletter, ["show", "--json"]).stdout)["comment_links"] == "counted"
    done = run.invoke(newsletter, ["edit", "--comment-links", "every"])
    assert "comment links" in done.stdout
    assert json.loads(run.invoke(newsletter, ["show", "--json"]).stdout)["comment_links"] == "every"
    assert isinstance(run.invoke(newsletter, ["edit", "--comment-links", "some"]).exception, Problem)
