"""What DuckDB hands out as Arrow is what ibis hands out by way of pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pytest

from fairshelf.audits.engines.means import FREE

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

QUERY = """
SELECT 1::TINYINT AS small, 2::HUGEINT AS sum, 'a' AS word, NULL AS nothing,
       DATE '2026-01-02' AS day, TIMESTAMP '2026-01-02 03:04:05' AS time,
       1.5::DECIMAL(5, 2) AS price, [1, NULL] AS list, TRUE AS truth, 'x'::BLOB AS bytes
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
"""


SCHEMA = {
    "small": "int8",
    "sum": "int64",
    "word": "string",
    "nothing": "null",
    "day": "date",
    "time": "timestamp",
    "price": "decimal(5, 2)",
    "list": "array<int32>",
    "truth": "boolean",
    "bytes": "binary",
}


def _asked(table: ir.Table) -> list[ir.Expr]:
    scalars = [table.count(), table["sum"].sum(), table.word.max(), table.nothing.max()]
    return [table, table.limit(0), *(table[name] for name in table.columns), *scalars]


def test_types_and_values_are_those_of_ibis(tmp_path: Path) -> None:
    """Tables, columns and single values of every type, nulls and the null type among them."""
    theirs, ours = ibis.duckdb.connect(), FREE.connect(tmp_path)
    tables = [con.sql(QUERY, schema=SCHEMA) for con in (theirs, ours)]
    pairs = zip(*map(_asked, tables), strict=True)
    for expected, found in ((one.to_pyarrow(), other.to_pyarrow()) for one, other in pairs):
        assert type(found) is type(expected)
        if isinstance(expected, pa.Table):
            assert found.schema == expected.schema
        else:
            assert found.type == expected.type
        assert found.equals(expected)


def test_a_limit_is_kept(tmp_path: Path) -> None:
    """No more rows come than were asked for."""
    table = FREE.connect(tmp_path).sql(QUERY, schema=SCHEMA)
    assert table.to_pyarrow(limit=1).num_rows == 1


def test_whole_numbers_that_do_not_fit_are_an_error(tmp_path: Path) -> None:
    """A sum beyond int64 is no smaller number: the cast fails as in ibis."""
    table = FREE.connect(tmp_path).sql("SELECT 9223372036854775807 AS n", schema={"n": "int64"})
    with pytest.raises(pa.ArrowInvalid):
        ibis.union(table, table, distinct=False).n.sum().to_pyarrow()
