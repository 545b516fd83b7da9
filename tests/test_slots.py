"""A slot is filled in its place and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import slots


def test_a_slot_nobody_fills_is_refused() -> None:
    with pytest.raises(KeyError):
        slots.marker("password")


def test_a_rendition_splits_into_literals_and_names() -> None:
    compiled = f"Dear {slots.marker('name')}, leave: {slots.marker('unsubscribe_url')}"
    assert slots.split(compiled) == ["Dear ", "name", ", leave: ", "unsubscribe_url", ""]


@given(st.text())
def test_cleaned_content_opens_no_slot(text: str) -> None:
    assert slots.split(slots.clean(text)) == [slots.clean(text)]


@given(st.text())
def test_a_value_stays_inside_its_slot(value: str) -> None:
    compiled = f"<p>{slots.marker('name')}</p>"
    filled = slots.fill(compiled, {"name": value}, html=True)
    assert filled.startswith("<p>")
    assert filled.endswith("</p>")
    assert "<" not in filled[3:-4]
    assert slots.fill(compiled, {"name": value}, html=False) == f"<p>{value}</p>"
