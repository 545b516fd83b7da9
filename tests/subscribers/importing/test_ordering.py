"""Batches are gathered in the order of their addresses, and lose no row on the way."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from subscribers.importing.batches import Batch
from subscribers.importing.ordering import gathered
from subscribers.importing.records import Refused

_ROWS = st.lists(
    st.tuples(st.sampled_from(["a@b.org", "c@b.org", "B@b.org"]), st.text(max_size=3)), max_size=60
)


def _batches(rows: list[tuple[str, str]], size: int) -> Iterator[Batch]:
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        givens = [address for address, _ in part]
        columns = [[address.lower() for address in givens], givens, [name for _, name in part]]
        refused = [Refused(start, ["bad"], "it is bad")]
        yield Batch(("email", "given", "name"), columns, refused, len(part) + 1)


@given(_ROWS, st.integers(1, 7), st.integers(1, 4))
def test_rows_are_in_order_and_of_a_person_the_earlier_comes_first(
    rows: list[tuple[str, str]], size: int, most: int
) -> None:
    start = 0
    for number, batch in enumerate(gathered(_batches(rows, size), most)):
        blocks = min(number + 1, most)
        taken = rows[start : start + blocks * size]
        expected = sorted(((a.lower(), a, name) for a, name in taken), key=lambda row: row[0])
        assert batch.records == expected
        assert [item.line for item in batch.refused] == list(range(start, start + len(taken), size))
        assert batch.rows == len(taken) + len(batch.refused)
        start += len(taken)
    assert start == len(rows)
