"""Preferences by the link of a mail: looking changes nothing, saving takes effect at once."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from digest.actions import links
from subscribers.history import history
from subscribers.lists import add_list
from subscribers.people import find_person
from subscribers.recipients import mark_mailed, recipients
from subscribers.suppression import Reason, reasons
from subscribers.tables import Subscriber, Subscription, SubscriptionState

from .conftest import NOW, Site


def _path(site: Site) -> str:
    return f"/p/{site.token(links.PREFERENCES, site.reader_id)}"


def _form(site: Site, **values: Any) -> dict[str, Any]:
    page = site.client.get(_path(site)).text
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return {"form": found[1], **values}


def _membership(site: Site) -> Subscription:
    with site.context.database.reading() as session:
        return session.get_one(Subscription, (site.reader_id, site.list_id))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(site: Site, method: str) -> None:
    assert site.client.request(method, _path(site)).status_code == 200
    assert site.state() == SubscriptionState.CONFIRMED


def test_the_page_shows_the_lists_and_no_whole_address(site: Site) -> None:
    page = site.client.get(_path(site)).text
    assert "The Weekly &lt;i&gt;" in page
    assert "a…\u2060@example.org" in page
    assert "ani@example.org" not in page


def test_frequency_language_and_pause_are_kept(site: Site) -> None:
    wish = {"list": site.list_id, f"frequency-{site.list_id}": "monthly", f"pause-{site.list_id}": "2w"}
    page = site.client.post(_path(site), data=_form(site, do="save", language="hy", **wish))
    assert page.status_code == 200
    assert 'lang="hy"' in page.text
    kept = _membership(site)
    assert (kept.state, kept.frequency) == (SubscriptionState.CONFIRMED, "monthly")
    assert kept.paused_until is not None
    assert abs(kept.paused_until - datetime.now(UTC) - timedelta(weeks=2)) < timedelta(minutes=1)
    with site.context.database.reading() as session:
        assert session.execute(recipients(site.list_id, now=datetime.now(UTC))).all() == []
        happened = [one.change for one in history(session, site.reader_id)]
    assert {"pause", "frequency"} <= set(happened)
    again = {"list": site.list_id, f"frequency-{site.list_id}": "", f"pause-{site.list_id}": ""}
    site.client.post(_path(site), data=_form(site, do="save", language="", **again))
    assert (_membership(site).frequency, _membership(site).paused_until) == (None, None)


def test_a_monthly_reader_gets_no_second_issue_in_the_same_month(site: Site) -> None:
    wish = {"list": site.list_id, f"frequency-{site.list_id}": "monthly", f"pause-{site.list_id}": "keep"}
    site.client.post(_path(site), data=_form(site, do="save", language="", **wish))
    first = datetime.now(UTC)

    def got(days: int) -> bool:
        when = first + timedelta(days=days)
        with site.context.database.writing() as session:
            found = [row.recipient_id for row in session.execute(recipients(site.list_id, now=when))]
            mark_mailed(session, site.list_id, now=when)
        return site.reader_id in found

    assert [got(days) for days in (0, 7, 14, 35)] == [True, False, False, True]


def test_a_list_that_is_not_ticked_is_left_and_a_public_one_that_is_ticked_is_joined(site: Site) -> None:
    with site.context.database.writing() as session:
        other = add_list(session, "daily", now=NOW, name="The Daily").id
        private = add_list(session, "staff", now=NOW, name="Staff", public=False).id
    assert "Staff" not in site.client.get(_path(site)).text
    site.client.post(_path(site), data=_form(site, do="save", list=[other, private]))
    assert site.state() == SubscriptionState.UNSUBSCRIBED
    with site.context.database.reading() as session:
        assert session.get_one(Subscription, (site.reader_id, other)).state == SubscriptionState.CONFIRMED
        assert session.get(Subscription, (site.reader_id, private)) is None
        happened = [one.change for one in history(session, site.reader_id) if one.list == "daily"]
    assert happened == ["request", "confirm"]


def test_topics_can_only_be_chosen_from_those_offered(site: Site) -> None:
    with site.context.database.writing() as session:
        session.get_one(Subscriber, site.reader_id).topics = ["politics", "sport"]
    form = _form(site, do="save", list=site.list_id, topic=["sport", "made up"])
    site.client.post(_path(site), data=form)
    with site.context.database.reading() as session:
        assert session.get_one(Subscriber, site.reader_id).topics == ["sport"]


def test_leaving_every_list_suppresses_the_address(site: Site) -> None:
    page = site.client.post(_path(site), data=_form(site, do="leave-all")).text
    assert "You have left every list" in page
    assert site.state() == SubscriptionState.UNSUBSCRIBED
    with site.context.database.reading() as session:
        mark = session.get_one(Subscriber, site.reader_id).fingerprint
        assert reasons(session, mark) == {0: Reason.UNSUBSCRIBED}


def test_a_post_from_elsewhere_does_nothing(site: Site) -> None:
    other = site.token("preferences-form", site.reader_id + 1)
    for form in ({}, {"form": "nonsense"}, {"form": other}):
        answer = site.client.post(_path(site), data={**form, "do": "leave-all"})
        assert answer.status_code == 400
    assert site.state() == SubscriptionState.CONFIRMED


def test_my_data_is_a_file_with_everything(site: Site) -> None:
    answer = site.client.post(_path(site), data=_form(site, do="download"))
    assert "attachment" in answer.headers["content-disposition"]
    data = json.loads(answer.text)
    assert data["subscriber"][0]["address"] == "ani@example.org"
    assert data["subscription_event"][0]["change"] == "state"


def test_erasing_needs_the_tick_and_leaves_only_the_suppression(site: Site) -> None:
    unsure = site.client.post(_path(site), data=_form(site, do="erase"))
    assert unsure.status_code == 422
    assert "Tick the box" in unsure.text
    with site.context.database.reading() as session:
        mark = find_person(session, "ani@example.org").fingerprint
    gone = site.client.post(_path(site), data=_form(site, do="erase", sure="yes"))
    assert "Your data is erased" in gone.text
    with site.context.database.reading() as session:
        assert session.scalars(select(Subscriber)).all() == []
        assert reasons(session, mark) == {0: Reason.ERASED}
    assert "was erased" in site.client.get(_path(site)).text


def test_a_link_of_another_purpose_is_refused(site: Site) -> None:
    wrong = site.token(links.LEAVE, site.reader_id)
    assert site.client.get(f"/p/{wrong}").status_code == 400
