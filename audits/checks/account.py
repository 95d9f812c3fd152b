"""The account of rows set aside: file, row, column, value and reason of each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from fairshelf.audits.checks.reasons import fault_of
from fairshelf.audits.checks.stage import marked_rows
from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.checks.stage import Source

SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
    ]
)
"""The columns of ``rejected.csv``; an empty ``column`` means the whole row."""


def rejects_of(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    sources: Sequence[Source],
    *,
    everything_is_used: bool,
) -> pa.Table:
    """Give the rejected rows of all files, in file order.

    Parameters
    ----------
    con
        The Ibis backend that holds the files' tables.
    sources
        The files.
    everything_is_used
        True where no row bears a mark: then only what the reader itself set aside is listed.
    """
    tables = [SCHEMA.empty_table()]
    for source in sources:
        parts = [_of_reader(source)]
        if not everything_is_used:
            parts.append(_of_rows(con, source))
        tables.append(pa.concat_tables(parts).sort_by("row"))
    return pa.concat_tables(tables)


def worst(rejects: pa.Table, read: int) -> DataError:
    """Build the error for a log of which no row is left: why, and the first such row."""
    counted = Counter(
        zip(rejects["column"].to_pylist(), rejects["reason"].to_pylist(), strict=True)
    )
    (column, reason), count = counted.most_common(1)[0]
    first = next(
        row for row in rejects.to_pylist() if (row["column"], row["reason"]) == (column, reason)
    )
    return DataError(
        "no_rows_left",
        read=read,
        count=count,
        reason=reason,
        column=column,
        file=first["file"],
        row=first["row"],
        value=first["value"],
    )


def _of_reader(source: Source) -> pa.Table:
    found = list(source.raw.extra.get("rejects", ()))
    return pa.table(
        [
            [source.raw.name] * len(found),
            [int(entry[0]) for entry in found],
            [""] * len(found),
            [str(entry[2]) if len(entry) > 2 else "" for entry in found],  # noqa: PLR2004 - the value stands third
            [str(entry[1]) for entry in found],
        ],
        schema=SCHEMA,
    )


def _of_rows(con: Any, source: Source) -> pa.Table:  # noqa: ANN401 - an Ibis backend has no type of its own
    found = marked_rows(con, source).to_pyarrow()
    needed = [
        name for name in dict.fromkeys((*source.required, "seller")) if name in source.headings
    ]
    numbers = found.column(ROW).to_pylist()
    faults = [fault_of(cells, source, needed) for cells in found.drop([ROW]).to_pylist()]
    return pa.table(
        [
            [source.raw.name] * len(faults),
            numbers,
            [fault.column for fault in faults],
            [fault.value for fault in faults],
            [fault.reason for fault in faults],
        ],
        schema=SCHEMA,
    )
