"""A column comes out of a squeeze as it went in, whatever is in it."""

import marshal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from subscribers.importing.squeezing import loosen, squeeze

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(
    st.one_of(
        st.lists(_TEXTS),
        st.lists(st.one_of(st.none(), _TEXTS)),
        st.lists(st.binary(max_size=4)),
        st.lists(st.binary(min_size=3, max_size=3)),
    ),
    st.booleans(),
)
def test_a_column_passes_to_another_process_unchanged(values: list[Any], shared: bool) -> None:
    passed = marshal.loads(marshal.dumps(squeeze(values, shared=shared)))
    assert list(loosen(passed)) == values


def test_numbers_in_a_row_pass_as_such() -> None:
    assert loosen(marshal.loads(marshal.dumps(squeeze(range(7, 20))))) == range(7, 20)


def test_a_column_of_many_different_shared_values_passes_too() -> None:
    values = [f"topic {number % 300}" for number in range(1_000)]
    assert loosen(squeeze(values, shared=True)) == values
