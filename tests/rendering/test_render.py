"""What stands in a rendered issue, and what can never get out of its place."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from digest import slots
from digest.rendering import (
    Block,
    Brand,
    Image,
    IssueView,
    ItemView,
    Link,
    Logo,
    Rendered,
    SectionView,
    SocialLink,
    Theme,
    literal,
    names,
    render,
    theme,
)
from digest.rendering.language import direction
from digest.rendering.sample import sample
from digest.rendering.width import width

VALUES = {
    "name": "Ani",
    "address": "ani@reader.example",
    "unsubscribe_url": "https://news.example/u/1?a=1&b=2",
    "preferences_url": "https://news.example/p/1",
    "web_url": "https://news.example/w/1",
}
HOSTILE = [
    "<script>alert(1)</script>",
    "</mj-text></mj-column><mj-image src='x' />",
    "{{ 7 * 7 }}{% raw %}",
    '"><img src=x onerror=alert(1)>',
    "a \\u0041 \\ b \" ' c",
    "1 < 2 & 3 > 2 <!-- ]]> --> <![CDATA[ x ]]>",
    "\ue000unsubscribe_url\ue001",
    "safe\u202egnp.exe\u202c",
    "👩‍👩‍👧‍👦 نص\u200cعربي е́ \u00a0 ®",
    "x" * 4000,
    "<div>" * 10_000,
]


def shown(page: str) -> str:
    """The text that a browser shows, its white space run together."""
    tree = lxml_html.fromstring(page)
    for hidden in tree.xpath("//style|//script|//head"):
        hidden.getparent().remove(hidden)
    return " ".join("".join(tree.itertext()).split())


def same(text: str) -> str:
    return " ".join(literal.line(text).split())


def test_html_and_text_hold_every_story_with_its_address(issue: IssueView, classic: Theme) -> None:
    rendered = render(issue, classic)
    page, text = shown(rendered.html), "".join(rendered.text.split())
    for section in issue.sections:
        for story in section.content:
            if isinstance(story, ItemView):
                assert story.headline in page
                assert story.summary in page
                assert f'href="{story.url}"' in rendered.html
                for words in (story.headline, story.summary, story.url):
                    assert "".join(words.split()) in text


def test_every_slot_is_filled_and_none_is_left(issue: IssueView, classic: Theme) -> None:
    rendered = render(issue, classic)
    for compiled, is_html in ((rendered.html, True), (rendered.text, False)):
        filled = slots.fill(compiled, VALUES, html=is_html)
        assert slots.OPEN not in filled
        assert slots.CLOSE not in filled
        assert VALUES["address"] in filled
    links = lxml_html.fromstring(slots.fill(rendered.html, VALUES, html=True)).xpath("//a/@href")
    assert {VALUES["unsubscribe_url"], VALUES["preferences_url"], VALUES["web_url"]} <= set(links)


def test_language_and_direction_stand_on_html_and_on_each_child_of_the_body(
    issue: IssueView, classic: Theme
) -> None:
    tree = lxml_html.fromstring(render(issue, classic).html)
    language = issue.newsletter.language
    for element in (tree, *tree.find("body").iterchildren("div")):
        assert element.get("lang") == language
        assert element.get("dir") == direction(language)


def test_a_right_to_left_issue_is_mirrored_through_and_through(classic: Theme) -> None:
    rendered = render(sample("ar"), classic).html
    assert "direction:ltr" not in rendered
    assert "text-align:left;direction:rtl" in rendered  # the compiler's own, overruled in each mj-text
    for part in re.findall(r'<div style="font-family[^"]*"', rendered):
        assert "text-align:right" in part


def test_an_item_in_another_language_carries_its_own_language_and_direction(
    issue_of: Callable[..., Rendered],
) -> None:
    page = issue_of(headline="خبر من يريفان", summary="نص", language="ar").html
    assert '<div lang="ar" dir="rtl" style="text-align:right">' in page


def test_layout_tables_are_presentation_and_pictures_have_words_and_sizes(
    issue: IssueView, classic: Theme
) -> None:
    tree = lxml_html.fromstring(render(issue, classic).html)
    assert all(table.get("role") == "presentation" for table in tree.iter("table"))
    for picture in tree.iter("img"):
        assert picture.get("alt")
        assert int(picture.get("width"))
        assert int(picture.get("height"))


def test_headings_are_not_skipped_and_one_is_the_first(issue: IssueView, classic: Theme) -> None:
    tree = lxml_html.fromstring(render(issue, classic).html)
    levels = [int(element.tag[1]) for element in tree.iter("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_conditional_comments_open_and_close_in_pairs(issue: IssueView, classic: Theme) -> None:
    page = render(issue, classic).html
    assert page.count("<!--[if") == page.count("<![endif]-->") > 10
    ghosts = re.findall(r"<!--\[if mso \| IE\]>(.*?)<!\[endif\]-->", page, re.DOTALL)
    for tag in ("table", "tr", "td"):
        assert sum(len(re.findall(rf"<{tag}[\s>]", ghost)) for ghost in ghosts) == sum(
            ghost.count(f"</{tag}>") for ghost in ghosts
        )


def test_nothing_is_loaded_from_a_third_party(issue: IssueView, classic: Theme) -> None:
    page = render(issue, classic).html
    assert "fonts.googleapis" not in page
    assert "<link" not in page
    assert "@import" not in page


@pytest.mark.parametrize("name", names())
def test_no_line_of_the_text_part_is_wider_than_seventy_two_columns(issue: IssueView, name: str) -> None:
    """Whoever reads it, an address of up to 32 characters put in; a web address is never broken."""
    rendered = render(replace(issue, intro="Long " * 60), theme(name))
    values = {**VALUES, "address": "a.very.long.name@reader.example"}
    for line in slots.fill(rendered.text, values, html=False).split("\n"):
        assert width(line) <= 72 or "://" in line, line


def test_the_same_view_gives_the_same_bytes(issue: IssueView, classic: Theme) -> None:
    assert render(issue, classic) == render(issue, classic)


def test_an_issue_of_fifteen_items_is_small_and_one_of_twenty_five_is_not_clipped(classic: Theme) -> None:
    for language in ("en", "hy", "ar"):
        assert len(render(sample(language, stories=15), classic).html.encode()) <= 60_000
        assert len(render(sample(language, stories=25), classic).html.encode()) < 102_000


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_literally(text: str, name: str) -> None:
    story = ItemView(text, "https://news.example/1", text, byline=text, label=text, quote=text)
    picture = Image("https://x.example/", text)
    content = (story, replace(story, image=picture), Block("event", title=text, image=picture, place=text))
    rendered = render(replace(sample(), sections=(SectionView(text, content),)), theme(name))
    assert shown(rendered.html).count(same(text)) >= 12
    assert "".join(same(text).split()) in "".join(rendered.text.split())


def test_an_address_that_would_run_a_script_makes_no_link(issue_of: Callable[..., Rendered]) -> None:
    page = issue_of(
        url="javascript:alert(1)", comments_url="data:text/html,x", also=(Link("x", "file:///etc"),)
    ).html
    assert "javascript" not in page
    assert "data:" not in page
    assert "file:" not in page


def test_markdown_of_an_editor_is_sanitised(classic: Theme) -> None:
    intro = "<script>x</script> [a](javascript:x) **bold** <b onclick=x>t</b> " + "> " * 500 + "deep"
    view = replace(sample(), intro=intro, sections=(SectionView("", (Block("note", intro),)),))
    page = render(view, classic).html
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "<b onclick" not in page
    assert "<strong>bold</strong>" in page


class _Attributes(HTMLParser):
    """Collects every attribute that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.acting: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.acting += [name for name, _ in attrs if name.startswith("on")]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=80), name=st.sampled_from(names()))
@example(text="\\", name="classic")
@example(text='&quot;"&#34;&amp;lt;', name="magazine")
@example(text="\u0301\u0301e", name="brief")
@example(text="\U000e0041\u2028\x0b", name="plain")
def test_any_text_in_any_field_is_shown_as_it_is_and_does_nothing(text: str, name: str) -> None:
    whole = f"a{text}z"
    story = ItemView(
        headline=whole,
        url="https://news.example/1",
        summary=whole,
        byline=whole,
        label=whole,
        points=(whole,),
        quote=whole,
        also=(Link(whole, "https://o.example/", whole),),
        image=Image("https://p.example/", whole),
    )
    block = Block("sponsor", title=whole, sponsor=whole, place=whole)
    base = sample()
    view = replace(
        base,
        newsletter=replace(base.newsletter, title=whole, postal_address=whole),
        subject=whole,
        preheader=whole,
        sections=(SectionView(whole, (story, block)),),
    )
    rendered = render(view, theme(name))
    page = shown(rendered.html)
    assert page.count(same(whole)) >= 10
    tree = lxml_html.fromstring(rendered.html)
    assert same(tree.findtext("head/title")) == same(whole)
    for picture in tree.xpath("//img[@class='picture']"):
        assert same(picture.get("alt")) == same(whole)
    parser = _Attributes()
    parser.feed(rendered.html)
    assert parser.acting == []
    assert not parser.tags & {"script", "iframe", "form", "object", "embed", "link", "base"}
    for compiled in (rendered.html, rendered.text):
        assert set(slots.split(compiled)[1::2]) == {
            "address",
            "unsubscribe_url",
            "preferences_url",
            "web_url",
        }


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(value=st.text(max_size=60))
@example(value='"><script>')
def test_a_slot_value_stays_inside_its_slot(value: str, classic: Theme) -> None:
    compiled = render(sample(), classic).html
    filled = slots.fill(compiled, {**VALUES, "address": value, "web_url": value}, html=True)
    plain = slots.fill(compiled, VALUES, html=True)
    before, after = _Attributes(), _Attributes()
    before.feed(plain)
    after.feed(filled)
    assert after.tags == before.tags
    assert after.acting == []


def test_a_logo_stands_for_the_name_and_its_dark_picture_for_it_in_dark_mode(classic: Theme) -> None:
    brand = Brand(
        logo=Logo(
            "https://news.example/logo.png", width=160, height=40, dark_url="https://news.example/dark.png"
        ),
        social=(SocialLink("Mastodon", "https://social.example/@a", "https://news.example/m.png"),),
        header="News of the valley",
        footer="Written by five people",
    )
    tree = lxml_html.fromstring(render(sample(brand=brand), classic).html)
    day, night = tree.xpath("//h1//img")
    assert (day.get("alt"), day.get("class")) == ("The Valley Weekly", "plate day")
    assert "display:none" in night.get("style")
    assert tree.xpath("//a[@href='https://social.example/@a']/img/@alt") == ["Mastodon"]
    text = tree.text_content()
    assert "News of the valley" in text
    assert "Written by five people" in text
    assert "7\u00a0stories" not in text


def test_a_sheet_is_six_hundred_pixels_wide_and_its_rules_are_inline(
    issue: IssueView, classic: Theme
) -> None:
    page = render(issue, classic).html
    tree = lxml_html.fromstring(page)
    sheets = tree.xpath("//div[contains(concat(' ', @class, ' '), ' sheet ')]/@style")
    assert sheets
    assert all("max-width:600px" in style for style in sheets)
    assert set(re.findall(r'<table [^>]*align="center" width="(\d+)"', page)) == {"600"}
    assert all("font-size" in (headline.get("style") or "") for headline in tree.iter("h1", "h2", "h3"))


def test_a_story_without_a_headline_shows_its_address(issue_of: Callable[..., Rendered]) -> None:
    tree = lxml_html.fromstring(issue_of(headline=" \u200b\ue000", url="https://news.example/untitled").html)
    assert [link.text for link in tree.xpath("//a[@href='https://news.example/untitled']")] == [
        "https://news.example/untitled"
    ]


PIECES = [
    *(
        "# ",
        "> ",
        "- ",
        "1. ",
        "\n",
        "\n\n",
        "    ",
        "```",
        "`",
        "**",
        "*",
        "~~",
        "[",
        "](",
        ")",
        "|",
        "![",
        "---\n",
    ),
    *(
        "https://a.example/?a=1&b=2",
        "<b>",
        "</p>",
        "<br>",
        "<!--",
        "&amp;",
        "&#0;",
        "{{ x }}",
        "{% y %}",
        "\\",
        '"',
        "'",
    ),
    *("word", " ", "  \n", "\ue000name\ue001", "\u202e", "é"),
]
MARKDOWN = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(source=MARKDOWN)
@example(source="- " * 50 + "deep")
@example(source="> - " * 40 + "deep")
@example(source="```\n<mj-text>\n```")
def test_any_markdown_of_an_editor_renders_and_stays_in_its_place(source: str, classic: Theme) -> None:
    view = replace(
        sample(stories=1),
        intro=source,
        outro=source,
        sections=(
            SectionView("S", (Block("note", source), Block("button", source, "Go", "https://a.example/"))),
        ),
    )
    rendered = render(view, classic)
    tree = lxml_html.fromstring(rendered.html)
    assert len(tree.xpath("//h1")) == 1
    assert len(tree.xpath("//td[contains(@class, 'colophon')]")) == 1
    parser = _Attributes()
    parser.feed(rendered.html)
    assert parser.acting == []
    assert not parser.tags & {"script", "iframe", "form", "object", "embed", "link", "base", "img"}
    assert set(slots.split(rendered.html)[1::2]) == {
        "address",
        "unsubscribe_url",
        "preferences_url",
        "web_url",
    }


def test_a_section_named_in_the_other_direction_stands_on_its_own_side(classic: Theme) -> None:
    story = ItemView("خبر", "https://news.example/1", "نص", language="ar")
    lead = ItemView("News", "https://news.example/2", "Text")
    view = replace(sample(), sections=(SectionView("Politics", (lead,)), SectionView("بالعربية", (story,))))
    for look in (classic, theme("magazine")):
        [title] = lxml_html.fromstring(render(view, look).html).xpath("//h2[@dir='rtl']")
        assert title.text == "بالعربية"
        assert "text-align: right" in title.get("style")
