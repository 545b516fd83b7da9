"""The step from MJML to HTML mends what the compiler does wrong, and keeps what Outlook needs."""

import re

import pytest

from digest.rendering import TemplateError
from digest.rendering.compiling import compile_mjml
from digest.rendering.minify import minify
from digest.rendering.tags import faults


def compiled(body: str, head: str = "") -> str:
    source = f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>"
    return compile_mjml(source, language="en", direction="ltr", ink="#111111")


def text(inside: str, attributes: str = "") -> str:
    return f"<mj-section {attributes}><mj-column><mj-text>{inside}</mj-text></mj-column></mj-section>"


def test_attributes_in_text_come_out_as_they_went_in() -> None:
    page = compiled(
        text(
            '<a title="a\\b \u200f e\u0301 👩\u200d👧 \ue000name\ue001\n\tc" href="https://a.example/">x</a>'
        )
    )
    assert 'title="a\\b \u200f e\u0301 👩\u200d👧 \ue000name\ue001 c"' in page


def test_rules_marked_inline_are_inlined_and_the_others_stay_a_sheet() -> None:
    head = (
        '<mj-style inline="inline">.a { color: red; }</mj-style><mj-style>.a:hover { color: blue }</mj-style>'
    )
    page = compiled(text('<p class="a">x</p>'), head)
    assert '<p class="a" style="color: red;">' in page
    assert ".a:hover{color:blue}" in page
    assert ".a{" not in page


def test_outlooks_cells_are_as_wide_as_the_padding_leaves_them() -> None:
    page = compiled(text("x", 'padding="0 24px"'))
    assert re.findall(r"vertical-align:top;width:(\d+)px", page) == ["552"]


def test_the_preheader_is_not_white_and_has_a_language() -> None:
    page = compiled(text("x"), "<mj-preview>Soon</mj-preview>")
    assert '<div lang="en" dir="ltr" style="display:none;font-size:1px;color:#111111' in page


def test_no_web_font_is_linked_whatever_the_font() -> None:
    page = compiled(
        '<mj-section><mj-column><mj-text font-family="Roboto, Ubuntu">x</mj-text></mj-column></mj-section>'
    )
    assert "googleapis" not in page


def test_an_unknown_tag_and_a_tag_in_a_comment_are_told_apart() -> None:
    assert [fault.tag for fault in faults("<mj-foo/>\n<!-- <mj-bar> -->\n{# <mj-baz> #}<mj-text>")] == [
        "mj-foo"
    ]
    with pytest.raises(TemplateError, match=r"issue\.mjml:1: <mj-foo> is not an MJML tag"):
        compiled("<mj-foo></mj-foo>")


def test_conditional_comments_are_kept_byte_for_byte() -> None:
    ghost = "<!--[if mso | IE]>\n  <table  width='1'>\n<![endif]-->"
    revealed = "<!--[if !mso]><!--> <b>x</b> <!--<![endif]-->"
    page = minify(f"<div>\n  {ghost}\n  <p> a\n b <b>c</b>\n<i>d</i></p> <!-- gone -->\n{revealed}</div>")
    assert ghost in page
    assert revealed.replace(" <b>", " <b>") in page
    assert "gone" not in page


def test_a_space_between_words_stays_and_one_between_blocks_goes() -> None:
    assert minify("<table>\n <tr>\n <td>\n a\n <b>b</b>\n c</td>\n</tr></table>") == (
        "<table><tr><td>a <b>b</b> c</td></tr></table>"
    )
    assert minify("<pre>\n a\n</pre>") == "<pre>\n a\n</pre>"
    assert (
        minify("<style>\n.a , .b { color : red ; }\n/* x */\n</style>") == "<style>.a,.b{color :red}</style>"
    )


def test_the_body_keeps_its_attributes_whatever_lines_stand_in_it() -> None:
    page = minify('<html><head><title>x</title></head><body style="margin:0">\n<p>\na</p>\n</body></html>')
    assert page == '<html><head><title>x</title></head><body style="margin:0"><p>a</p></body></html>'
