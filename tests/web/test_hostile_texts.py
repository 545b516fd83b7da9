"""Octets and numbers that no page of ours asks for: refused in words or taken as harmless, never a fault of ours."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from digest.actions import links
from subscribers.people import find_person

from .conftest import Site
from .letters import answered, letters

NUL = "a\x00b"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "path",
    ["/subscribe/%00", "/a/%00", "/a/%00/1", "/a/%00/feed.xml", "/style/%00.css", "/i/%00", "/c/%00", "/u/%00",
     "/p/%00", "/v/%00", "/m/%00", "/r/%00", "/r/%00/%00", "/o/%00", "/o/%00/%00", "/hooks/%00", "/api/v1/lists/%00",
     "/a/weekly/99999999999999999999", "/a/weekly/2147483648", "/a/weekly?q=a%00b", "/a/weekly?page=9999999999999999999",
     "/subscribe?language=%00", "/a/weekly?q=%ED%A0%80", "/subscribe/%ED%A0%80", "/a/%ED%A0%80"],
)  # fmt: skip
def test_no_address_makes_a_fault(site: Site, path: str) -> None:
    assert site.client.get(path).status_code in (200, 400, 401, 404, 405)


@pytest.mark.parametrize(
    "field",
    ["email", "name", "language", "wording", "topic", "list", "thanks", "website", "challenge", "work"],
)
@pytest.mark.parametrize("value", [NUL, "\ud800", "n" * 30_000], ids=["nul", "surrogate", "long"])
def test_no_field_of_a_sign_up_makes_a_fault_or_spoils_the_next(site: Site, field: str, value: str) -> None:
    form: dict[str, Any] = {"email": "odd@example.org", "list": "weekly"} | {field: value}
    sent = {key: one.encode("utf-8", "surrogatepass") for key, one in form.items()}
    odd = site.client.post("/subscribe", content=urlencode(sent), headers=FORM)
    assert odd.status_code in (200, 422)
    good = site.client.post("/subscribe", data={"email": "good@example.org", "list": "weekly"})
    assert good.status_code == 200
    answered(site, datetime.now(UTC))
    assert "good@example.org" in [str(letter["to"]) for letter in letters(site)]


@pytest.mark.parametrize(
    "field", ["language", "topic", "list", "address", "do", "form", "frequency", "pause"]
)
def test_no_field_of_the_preferences_makes_a_fault(site: Site, field: str) -> None:
    path = f"/p/{site.token(links.PREFERENCES, site.reader_id)}"
    hidden = site.client.get(path).text.split('name="form" value="')[1].split('"')[0]
    for value in (NUL, "99999999999999999999", "9" * 5000, "2147483648", "-1"):
        form = {"form": hidden, "do": "save", "list": str(site.list_id)} | {field: value}
        assert site.client.post(path, data=form).status_code in (200, 400, 422), value
    with site.context.database.reading() as session:
        assert find_person(session, "ani@example.org").id == site.reader_id


@pytest.mark.parametrize(
    "fields", [{"reason": NUL, "do": "reason"}, {"undo": NUL, "do": "undo"}, {"form": NUL}]
)
def test_no_field_of_leaving_makes_a_fault(site: Site, fields: dict[str, str]) -> None:
    hidden = site.client.get(site.leave_path).text.split('name="form" value="')[1].split('"')[0]
    assert site.client.post(site.leave_path, data={"form": hidden} | fields).status_code in (200, 400)


def test_a_field_given_twice_counts_once(site: Site) -> None:
    body = "email=one@example.org&email=two@example.org&list=weekly&list=weekly"
    assert site.client.post("/subscribe", content=body, headers=FORM).status_code == 200
    assert answered(site, datetime.now(UTC)) == 1
    assert letters(site)[0]["to"] == "one@example.org"
