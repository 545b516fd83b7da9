"""Themes of an installation's own: started, checked, and kept within limits."""

from dataclasses import replace
from pathlib import Path

import pytest

from digest.rendering import RenderingError, TemplateError, UnknownTheme, names, render, theme
from digest.rendering import sandbox as limits
from digest.rendering.compiling import compile_mjml
from digest.rendering.context import context
from digest.rendering.own_themes import ThemeExists, check_theme, start_theme, theme_in
from digest.rendering.sample import sample


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return start_theme(tmp_path, "mine")


def write(folder: Path, source: str) -> None:
    (folder / "issue.mjml").write_text(source, encoding="utf-8")


def test_a_theme_that_was_just_started_renders_as_the_one_it_was_started_from(
    mine: Path, tmp_path: Path
) -> None:
    own = theme("mine", own=tmp_path)
    assert own.own
    assert render(sample(), own).html == render(sample(), theme("classic")).html
    assert names(tmp_path) == ["mine"]


@pytest.mark.parametrize("name", names())
def test_bundled_themes_pass_on_hard_issues(name: str) -> None:
    assert check_theme(theme(name)) == []


def test_a_fault_of_an_own_theme_is_found_on_the_issue_that_shows_it(mine: Path) -> None:
    source = (mine / "issue.mjml").read_text()
    spoiled = '<mj-section><mj-column><mj-text font-size="10px">small</mj-text></mj-column></mj-section>'
    write(mine, source.replace("{{ related_stories() }}", spoiled))
    findings = check_theme(theme_in(mine))
    assert [(finding.rule, finding.where.split(",")[0]) for finding in findings] == [
        ("type-size", "sample in en")
    ]


def test_a_name_that_is_no_name_or_is_taken_is_refused_and_nothing_is_made(
    mine: Path, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    for name, error in (
        ("../up", RenderingError),
        ("Caps", RenderingError),
        ("mine", ThemeExists),
        ("plain", ThemeExists),
    ):
        with pytest.raises(error):
            start_theme(tmp_path, name)
    with pytest.raises(UnknownTheme, match="classic"):
        start_theme(tmp_path, "other", "no-such-theme")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_theme_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownTheme, match=r"'nope'.*brief, classic, magazine, plain"):
        theme("nope", own=tmp_path)
    with pytest.raises(RenderingError, match=r"holds no issue\.mjml"):
        theme_in(tmp_path)


BODY = (
    "<mjml><mj-body>\n<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section></mj-body></mjml>"
)


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("<mjml><mj-body>\n<mj-colum></mj-colum></mj-body></mjml>", 2, "<mj-colum> is not an MJML tag"),
        ("<mjml><mj-body>\n<MJ-Section></MJ-Section></mj-body></mjml>", 2, "small letters"),
        ("<mjml>\n\n<mj-include path='/etc/passwd' /></mjml>", 3, "not allowed"),
        ("a\n{{ nope }}", 2, "'nope' is undefined"),
        ("a\n{% if %}", 2, "Expected an expression"),
        ("{{ newsletter.__class__ }}", 1, "unsafe"),
        ("{{ say.__globals__ }}", 1, "unsafe"),
        ("{{ brand.update(x=1) }}", 1, "unsafe"),
        ('{% include "../../secret.txt" %}', 1, "no template"),
        ('\n{{ slot("nope") }}', 2, "no slot 'nope'"),
        ('{% include "issue.mjml" %}', 1, "recursion"),
        (BODY.format("1 < 2"), 2, "must be written `&lt;`"),
        (BODY.format("<p>never closed"), 2, "<p> is not closed"),
        (BODY.format("<div>" * 10_000 + "</div>" * 10_000), 1, "more than 100 deep"),
        ("plain words", 1, "writes no <mjml>"),
    ],
)
def test_a_fault_of_a_template_is_told_with_file_and_line(
    source: str, line: int, reason: str, mine: Path
) -> None:
    write(mine, source)
    with pytest.raises(TemplateError) as caught:
        rendered_here(mine)
    assert reason in caught.value.reason
    assert caught.value.line in (line, line + 1)
    assert caught.value.file.endswith("issue.mjml")


def rendered_here(folder: Path) -> None:
    """What `render` does with an own theme, without the process of its own, which takes a second to start."""
    own = theme_in(folder)
    composed = own.compose_here(context(sample()))
    try:
        compile_mjml(composed, language="en", direction="ltr", ink="#111111")
    except TemplateError as error:
        raise own.traced(error) from None


def test_a_fault_found_in_the_other_process_is_told_as_well(mine: Path) -> None:
    write(mine, "a\n{{ nope }}")
    with pytest.raises(TemplateError, match=r"mine/issue\.mjml:2: 'nope' is undefined in `\{\{ nope \}\}`"):
        render(sample(), theme_in(mine))


def test_a_file_that_is_not_utf8_is_told(mine: Path) -> None:
    (mine / "issue.mjml").write_bytes(b"<mjml>\n\xff")
    with pytest.raises(TemplateError, match=r"mine/issue\.mjml:2: the file is not UTF-8"):
        theme_in(mine)


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        '{{ "x" * 10 ** 10 }}',
        '{{ "x" * 10 ** 7 }}',
    ],
    ids=["time", "memory", "output"],
)
def test_a_theme_that_takes_too_much_is_stopped(
    source: str, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SECONDS", -2)  # the parent's clock: three seconds in all
    write(mine, source)
    with pytest.raises(TemplateError, match="Look for a loop"):
        render(sample(), theme_in(mine))


def test_an_own_theme_may_replace_a_shared_part(mine: Path) -> None:
    (mine / "parts").mkdir()
    (mine / "parts" / "related.mjml").write_text("{% macro related_stories() %}{% endmacro %}")
    page = render(sample(), theme_in(mine)).html
    assert "You may also like" not in page


def test_content_that_looks_like_a_template_stays_literal_in_an_own_theme(mine: Path) -> None:
    view = replace(sample(), subject="{{ 7 * 7 }} <mj-raw>")
    assert "{{ 7 * 7 }} &lt;mj-raw&gt;" in render(view, theme_in(mine)).html
