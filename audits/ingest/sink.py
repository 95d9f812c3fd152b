"""Rows that Python had to read, put where the engine can read them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.ingest.unpack import scratch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BATCH = 20_000


class Sink:
    """A Parquet file of text columns and row numbers, written in batches.

    Parameters
    ----------
    workdir
        Where the file is made.
    headings
        Column names.
    """

    def __init__(self, workdir: Path, headings: Sequence[str]) -> None:
        import pyarrow.parquet as pq  # noqa: PLC0415 - only for rows that Python had to read

        self.path = scratch(workdir, ".parquet")
        self.schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in headings)])
        self.rows = 0
        self._held: list[tuple[Any, ...]] = []
        self._writer = pq.ParquetWriter(self.path, self.schema, compression="zstd")

    def add(self, row: int, cells: Sequence[str | None]) -> None:
        """Add one row of as many cells as there are headings; empty cells become null."""
        self._held.append((row, *(cell or None for cell in cells)))
        self.rows += 1
        if len(self._held) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = zip(*self._held, strict=True)
        arrays = [
            pa.array(values, type=field.type)
            for values, field in zip(columns, self.schema, strict=True)
        ]
        self._writer.write_table(pa.table(arrays, schema=self.schema))
        self._held.clear()

    def close(self) -> None:
        """Write what is held and end the file."""
        if self._held:
            self._flush()
        self._writer.close()

    def __enter__(self) -> Self:
        """Give the sink."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End the file; where reading or writing failed, that is what is told."""
        if kind is None:
            self.close()
            return
        with suppress(OSError, pa.ArrowException):
            self._writer.close()
