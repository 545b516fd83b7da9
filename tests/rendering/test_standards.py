"""Section 4 of the acceptance checklist, HTML email, rule by rule, for every theme in every script.

What only a browser can tell stands in `browser/`: 4.1 and 4.7 in test_layout and test_contrast, 4.4 in
test_contrast, 4.5 by ear in test_axe; what only the compile step can break, 4.3, in test_compiling too.
"""

import re
from itertools import pairwise

import lxml.html
import pytest

from digest.rendering import IssueView, ItemView, Rendered, names, preflight, render, theme
from digest.rendering.preflight.support import used
from digest.rendering.sample import LANGUAGES, sample

NOT_DEPENDED_ON = {
    *("css-display-flex", "css-display-grid", "css-background-image", "css-at-font-face", "css-variables"),
    *("html-svg", "image-svg", "image-webp", "image-base64", "css-position", "css-float"),
}


@pytest.fixture(
    scope="module", params=[(name, language) for name in names() for language in LANGUAGES], ids="-".join
)
def mail(request: pytest.FixtureRequest) -> tuple[IssueView, Rendered]:
    name, language = request.param
    view = sample(language, every_block=True)
    return view, render(view, theme(name))


def test_4_2_nothing_depends_on_what_outlook_or_gmail_lacks(mail: tuple[IssueView, Rendered]) -> None:
    view, rendered = mail
    assert used(preflight.of_rendered(rendered, view)) & NOT_DEPENDED_ON == set()


def test_4_3_it_is_six_hundred_pixels_wide_with_ghost_tables_and_rules_inline(
    mail: tuple[IssueView, Rendered],
) -> None:
    page = mail[1].html
    assert set(re.findall(r'<table [^>]*align="center" width="(\d+)"', page)) == {"600"}
    assert page.count("<!--[if mso | IE]>") > 5
    assert page.count("<!--[if") == page.count("<![endif]")
    tree = lxml.html.fromstring(page)
    for element in tree.body.iter("h1", "h2", "h3", "p", "li"):
        assert element.get("style"), lxml.html.tostring(element)


def test_4_5_language_roles_words_and_levels(mail: tuple[IssueView, Rendered]) -> None:
    view, rendered = mail
    tree = lxml.html.fromstring(rendered.html)
    way = "rtl" if view.newsletter.language == "ar" else "ltr"
    for element in (tree, *(child for child in tree.body if isinstance(child.tag, str))):
        assert (element.get("lang"), element.get("dir")) == (view.newsletter.language, way)
    assert {table.get("role") for table in tree.iter("table")} == {"presentation"}
    assert all((picture.get("alt") or "").strip() for picture in tree.iter("img"))
    assert all(link.text_content().strip() or link.find("img") is not None for link in tree.iter("a"))
    assert tree.findtext("head/title")
    levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise([0, *levels]))
    sizes = re.findall(r"font-size: ?(\d+)px", re.sub(r"<div [^>]*display:none.*?</div>", "", rendered.html))
    assert {int(size) for size in sizes if int(size) > 1} <= {14, 16, 18, 20, 24, 26, 28}


def test_4_6_the_text_part_holds_every_story_the_way_out_and_the_address(
    mail: tuple[IssueView, Rendered],
) -> None:
    view, rendered = mail
    text = "".join(rendered.text.split())
    for section in view.sections:
        for story in section.content:
            if isinstance(story, ItemView):
                for words in (story.headline, story.summary, story.url):
                    assert "".join(words.split()) in text
    assert "".join(view.newsletter.postal_address.split()) in text
    assert "\ue000unsubscribe_url\ue001" in rendered.text


def test_4_7_pictures_have_a_width_and_a_height(mail: tuple[IssueView, Rendered]) -> None:
    for picture in lxml.html.fromstring(mail[1].html).iter("img"):
        assert 0 < int(picture.get("width") or 0) <= 600
        assert int(picture.get("height") or 0) > 0
