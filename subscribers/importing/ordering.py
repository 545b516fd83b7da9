"""Batches gathered into larger ones, in the order of their addresses: an index then grows from left to right.

Each is put in order by itself and then they are merged: a batch fits into the processor's cache, and
all of them together do not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from subscribers.importing.batches import Batch

_ALL_DIFFERENT = {"email", "given", "name"}


def gathered(batches: Iterator[Batch], most: int) -> Iterator[Batch]:
    """Up to `most` batches as one, and fewer at first, so that nobody waits long for the beginning.

    Rows are in the order of their addresses; of several rows of a person the earlier stays before the later.
    """
    number = 1
    while several := [in_order(batch) for batch in islice(batches, number)]:
        ready = [_merged(several) if len(several) > 1 else several[0]]
        several.clear()
        yield ready.pop()  # nothing here holds on to it while it is worked on
        number = min(number + 1, most)


def in_order(batch: Batch) -> Batch:
    """The batch with its rows in the order of their addresses; its refused rows stay as they are."""
    emails, givens, *others = batch.columns
    order = sorted(range(len(emails)), key=emails.__getitem__)  # stable
    ordered = _together(_at(emails, order))
    columns = [ordered, ordered if givens == emails else _at(givens, order)]
    for name, column in zip(batch.names[2:], others, strict=True):
        chosen = _at(column, order)
        columns.append(_together(chosen) if name in _ALL_DIFFERENT else chosen)
    return replace(batch, columns=columns)


def _merged(several: Sequence[Batch]) -> Batch:
    first = several[0]
    emails = list(chain.from_iterable(batch.columns[0] for batch in several))
    order = sorted(range(len(emails)), key=emails.__getitem__)  # merges what is in order already
    twins = all(batch.columns[0] is batch.columns[1] for batch in several)
    columns = [_at(emails, order)]
    for number in range(1, len(first.columns)):
        if number == 1 and twins:
            columns.append(columns[0])
        else:
            columns.append(_at(list(chain.from_iterable(batch.columns[number] for batch in several)), order))
    refused = list(chain.from_iterable(batch.refused for batch in several))
    return Batch(first.names, columns, refused, sum(batch.rows for batch in several))


def _at(column: Sequence[Any], order: Sequence[int]) -> list[Any]:
    return list(map(column.__getitem__, order))


def _together(texts: list[str]) -> list[str]:
    """The same texts side by side in memory: reading them one after the other is then cheap."""
    joined = "\n".join(texts)
    return joined.split("\n") if joined.count("\n") == len(texts) - 1 else texts
