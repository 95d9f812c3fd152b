"""Columns filled only in the first row of each list, as merged cells are once saved as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.columns.numbers import is_missing
from fairshelf.audits.columns.ranks import parse_rank

if TYPE_CHECKING:
    from fairshelf.audits.columns.raw import RawTable

FEWEST = 3
"""Lists from which on a pattern is one."""


def only_first_rows(raw: RawTable, heading: str, position: str) -> bool:
    """Say whether a column is filled where a list begins, and empty on the rest of it.

    Parameters
    ----------
    raw
        The file.
    heading
        The column.
    position
        The heading of the ranks: filled cells must stand at the lowest, empty ones never.
    """
    ranks = [parse_rank(cell, raw.decimal) for cell in raw.head.column(position).to_pylist()]
    said = [not is_missing(cell) for cell in raw.head.column(heading).to_pylist()]
    known = [rank for rank in ranks if rank is not None]
    if not known or sum(said) < FEWEST or all(said):
        return False
    lowest = min(known)
    pairs = zip(ranks, said, strict=True)
    return all((rank == lowest) == filled for rank, filled in pairs if rank is not None)
