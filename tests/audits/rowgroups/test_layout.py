"""Files are cut into blocks, and say what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits.rowgroups import layout
from fairshelf.audits.rowgroups.layout import (
    Layout,
    UnlikeError,
    blocks,
    columns_of,
    each,
    span,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files of 25 and 12 rows, in row groups of 10."""
    told = []
    for name, rows in (("a", range(25)), ("b", range(25, 37))):
        told.append(tmp_path / f"{name}.parquet")
        table = pa.table({"n": list(rows), "word": [f"w{row % 3}" for row in rows]})
        pq.write_table(table, told[-1], row_group_size=10)
    return told


@pytest.mark.parametrize(
    ("rows", "cut"),
    [(1, [10, 10, 5, 10, 2]), (20, [20, 5, 12]), (2**20, [25, 12])],
)
def test_row_groups_are_put_together_within_a_file(
    files: list[Path], monkeypatch: pytest.MonkeyPatch, rows: int, cut: list[int]
) -> None:
    """Blocks follow each other without a gap, and give the rows in order."""
    monkeypatch.setattr(layout, "BLOCK", rows)
    found = blocks(files)
    assert [piece.rows for piece in found] == cut
    assert [piece.start for piece in found] == [sum(cut[:place]) for place in range(len(cut))]
    read = each(found, lambda piece: piece.read(("n", "word"), frozenset({"word"})), 2, _ignored)
    assert [n for table in read for n in table["n"].to_pylist()] == list(range(37))
    assert all(table["word"].num_chunks == 1 for table in read)
    assert [w for table in read for w in table["word"].to_pylist()] == [
        f"w{row % 3}" for row in range(37)
    ]


def test_the_ends_of_a_column_are_the_files(files: list[Path], tmp_path: Path) -> None:
    """By their own account; a file that gives none has none."""
    assert span(blocks(files), "n") == (0, 36)
    silent = tmp_path / "silent.parquet"
    pq.write_table(pa.table({"n": [1, 2]}), silent, write_statistics=False)
    assert span(blocks([silent]), "n") is None


def test_columns_are_named_only_where_they_are_sure(files: list[Path], tmp_path: Path) -> None:
    """The same in all files, none within another, no name with a dot, no broken file."""
    assert columns_of(files) == ("n", "word")
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"n": [1]}), other)
    assert columns_of([other]) == ("n",)
    assert columns_of([*files, other]) == ()
    for table in (pa.table({"n": [1], "a.b": [1]}), pa.table({"n": [{"a": 1}]})):
        pq.write_table(table, other)
        assert columns_of([other]) == ()
    other.write_bytes(b"PAR1 and no more")
    assert columns_of([other]) == ()


def test_an_error_in_one_block_ends_the_work(files: list[Path]) -> None:
    """It is raised as it is; what is done is told in rows, and at the end that it is over."""
    done: list[tuple[int, int]] = []

    def work(piece: layout.Block) -> int:
        if piece.file.name == "b.parquet":
            raise UnlikeError
        return piece.rows

    with pytest.raises(UnlikeError):
        each(blocks(files), work, 2, lambda *told: done.append(told))
    assert done == [(25, 37), (37, 37)]


def test_few_places_to_a_row_fit(tmp_path: Path) -> None:
    """Twice the rows, or 2**23, in a sixteenth of the memory."""
    asked = Layout((tmp_path,), "r", "p", "l", (), {"c": "c"}, frozenset(), 2, 2.0**40)
    assert asked.fits(2**23, 1)
    assert not asked.fits(2**23 + 1, 1)
    assert asked.fits(2 * 10**8, 10**8)
    small = Layout((tmp_path,), "r", "p", "l", (), {"c": "c"}, frozenset(), 2, 16 * 8 * 4 * 100.0)
    assert small.fits(100, 10)
    assert not small.fits(101, 10)


def test_the_largest_blocks_must_fit_side_by_side(files: list[Path]) -> None:
    """Blocks of 25 rows by two threads take 7,500 bytes, of which a limit is four times as much."""
    enough, short = (
        Layout(tuple(files), "r", "p", "l", (), {}, frozenset(), 2, memory)
        for memory in (30_000.0, 29_999.0)
    )
    assert enough.holds(blocks(files))
    assert not short.holds(blocks(files))


def _ignored(_done: int, _of: int) -> None:
    pass
