"""A table as it was read, before anything is believed about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

Role = Literal["log", "sellers", "catalogue"]

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir
    import pyarrow as pa

    from fairshelf.audits.results import Message

ROW = "_row"


@dataclass(frozen=True, slots=True)
class RawTable:
    """One file (or zip member, or sheet) as columns of text.

    Attributes
    ----------
    table
        Ibis table, columns named exactly as ``headings``; strings, except from Parquet, which
        keeps its own types. Lazy where the engine can read the file itself.
    headings
        Column names in file order, made unique, empty ones named ``column 3``.
    head
        The first rows (at most 1,000) of the same columns, as strings.
    name
        What messages call the file: base name, with the zip member or sheet behind it.
    role
        ``log``, ``sellers`` or ``catalogue``.
    digest, bytes
        Digest (asked for last: it is worked out beside the reading) and size of the file as it
        lies on the disk.
    format
        ``csv``, ``xlsx``, ``xls``, ``parquet`` or ``jsonl``, with ``+gz`` or ``+zst``.
    decimal
        The decimal mark of this file's numbers: ``.`` or ``,``.
    first_row
        The number of the first data row as the file's own program counts it: the line of a text
        file where its record starts, the row of a sheet, 1 for Parquet.
    numbered
        Gives ``table`` again with an int64 column ``_row``: the number of each row in the file.
        Dearer than ``table``; asked for only when a row must be named.
    constants
        Canonical columns whose one value comes from the file's name.
    notices
        What the reader must be told about how the file was read.
    """

    table: ir.Table
    headings: tuple[str, ...]
    head: pa.Table
    name: str
    role: Role
    digest: Callable[[], str]
    bytes: int
    format: str
    first_row: int
    numbered: Callable[[], ir.Table]
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    decimal: str = "."
    constants: dict[str, str] = field(default_factory=dict)
    notices: tuple[Message, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The digest; waits for it."""
        return self.digest()
