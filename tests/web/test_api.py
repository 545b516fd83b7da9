"""The API: whom it lets in, what it does, and what it says when it does nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from digest.access import tokens
from digest.issues import find_issue
from subscribers.history import history
from subscribers.people import find_person
from subscribers.subscribing import Proof, unsubscribe
from subscribers.suppression import Reason, reasons
from subscribers.tables import Subscriber

from .conftest import Site
from .letters import answered, letters

API = "/api/v1"


def now() -> datetime:
    return datetime.now(UTC)


def _token(site: Site, *scopes: str, per_minute: int = 1000) -> dict[str, str]:
    with site.context.database.writing() as session:
        name = f"t{len(tokens.listed(session))}"
        secret = tokens.add(session, name, scopes, now=now(), per_minute=per_minute)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def whole(site: Site) -> dict[str, str]:
    return _token(site, *tokens.SCOPES)


def _add(site: Site, token: dict[str, str], address: str, **more: Any) -> Any:
    return site.client.post(
        f"{API}/subscribers", json={"email": address, "list": "weekly", **more}, headers=token
    )


def test_nobody_comes_in_without_a_token_of_ours(site: Site) -> None:
    for given in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Bearer digest_{'x' * 43}"},
                  {"Authorization": "Basic dTpw"}):  # fmt: skip
        answer = site.client.get(f"{API}/subscribers", headers=given)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
        assert "ani@" not in answer.text


def test_a_token_does_what_its_scopes_say_and_no_more(site: Site) -> None:
    reader = _token(site, "lists:read")
    assert site.client.get(f"{API}/lists", headers=reader).status_code == 200
    refused = site.client.post(f"{API}/lists", json={"list": "daily"}, headers=reader)
    assert (refused.status_code, refused.json()["detail"]) == (403, "The token has no scope lists:write.")
    assert site.client.get(f"{API}/subscribers", headers=reader).status_code == 403


def test_a_token_is_kept_as_its_digest_and_refused_once_taken_back(site: Site) -> None:
    token = _token(site, "lists:read")
    secret = token["Authorization"].removeprefix("Bearer ")
    assert site.client.get(f"{API}/lists", headers=token).status_code == 200
    with site.context.database.writing() as session:
        (row,) = tokens.listed(session)
        assert secret not in repr([getattr(row, column.key) for column in row.__table__.columns])
        assert row.last_used_at is not None
        assert now() - row.last_used_at < now() - datetime(2020, 1, 1, tzinfo=UTC)
        tokens.remove(session, row.name)
    assert site.client.get(f"{API}/lists", headers=token).status_code == 401


def test_a_token_has_its_own_limit_a_minute(site: Site) -> None:
    token = _token(site, "lists:read", per_minute=3)
    answers = [site.client.get(f"{API}/lists", headers=token) for _ in range(8)]
    assert [answer.status_code for answer in answers].count(429) >= 2
    late = next(answer for answer in answers if answer.status_code == 429)
    assert late.headers["retry-after"]


def test_people_are_listed_page_by_page(site: Site, whole: dict[str, str]) -> None:
    for number in range(5):
        _add(site, whole, f"n{number}@example.org")
    seen: list[str] = []
    after = ""
    while True:
        parameters = {"limit": "2", "list": "weekly", **({"after": after} if after else {})}
        page = site.client.get(f"{API}/subscribers", params=parameters, headers=whole).json()
        seen += [one["email"] for one in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == ["ani@example.org", *(f"n{number}@example.org" for number in range(5))]
    asked = site.client.get(f"{API}/subscribers", params={"state": "confirmed"}, headers=whole)
    assert [one["email"] for one in asked.json()["items"]] == ["ani@example.org"]
    assert site.client.get(f"{API}/subscribers?list=none", headers=whole).status_code == 404
    beyond = site.client.get(f"{API}/subscribers?after=9999999999", headers=whole).json()
    assert beyond == {"items": [], "next": None}


def test_who_is_added_with_a_consent_is_on_the_list_with_its_proof(site: Site, whole: dict[str, str]) -> None:
    consent = {"how": "Ticked the box at checkout, from 192.0.2.7", "wording": "3"}
    answer = _add(site, whole, "New@Example.org", consent=consent, name="Նոր", tags=["shop"])
    assert answer.status_code == 201
    person = answer.json()
    assert (person["email"], person["lists"][0]["state"], person["tags"]) == (
        "New@example.org", "confirmed", ["shop"],
    )  # fmt: skip
    assert _add(site, whole, "new@example.org", consent=consent).status_code == 200
    happened = site.client.get(f"{API}/subscribers/{person['id']}/history", headers=whole).json()["items"]
    assert [(one["actor"][:4], one["evidence"], one["wording"]) for one in happened] == [
        ("api ", consent["how"], "3")
    ]
    bare = _add(site, whole, "other@example.org").json()
    assert bare["lists"][0]["state"] == "unconfirmed"


def test_nobody_who_left_is_brought_back_by_a_program(site: Site, whole: dict[str, str]) -> None:
    with site.context.database.writing() as session:
        unsubscribe(session, site.reader_id, site.list_id, Proof("person"), now=now())
    answer = _add(site, whole, "ani@example.org", consent={"how": "says so"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "email")
    assert site.state() == "unsubscribed"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "nonsense", "list": "weekly"}, "email"),
        ({"list": "weekly"}, "email"),
        ({"email": "a@example.org", "list": "weekly", "consent": {"how": 1}}, "consent.how"),
        ({"email": "a@example.org", "list": "weekly", "tags": ["a", "b,c"]}, "tags.1"),
        ({"email": "a@example.org", "list": "weekly", "wrong": 1}, "wrong"),
        ({"email": "a@example.org", "list": "weekly", "name": "a\u0000b"}, "name"),
    ],
)
def test_the_field_at_fault_is_named(
    site: Site, whole: dict[str, str], body: dict[str, Any], field: str
) -> None:
    answer = site.client.post(f"{API}/subscribers", json=body, headers=whole)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_person_is_found_changed_and_leaves(site: Site, whole: dict[str, str]) -> None:
    found = site.client.post(f"{API}/subscribers/find", json={"email": "ANI@example.org"}, headers=whole)
    path = f"{API}/subscribers/{found.json()['id']}"
    changed = site.client.patch(
        path, json={"name": "Ani", "attributes": {"city": "Gyumri", "visits": 3}}, headers=whole
    ).json()
    assert (changed["name"], changed["attributes"]) == ("Ani", {"city": "Gyumri", "visits": 3})
    again = site.client.patch(path, json={"attributes": {"visits": None}}, headers=whole).json()
    assert (again["name"], again["attributes"]) == ("Ani", {"city": "Gyumri"})
    left = site.client.post(f"{path}/unsubscribe", json={"reason": "asked by phone"}, headers=whole).json()
    assert left["lists"][0]["state"] == "unsubscribed"
    assert left["suppressed"] == ["every list: unsubscribed"]
    with site.context.database.reading() as session:
        assert "asked by phone" in [one.evidence for one in history(session, site.reader_id)]
    assert site.client.get(f"{API}/subscribers/99", headers=whole).status_code == 404


def test_erasing_leaves_only_the_fingerprint(site: Site, whole: dict[str, str]) -> None:
    with site.context.database.reading() as session:
        mark = find_person(session, "ani@example.org").fingerprint
    answer = site.client.delete(f"{API}/subscribers/{site.reader_id}", headers=whole)
    assert answer.json()["fingerprint"] == mark.hex()
    with site.context.database.reading() as session:
        assert session.scalars(select(Subscriber)).all() == []
        assert reasons(session, mark) == {0: Reason.ERASED}
    assert _add(site, whole, "ani@example.org", consent={"how": "again"}).status_code == 409


def test_lists_are_made_changed_and_removed(site: Site, whole: dict[str, str]) -> None:
    made = site.client.post(f"{API}/lists", json={"list": "daily", "name": "The Daily"}, headers=whole)
    assert (made.status_code, made.json()["members"]) == (201, {})
    assert site.client.post(f"{API}/lists", json={"list": "daily"}, headers=whole).status_code == 409
    changed = site.client.patch(
        f"{API}/lists/daily", json={"public": False, "description": {"hy": "Ամեն օր"}}, headers=whole
    ).json()
    assert (changed["public"], changed["name"], changed["description"]) == (
        False,
        "The Daily",
        {"hy": "Ամեն օր"},
    )
    shown = site.client.get(f"{API}/lists", headers=whole).json()["items"]
    assert [(one["list"], one["members"]) for one in shown] == [("daily", {}), ("weekly", {"confirmed": 1})]
    assert site.client.delete(f"{API}/lists/daily", headers=whole).status_code == 200
    assert site.client.get(f"{API}/lists/daily", headers=whole).status_code == 404
    assert site.client.delete(f"{API}/lists/weekly", headers=whole).status_code == 409


def test_issues_are_read_and_sent_on_their_way(site: Site, whole: dict[str, str]) -> None:
    listed = site.client.get(f"{API}/issues", headers=whole).json()["items"]
    assert [(one["newsletter"], one["number"], one["state"], one["items"]) for one in listed] == [
        ("weekly", 1, "approved", 1)
    ]
    path = f"{API}/issues/weekly/1"
    assert site.client.get(path, headers=whole).json()["subject"] == "Bridge opens"
    items = site.client.get(f"{path}/items", headers=whole).json()["items"]
    assert items[0]["headline"].startswith("Bridge")
    assert site.client.get(f"{path}/explain", headers=whole).json() == {"decision": {}, "verdicts": []}
    assert site.client.get(f"{path}/status", headers=whole).json()["recipients"] == 0
    late = site.client.post(f"{path}/schedule", json={}, headers=whole)
    assert (late.status_code, "no hour" in late.json()["detail"]) == (409, True)
    hour = {"at": "2026-12-01T09:00:00+04:00"}
    waiting = site.client.post(f"{path}/schedule", json=hour, headers=whole).json()
    assert (waiting["state"], waiting["slot"]) == ("scheduled", "2026-12-01T05:00:00+00:00")
    assert site.client.post(f"{path}/approve", headers=whole).status_code == 409
    assert site.client.get(f"{API}/issues/weekly/9", headers=whole).status_code == 404
    with site.context.database.reading() as session:
        assert find_issue(session, "weekly/1").slot == datetime(2026, 12, 1, 5, tzinfo=UTC)


def test_signing_up_by_program_is_what_the_form_does(site: Site) -> None:
    body = {"email": "new@example.org", "lists": ["weekly"]}
    answer = site.client.post(f"{API}/sign-ups", json=body)
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    known = site.client.post(f"{API}/sign-ups", json={**body, "email": "ani@example.org"})
    assert (known.status_code, known.content) == (answer.status_code, answer.content)
    answered(site, now())
    assert {str(letter["to"]) for letter in letters(site)} == {"new@example.org", "ani@example.org"}
    wrong = site.client.post(f"{API}/sign-ups", json={**body, "lists": ["nothing"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (404, "lists")
    for number in range(12):
        last = site.client.post(f"{API}/sign-ups", json={**body, "email": f"n{number}@example.org"})
    assert (last.status_code, last.headers["retry-after"]) == (429, "3600")


def test_a_script_of_an_allowed_site_may_sign_up_and_no_other(site: Site) -> None:
    path, own = f"{API}/sign-ups", {"Origin": "https://www.example.org"}
    asked = site.client.options(path, headers={**own, "Access-Control-Request-Method": "POST"})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, own["Origin"])
    assert "access-control-allow-credentials" not in asked.headers
    answer = site.client.post(path, json={"email": "a@example.org", "lists": ["weekly"]}, headers=own)
    assert answer.headers["access-control-allow-origin"] == own["Origin"]
    for origin in ("https://evil.example", "https://www.example.org.evil.example", "null"):
        refused = site.client.options(path, headers={"Origin": origin})
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers
    assert site.client.options(f"{API}/subscribers", headers=own).status_code == 405


def test_what_is_not_there_is_said_in_the_same_form(site: Site, whole: dict[str, str]) -> None:
    missing = site.client.get(f"{API}/nothing", headers=whole)
    wrong = site.client.put(f"{API}/lists", headers=whole)
    large = site.client.post(f"{API}/lists", content=b"x" * 100_000, headers=whole)
    host = site.client.get(f"{API}/lists", headers={**whole, "Host": "evil.example"})
    broken = site.client.post(
        f"{API}/lists", content=b"{", headers={**whole, "Content-Type": "application/json"}
    )
    form = site.client.post(f"{API}/lists", data={"list": "daily"}, headers=whole)
    found = [(one.status_code, one.json()["status"]) for one in (missing, wrong, large, host, broken, form)]
    assert found == [(code, code) for code in (404, 405, 413, 421, 400, 415)]
    assert set(wrong.headers["allow"].split(", ")) >= {"GET", "POST"}


def test_the_description_is_served(site: Site) -> None:
    answer = site.client.get("/api/openapi.json")
    described = answer.json()
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": "https://news.example.org/api/v1"}]
    assert described["paths"]["/subscribers"]["post"]["security"] == [{"token": ["subscribers:write"]}]
    assert described["paths"]["/sign-ups"]["post"]["security"] == []
