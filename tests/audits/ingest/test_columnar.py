"""Folders of Parquet files that hold the same ids in different types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits.errors import DataError
from fairshelf.audits.ingest.columnar import read_parquet

if TYPE_CHECKING:
    from pathlib import Path

LONG = 2**53 + 1


def _folder(place: Path, *columns: pa.Array) -> Path:
    """Write a file for each array, under two spellings of the heading."""
    place.mkdir()
    for number, ids in enumerate(columns):
        name = "Seller" if number else "seller"
        pq.write_table(pa.table({name: ids}), place / f"{number}.parquet")
    return place


def _read(folder: Path) -> Any:  # noqa: ANN401 - an Ibis table's values
    found = read_parquet(ibis.duckdb.connect(), folder, "log")
    return found.table["seller"].to_pyarrow().to_pylist()


def test_headings_that_differ_in_letters_alone_are_told_apart(tmp_path: Path) -> None:
    """They bear the names that a text file of the same columns gives them, not the engine's."""
    ids = [pa.array(["s1"]), pa.array(["x1"]), pa.array([1])]
    pq.write_table(pa.table(ids, names=["seller", "Seller", "position"]), tmp_path / "a.parquet")
    found = read_parquet(ibis.duckdb.connect(), tmp_path / "a.parquet", "log")
    assert found.headings == ("seller", "Seller (2)", "position")
    assert found.table.to_pyarrow().to_pylist() == [
        {"seller": "s1", "Seller (2)": "x1", "position": 1}
    ]


def test_files_that_spell_such_headings_in_another_order_are_refused(tmp_path: Path) -> None:
    """The engine would take the one for the other."""
    for number, names in enumerate((["seller", "Seller"], ["Seller", "seller"])):
        told = pa.table([pa.array(["s1"]), pa.array(["x1"])], names=names)
        pq.write_table(told, tmp_path / f"{number}.parquet")
    with pytest.raises(DataError, match="parquet_letters") as refused:
        read_parquet(ibis.duckdb.connect(), tmp_path, "log")
    assert refused.value.facts["columns"] == ["seller", "Seller"]


@pytest.mark.parametrize("whole", [False, True])
def test_an_id_in_floats_and_in_text_is_one(tmp_path: Path, whole: bool) -> None:  # noqa: FBT001 - a case
    """Beside a file of text, and perhaps one of whole numbers, 12.0 is 12; 1.5 stays what it is."""
    more = [pa.array([12], pa.int64())] if whole else []
    files = [pa.array(["12", "a.0"]), *more, pa.array([12.0, -3.0, 1.5, None])]
    told = _read(_folder(tmp_path / "log", *files))
    assert told == ["12", "a.0", *(["12"] if whole else []), "12", "-3", "1.5", None]


def test_whole_numbers_beside_floats_stay_numbers(tmp_path: Path) -> None:
    """As they were read: amounts are not turned into text."""
    told = _read(_folder(tmp_path / "log", pa.array([12, 2**53]), pa.array([12.0, 0.5])))
    assert told == [12.0, float(2**53), 12.0, 0.5]


def test_ids_longer_than_a_float_holds_are_refused(tmp_path: Path) -> None:
    """A float cannot tell 2**53 + 1 from 2**53: both files are named."""
    folder = _folder(tmp_path / "log", pa.array([1, LONG]), pa.array([1.0]))
    with pytest.raises(DataError, match="parquet_digits_lost") as refused:
        _read(folder)
    facts = refused.value.facts
    assert (facts["part"], facts["other"], facts["column"]) == (
        "0.parquet", "1.parquet", "seller",
    )  # fmt: skip
    assert _read(_folder(tmp_path / "alike", pa.array([1, LONG]), pa.array([LONG]))) == [
        *(1, LONG, LONG)
    ]


def test_a_last_column_whose_name_is_blank_is_a_column(tmp_path: Path) -> None:
    """It is called by its place, as a blank one before it is: its cells are not lost."""
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({"seller": ["a"], " ": [1], "\t": [2]}), path)
    found = read_parquet(ibis.duckdb.connect(), path, "log")
    assert found.headings == ("seller", "column 2", "column 3")
    assert found.table.to_pyarrow().to_pylist() == [
        {"seller": "a", "column 2": 1, "column 3": 2}
    ]  # fmt: skip
