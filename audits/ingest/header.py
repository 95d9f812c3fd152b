"""Which row is the header: titles, dates and notes often stand above it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.columns.headings import lookup
from fairshelf.audits.errors import DataError
from fairshelf.audits.ingest.stacked import is_of_units, joined, with_ranks, with_units

if TYPE_CHECKING:
    from collections.abc import Sequence

DEEPEST = 60
"""Rows in which a header is looked for."""
LONGEST_HEADING = 200
MOST_COLUMNS = 2_000
"""Each column costs some 4 ms in all that looks at it, so that this many take eight seconds; logs
and tables of features have some dozens, and what has more was parted wrongly or is no log."""
_NUMBER = re.compile(
    r"[-+(]?\s*[¥￥$€£]?\s*[\d.,\s\u00a0]*\d[\d.,]*\s*(?:[eE][-+]?\d+)?\s*[%‰)€元万亿+]*"
    r"|\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?Z?"
)


@dataclass(frozen=True, slots=True)
class Header:
    """The header row: its index among the rows given, and its headings made unique."""

    index: int
    headings: tuple[str, ...]
    known: int


def find_header(rows: Sequence[Sequence[str]], name: str) -> Header:
    """Find the header row among the first rows of a table.

    A row is a header for its known headings, for being of words where the rows beneath hold
    numbers, and for being as wide as they are.

    Parameters
    ----------
    rows
        The first rows, cells as text.
    name
        What messages call the file.

    Raises
    ------
    DataError
        ``no_header`` where the first full row holds data; ``too_many_columns``.
    """
    width = usual_width(rows)
    if width > MOST_COLUMNS:
        raise DataError("too_many_columns", columns=width, limit=MOST_COLUMNS)
    best, best_score = -1, 0.0
    for index, row in enumerate(rows[:DEEPEST]):
        score = _score(row, rows[index + 1 : index + 30], width)
        if score > best_score:
            best, best_score = index, score
        if score and _certain(row, width):
            break
    if best < 0:
        shown = next((row for row in rows if filled(row)), ())
        raise DataError("no_header", file=name, row=[cell[:40] for cell in shown[:6]])
    if best + 1 < len(rows) and is_of_units(rows[best], rows[best + 1]):
        return header_at(with_units(rows[best], rows[best + 1]), best + 1)
    ranks = with_ranks(rows[best], rows[best + 1]) if best + 1 < len(rows) else None
    if ranks is not None:
        return header_at(ranks, best + 1)
    above = rows[best - 1] if best else ()
    return header_at(joined(above, rows[best]) if filled(above) else rows[best], best)


def header_at(row: Sequence[str], index: int) -> Header:
    """Take one row as the header."""
    return Header(index, unique(row), _known(row))


def unique(row: Sequence[str]) -> tuple[str, ...]:
    """Make the headings of a row of cells unique; empty cells at its end head nothing.

    Raises
    ------
    DataError
        ``too_many_columns``.
    """
    cells = list(row)
    while cells and not cells[-1].strip():
        cells.pop()
    return each_named(cells)


def each_named(cells: Sequence[str]) -> tuple[str, ...]:
    """Make names of columns unique: ``column 3`` where empty, ``price (2)`` where said before.

    The engine does not tell ``ID`` from ``id``, so neither does this.

    Raises
    ------
    DataError
        ``too_many_columns``.
    """
    if len(cells) > MOST_COLUMNS:
        raise DataError("too_many_columns", columns=len(cells), limit=MOST_COLUMNS)
    taken: set[str] = set()
    names = []
    for number, cell in enumerate(cells, start=1):
        base = " ".join(cell.replace("\ufeff", "").split()) or f"column {number}"
        name, count = base, 1
        while name.casefold() in taken or name.casefold() == "_row":
            count += 1
            name = f"{base} ({count})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Give the commonest number of cells up to the last filled one, wider first on a tie."""
    widths = Counter(filled(row) for row in rows if filled(row))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def filled(row: Sequence[str]) -> int:
    """Count the cells of a row up to its last filled one."""
    return next((at for at in range(len(row), 0, -1) if row[at - 1].strip()), 0)


def is_number(cell: str) -> bool:
    """Say whether a cell is a number, an amount, a share or a date."""
    return bool(_NUMBER.fullmatch(cell.strip()))


def _known(row: Sequence[str]) -> int:
    return sum(1 for cell in row if 0 < len(cell) <= LONGEST_HEADING and lookup(cell))


def _certain(row: Sequence[str], width: int) -> bool:
    """Say whether a row is full, all of words, without repeats and holds a known heading.

    Such a row ends the search: rows beneath it may hold known headings as data.
    """
    cells = [cell.strip() for cell in row if cell.strip()]
    full = len(cells) >= max(2, 0.9 * width)
    return (
        full
        and len(set(cells)) == len(cells)
        and not any(map(is_number, cells))
        and _known(row) > 0
    )


def _score(row: Sequence[str], beneath: Sequence[Sequence[str]], width: int) -> float:
    """Score a row as a header; 0 is none."""
    cells = [cell.strip() for cell in row if cell.strip()]
    if not cells or any(len(cell) > LONGEST_HEADING for cell in cells):
        return 0.0
    words = sum(1 for cell in cells if not is_number(cell)) / len(cells)
    if words <= 0.5:  # noqa: PLR2004 - mostly numbers: data
        return 0.0
    known = _known(row)
    full = min(1.0, len(cells) / max(1, width))
    if full < 0.5 and known < 2:  # noqa: PLR2004 - a title or a note above the table
        return 0.0
    distinct = len(set(cells)) / len(cells)
    return known + 2 * full + words + distinct + _contrast(row, beneath)


def _contrast(row: Sequence[str], beneath: Sequence[Sequence[str]]) -> float:
    """Give the share of columns that are of words here and of numbers beneath."""
    turned = 0
    for at, cell in enumerate(row):
        below = [line[at] for line in beneath if at < len(line) and line[at].strip()]
        numeric = sum(map(is_number, below))
        turned += bool(below) and not is_number(cell) and numeric > len(below) / 2
    return 2 * turned / max(1, len(row))


def widened(headings: tuple[str, ...], below: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Add columns at the end that have no heading, where most rows hold something there."""
    last = [max((n for n, cell in enumerate(row, 1) if cell.strip()), default=0) for row in below]
    filled = [width for width in last if width]
    wider = [width for width in filled if width > len(headings)]
    if 2 * len(wider) <= len(filled):
        return headings
    return unique((*headings, *(f"column {n}" for n in range(len(headings) + 1, max(wider) + 1))))
