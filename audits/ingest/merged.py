"""Cells merged downwards: what stands in the first row of a block is meant for all of its rows.

People merge the query or the date of a list over its rows. Counts and sums are not filled down:
one merged figure is of the whole block, and repeating it would multiply it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fairshelf.audits.columns.headings import lookup
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row = tuple[int, tuple[object, ...]]

OF_A_BLOCK = frozenset(("impressions", "clicks", "orders", "revenue"))
"""Canonical columns in which a merged cell is a sum over its rows."""


@dataclass(frozen=True, slots=True)
class Block:
    """Cells of one column merged downwards; rows and columns count from 0, ``last`` included.

    ``column`` is the place in a row as it is read: columns left of the table are none.
    """

    first: int
    last: int
    column: int


def blocks(sheet: Any) -> tuple[Block, ...]:  # noqa: ANN401 - python-calamine is untyped here
    """Give what a sheet merges downwards; nothing where its format does not tell.

    Rows are told from the sheet's first on, columns from the first that holds anything.
    """
    ranges = getattr(sheet, "merged_cell_ranges", None) or ()
    edge = (getattr(sheet, "start", None) or (0, 0))[1]
    found = (
        Block(top, bottom, left - edge)
        for (top, left), (bottom, _) in ranges
        if bottom > top and left >= edge
    )
    return tuple(sorted(found, key=lambda block: (block.first, block.column)))


def without_sums(found: Iterable[Block], headings: tuple[str, ...]) -> tuple[Block, ...]:
    """Leave out the blocks under headings of counts and sums."""
    sums = {
        place
        for place, heading in enumerate(headings)
        if any(known.canonical in OF_A_BLOCK for known in lookup(heading)[:1])
    }
    return tuple(block for block in found if block.column not in sums)


def filled_down(rows: Iterable[Row], found: Iterable[Block]) -> Iterator[Row]:
    """Give rows with each block's first cell in all of its rows.

    Parameters
    ----------
    rows
        Numbered from 1, in order; rows of nothing may be left out.
    found
        The blocks.
    """
    waiting = sorted(found, key=lambda block: block.first, reverse=True)
    held: dict[int, tuple[int, object]] = {}
    for number, row in rows:
        cells = list(row)
        while waiting and waiting[-1].first < number:
            block = waiting.pop()
            inside = block.first == number - 1 and block.column < len(cells)
            if inside:
                held[block.column] = (block.last, cells[block.column])
        for column, (last, value) in list(held.items()):
            if number - 1 > last:
                del held[column]
            elif column < len(cells) and cells[column] in ("", None):
                cells[column] = value
        yield number, tuple(cells)


def about_merged(found: Iterable[Block], headings: tuple[str, ...], at: int) -> tuple[Message, ...]:
    """Say which columns were filled down beneath the header, which stands in row ``at``."""
    places = sorted({block.column for block in found if block.first >= at})
    named = [headings[place] for place in places if place < len(headings)]
    return (Message("merged_filled", {"headings": named}),) if named else ()
