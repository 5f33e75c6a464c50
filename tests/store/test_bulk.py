"""Bulk statements: lines are written whatever number of columns they have."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, create_engine, insert, select

from ledger.store.bulk import Bulk


@pytest.mark.parametrize("names", [("a",), ("a", "b")])
def test_lines_of_any_number_of_columns_are_written(names: tuple[str, ...]) -> None:
    table = Table("t", MetaData(), *(Column(name, Integer) for name in names))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        bulk = Bulk(insert(table).values({name: bindparam(name) for name in names}))
        lines = [dict.fromkeys(names, n) for n in (1, 2, 3)]
        assert bulk.run(connection, lines) == 3
        assert [tuple(row) for row in connection.execute(select(table))] == [
            (n,) * len(names) for n in (1, 2, 3)
        ]
    engine.dispose()
