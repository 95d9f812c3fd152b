"""A tally that no log can have given is refused, though its digests are those of its files."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits.engines import HERE, opened
from fairshelf.audits.engines.means import FREE
from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline.merging import merge_tallies
from fairshelf.audits.tally.saved.folder import open_tally
from fairshelf.audits.tally.saved.sound import require_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Runs = Any
    Engine = Any
    Change = Callable[[pa.Table], pa.Table]


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give an engine."""
    with opened(HERE, tmp_path_factory.mktemp("work"), FREE) as made:
        yield made


@pytest.fixture
def tally(runs: Runs, rows: Callable[..., Any]) -> Path:
    """Save a tally with everything in it."""
    log = runs.log("log.csv", rows(20, price="12.5"))
    place: Path = runs.save("tally", log, annex=True, attributes={"locality": None, "brand": None})
    return place


def _set(column: str, *first: object) -> Change:
    """Put values in the place of the first ones of a column."""

    def change(table: pa.Table) -> pa.Table:
        place = table.column_names.index(column)
        kind = table.schema.field(column).type
        values = [*first, *table.column(place).to_pylist()[len(first) :]]
        return table.set_column(place, column, pa.array(values, kind))

    return change


def _as(column: str, kind: pa.DataType) -> Change:
    def change(table: pa.Table) -> pa.Table:
        place = table.column_names.index(column)
        return table.set_column(place, column, table.column(place).cast(kind))

    return change


def _twice(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table, table])


def _rewrite(folder: Path, name: str, change: Change) -> None:
    """Change a table and write its digest anew."""
    path = folder / f"{name}.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    said = json.loads((folder / "tally.json").read_text(encoding="utf-8"))
    said["sha256"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "tally.json").write_text(json.dumps(said), encoding="utf-8")


def test_a_saved_tally_is_sound(con: Engine, tally: Path) -> None:
    """What was counted from a log passes."""
    require_sound(con, open_tally(tally))


TABLES: list[tuple[str, Change]] = [
    ("cells", _set("impressions", -5000)),
    ("cells", _set("impressions", 9 * 10**18)),
    ("cells", _set("impressions", 2)),
    ("cells", _set("impressions", None)),
    ("cells", _as("impressions", pa.string())),
    ("cells", _as("impressions", pa.float64())),
    ("cells", _set("owner", 99_999)),
    ("cells", _set("shard", 10**6)),
    ("cells", _set("position", 0)),
    ("cells", _set("position", -3)),
    ("cells", _set("position", 2**31)),
    ("cells", _set("clicks", -1)),
    ("cells", _set("clicks", 10**6)),
    ("cells", _twice),
    ("cells", lambda table: table.slice(0, 0)),
    ("cells", lambda table: table.slice(1)),
    ("cells", lambda table: table.drop_columns(["impressions"])),
    ("cells", lambda table: table.append_column("more", table.column("owner"))),
    ("owners", _twice),
    ("owners", _set("seller", None)),
    ("owners", _set("_rows", 10**6)),
    ("owners", lambda table: table.slice(3)),
    ("owners", lambda table: table.drop_columns(["max locality"])),
    ("listings", _twice),
    ("listings", lambda table: table.slice(3)),
    ("listings", _set("listing_id", -1)),
    ("requests", _twice),
    ("requests", _set("shard", 77)),
    ("shown", _twice),
    ("shown", lambda table: table.slice(1)),
    ("shown", _set("relevance", 1)),
    ("margin.category", lambda table: table.slice(1)),
    ("moves", _set("clicks", 77)),
    ("lists", lambda table: table.slice(0, 3)),
    ("lists", _set("listing_id", 10**6)),
    ("lists", _set("position", 0)),
    ("head.0", lambda table: table.drop_columns(["seller"])),
    ("rejects", lambda table: table.drop_columns(["reason"])),
]


def test_a_changed_table_is_named(con: Engine, tally: Path, tmp_path: Path) -> None:
    """Each change of one thing, with the digest written anew, is refused; the file is told."""
    for place, (name, change) in enumerate(TABLES):
        other = tmp_path / f"other{place}"
        shutil.copytree(tally, other)
        _rewrite(other, name, change)
        with pytest.raises(DataError) as caught:
            require_sound(con, open_tally(other))
        assert caught.value.code == "tally_damaged", (place, name)
        blamed = str(caught.value.facts["file"]).removesuffix(".parquet")
        assert blamed == name or {name, blamed} <= {"cells", "shown", "moves"}, (place, name)


@pytest.mark.parametrize(
    "change",
    [
        {"read": -5},
        {"read": 10**30},
        {"rejected": 9_000},
        {"requests": 7},
        {"requests": None},
        {"shards": 0},
        {"shards": 10**9},
        {"files": []},
        {"facts": ["locality", '"x']},
        {"words": ["../x"]},
        {"sums": []},
        {"moves": False},
        {"page_size": -1},
        {"reading": {"page_size": "x"}},
        {"notices": [{"code": "values_left_out", "facts": {}}]},
    ],
)
def test_a_changed_account_is_refused(con: Engine, tally: Path, change: dict[str, Any]) -> None:
    """Counts that are none, and columns that no table has, are refused before anything is made."""
    said = json.loads((tally / "tally.json").read_text(encoding="utf-8"))
    said["account"].update(change)
    (tally / "tally.json").write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        require_sound(con, open_tally(tally))
    assert caught.value.code == "tally_damaged"


def test_audits_and_sums_of_damaged_tallies_are_refused(
    runs: Runs, rows: Callable[..., Any], tally: Path, tmp_path: Path
) -> None:
    """Both ways in look, and a refused sum leaves no folder."""
    other = runs.save("other", runs.log("more.csv", rows(20, seed=2)))
    _rewrite(tally, "cells", _set("impressions", -5000))
    with pytest.raises(DataError, match="tally_damaged"):
        runs.again(tally)
    with pytest.raises(DataError, match="tally_damaged"):
        merge_tallies([other, tally], tmp_path / "sum")
    assert not (tmp_path / "sum").exists()
