"""`digest theme`, as somebody who makes a theme types it; no installation is needed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from digest.cli.theme import app
from digest.problem import Problem
from digest.rendering.errors import TemplateError


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_theme_is_made_and_what_to_do_next_is_said(here: Path) -> None:
    result = CliRunner().invoke(app, ["new", "mine", "--from", "plain"])
    assert result.exit_code == 0
    assert (here / "themes" / "mine" / "issue.mjml").is_file()
    assert "digest theme check themes/mine" in result.output
    assert 'templates = "themes"' in result.output


def test_a_theme_in_order_is_said_to_be() -> None:
    result = CliRunner().invoke(app, ["check", "plain"])
    assert (result.exit_code, result.output) == (0, "The theme 'plain' is in order.\n")


def test_an_error_is_told_for_people_and_for_programs_and_the_exit_code_is_one(here: Path) -> None:
    CliRunner().invoke(app, ["new", "mine"])
    template = here / "themes" / "mine" / "issue.mjml"
    pale = '<mj-section><mj-column><mj-text color="#cccccc">pale</mj-text></mj-column></mj-section>'
    template.write_text(template.read_text().replace("{{ related_stories() }}", pale))
    told = CliRunner().invoke(app, ["check", "themes/mine"])
    assert told.exit_code == 1
    assert "contrast-light" in told.output
    as_json = CliRunner().invoke(app, ["check", "themes/mine", "--json"])
    assert as_json.exit_code == 1
    findings = [json.loads(line) for line in as_json.output.splitlines()]
    assert {"rule", "severity", "where", "why", "mend"} == findings[0].keys()
    assert "contrast-light" in {finding["rule"] for finding in findings}


def test_a_template_that_is_wrong_is_a_problem_with_file_and_line(here: Path) -> None:
    CliRunner().invoke(app, ["new", "mine"])
    (here / "themes" / "mine" / "issue.mjml").write_text("<mjml>\n<mj-nothing />\n</mjml>")
    result = CliRunner().invoke(app, ["check", "themes/mine"])
    assert isinstance(result.exception, TemplateError)
    assert "mine/issue.mjml:2: <mj-nothing> is not an MJML tag" in str(result.exception)


def test_a_theme_that_is_not_there_is_a_problem_that_names_those_that_are() -> None:
    result = CliRunner().invoke(app, ["check", "nope"])
    assert isinstance(result.exception, Problem)
    assert "classic" in str(result.exception)
