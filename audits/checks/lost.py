"""Rows that were meant to count and could not be read: if they are many, they bend the numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

HARMLESS = frozenset(("blank_row", "total_row", "duplicate"))
"""Reasons for which a row is set aside that was never an impression of its own."""


@dataclass(frozen=True, slots=True)
class Lost:
    """How many rows are missing from the counts, and the heading that cost most of them.

    ``share`` is of all rows that were read, from 0 to 1.
    """

    rows: int
    share: float
    column: str


def lost_rows(rejects: pa.Table, read: int) -> Lost | None:
    """Count the rows that are missing because of what stands in one of their cells.

    Parameters
    ----------
    rejects
        As in :class:`fairshelf.audits.checks.records.CleanLog`; rows without a heading (blank
        rows, rows of sums, rows that fit no heading) are not counted.
    read
        Rows that were read.

    Returns
    -------
    Lost or None
        None where there are none.
    """
    counted = rejects.group_by(["column", "reason"], use_threads=False).aggregate(
        [([], "count_all")]
    )
    columns: Counter[str] = Counter()
    for row in counted.to_pylist():
        if row["column"] and row["reason"] not in HARMLESS:
            columns[row["column"]] += row["count_all"]
    if not columns:
        return None
    rows = sum(columns.values())
    return Lost(rows, rows / read, columns.most_common(1)[0][0])
