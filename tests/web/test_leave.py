"""Leaving by page and by one click; looking changes nothing."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from digest.actions import links
from subscribers.lists import find_list
from subscribers.tables import SubscriptionState

from .conftest import Site
from .letters import answered, letters, link

CONFIRMED, LEFT = SubscriptionState.CONFIRMED, SubscriptionState.UNSUBSCRIBED


def _hidden(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(site: Site, method: str) -> None:
    for _ in range(3):
        assert site.client.request(method, site.leave_path).status_code == 200
    assert site.state() == CONFIRMED


def test_the_button_leaves(site: Site) -> None:
    page = site.client.get(site.leave_path).text
    answer = site.client.post(site.leave_path, data={"form": _hidden(page)})
    assert answer.status_code == 200
    assert "You have left" in answer.text
    assert site.state() == LEFT
    assert "does not get mail" in site.client.get(site.leave_path).text


@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
def test_one_click_leaves_at_once_without_cookie_or_redirect_and_again_is_fine(
    site: Site, encoding: str
) -> None:
    for _ in range(2):
        fields = {"List-Unsubscribe": "One-Click"}
        if encoding == "urlencoded":
            answer = site.client.post(site.leave_path, data=fields, follow_redirects=False)
        else:
            parts = {name: (None, value) for name, value in fields.items()}
            answer = site.client.post(site.leave_path, files=parts, follow_redirects=False)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert site.state() == LEFT


@pytest.mark.parametrize("form", [{}, {"form": "nonsense"}, {"List-Unsubscribe": "Something"}])
def test_a_post_from_elsewhere_does_nothing(site: Site, form: dict[str, str]) -> None:
    assert site.client.post(site.leave_path, data=form).status_code == 400
    assert site.state() == CONFIRMED


def test_the_form_of_another_reader_does_nothing(site: Site) -> None:
    other = site.token("leave-form", site.list_id, site.reader_id + 1)
    assert site.client.post(site.leave_path, data={"form": other}).status_code == 400
    assert site.state() == CONFIRMED


def test_a_token_of_another_purpose_or_a_changed_one_is_refused(site: Site) -> None:
    wrong = site.token(links.PREFERENCES, site.list_id, site.reader_id)
    for path in (f"/u/{wrong}", site.leave_path[:-1] + "_", "/u/1.2.3"):
        answer = site.client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 400
        assert "not complete or was changed" in answer.text
    assert site.state() == CONFIRMED


def test_the_page_shows_no_whole_address_and_escapes_names(site: Site) -> None:
    page = site.client.get(site.leave_path).text
    assert "ani@example.org" not in page
    assert "a…\u2060@example.org" in page
    assert "The Weekly &lt;i&gt;" in page


def test_answers_carry_the_headers_of_safety(site: Site) -> None:
    headers = site.client.get(site.leave_path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["strict-transport-security"]
    assert "set-cookie" not in headers


def test_a_test_mails_link_says_that_there_is_nothing_to_leave(site: Site) -> None:
    answer = site.client.get(f"/u/{site.token(links.LEAVE, 0, 0)}")
    assert answer.status_code == 400
    assert "test mail" in answer.text


def test_a_body_beyond_any_form_is_refused(site: Site) -> None:
    answer = site.client.post(site.leave_path, content=b"x" * 100_000)
    assert answer.status_code == 413
    assert site.state() == CONFIRMED


@pytest.mark.parametrize("way", ["one click", "page", "preferences"])
def test_a_goodbye_comes_once_it_is_for_good(site: Site, way: str) -> None:
    with site.context.database.writing() as session:
        find_list(session, "weekly").goodbye = True
    now = datetime.now(UTC)
    if way == "one click":
        for _ in range(2):
            site.client.post(site.leave_path, data={"List-Unsubscribe": "One-Click"})
    elif way == "page":
        page = site.client.get(site.leave_path).text
        site.client.post(site.leave_path, data={"form": _hidden(page)})
    else:
        path = f"/p/{site.token(links.PREFERENCES, site.reader_id)}"
        site.client.post(path, data={"form": _hidden(site.client.get(path).text), "do": "save"})
    assert site.state() == LEFT
    assert answered(site, now + timedelta(minutes=5)) == 0
    assert answered(site, now + timedelta(minutes=11)) == 1
    (letter,) = letters(site)
    assert "You have left The Weekly" in letter["subject"]
    assert site.client.get(link(letter, "p")).status_code == 200


def test_who_takes_leaving_back_gets_no_goodbye(site: Site) -> None:
    with site.context.database.writing() as session:
        find_list(session, "weekly").goodbye = True
    page = site.client.post(
        site.leave_path, data={"form": _hidden(site.client.get(site.leave_path).text)}
    ).text
    undo = re.search(r'name="undo" value="([^"]+)"', page)
    assert undo
    site.client.post(site.leave_path, data={"form": _hidden(page), "do": "undo", "undo": undo[1]})
    assert site.state() == CONFIRMED
    assert answered(site, datetime.now(UTC) + timedelta(minutes=11)) == 0
