"""The first time over plain Parquet: impressions by listing and position, and the requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fairshelf.audits.rowgroups.arrays import Owners, Sums
from fairshelf.audits.rowgroups.codes import MISSING, Codes
from fairshelf.audits.rowgroups.layout import (
    COUNT,
    Block,
    Layout,
    UnlikeError,
    blocks,
    each,
    span,
    whole,
)
from fairshelf.audits.rowgroups.lists import Lists, joined, runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

_DEEPEST = 1_000
"""Positions that are counted by place."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the second time over the files must know of the first.

    Attributes
    ----------
    layout, pieces
        What was read, and in which pieces.
    least, depth
        The lowest position, and how many there are from it to the highest.
    codes
        Column -> the numbers of its values: listing and facts.
    length
        Rows of each request in the order of the files, shape (R,).
    """

    layout: Layout
    pieces: tuple[Block, ...]
    least: int
    depth: int
    codes: dict[str, Codes]
    length: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the files hold.

    Attributes
    ----------
    seen
        What a second time over them must know.
    lists
        The requests.
    short
        The files' columns of the listing, facts and position, values as the files have them; a row
        for each listing and position that was shown.
    sums
        What these rows add up to: ``_rows`` and sums by name, one number for each.
    places
        Rows of each file by position, from the lowest of all files on, shape (depth,).
    """

    seen: Seen
    lists: Lists
    short: pa.Table
    sums: dict[str, NDArray[np.int64]]
    places: dict[Path, NDArray[np.int64]]


def shown(layout: Layout, told: Callable[[int, int], None] = lambda _, __: None) -> Shown | None:
    """Count files of the shape that can be counted; None of others.

    Parameters
    ----------
    layout
        What is counted.
    told
        Called with the number of rows that are done, and of all rows.
    """
    try:
        return _shown(layout, told)
    except (UnlikeError, pa.ArrowException, OSError):  # whatever it is: the engine will tell
        return None


def _shown(layout: Layout, told: Callable[[int, int], None]) -> Shown:
    pieces = blocks(layout.files)
    rows = sum(piece.rows for piece in pieces)
    ends = span(pieces, layout.position)
    deep = ends is None or ends[0] < 0 or ends[1] - ends[0] >= _DEEPEST
    if ends is None or deep or not layout.holds(pieces):
        raise UnlikeError
    least, depth = ends[0], ends[1] - ends[0] + 1
    named = (layout.listing, *layout.facts)
    codes = {name: Codes(None if name in layout.words else span(pieces, name)) for name in named}
    owners = {name: Owners() for name in layout.facts}
    sums = {name: Sums(lambda places: layout.fits(places, rows)) for name in (COUNT, *layout.sums)}
    columns = (layout.request, layout.position, *named, *layout.sums.values())

    def work(piece: Block) -> tuple[Lists, NDArray[np.int64]]:
        table = piece.read(columns, layout.words)
        position = whole(table[layout.position]).astype(np.int64, copy=False)
        if position.min() < least or position.max() >= least + depth:
            raise UnlikeError
        found = runs(table[layout.request], position)
        listing = codes[layout.listing].of(table[layout.listing]).astype(np.int64)
        for name, owner in owners.items():
            owner.add(listing, codes[name].of(table[name], all_there=False))
        place = listing * depth + (position - least)
        for name, added in sums.items():
            added.add(place, None if name == COUNT else whole(table[layout.sums[name]]))
        return found, np.bincount(position - least, minlength=depth)

    done = each(pieces, work, layout.threads, told)
    lists = joined([found for found, _ in done])
    places = {file: np.zeros(depth, np.int64) for file in layout.files}
    for piece, (_, part) in zip(pieces, done, strict=True):
        places[piece.file] += part
    seen = Seen(layout, tuple(pieces), least, depth, codes, lists.length.astype(np.int32))
    added = {name: one.total(codes[layout.listing].size * depth) for name, one in sums.items()}
    place = np.flatnonzero(added[COUNT])
    short = _short(seen, owners, place)
    sums_of = {name: one[place] for name, one in added.items()}
    return Shown(seen, lists, short, sums_of, places)


def _short(seen: Seen, owners: dict[str, Owners], place: NDArray[np.int64]) -> pa.Table:
    """Give the values that places stand for."""
    name, codes = seen.layout.listing, seen.codes
    listing, above = np.divmod(place, seen.depth)
    facts = {fact: valued(codes[fact], owner.held[listing]) for fact, owner in owners.items()}
    columns = {**facts, name: valued(codes[name], listing)}
    return pa.table({**columns, seen.layout.position: pa.array(above + seen.least)})


def valued(codes: Codes, number: NDArray[np.int32] | NDArray[np.int64]) -> pa.Array:
    """Give the values behind numbers, null for a missing one.

    Raises
    ------
    pyarrow.ArrowInvalid
        A word is no text.
    """
    values = codes.values
    values.validate(full=True)
    return values.take(pa.array(number, mask=number == MISSING))
