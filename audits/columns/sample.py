"""What the first rows say about a column: whether its values fit what its heading promises."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from fairshelf.audits.columns.numbers import is_missing, parse_number
from fairshelf.audits.columns.protected import unwrapped
from fairshelf.audits.columns.ranks import parse_rank

if TYPE_CHECKING:
    from fairshelf.audits.columns.raw import RawTable

PIECE = 20
"""Rows that are looked at together where only the first cells are asked for."""
HALF = 0.5
"""A column of numbers holds numbers in at least this share of its cells."""


def cells(raw: RawTable, heading: str) -> list[str]:
    """Give the non-missing cells of a column in the first rows, out of ``="..."``."""
    column = [cell for cell in raw.head.column(heading).to_pylist() if cell is not None]
    return [unwrapped(str(cell)) for cell in column if not is_missing(str(cell))]


def first_cells(raw: RawTable, heading: str, most: int) -> tuple[str, ...]:
    """Give the first so many of :func:`cells`, without looking at the others."""
    column = raw.head.column(heading)
    pieces = (column.slice(at, PIECE).to_pylist() for at in range(0, len(column), PIECE))
    told = (str(cell) for piece in pieces for cell in piece if cell is not None)
    return tuple(islice((unwrapped(cell) for cell in told if not is_missing(cell)), most))


def distinct(raw: RawTable, heading: str | None) -> int:
    """Count the different values of a column's first cells; 0 where there is no such column."""
    return len(set(cells(raw, heading))) if heading is not None else 0


def rank_share(raw: RawTable, heading: str) -> float | None:
    """Give the share of a column's first cells that are ranks; None where all are empty."""
    found = cells(raw, heading)
    if not found:
        return None
    numbers = [parse_rank(cell, raw.decimal) for cell in found]
    return sum(number is not None and number == int(number) for number in numbers) / len(found)


def number_share(raw: RawTable, heading: str) -> float | None:
    """Give the share of a column's first cells that are numbers; None where all are empty."""
    found = cells(raw, heading)
    if not found:
        return None
    return sum(parse_number(cell, raw.decimal) is not None for cell in found) / len(found)


def same_values(raw: RawTable, first: str, second: str) -> bool:
    """Say whether two columns hold the same in every one of the first rows."""
    return bool(raw.head.column(first).to_pylist() == raw.head.column(second).to_pylist())


def fits_kind(raw: RawTable, heading: str, kind: str) -> bool:
    """Say whether a column's first cells can be of a kind (see :mod:`.canonical`).

    A column of empty cells fits everything.
    """
    if kind == "position":
        share = rank_share(raw, heading)
    elif kind in {"count", "amount", "share"}:
        share = number_share(raw, heading)
    else:
        return True
    return share is None or share >= HALF
