"""The sample issue and the classic theme, as most tests of rendering need them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from digest.rendering import IssueView, ItemView, Rendered, SectionView, Theme, render, theme
from digest.rendering.sample import sample


@pytest.fixture(scope="session")
def classic() -> Theme:
    return theme("classic")


@pytest.fixture(scope="session")
def issue_of(classic: Theme) -> Callable[..., Rendered]:
    """Render an issue of one item, whose fields are given."""

    def one(**fields: Any) -> Rendered:
        story = ItemView(
            **{"headline": "A headline", "url": "https://news.example/1", "summary": "What.", **fields}
        )
        return render(replace(sample(), sections=(SectionView("Politics", (story,)),)), classic)

    return one


@pytest.fixture(scope="session", params=["en", "hy", "ar"])
def issue(request: pytest.FixtureRequest) -> IssueView:
    return sample(request.param)
