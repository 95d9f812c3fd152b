"""What a file says of its columns is held against what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.audits.gluing import glued

from fairshelf.audits.rowgroups import untrue as looking
from fairshelf.audits.rowgroups.footers import contradicted, flat, miscounted
from fairshelf.audits.rowgroups.layout import UnlikeError, blocks
from fairshelf.audits.rowgroups.untrue import Untrue, untrue

if TYPE_CHECKING:
    from pathlib import Path


def _account(folder: Path, *columns: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Give what a file says of columns ``c0``, ``c1`` ..., in row groups of 3."""
    path = folder / "said.parquet"
    pq.write_table(_table(*columns), path, row_group_size=3)
    return pq.read_metadata(path)


def _table(*columns: Any) -> pa.Table:  # noqa: ANN401 - pyarrow ships no types
    return pa.table({f"c{place}": column for place, column in enumerate(columns)})


SAID = [1, 2, 3, 7, 8, 9]
FIVE_THOUSAND, FOUR_THOUSAND = b"\x90\x4e", b"\xc0\x3e"
"""As Parquet writes numbers of rows."""

WORDS = ["b", "c", "b", "m", "n", "m"]


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (SAID, [1, 2, 4, 7, 8, 9]),
        (SAID, [1, 2, 3, 6, 8, 9]),
        (SAID, [7, 8, 9, 1, 2, 3]),
        (SAID, [1, None, 3, 7, 8, 9]),
        ([1, None, 3, 7, 8, 9], SAID),
        ([0.5, 1.5, 2.5, 7, 8, 9], [0.5, 1.5, 2.75, 7, 8, 9]),
        ([True] * 6, [True] * 5 + [False]),
        (WORDS, ["b", "c", "b", "m", "n", "o"]),
        (WORDS, ["a", "c", "b", "m", "n", "m"]),
        ([word.encode() for word in WORDS], [b"b", b"c", b"\xff", b"m", b"n", b"m"]),
    ],
)
@pytest.mark.parametrize("coded", [False, True])
def test_a_row_group_that_is_not_as_is_said_is_found(
    tmp_path: Path,
    said: list[Any],
    held: list[Any],
    coded: bool,  # noqa: FBT001 - a case
) -> None:
    """Each row group by itself: what is true of the file may not be true of its parts."""
    metadata = _account(tmp_path, WORDS, said)
    rows = _table(WORDS, held)
    if coded and isinstance(held[0], str | bytes):
        rows = rows.set_column(1, "c1", rows["c1"].combine_chunks().dictionary_encode())
    assert contradicted(metadata, (0, 1), rows) == "c1"
    assert contradicted(metadata, (0, 1), _table(WORDS, said)) is None


@pytest.mark.parametrize(
    "held",
    [
        [float("nan"), 1.0, 2.0, 0.0, -0.0, float("inf")],
        [None] * 3 + [1, 2, 3],
        pa.array([2**63, 2**64 - 1, 0, 1, 2, 3], pa.uint64()),
        pa.array(SAID, pa.duration("s")),
        pa.array(SAID, pa.timestamp("ns")),
        pa.array(SAID, pa.int32()).cast(pa.date32()),
        pa.array(["1.5", "2", "3", None, "4", "5"]).cast(pa.decimal128(9, 2)),
        ["市区", "乡村", "\U0001f3e0", "", None, "z" * 5000],
    ],
)
def test_what_writers_write_is_believed(tmp_path: Path, held: Any) -> None:  # noqa: ANN401 - a column
    """Numbers that are none, numbers without a sign, times, decimals, words of any letters."""
    _account(tmp_path, held)
    assert untrue([tmp_path / "said.parquet"], set) is None


def test_words_that_no_row_has_do_not_count(tmp_path: Path) -> None:
    """A file may hold a dictionary with more words than are used."""
    metadata = _account(tmp_path, WORDS)
    numbers = pa.array([0, 1, 0, 2, 3, 2], pa.int32())
    held = pa.DictionaryArray.from_arrays(numbers, pa.array(["b", "c", "m", "n", "zzz"]))
    assert contradicted(metadata, (0, 1), _table(held)) is None


def test_only_columns_with_a_value_a_row_are_asked(tmp_path: Path) -> None:
    """Not those within others, not lists, not two of one name."""
    columns = [[1], [{"a": 1}], [[1, 2]], ["x"]]
    path = tmp_path / "log.parquet"
    table = pa.table(columns, names=["n", "inner", "list", "word"])
    pq.write_table(table.append_column("n", pa.array([2])), path)
    assert set(flat(pq.read_metadata(path))) == {"word"}
    assert untrue([path], set) is None


def test_a_file_is_named_with_the_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of two files, of the columns that are asked for, in pieces of any size."""
    monkeypatch.setattr(looking, "BLOCK", 8)
    good, bad = tmp_path / "a.parquet", tmp_path / "b.parquet"
    table = pa.table({"n": list(range(50)), "m": list(range(50))})
    pq.write_table(table, good)
    glued(bad, table, table.set_column(1, "m", pa.array(range(1, 51))), row_group_size=20)
    assert untrue([good, bad], set) == Untrue(bad, "m")
    assert untrue([good, bad], lambda _: {"n"}) is None
    assert untrue([good], set) is None


def test_fewer_values_than_rows_are_found(tmp_path: Path) -> None:
    """Neither is such a file counted here."""
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({"n": list(range(5000))}), path, store_schema=False)
    held = path.read_bytes()
    length = int.from_bytes(held[-8:-4], "little") + 8
    rows, account = held[:-length], held[-length:]
    before, _, after = account.rpartition(FIVE_THOUSAND)
    path.write_bytes(rows + before + FOUR_THOUSAND + after)
    assert miscounted(pq.read_metadata(path)) == "n"
    assert untrue([path], set) == Untrue(path, "n")
    with pytest.raises(UnlikeError):
        blocks([path])
