"""Files of Markdown and text become a title and paragraphs."""

from digest.summary.plain import plain_article


def test_markdown_gives_its_heading_and_bare_text() -> None:
    title, text = plain_article(
        "# The bridge closes\n\nThe **council** [voted](http://x.test) on _Monday_.\n\n- First "
        "point.\n\n---\n\n> A quotation.",
        markdown=True,
    )

    assert title == "The bridge closes"
    assert text == "The council voted on Monday.\n\nFirst point.\n\nA quotation."


def test_front_matter_names_the_title() -> None:
    assert plain_article('---\ntitle: "The bridge"\ndate: 2026-11-24\n---\nIt closes.', markdown=True) == (
        "The bridge",
        "It closes.",
    )


def test_a_short_first_line_of_a_text_is_its_title() -> None:
    assert plain_article("The bridge closes\n\nThe council voted.") == (
        "The bridge closes",
        "The council voted.",
    )


def test_a_text_of_one_paragraph_has_no_title() -> None:
    assert plain_article("The council voted on Monday.\n\nIt closes.") == (
        None,
        "The council voted on Monday.\n\nIt closes.",
    )
