"""What COPY is given in its binary form is what its text form says."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Database
from subscribers.importing.copying import copied, copy, copy_column, copy_lines

_MOMENT = "2024-05-06T07:08:09.000123+04:00"
_COLUMNS: dict[str, list[Any] | range] = {
    "id": range(-1, 2),
    "name": ["Ani\t\\", "", "line\nend\rԱնի"],
    "language": ["hy", None, "\\N"],
    "mark": [b"\0\xff", b"", b"abc"],
    "created_at": [_MOMENT, None, "1970-01-01T00:00:00+00:00"],
    "topics": ['["a"]', "[]", '["\\u0561"]'],
}
_SAME = {"list_id": 7, "state": "confirmed", "changed_at": _MOMENT}
_TABLE = (
    "CREATE TEMPORARY TABLE {} (id INTEGER, name VARCHAR(20), language TEXT, mark BYTEA,"
    " created_at TIMESTAMPTZ, topics JSON, twin VARCHAR(20), list_id INTEGER, state TEXT, changed_at TIMESTAMPTZ)"
)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_binary_and_the_text_form_bring_the_same_rows(database: Database) -> None:
    names = (*_COLUMNS, "twin", *_SAME)
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for table in ("as_text", "as_binary"):
            connection.exec_driver_sql(_TABLE.format(table))
        texts = [*_COLUMNS.values(), _COLUMNS["name"], *([str(value)] * 3 for value in _SAME.values())]
        copy(driver, "as_text", names, copy_lines(list(map(copy_column, texts))))
        copy(driver, "as_binary", names, copied(_COLUMNS, {"twin": "name"}, _SAME))
        found = [
            connection.exec_driver_sql(f"TABLE {table} ORDER BY id").all()
            for table in ("as_text", "as_binary")
        ]
    assert found[0] == found[1]
    assert [row.name for row in found[1]] == _COLUMNS["name"] == [row.twin for row in found[1]]
    assert found[1][0].created_at == datetime(2024, 5, 6, 3, 8, 9, 123, UTC)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_its_microseconds_since_2000(moment: datetime) -> None:
    cells = copied({"created_at": [moment.isoformat()]}, {}, {})
    since = int.from_bytes(cells[-10:-2], "big", signed=True)
    assert since == (moment - datetime(2000, 1, 1, tzinfo=UTC)) // datetime.resolution
