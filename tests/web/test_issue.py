"""The web version: the issue as approved, and nobody's own links."""

import lxml.html

from digest.actions import links

from .conftest import Site


def test_the_web_version_shows_the_issue_and_runs_nothing(site: Site) -> None:
    answer = site.client.get(f"/v/{site.token(links.ISSUE, site.issue_id)}")
    assert answer.status_code == 200
    assert "Bridge {{ opens }} &lt;script&gt;" in answer.text
    assert lxml.html.fromstring(answer.text).xpath("//script") == []
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_web_version_lets_nobody_act_for_a_reader(site: Site) -> None:
    page = site.client.get(f"/v/{site.token(links.ISSUE, site.issue_id)}").text
    assert "/u/" not in page
    assert "\ue000" not in page
    assert "ani@example.org" not in page
    assert site.client.get("/u").status_code == 200


def test_another_number_or_a_guess_is_refused(site: Site) -> None:
    assert site.client.get(f"/v/{site.token(links.ISSUE, site.issue_id + 1)}").status_code == 400
    assert site.client.get(f"/v/{site.issue_id}").status_code == 400
    assert site.client.get("/v/").status_code == 404


def test_the_process_says_that_it_is_well(site: Site) -> None:
    assert site.client.get("/health").text == "ok\n"


def test_the_stylesheet_is_kept_by_browsers(site: Site) -> None:
    first = site.client.get("/style.css")
    assert first.headers["content-type"].startswith("text/css")
    assert site.client.get("/style.css", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_hosted_pictures_are_served_and_nothing_else_of_the_disk(site: Site) -> None:
    folder = site.context.settings.pictures_folder
    folder.mkdir(parents=True)
    name = "0123456789abcdef" * 2 + ".jpg"
    (folder / name).write_bytes(b"a picture")
    answer = site.client.get(f"/i/{name}")
    assert (answer.content, answer.headers["content-type"]) == (b"a picture", "image/jpeg")
    assert "immutable" in answer.headers["cache-control"]
    for other in ("..%2f..%2fdigest.toml", "%2e%2e", f"{'f' * 32}.jpg", f"{name}%00", "digest.toml"):
        assert site.client.get(f"/i/{other}").status_code == 404
