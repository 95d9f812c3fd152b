"""What is read of plain Parquet, and in which pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

BLOCK = 2**20
"""Rows of a piece: row groups are put together up to about this many."""

COUNT = "_rows"
"""The name under which rows are counted, beside those of sums."""

_PART, _WIDTH, _ROWS = 16, 8, 2
"""Parts of the memory, bytes of a place, places to a row."""

_QUARTER, _LINE = 4, 150
"""Parts of the memory, and bytes of a row while it is counted."""

_FEW = 2**23
"""Places that are not too many for any log."""


class UnlikeError(Exception):
    """The file is not of the shape that can be counted here."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Files, and the columns of them that are counted.

    Attributes
    ----------
    files
        The files, one after another.
    request, position, listing
        Columns. Positions are whole numbers; ids are words or whole numbers of 64 bits.
    facts
        Columns of which each listing has one value: its seller, what is said of that seller.
    sums
        Name -> column of whole numbers from 0 that are added up under that name.
    words
        Those of the columns that hold words.
    threads, memory
        How many blocks are read side by side, and the bytes that all counting may take.
    """

    files: tuple[Path, ...]
    request: str
    position: str
    listing: str
    facts: tuple[str, ...]
    sums: dict[str, str]
    words: frozenset[str]
    threads: int
    memory: float

    def fits(self, places: int, rows: int) -> bool:
        """Say whether so many places may be counted in: few to a row, and held several times."""
        arrays = 1 + len(self.sums) + self.threads
        return places <= max(rows * _ROWS, _FEW) and places * arrays * _WIDTH <= self.memory / _PART

    def holds(self, pieces: Sequence[Block]) -> bool:
        """Say whether the largest blocks may be read side by side: in a quarter of the memory."""
        largest = max((piece.rows for piece in pieces), default=0)
        return largest * self.threads * _LINE <= self.memory / _QUARTER


@dataclass(frozen=True, slots=True)
class Block:
    """Row groups of one file that stand one after another, and the place of their first row."""

    file: Path
    metadata: Any
    groups: tuple[int, ...]
    start: int
    rows: int

    def read(self, columns: Sequence[str], words: frozenset[str]) -> Any:  # noqa: ANN401 - pyarrow ships no types
        """Read columns, those of words as numbers and the words behind them.

        Returns
        -------
        pyarrow Table
            One chunk a column.

        Raises
        ------
        UnlikeError
            What the file says of a column is not so; a column is neither of words nor of whole
            numbers: a writer can leave word that stored numbers are lengths of time or truth
            values, which pyarrow heeds and an engine does not.
        """
        import pyarrow.parquet as pq  # noqa: PLC0415 - only for large files

        from fairshelf.audits.rowgroups.footers import contradicted  # noqa: PLC0415 - as above

        coded = [name for name in columns if name in words]
        with pq.ParquetFile(self.file, metadata=self.metadata, read_dictionary=coded) as file:
            told = file.read_row_groups(self.groups, columns=list(columns), use_threads=False)
        kinds = {name: told.schema.field(name).type for name in columns}
        if told.num_rows != self.rows or not all(_as_stored(*one, words) for one in kinds.items()):
            raise UnlikeError
        if contradicted(self.metadata, self.groups, told) is not None:
            raise UnlikeError
        return told.unify_dictionaries().combine_chunks()


def _as_stored(name: str, kind: Any, words: frozenset[str]) -> bool:  # noqa: ANN401 - pyarrow ships no types
    """Say whether a column is given as every reader of the file gives it."""
    import pyarrow as pa  # noqa: PLC0415 - only for large files

    if name not in words:
        return bool(pa.types.is_integer(kind))
    text = (pa.string(), pa.large_string())
    return bool(pa.types.is_dictionary(kind) and kind.value_type in text)


def blocks(files: Sequence[Path]) -> list[Block]:
    """Cut files into blocks: a row group, or several where they are small.

    Raises
    ------
    UnlikeError
        A column has more or fewer values than there are rows.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - only for large files

    from fairshelf.audits.rowgroups.footers import miscounted  # noqa: PLC0415 - as above

    found = []
    start = 0
    for file in files:
        metadata = pq.read_metadata(file)
        if miscounted(metadata) is not None:
            raise UnlikeError
        for groups, rows in _together(metadata):
            found.append(Block(file, metadata, groups, start, rows))
            start += rows
    return found


def _together(metadata: Any) -> Iterator[tuple[tuple[int, ...], int]]:  # noqa: ANN401 - pyarrow ships no types
    groups: list[int] = []
    rows = 0
    for number in range(metadata.num_row_groups):
        more = metadata.row_group(number).num_rows
        if groups and rows + more > BLOCK:
            yield tuple(groups), rows
            groups, rows = [], 0
        groups.append(number)
        rows += more
    if rows:
        yield tuple(groups), rows


def columns_of(files: Sequence[Path]) -> tuple[str, ...]:
    """Name the columns of files that all have the same; nothing where that is not so, or not sure.

    Columns within columns, and names with a dot, which mean such, are not sure.
    """
    import pyarrow as pa  # noqa: PLC0415 - only for large files
    import pyarrow.parquet as pq  # noqa: PLC0415 - only for large files

    try:
        found = {_paths(pq.read_metadata(file).schema) for file in files}
    except (pa.ArrowException, OSError):
        return ()
    columns = found.pop()
    sure = not found and len(set(columns)) == len(columns) and not any("." in c for c in columns)
    return columns if sure else ()


def _paths(schema: Any) -> tuple[str, ...]:  # noqa: ANN401 - pyarrow ships no types
    return tuple(schema.column(place).path for place in range(len(schema)))


def span(pieces: Sequence[Block], column: str) -> tuple[int, int] | None:
    """Give the least and largest number of a column, by the files' own account, if any."""
    least, most = [], []
    for metadata in {id(piece.metadata): piece.metadata for piece in pieces}.values():
        place = _paths(metadata.schema).index(column)
        for number in range(metadata.num_row_groups):
            told = metadata.row_group(number).column(place).statistics
            if told is None or not told.has_min_max:
                return None
            least.append(int(told.min))
            most.append(int(told.max))
    return (min(least), max(most)) if least else None


def whole(column: Any) -> np.ndarray[Any, Any]:  # noqa: ANN401 - pyarrow ships no types
    """Give a column of whole numbers.

    Raises
    ------
    UnlikeError
        One is missing.
    """
    if column.null_count:
        raise UnlikeError
    return np.asarray(column.to_numpy())


def each(
    pieces: Sequence[Block],
    work: Callable[[Block], Any],
    threads: int,
    told: Callable[[int, int], None],
) -> list[Any]:
    """Do the same with all blocks, some side by side; what is given back stands in their order.

    Parameters
    ----------
    pieces
        The blocks.
    work
        What is done with one.
    threads
        How many are worked on at a time.
    told
        Called with the number of rows that are done, and of all rows.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only for large files

    found = []
    rows = sum(piece.rows for piece in pieces)
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(work, piece) for piece in pieces]
        try:
            for piece, future in zip(pieces, running, strict=True):
                found.append(future.result())
                told(piece.start + piece.rows, rows)
        finally:
            for future in running:
                future.cancel()
            told(rows, rows)  # over, well or not: whoever shows it shows no share of it any more
    return found
