"""Ids held as whole numbers: the same audit as of the same ids held as text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits.checks import clean
from fairshelf.audits.checks.keys import IDS, is_key, join_by, key, number_of, whole_ids
from fairshelf.audits.checks.summaries import summaries
from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit
from fairshelf.audits.tally.rankings import sample
from fairshelf.reports.exports import rejected_csv

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Results

REQUESTS, SHOWN = 300, 5
LONG = 9_007_199_254_740_993
"""A number that no float64 holds: ids are of any length that 64 bits hold."""


@pytest.fixture(autouse=True)
def _any_size_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small file be read as a large one is: in place."""
    monkeypatch.setattr(clean, "MANY", 1)


def _log(seed: int = 1) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    size = REQUESTS * SHOWN
    listing = rng.integers(0, 60, size)
    seller = listing % 20
    return {
        "request": LONG + np.repeat(np.arange(REQUESTS), SHOWN),
        "position": np.tile(np.arange(1, SHOWN + 1), REQUESTS),
        "listing": listing - 30,
        "seller": seller * 7,
        "locality": np.where(seller % 3 == 0, "rural", "urban"),
        "clicks": rng.integers(0, 2, size),
    }


def _written(folder: Path, name: str, columns: dict[str, Any], *, text: bool) -> str:
    """Write a Parquet file with its ids as numbers or as text; None is a null."""
    table = {}
    for column, values in columns.items():
        cells = [None if value is None else value for value in np.asarray(values).tolist()]
        if column in IDS:
            cells = [None if value is None else int(value) for value in cells]
            held = pa.array(cells, pa.int64())
            table[column] = held.cast(pa.string()) if text else held
        else:
            table[column] = pa.array(cells)
    place = folder / ("text" if text else "number") / f"{name}.parquet"
    place.parent.mkdir(exist_ok=True)
    pq.write_table(pa.table(table), place)
    return str(place)


def _both(
    folder: Path,
    columns: dict[str, Any],
    *beside: str | None,
    **settings: Any,  # noqa: ANN401 - fields of the settings
) -> Results:
    """Audit the log in both forms, assert that they give the same, and give it."""
    told = []
    sellers, catalogue = (*beside, None, None)[:2]
    for text in (False, True):
        file = _written(folder, "log", columns, text=text)
        done = audit([file], sellers, catalogue, Settings(permutations=99, **settings))
        told.append((replace(done.results, inputs=()), rejected_csv(done.rejects)))
    assert told[0] == told[1]
    return told[0][0]


def _with_nulls(values: Any, *places: int) -> Any:  # noqa: ANN401 - cells of any kind
    cells = np.asarray(values).astype(object)
    cells[list(places)] = None
    return cells


def test_the_results_are_the_same(tmp_path: Path) -> None:
    """Every estimate, table and notice, with and without the annex."""
    found = _both(tmp_path, _log())
    assert found.estimates
    assert _both(tmp_path, _log(2), annex=True).estimates


def test_numbers_are_what_is_grouped(tmp_path: Path) -> None:
    """The log that is counted carries the numbers: what this file tests does take place."""
    file = _written(tmp_path, "log", _log(), text=False)
    seen: list[list[str]] = []
    real = summaries

    def looked(con: Any, rows: Any, *more: Any, **how: Any) -> Any:  # noqa: ANN401 - as the real one
        seen.append([name for name in rows.columns if is_key(name)])
        return real(con, rows, *more, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clean, "summaries", looked)
        audit([file], None, None, Settings(permutations=99))
    assert seen == [[key(name) for name in IDS]]


def test_rows_without_an_id(tmp_path: Path) -> None:
    """A row without request or listing is set aside, one without seller has its listing's."""
    log = _log()
    log["request"] = _with_nulls(log["request"], 3, 4)
    log["listing"] = _with_nulls(log["listing"], 17)
    found = _both(tmp_path, log)
    assert found.rows.rejected == 3
    log = _log()
    log["seller"] = _with_nulls(log["seller"], 5, 50, 500)
    assert _both(tmp_path, log).joins.rows_without_seller == 3


def test_rows_that_stand_there_twice_and_positions_from_zero(tmp_path: Path) -> None:
    """Doubles are set aside, and the list counts from 0, in both forms."""
    log = _log()
    twice = {name: np.concatenate([values, values[:7]]) for name, values in log.items()}
    assert _both(tmp_path, twice).rows.duplicate == 7
    log["position"] = log["position"] - 1
    assert _both(tmp_path, log).rows.used == REQUESTS * SHOWN


@pytest.mark.parametrize("missing", ["listing", "seller", "request"])
def test_logs_without_one_of_the_ids(tmp_path: Path, missing: str) -> None:
    """Without listings, sellers or requests the same is found from the others."""
    log = _log()
    del log[missing]
    if missing == "seller":
        del log["locality"]
        log["locality"] = np.where(log["listing"] % 3 == 0, "rural", "urban")
    assert _both(tmp_path, log).estimates


def test_tables_beside_the_log_name_sellers_in_words(tmp_path: Path) -> None:
    """The seller ``7`` of a table is the log's 7; ``007`` and ``7.0`` are others, never shown."""
    log = _log()
    del log["locality"]
    sellers = tmp_path / "sellers.csv"
    rows = [f"{number},{'rural' if number % 2 else 'urban'}" for number in range(0, 140, 7)]
    sellers.write_text(
        "\n".join(["seller,locality", *rows, "007,rural", "x7,urban", "007a,rural"]) + "\n"
    )
    catalogue = tmp_path / "catalogue.csv"
    listed = [f"{number - 30},{number % 20 * 7},{number}.5" for number in range(70)]
    catalogue.write_text("\n".join(["listing,seller,price", *listed, "030,7,1"]) + "\n")
    found = _both(tmp_path, log, str(sellers), str(catalogue), adjust=("none",))
    assert found.joins.sellers_in_log == 20
    assert found.joins.sellers_never_shown == 3
    assert found.joins.listings_never_shown == 11


def test_files_that_differ_are_read_as_text(tmp_path: Path) -> None:
    """Of a file with numbers and one with text all ids are text, and none is lost."""
    log = _log()
    half = REQUESTS * SHOWN // 2
    first, second = (
        {n: v[part] for n, v in log.items()} for part in (slice(half), slice(half, None))
    )
    files = [
        _written(tmp_path, "one", first, text=False),
        _written(tmp_path, "two", second, text=True),
    ]
    whole = _written(tmp_path, "all", log, text=True)
    apart = audit(files, None, None, Settings(permutations=99)).results
    together = audit([whole], None, None, Settings(permutations=99)).results
    assert apart.estimates == together.estimates


def test_only_numbers_that_fit_stand_beside_ids() -> None:
    """Unsigned 64 bits, floats and text do not; narrower whole numbers do."""

    class Raw:
        def __init__(self, kind: str) -> None:
            self.table = ibis.table({"r": kind, "s": "int32"})

    class Held:
        def __init__(self, kind: str) -> None:
            self.raw = Raw(kind)
            self.headings = {"request": "r", "seller": "s"}

    for kind, names in (
        ("int64", ("request", "seller")),
        ("uint32", ("request", "seller")),
        ("uint64", ("seller",)),
        ("float64", ("seller",)),
        ("string", ("seller",)),
    ):
        assert whole_ids([Held(kind)]) == names  # type: ignore[list-item]


def test_a_text_has_a_number_only_as_it_is_written() -> None:
    """What is not the plain decimal form of a 64-bit number has none, and joins nothing."""
    con = ibis.duckdb.connect()
    texts: list[str | None] = [
        "7",
        "-7",
        "0",
        "007",
        "+7",
        "7.0",
        "1e3",
        " 7",
        "",
        "9223372036854775807",
        "x",
    ]
    texts += ["9223372036854775808", None]
    few = con.create_table("few", pa.table({"seller": pa.array(texts, pa.string())}))
    told = few.mutate(number=number_of(few.seller)).to_pyarrow().to_pydict()
    assert dict(zip(told["seller"], told["number"], strict=True)) == {
        **dict.fromkeys(texts),
        "7": 7,
        "-7": -7,
        "0": 0,
        "9223372036854775807": 2**63 - 1,
    }
    rows = con.create_table("rows", pa.table({key("seller"): [7, 7, 8], "seller": ["7", "7", "8"]}))
    assert join_by(rows, few, "seller").count().to_pyarrow().as_py() == 2


def test_a_sample_of_lists_is_the_same_by_number_and_by_text() -> None:
    """Lists are drawn by what their ids are written as, whether a number stands beside or not."""
    con = ibis.duckdb.connect()
    ids = np.repeat(np.arange(1_000, 1_200), SHOWN)
    table = {"request": [str(one) for one in ids], key("request"): ids, "place": range(ids.size)}
    rows = con.create_table("lists", pa.table(table))
    drawn = [
        set(sample(con, some, seed=3, most=100)[0].place.to_pyarrow().to_pylist())
        for some in (rows, rows.drop(key("request")))
    ]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 100
