"""A file as rows, whatever it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa

    from fairshelf.audits.results import Message


@dataclass(frozen=True, slots=True)
class Read:
    """The part of a ``RawTable`` that depends on the file's format.

    Fields as there; ``name`` only where a sheet's name stands behind the file's. ``rejects``
    are rows that could not be read as rows: their number in the file, and the reason. ``again``
    reads the same rows one by one, for a file that was too large to be read once only to see
    whether the engine takes every row of it. ``head`` is None where it was not fetched yet.
    ``files`` are the Parquet files that hold all there is of the rows, where there are such;
    ``written`` are all Parquet files.
    """

    table: ir.Table
    headings: tuple[str, ...]
    first_row: int
    numbered: Callable[[], ir.Table]
    format: str
    name: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    decimal: str = "."
    notices: tuple[Message, ...] = ()
    rejects: tuple[tuple[int, str], ...] = ()
    again: Callable[[], Read] | None = None
    head: pa.Table | None = None
    files: tuple[Path, ...] = ()
    written: tuple[Path, ...] = ()
