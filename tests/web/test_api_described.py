"""The API does what its description says, tried by schemathesis with right and with wrong data."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from starlette.testclient import TestClient

from digest.access import tokens
from digest.web.api.table import OPERATIONS
from digest.web.app import create_app

from .conftest import Site

EXAMPLES = {"sqlite": 25, "postgresql": 5}
"""For each operation and kind of data, besides those that go through every limit and type one by one."""


# What the tool itself does, not the program that it tries.
@pytest.mark.filterwarnings("default")
def test_schemathesis_finds_nothing(site: Site) -> None:
    with site.context.database.writing() as session:
        secret = tokens.add(session, "trial", tokens.SCOPES, now=datetime.now(UTC), per_minute=100_000)
    kind = site.context.database.engine.dialect.name
    settings = site.context.settings.model_copy(update={"public_url": "http://testserver"})
    config = SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {secret}"},
            "generation": {"max-examples": EXAMPLES[kind], "deterministic": True},
            "phases": {"stateful": {"enabled": False}},
        }
    )
    app = create_app(replace(site.context, settings=settings), answers=False)
    found: list[str] = []
    tried: set[str] = set()
    with TestClient(app, base_url="http://testserver"):
        schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, config=config)
        for event in from_schema(schema).execute():
            match event:
                case events.NonFatalError() | events.FatalError():
                    found.append(str(event))
                case events.ScenarioFinished():
                    tried.add(event.label or "")
                    found += [
                        f"{check.failure_info.failure.operation}: {check.failure_info.failure.title}: "
                        f"{check.failure_info.failure.message}"
                        for checks in event.recorder.checks.values()
                        for check in checks
                        if check.failure_info is not None
                    ]
    assert found == []
    assert {f"{one.method} {one.path}" for one in OPERATIONS} <= tried
