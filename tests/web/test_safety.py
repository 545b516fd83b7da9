"""The open internet: false hosts, oversize, forged links, methods, and what must not be written down."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from digest.actions import links
from digest.actions.snippet import snippet
from digest.problem import Problem
from digest.signing import BadToken, Signer
from digest.web.app import create_app
from subscribers.tables import SubscriptionState

from .conftest import Site


@pytest.mark.parametrize(
    "host",
    ["evil.example", "news.example.org.evil.example", "news.example.org@evil.example", "", "[::1",
     "news.example.org/x", "evil.example:443"],
)  # fmt: skip
def test_another_hosts_name_is_refused(site: Site, host: str) -> None:
    answer = site.client.get(site.leave_path, headers={"Host": host})
    assert answer.status_code == 421
    posted = site.client.post(site.leave_path, data={"List-Unsubscribe": "One-Click"}, headers={"Host": host})
    assert posted.status_code == 421
    assert site.state() == SubscriptionState.CONFIRMED


def test_the_own_host_counts_with_any_port_and_in_any_case(site: Site) -> None:
    for host in ("news.example.org", "news.example.org:443", "NEWS.example.org"):
        assert site.client.get("/u", headers={"Host": host}).status_code == 200
    assert site.client.get("/health", headers={"Host": "10.0.0.7"}).status_code == 200


def test_long_headers_and_addresses_are_refused(site: Site) -> None:
    assert site.client.get("/u", headers={"X-Long": "x" * 20_000}).status_code == 431
    assert site.client.get("/u/" + "x" * 3_000).status_code == 414
    assert site.client.get("/a/weekly", params={"q": "x" * 3_000}).status_code == 414


def test_a_body_that_only_grows_is_refused_too(site: Site) -> None:
    def drops() -> object:
        for _ in range(100):
            yield b"a=b&" * 1000

    for path in (site.leave_path, "/subscribe"):
        answer = site.client.post(
            path, content=drops(), headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert answer.status_code == 413
    assert site.state() == SubscriptionState.CONFIRMED


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_no_other_method_does_anything(site: Site, method: str) -> None:
    assert site.client.request(method, site.leave_path).status_code == 405
    assert site.state() == SubscriptionState.CONFIRMED


def test_every_page_has_a_strict_policy_and_no_cookie(site: Site) -> None:
    paths = [
        site.leave_path, "/u", "/subscribe", "/a/weekly", "/nothing", "/style.css", "/style/weekly.css",
        f"/p/{site.token(links.PREFERENCES, site.reader_id)}", f"/v/{site.token(links.ISSUE, site.issue_id)}",
    ]  # fmt: skip
    for path in paths:
        headers = site.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["strict-transport-security"]
        assert "set-cookie" not in headers


def test_pages_of_tokens_are_kept_by_nobody(site: Site) -> None:
    for path in (site.leave_path, f"/p/{site.token(links.PREFERENCES, site.reader_id)}", "/c/x", "/m/x"):
        headers = site.client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"] == "noindex"


def test_a_fault_of_ours_tells_nothing_and_logs_no_token(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr("digest.actions.leave.look_at", broken)
    app = create_app(site.context, answers=False)
    with (
        caplog.at_level(logging.DEBUG),
        TestClient(app, base_url="https://news.example.org", raise_server_exceptions=False) as client,
    ):
        answer = client.get(site.leave_path)
    assert answer.status_code == 500
    assert "fire" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("httpx")]
    assert not any(site.leave_path in message for message in ours)


SIGNER = Signer((("k2", b"f" * 32), ("k1", b"0" * 32)))
FIELDS = st.lists(st.integers(0, 2**40), min_size=1, max_size=5)
PURPOSES = st.sampled_from(
    [links.LEAVE, links.PREFERENCES, links.ISSUE, links.CONFIRM, links.MOVE, links.UNDO, "leave-form"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PURPOSES, FIELDS)
def test_a_token_tells_its_fields_and_survives_a_new_key(purpose: str, fields: list[int]) -> None:
    before = Signer((("k1", b"0" * 32),))
    for signer in (SIGNER, before):
        assert links.fields_of(SIGNER, purpose, signer.sign(purpose, *fields)) == tuple(fields)


@settings(deadline=None)
@given(PURPOSES, FIELDS, st.data())
def test_a_token_with_any_bit_flipped_is_refused(
    purpose: str, fields: list[int], data: st.DataObject
) -> None:
    token = SIGNER.sign(purpose, *fields)
    octets = bytearray(token.encode())
    place = data.draw(st.integers(0, len(octets) - 1))
    octets[place] ^= 1 << data.draw(st.integers(0, 7))
    changed = octets.decode("latin-1")
    with pytest.raises(BadToken):
        links.fields_of(SIGNER, purpose, changed)


@settings(deadline=None)
@given(PURPOSES, PURPOSES, FIELDS, FIELDS)
def test_a_token_of_another_purpose_or_other_fields_is_refused(
    one: str, other: str, fields: list[int], others: list[int]
) -> None:
    token = SIGNER.sign(one, *fields)
    if one != other:
        with pytest.raises(BadToken):
            links.fields_of(SIGNER, other, token)
    if fields != others:
        key, _, mac = token.split(".")
        body = SIGNER.sign(one, *others).split(".")[1]
        with pytest.raises(BadToken):
            links.fields_of(SIGNER, one, f"{key}.{body}.{mac}")


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(BadToken):
        links.fields_of(SIGNER, links.LEAVE, text)


def test_the_snippet_is_a_form_that_needs_nothing_of_ours(site: Site) -> None:
    html = snippet(site.context, "weekly", "hy", "https://www.example.org/thanks")
    assert 'action="https://news.example.org/subscribe"' in html
    assert "Բաժանորդագրվել" in html
    assert "<script" not in html
    assert "src=" not in html
    with pytest.raises(Problem, match="may not lead"):
        snippet(site.context, "weekly", "", "https://www.example.org.evil.example/")
    with pytest.raises(Problem, match="no public list"):
        snippet(site.context, "nothing")
