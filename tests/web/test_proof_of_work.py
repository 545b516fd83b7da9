"""A sign-up page that asks for a proof of work: who works is served as ever, who does not waits longer."""

import re
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from digest.actions.sign_up import HELD, LIMITS
from digest.signups.proof_of_work import proven
from digest.signups.tables import SignUp

from .conftest import Site
from .letters import answered


@pytest.fixture
def working(site: Site) -> Site:
    web = site.context.settings.web.model_copy(update={"proof_of_work": True})
    object.__setattr__(site.context, "settings", site.context.settings.model_copy(update={"web": web}))
    return site


def _ask(site: Site, address: str, **form: Any) -> Any:
    return site.client.post("/subscribe", data={"email": address, "list": "weekly", **form})


def test_only_that_page_has_a_script_and_it_is_ours(working: Site) -> None:
    page = working.client.get("/subscribe/weekly")
    assert re.findall(r"<script[^>]*>", page.text) == ['<script src="/work.js" defer>']
    assert page.headers["content-security-policy"].endswith("; script-src 'self'")
    assert working.client.get("/work.js").headers["content-type"].startswith("text/javascript")
    assert "script-src" not in working.client.get(working.leave_path).headers["content-security-policy"]
    assert "<noscript>" in page.text


def test_who_did_the_work_is_served_before_the_crowds_and_who_did_not_behind_them(working: Site) -> None:
    page = working.client.get("/subscribe/weekly").text
    given = re.search(r'name="challenge" value="([^"]+)"', page)
    assert given
    now = datetime.now(UTC)
    signer, address = working.context.signer, "worker@example.org"
    work = next(n for n in count() if proven(signer, given[1], address, str(n), now))
    assert _ask(working, address, challenge=given[1], work=work).status_code == 200
    assert _ask(working, "other@example.org", challenge=given[1], work=work).status_code == 200
    with working.context.database.reading() as session:
        crowds = session.scalars(select(SignUp.crowd).order_by(SignUp.id)).all()
    assert crowds == [0, LIMITS.crowd]
    assert answered(working, datetime.now(UTC)) == 2


def test_without_the_work_fewer_are_taken_from_one_network(working: Site) -> None:
    answers = [_ask(working, f"n{number}@example.org").status_code for number in range(5)]
    assert answers == [200] * HELD.network_hour + [429] * (5 - HELD.network_hour)
    api = working.client.post("/api/v1/sign-ups", json={"email": "a@example.org", "lists": ["weekly"]})
    assert api.status_code == 429
