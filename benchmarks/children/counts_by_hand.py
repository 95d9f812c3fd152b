"""The counts of ``least_queries`` without a query engine: a loop over the row groups of a file.

``python -m benchmarks.children.counts_by_hand LOG.parquet``

What could be had by leaving DuckDB and Ibis, and every other engine with them: numpy counts the
numbers behind the file's own dictionaries into arrays, two row groups side by side. It is written
for generated logs alone, whose requests stand one after another, whose listings have one seller
each and whose lists number 20 places; of another file it is wrong or fails. Nothing is trimmed,
mended, rejected or measured.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any

from benchmarks.children.clock import Clock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

IDS = ("request", "listing", "seller", "locality")
COLUMNS = ("position", *IDS)
PLACES, SHARDS, THREADS = 20, 2_000, 2
SALT = 2_654_435_761
"""Knuth's multiplier: shards by it cost less than by the digest that engines agree on."""


class Codes:
    """Numbers for the words of one column, the same in every row group."""

    def __init__(self) -> None:
        """Begin without words."""
        self.words: Any = None
        self._lock = Lock()

    def of(self, column: Any) -> NDArray[np.int64]:  # noqa: ANN401 - pyarrow ships no types
        """Give each row's number: its own where the column holds numbers, which start at 0."""
        import pyarrow as pa  # noqa: PLC0415 - its import is timed
        import pyarrow.compute as pc  # noqa: PLC0415 - its import is timed

        if pa.types.is_integer(column.type):
            return column.to_numpy()  # type: ignore[no-any-return]
        told = column.combine_chunks()
        with self._lock:
            if self.words is None:
                self.words = told.dictionary
            new = told.dictionary.filter(pc.invert(pc.is_in(told.dictionary, self.words)))
            if len(new):
                self.words = pa.concat_arrays([self.words, new])
            words = self.words
        places = pc.index_in(told.dictionary, value_set=words).to_numpy().astype("int64")
        return places[told.indices.to_numpy()]  # type: ignore[no-any-return]


def counted(file: Any, rows: Any, codes: dict[str, Codes]) -> tuple[Any, Any]:  # noqa: ANN401 - the same
    """Count one row group.

    Parameters
    ----------
    file, rows
        The open file, and the number of the row group.
    codes
        The columns of words whose numbers go over row groups.

    Returns
    -------
    by_listing, by_cell
        Impressions, shape (listings * 20,) and (2000 * groups * 20,), as far as they go.

    Raises
    ------
    ValueError
        A request has a position twice or leaves one out, or a listing has two sellers.
    """
    import numpy as np  # noqa: PLC0415 - its import is timed
    import pyarrow as pa  # noqa: PLC0415 - its import is timed

    table = file.read_row_group(rows, columns=list(COLUMNS), use_threads=False)
    request, position = table["request"], table["position"].to_numpy()
    if not pa.types.is_integer(request.type):
        request = request.combine_chunks().indices
    request = request.to_numpy().astype("int64")
    first = np.concatenate(([0], np.flatnonzero(request[1:] != request[:-1]) + 1))
    length = np.diff(np.append(first, len(request)))
    shown = np.add.reduceat(np.left_shift(1, position), first)
    listing, seller, group = (codes[name].of(table[name]) for name in IDS[1:])
    owner = np.full(listing.max() + 1, -1)
    owner[listing] = seller
    if (shown != np.left_shift(1, length + 1) - 2).any() or (owner[listing] != seller).any():
        raise ValueError(str(rows))
    shard = np.repeat((request[first] + rows) * SALT % SHARDS, length)
    cell = (group * SHARDS + shard) * PLACES + position - 1
    return np.bincount(listing * PLACES + position - 1), np.bincount(cell)


def added(whole: Any, part: Any) -> Any:  # noqa: ANN401 - the same
    """Add two arrays of which one may be longer; the longer one is changed."""
    long, short = (whole, part) if len(whole) >= len(part) else (part, whole)
    long[: len(short)] += short
    return long


def main() -> None:
    """Count the log and print the time, and each group's exposure."""
    clock = Clock()
    import numpy as np  # noqa: PLC0415 - its import is timed
    import pyarrow.parquet as pq  # noqa: PLC0415 - its import is timed

    clock.mark("import")
    codes = {name: Codes() for name in IDS[1:]}
    groups = pq.read_metadata(sys.argv[1]).num_row_groups
    files = [pq.ParquetFile(sys.argv[1], read_dictionary=IDS) for _ in range(THREADS)]

    def half(start: int) -> tuple[Any, Any]:
        told = [np.zeros(0, "int64")] * 2
        for rows in range(start, groups, THREADS):
            parts = counted(files[start], rows, codes)
            told = [added(*pair) for pair in zip(told, parts, strict=True)]
        return told[0], told[1]

    with ThreadPoolExecutor(THREADS) as pool:
        halves = list(pool.map(half, range(THREADS)))
    _, cells = (added(*pair) for pair in zip(*halves, strict=True))
    weight = 1 / np.log2(np.arange(2, PLACES + 2))
    cells = np.pad(cells, (0, -len(cells) % (SHARDS * PLACES)))
    by_place = cells.reshape(-1, SHARDS, PLACES).sum(axis=1)
    clock.mark("compute")
    for group, exposure in zip(codes["locality"].words.to_pylist(), by_place @ weight, strict=True):
        clock.put(f"exposure_{group}", exposure)
    clock.tell()


if __name__ == "__main__":
    main()
