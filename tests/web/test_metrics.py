"""`/metrics` is for this machine, or for whoever knows the token; and no person is in it."""

import re
from dataclasses import replace

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from digest.web.app import create_app
from tests.outbox.servers import FaultServer
from tests.outbox.world import handed_over, relay, send
from tests.web.conftest import Site

TOKEN = "a-token-of-sufficient-length"
LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[a-z0-9_]+"(,[a-z_]+="[a-z0-9_]+")*\})? -?\d+(\.\d+)?')


def client(site: Site, ip: str, token: str | None = None) -> TestClient:
    web = site.context.settings.web.model_copy(update={"metrics_token": SecretStr(token) if token else None})
    settings = site.context.settings.model_copy(update={"web": web})
    app = create_app(replace(site.context, settings=settings), answers=False)
    return TestClient(app, base_url="http://127.0.0.1:8025", client=(ip, 50000))


def test_this_machine_reads_the_counts_and_nothing_of_a_person(site: Site) -> None:
    number = handed_over(site.context.database, 4)
    server = FaultServer(lambda stage, to, _: 550 if stage == "rcpt" and "reader2@" in to else None)
    with server.running():
        send(site.context.database, number, relay(server.port))
    with client(site, "127.0.0.1") as here:
        answer = here.get("/metrics")
        assert here.get("/metrics").text == answer.text
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert f'digest_deliveries{{mailing="{number}",state="sent"}} 3' in answer.text
    assert f'digest_deliveries{{mailing="{number}",state="failed"}} 1' in answer.text
    assert f'digest_mailing_recipients{{mailing="{number}"}} 4' in answer.text
    assert "@" not in answer.text
    for line in answer.text.splitlines():
        assert line.startswith(("# HELP digest_", "# TYPE digest_")) or LINE.fullmatch(line), line


@pytest.mark.parametrize(
    ("ip", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
        ("127.0.0.1", {"Via": "1.1 proxy"}),
    ],
)
def test_nobody_else_does_without_a_token(site: Site, ip: str, headers: dict[str, str]) -> None:
    with client(site, ip) as elsewhere:
        answer = elsewhere.get("/metrics", headers=headers)
    assert answer.status_code == 403
    assert "digest_" not in answer.text


def test_with_a_token_only_the_token_counts(site: Site) -> None:
    with client(site, "127.0.0.1", TOKEN) as here:
        assert here.get("/metrics").status_code == 401
        assert here.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    with client(site, "192.0.2.7", TOKEN) as elsewhere:
        answer = elsewhere.get(
            "/metrics", headers={"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "192.0.2.9"}
        )
    assert answer.status_code == 200
    assert "digest_mailings" in answer.text
