"""Ibis's DuckDB backend, whose results come out as Arrow without pandas being loaded.

The queries are Ibis's own, and so are the types of what they give. Ibis casts results in a module
that loads pandas first, which takes as long as a dozen small queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.formats.pyarrow import PyArrowData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ibis.expr import datatypes as dt
    from ibis.expr import types as ir


class ArrowData(PyArrowData):  # type: ignore[misc] # ibis has no public types
    """Arrow cast to the types of an expression; DuckDB has no type for what is always null."""

    @classmethod
    def convert_scalar(cls, scalar: pa.Scalar, dtype: dt.DataType) -> pa.Scalar:
        """Cast one value."""
        return pa.scalar(None) if dtype.is_null() else super().convert_scalar(scalar, dtype)

    @classmethod
    def convert_column(cls, column: pa.ChunkedArray, dtype: dt.DataType) -> pa.ChunkedArray:
        """Cast one column."""
        return pa.nulls(len(column)) if dtype.is_null() else super().convert_column(column, dtype)


class DuckDBBackend(Backend):  # type: ignore[misc] # ibis has no public types
    """DuckDB that hands out Arrow."""

    def to_pyarrow(
        self,
        expr: ir.Expr,
        /,
        *,
        params: Mapping[ir.Scalar, Any] | None = None,
        limit: int | str | None = None,
        **options: Any,  # noqa: ANN401 - as ibis has it
    ) -> Any:  # noqa: ANN401 - a table, a column or a scalar
        """Fetch a result as Arrow, in the types of the expression."""
        asked = self._to_duckdb_relation(expr, params=params, limit=limit, **options)
        return expr.__pyarrow_result__(asked.to_arrow_table(), data_mapper=ArrowData)


def connect(work: str) -> DuckDBBackend:
    """Open a DuckDB in memory that spills into a folder."""
    con: DuckDBBackend = DuckDBBackend().connect(temp_directory=work)
    return con
