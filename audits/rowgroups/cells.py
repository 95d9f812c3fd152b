"""The second time over plain Parquet: impressions by shard of requests, label and position."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fairshelf.audits.rowgroups.arrays import Sums
from fairshelf.audits.rowgroups.layout import COUNT, Block, UnlikeError, each, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fairshelf.audits.rowgroups.shown import Seen


def cells(
    seen: Seen,
    column: str,
    label: NDArray[np.int64],
    shard: NDArray[np.int64],
    told: Callable[[int, int], None] = lambda _, __: None,
) -> dict[str, NDArray[np.int64]] | None:
    """Count by shard, label and position.

    Parameters
    ----------
    seen
        What the first time over the files found.
    column
        The column whose values are labelled: one of those that have codes.
    label
        Label of each code, -1 where it has none, shape (size of its codes,).
    shard
        Shard of each request in the order of the files, shape (R,).
    told
        Called with the number of rows that are done, and of all rows.

    Returns
    -------
    dict or None
        ``shard``, ``label_id``, ``position``, ``impressions`` and sums, sorted by the first
        three; None where the files cannot be counted so.
    """
    try:
        return _cells(seen, column, label, shard.astype(np.int64), told)
    except (UnlikeError, pa.ArrowException, OSError):  # whatever it is: the engine will tell
        return None


def _cells(
    seen: Seen,
    column: str,
    label: NDArray[np.int64],
    shard: NDArray[np.int64],
    told: Callable[[int, int], None],
) -> dict[str, NDArray[np.int64]]:
    layout, depth = seen.layout, seen.depth
    ends = np.cumsum(seen.length, dtype=np.int64)
    labels = int(label.max()) + 1
    places = (int(shard.max()) + 1) * labels * depth
    if not layout.fits(places, int(ends[-1])):
        raise UnlikeError
    sums = {name: Sums(lambda _: True) for name in (COUNT, *layout.sums)}

    def work(piece: Block) -> None:
        table = piece.read((layout.position, column, *layout.sums.values()), layout.words)
        position = whole(table[layout.position]).astype(np.int64, copy=False) - seen.least
        code = seen.codes[column].of(table[column])
        if position.min() < 0 or position.max() >= depth or seen.codes[column].size > label.size:
            raise UnlikeError
        labelled = label[code]
        if labelled.min() < 0:
            raise UnlikeError
        place = _spread(shard, ends, piece) * labels + labelled
        place = place * depth + position
        for name, added in sums.items():
            added.add(place, None if name == COUNT else whole(table[layout.sums[name]]))

    each(seen.pieces, work, layout.threads, told)
    added = {name: one.total(places) for name, one in sums.items()}
    place = np.flatnonzero(added[COUNT])
    above, position = np.divmod(place, depth)
    number, label_id = np.divmod(above, labels)
    return {
        "shard": number,
        "label_id": label_id,
        "position": position + seen.least,
        "impressions": added[COUNT][place],  # unless there is a sum of them
        **{name: added[name][place] for name in layout.sums},
    }


def _spread(shard: NDArray[np.int64], ends: NDArray[np.int64], piece: Block) -> NDArray[np.int64]:
    """Give each row of a block the shard of its request."""
    stop = piece.start + piece.rows
    first = int(np.searchsorted(ends, piece.start, "right"))
    last = int(np.searchsorted(ends, stop, "left"))
    bounds = np.minimum(ends[first : last + 1], stop)
    length = np.diff(np.concatenate(([piece.start], bounds)))
    return np.repeat(shard[first : last + 1], length)
