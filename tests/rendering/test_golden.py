"""The renders of each theme, kept: a change of a template shows as a change of these files.

After a change that is meant: `pytest tests/rendering/test_golden.py --snapshot-update`, and read the diff.
"""

import pytest
from syrupy.assertion import SnapshotAssertion

from digest.rendering import names, render, theme
from digest.rendering.sample import sample


@pytest.mark.parametrize("name", names())
def test_the_html_of_a_theme_stays_as_it_is(name: str, snapshot: SnapshotAssertion) -> None:
    rendered = render(sample("en", stories=3), theme(name))
    assert rendered.html.replace("><", ">\n<").split("\n") == snapshot


@pytest.mark.parametrize("language", ["en", "hy", "ar"])
def test_the_text_part_stays_as_it_is(language: str, snapshot: SnapshotAssertion) -> None:
    assert render(sample(language, stories=3), theme("classic")).text == snapshot
