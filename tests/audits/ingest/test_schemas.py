"""The Parquet files of a folder: no file is forced into the types of another one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits.errors import DataError
from fairshelf.audits.ingest.columnar import read_parquet
from fairshelf.audits.ingest.schemas import schemas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Give a function that writes tables as the files of a folder, in order."""

    def act(*tables: dict[str, Any]) -> Path:
        place = tmp_path / "log"
        place.mkdir()
        for number, columns in enumerate(tables):
            pq.write_table(pa.table(columns), place / f"{number}.parquet")
        return place

    return act


def _column(place: Path, name: str) -> list[Any]:
    read = read_parquet(ibis.duckdb.connect(threads=1), place, "log")
    return sorted(read.table[name].to_pyarrow().to_pylist(), key=str)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (pa.array([0, 1]), pa.array([0.3, 2.5]), [0.0, 0.3, 1.0, 2.5]),
        (pa.array([7, 8]), pa.array(["007", "x"]), ["007", "7", "8", "x"]),
        (pa.array([3], pa.int32()), pa.array([2**40]), [2**40, 3]),
        (pa.nulls(1), pa.array([0.5]), [0.5, None]),
    ],
)
def test_a_column_of_two_types_keeps_what_each_file_says(
    folder: Folder, one: pa.Array, other: pa.Array, together: list[Any], *, turned: bool
) -> None:
    """Shares are not rounded, ids keep their zeros, whichever file comes first by name."""
    pair = ({"relevance": one}, {"relevance": other})
    found = _column(folder(*(reversed(pair) if turned else pair)), "relevance")
    assert found == sorted(together, key=str)


@pytest.mark.parametrize("turned", [False, True])
def test_a_column_that_a_file_lacks_is_named(folder: Folder, *, turned: bool) -> None:
    """Whichever comes first: neither is it filled with nothing nor are its values passed over."""
    pair = ({"a": [1]}, {"a": [1], "seller.name": ["x"]})
    place = folder(*(reversed(pair) if turned else pair))
    with pytest.raises(DataError) as caught:
        _column(place, "a")
    assert caught.value.code == "parquet_differs"
    assert caught.value.facts["columns"] == ["seller.name"]
    lacking, other = ("1.parquet", "0.parquet") if turned else ("0.parquet", "1.parquet")
    assert (caught.value.facts["part"], caught.value.facts["other"]) == (lacking, other)


def test_a_broken_part_is_named(folder: Folder) -> None:
    """Of a folder of many files the one that cannot be read is told."""
    place = folder({"a": [1]}, {"a": [1]})
    (place / "1.parquet").write_bytes(b"PAR1 and no more PAR1")
    with pytest.raises(DataError) as caught:
        _column(place, "a")
    assert caught.value.code == "file_broken"
    assert "1.parquet" in caught.value.facts["why"]


def test_numbers_of_38_digits_are_held(folder: Folder) -> None:
    """The longest decimal numbers that are read come out as they were written."""
    place = folder({"n": pa.array([Decimal(1)], pa.decimal128(38, 10))})
    assert _column(place, "n") == [Decimal(1)]


@pytest.mark.parametrize("before", [0, 1])
def test_numbers_too_long_for_the_engine_are_refused(folder: Folder, before: int) -> None:
    """DuckDB 1.5 would read 1 of 60 digits, 10 of them places, as 281474976710656."""
    kept = {"n": pa.array([Decimal(1)], pa.decimal128(38, 10))}
    place = folder(*[kept] * before, {"n": pa.array([Decimal(1)], pa.decimal256(60, 10))})
    with pytest.raises(DataError) as caught:
        _column(place, "n")
    assert caught.value.code == "decimals_too_long"
    facts = caught.value.facts
    assert (facts["part"], facts["column"], facts["digits"]) == (f"{before}.parquet", "n", 60)


def test_letters_tell_columns_apart_only_where_they_are_to(folder: Folder) -> None:
    """``Seller`` and ``seller`` are one column to DuckDB and two to Spark."""
    files = sorted(folder({"Seller": [1]}, {"seller": [1]}).iterdir())
    assert schemas(files, "log").unlike == ()
    with pytest.raises(DataError) as caught:
        schemas(files, "log", letters=True)
    assert caught.value.code == "parquet_differs"


def test_units_of_time_are_no_difference(folder: Folder) -> None:
    """Columns of nanoseconds are told, and whether they count from UTC."""
    when = [dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)]
    bare = [when[0].replace(tzinfo=None)]
    files = sorted(
        folder(
            {"t": pa.array(when, pa.timestamp("us", "UTC")), "u.v": pa.array(bare)},
            {
                "t": pa.array(when, pa.timestamp("ns", "UTC")),
                "u.v": pa.array(bare, pa.timestamp("ns")),
            },
        ).iterdir()
    )
    found = schemas(files, "log")
    assert (found.unlike, found.fine) == ((), {"t": True, "u.v": False})
