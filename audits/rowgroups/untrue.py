"""Whether Parquet files say of their columns what is not so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from fairshelf.audits.rowgroups.footers import ends_so, flat, miscounted, nulls_so
from fairshelf.audits.rowgroups.layout import BLOCK, Block, blocks, each

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Untrue:
    """A file, and the first of its columns of which it says what is not so."""

    file: Path
    column: str


class _UntrueError(Exception):
    def __init__(self, file: Path, column: str) -> None:
        super().__init__(column)
        self.found = Untrue(file, column)


def untrue(
    files: Sequence[Path],
    asked: Callable[[Sequence[str]], Collection[str]],
    threads: int = 1,
    told: Callable[[int, int], None] = lambda _, __: None,
) -> Untrue | None:
    """Find a column of which a file says what is not so.

    Parameters
    ----------
    files
        Parquet files.
    asked
        Gives those of a file's columns that are looked at.
    threads
        How many blocks are read side by side.
    told
        Called with the number of rows that are done, and of all rows.

    Returns
    -------
    Untrue or None
        None also for a file that pyarrow cannot read: an engine will tell.
    """
    try:
        for file in files:
            column = miscounted(pq.read_metadata(file))
            if column is not None:
                return Untrue(file, column)
        each(blocks(files), lambda piece: _look(piece, asked), threads, told)
    except _UntrueError as error:
        return error.found
    except (pa.ArrowException, OSError):
        return None
    return None


def _look(piece: Block, asked: Callable[[Sequence[str]], Collection[str]]) -> None:
    places = flat(piece.metadata)
    chosen = asked(list(places))
    columns = [name for name in places if name in chosen]
    if not columns:
        return
    with pq.ParquetFile(piece.file, metadata=piece.metadata, read_dictionary=columns) as file:
        for number in piece.groups:
            group = piece.metadata.row_group(number)
            nulls = dict.fromkeys(columns, 0)
            for rows in file.iter_batches(
                BLOCK // 4, row_groups=[number], columns=columns, use_threads=False
            ):
                table = pa.Table.from_batches([rows])
                for name in columns:
                    nulls[name] += table[name].null_count
                    if not ends_so(group.column(places[name]), table[name]):
                        raise _UntrueError(piece.file, name)
            for name, missing in nulls.items():
                if not nulls_so(group.column(places[name]), missing):
                    raise _UntrueError(piece.file, name)
