"""Ibis's Spark backend with what an audit needs of an engine and it has not.

The queries are Ibis's own. What differs is how tables get in and out: as Arrow, where ibis goes
by way of pandas (which turns whole numbers with gaps into floats), and temporary tables, which
Spark has not: a view over a persisted data frame, which is worked out again where a worker is lost.
"""

from __future__ import annotations

import warnings
from itertools import accumulate
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

import ibis
import pyarrow as pa
from ibis.backends.pyspark import Backend
from ibis.expr import types as ir
from ibis.formats.pyarrow import PyArrowData
from ibis.util import gen_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ibis.expr import operations as ops

_PATH = "_fairshelf_path"
_BEFORE = "_fairshelf_before"
_NANOSECONDS = "spark.sql.legacy.parquet.nanosAsLong"


class SparkBackend(Backend):  # type: ignore[misc] # ibis has no public types
    """A Spark session that keeps small tables as temporary views."""

    _end: Callable[[], None] | None = None

    @classmethod
    def over(cls, context: Any, end: Callable[[], None]) -> Self:  # noqa: ANN401 - pyspark is an extra
        """Give the backend over a running context; ``end`` stops all of it."""
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

        if ibis.options.pyspark is None:
            cls.register_options()
        con: Self = cls().connect(SparkSession(context))
        con._end = end
        return con

    def disconnect(self) -> None:
        """Stop Spark and the process it runs in."""
        if self._end is not None:
            self._end()

    def create_table(
        self,
        name: str,
        obj: ir.Table | pa.Table,
        /,
        *,
        temp: bool = True,
        overwrite: bool = True,
    ) -> ir.Table:
        """Keep a table for the length of the session."""
        assert temp and overwrite  # noqa: S101, PT018 - an audit leaves nothing behind
        if isinstance(obj, ir.Table):
            from pyspark import StorageLevel  # noqa: PLC0415 - an extra

            self._run_pre_execute_hooks(obj)
            frame = self._session.sql(self.compile(obj)).persist(StorageLevel.MEMORY_AND_DISK)
        else:
            frame = self._session.createDataFrame(_plain(obj))
        frame.createOrReplaceTempView(name)
        return self.table(name)

    def create_view(self, name: str, obj: ir.Table, /, **_: Any) -> ir.Table:  # noqa: ANN401 - as ibis has it
        """Name a query for the length of the session."""
        self._run_pre_execute_hooks(obj)
        self._session.sql(self.compile(obj)).createOrReplaceTempView(name)
        return self.table(name)

    def read_parquet(
        self,
        path: str,
        /,
        *,
        fine: Mapping[str, bool] | None = None,
        **options: str,
    ) -> ir.Table:
        """Read Parquet; ``fine`` are columns of nanoseconds, and whether they count from UTC."""
        name = gen_name("parquet")
        self._files(path, fine or {}, options).createOrReplaceTempView(name)
        return self.table(name)

    def _files(self, path: str, fine: Mapping[str, bool], options: Mapping[str, str]) -> Any:  # noqa: ANN401 - pyspark is an extra
        """Read files as a frame; Spark has no nanoseconds, which pandas writes, but as numbers."""
        from pyspark.sql import functions as f  # noqa: PLC0415 - an extra

        if fine:  # looked at whenever the rows are, so never taken back
            self._session.conf.set(_NANOSECONDS, "true")
        frame = self._session.read.options(**options).parquet(path)
        for name, of_utc in fine.items():
            cell = "`" + name.replace("`", "``") + "`"
            micro = f"cast(floor({cell} / 1000BD) as bigint)"
            after = f"make_dt_interval(0, 0, 0, {micro} / 1000000BD)"
            start = "TIMESTAMP_NTZ'1970-01-01 00:00:00'"
            told = f"timestamp_micros({micro})" if of_utc else f"{start} + {after}"
            frame = frame.withColumn(name, f.expr(told))
        return frame

    def numbered(
        self,
        path: str | None,
        row: str,
        table: str | None = None,
        *,
        fine: Mapping[str, bool] | None = None,
        **options: str,
    ) -> ir.Table | None:
        """Read rows with their numbers, counted from 1 over the files in order of their names.

        Spark's own numbers are those within each Parquet file; numbering all rows with a window
        would bring the whole log to one worker. None where the table is not made of Parquet files.
        """
        from pyspark.errors import AnalysisException  # noqa: PLC0415 - an extra
        from pyspark.sql import functions as f  # noqa: PLC0415 - an extra

        if path is None:
            frame = self._session.table(str(table))
        else:
            frame = self._files(path, fine or {}, options)
        try:
            placed = frame.select(
                "*",
                f.col("_metadata.file_path").alias(_PATH),
                f.col("_metadata.row_index").alias(row),
            )
        except AnalysisException:
            return None
        counted = _arrow(placed.groupBy(_PATH).agg(f.count("*").alias("rows"))).to_pylist()
        counted.sort(key=lambda one: PurePosixPath(unquote(one[_PATH])))
        ends = list(accumulate(one["rows"] for one in counted))
        starts = [
            (one[_PATH], end - one["rows"] + 1) for one, end in zip(counted, ends, strict=True)
        ]
        before = self._session.createDataFrame(starts, f"{_PATH} string, {_BEFORE} long")
        joined = placed.join(f.broadcast(before), _PATH)
        name = gen_name("numbered")
        whole = joined.withColumn(row, f.col(row) + f.col(_BEFORE)).drop(_PATH, _BEFORE)
        whole.createOrReplaceTempView(name)
        return self.table(name)

    def to_pyarrow(
        self,
        expr: ir.Expr,
        /,
        *,
        params: Mapping[ir.Scalar, Any] | None = None,
        limit: int | str | None = None,
        **_: Any,  # noqa: ANN401 - as ibis has it
    ) -> Any:  # noqa: ANN401 - a table, a column or a scalar
        """Fetch a result as Arrow."""
        self._run_pre_execute_hooks(expr)
        asked = expr.as_table()
        frame = self._session.sql(self.compile(asked, params=params, limit=limit))
        found = _arrow(frame)
        return expr.__pyarrow_result__(PyArrowData.convert_table(found, asked.schema()))

    def _register_in_memory_table(self, op: ops.InMemoryTable) -> None:
        frame = self._session.createDataFrame(_plain(op.data.to_pyarrow(op.schema)))
        frame.createOrReplaceTempView(op.name)


def _arrow(frame: Any) -> pa.Table:  # noqa: ANN401 - pyspark is an extra
    """Fetch a frame; pyspark leaves the socket it came by to be closed when it is forgotten."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return frame.toArrow()


def _plain(table: pa.Table) -> pa.Table:
    """Give a table without the types Spark does not take: large strings, dictionaries."""
    fields = [
        pa.field(field.name, pa.string() if _is_text(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))
