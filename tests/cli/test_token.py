"""`digest token`: the secret is shown once, and never again."""

import json

from typer.testing import CliRunner

from digest.cli.token import app


def test_a_token_is_made_listed_and_taken_back(run: CliRunner) -> None:
    made = run.invoke(app, ["add", "website", "--scope", "subscribers:write", "--scope", "lists:read"])
    secret = made.stdout.strip()
    assert secret.startswith("digest_")
    shown = run.invoke(app, ["list", "--json"]).stdout
    assert secret not in shown
    assert json.loads(shown)["scopes"] == ["lists:read", "subscribers:write"]
    assert json.loads(shown)["last_used_at"] is None
    assert run.invoke(app, ["remove", "website"]).exit_code == 0
    assert "no token yet" in run.invoke(app, ["list"]).stdout
