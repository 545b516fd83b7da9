"""The page that everybody may read."""

from lxml import html as lxml_html

from digest import slots
from digest.rendering import IssueView, Theme, render
from digest.rendering.web_version import Card, web_version

CARD = Card(
    title='The lake "rises"',
    description="What <b>it</b> costs.",
    canonical="https://news.example/issues/42",
    site_name="The Valley Weekly",
    image="https://news.example/card.jpg",
)


def test_it_has_title_description_card_and_canonical_link(issue: IssueView, classic: Theme) -> None:
    tree = lxml_html.fromstring(web_version(render(issue, classic).html, CARD))
    assert tree.findtext("head/title") == issue.subject
    assert tree.xpath("//link[@rel='canonical']/@href") == [CARD.canonical]
    metas = {meta.get("property") or meta.get("name"): meta.get("content") for meta in tree.iter("meta")}
    assert metas["description"] == CARD.description
    assert metas["og:title"] == CARD.title
    assert metas["og:image"] == CARD.image
    assert metas["twitter:card"] == "summary_large_image"


def test_nothing_in_it_belongs_to_one_reader(issue: IssueView, classic: Theme) -> None:
    page = web_version(render(issue, classic).html, CARD)
    assert slots.split(page)[1::2] == []
    assert issue.preheader not in lxml_html.fromstring(page).find("body").text_content()
    assert issue.newsletter.postal_address in page


def test_a_card_without_a_picture_and_with_a_bad_address_stays_a_card(
    issue: IssueView, classic: Theme
) -> None:
    page = web_version(
        render(issue, classic).html, Card("t", "", "https://news.example/", image="javascript:x")
    )
    assert "og:image" not in page
    assert 'content="summary"' in page
