"""A saved tally in the place of its log."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits.checks import clean
from fairshelf.audits.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fairshelf.audits.pipeline import Audit

    Runs = Any
    Rows = Callable[..., list[dict[str, object]]]
    Told = Callable[[Audit], bytes]

pytestmark = pytest.mark.usefixtures("counts_only")

OTHERWISE: tuple[dict[str, Any], ...] = (
    {},
    {
        "attributes": {"locality": None, "brand": None, "locality*brand": None},
        "reference": {"locality": "rural", "brand": "old"},
        "cutoffs": (2, 4),
        "seed": 5,
    },
    {"browsing": ("rbp:0.5", "top:2", "empirical", "cascade:0.8,0.5")},
    {"annex": True, "seed": 3, "series": "week", "change_at": "2026-03-10"},
)
"""Settings under which a log is audited again."""

EVERYTHING: dict[str, Any] = {
    "attributes": {"locality": None, "brand": None},
    "browsing": ("dcg", "cascade:0.8,0.5"),
    "annex": True,
}


def test_other_settings_find_the_same_in_a_tally_as_in_its_log(
    runs: Runs, rows: Rows, told: Told
) -> None:
    """``results.json`` of a saved tally is that of the log, byte for byte, whatever is asked."""
    log = runs.log("log.csv", rows())
    tally = runs.save("tally", log, **EVERYTHING)
    for settings in OTHERWISE:
        assert told(runs.fresh(log, **settings)) == told(runs.again(tally, **settings)), settings


def test_weights_rejects_and_doubles_are_remembered(runs: Runs, rows: Rows, told: Told) -> None:
    """Rows that were set aside, covariates of weighted rows and unreadable cells come back."""
    made = rows(impressions=2, price="12.5", rating="4.5", reviews=7)
    for place, row in enumerate(made):
        row["price"] = f"{10 + place % 7 / 3:.4f}"
        row["impressions"] = 1 + place % 3
    made[3]["position"] = "first"
    made[5]["clicks"] = "many"
    made[7]["seller"] = ""
    made.append(dict(made[10]))
    log = runs.log("log.csv", made)
    tally = runs.save("tally", log)
    settings = {"browsing": ("dcg", "empirical")}
    fresh, again = runs.fresh(log, **settings), runs.again(tally, **settings)
    assert told(fresh) == told(again)
    assert fresh.rejects.equals(again.rejects)
    assert (fresh.results.rows.rejected, fresh.results.rows.duplicate) == (1, 1)
    assert fresh.results.joins.rows_without_seller == 1


def test_other_tables_beside_the_log(runs: Runs, rows: Rows, told: Told) -> None:
    """Sellers and catalogue are given beside a tally as beside its log, and may be others."""
    log = runs.log("log.csv", [{k: v for k, v in r.items() if k != "locality"} for r in rows()])
    tally = runs.save("tally", log, attributes={"brand": None})
    sellers = [
        {"seller": f"s{n:02}", "locality": "rural" if n % 3 else "urban", "x": n % 2}
        for n in range(20)
    ]
    catalogue = [
        {"listing": f"l{n:02}", "seller": f"s{n % 16:02}", "price": n, "category": "a"}
        for n in range(50)
    ]
    beside = {
        "sellers": runs.log("sellers.csv", sellers),
        "catalogue": runs.log("catalogue.csv", catalogue),
        "attributes": {"x": None},
    }
    assert told(runs.fresh(log, **beside)) == told(runs.again(tally, **beside))


def test_a_catalogue_of_other_goods_is_refused_in_the_same_words(runs: Runs, rows: Rows) -> None:
    """A catalogue that has none of the listings is refused with one of them as an example."""
    log = runs.log("log.csv", rows())
    tally = runs.save("tally", log)
    goods = runs.log("goods.csv", [{"listing": "none such", "seller": "s1", "price": 1}])
    with pytest.raises(DataError) as fresh:
        runs.fresh(log, catalogue=goods)
    with pytest.raises(DataError) as again:
        runs.again(tally, catalogue=goods)
    assert again.value.code == "catalogue_matches_nothing"
    assert again.value.facts == fresh.value.facts
    assert again.value.facts["log"]


def test_columns_may_bear_the_names_of_ours(runs: Runs, rows: Rows, told: Told) -> None:
    """A user's own columns are called as ours are within a tally, and still are the user's."""
    names = ("owner", "shard", "listing_id", "anew", "digest", "rows")
    log = runs.log(
        "log.csv",
        [{**row, **{name: f"x{str(row['seller'])[-1]}" for name in names}} for row in rows(12)],
    )
    attributes = dict.fromkeys(names)
    tally = runs.save("tally", log, attributes=attributes)
    assert told(runs.fresh(log, attributes=attributes)) == told(
        runs.again(tally, attributes=attributes)
    )


def _without(rows: list[dict[str, object]], *names: str) -> list[dict[str, object]]:
    return [{key: value for key, value in row.items() if key not in names} for row in rows]


@pytest.mark.parametrize(
    "missing",
    [
        ("seller", "listing"),
        ("seller", "query"),
        ("request", "query", "time"),
    ],
)
def test_logs_that_name_less(
    runs: Runs,
    rows: Rows,
    told: Told,
    missing: tuple[str, ...],
) -> None:
    """Without sellers, listings or requests a tally says what its log says."""
    log = runs.log("log.csv", _without(rows(12), *missing))
    tally = runs.save("tally", log, attributes={"locality": None, "brand": None})
    fresh = runs.fresh(log, attributes={"locality": None})
    assert told(fresh) == told(runs.again(tally, attributes={"locality": None}))


@pytest.mark.parametrize("every", [3, 40])
@pytest.mark.parametrize("annex", [False, True])
def test_rows_that_tell_no_relevance(
    runs: Runs, rows: Rows, told: Told, every: int, *, annex: bool
) -> None:
    """Few or many blanks, lists held or not: a tally leaves out what its log leaves out."""
    made = [
        {**row, "relevance": None if place % every == 0 else place % 4 / 4}
        for place, row in enumerate(rows(12))
    ]
    log = runs.log("log.csv", made)
    fresh = runs.fresh(log, annex=annex)
    tally = runs.save("tally", log, annex=annex)
    code = "limit_relevance_left_out" if every < 20 else "limit_relevance_missing"
    assert code in {limit.code for limit in fresh.results.limits}
    assert told(fresh) == told(runs.again(tally, annex=annex))


def test_more_requests_than_shards(runs: Runs, rows: Rows, told: Told) -> None:
    """Above 2,000 requests the shards of a tally are those of its log."""
    log = runs.log("log.csv", rows(2_010))
    tally = runs.save("tally", log)
    fresh = runs.fresh(log)
    assert fresh.results.provenance["request_shards"] == 2_000
    assert told(fresh) == told(runs.again(tally))


def test_how_the_log_was_read_is_remembered(runs: Runs, rows: Rows, told: Told) -> None:
    """Headings that were named at saving need not be named again; other ones are refused."""
    made = [{"k": row["position"], **_without([row], "position")[0]} for row in rows()]
    log = runs.log("log.csv", made)
    tally = runs.save("tally", log, map={"position": "k"}, position_base=1)
    fresh = runs.fresh(log, map={"position": "k"}, position_base=1)
    assert told(fresh) == told(runs.again(tally))
    with pytest.raises(UsageError, match="tally_read_otherwise"):
        runs.again(tally, position_base=0)
    with pytest.raises(UsageError, match="tally_lacks"):
        runs.again(tally, map={"seller": "brand"})


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"annex": True}, "tally_lacks"),
        ({"browsing": ("empirical",)}, "tally_lacks"),
        ({"attributes": {"brand": None}}, "tally_lacks"),
        ({"browsing": ("cascade:0.9,0.1",), "metrics": ()}, "tally_lacks"),
    ],
)
def test_what_was_not_counted_is_refused(
    runs: Runs,
    rows: Rows,
    settings: dict[str, Any],
    code: str,
) -> None:
    """A tally never answers with less than was asked."""
    tally = runs.save("tally", runs.log("log.csv", rows()))
    with pytest.raises(UsageError) as caught:
        runs.again(tally, **settings)
    assert caught.value.code.startswith(code)


def test_whole_lists_are_asked_for_at_saving(runs: Runs, rows: Rows) -> None:
    """Without clicks and queries in the log, the annex needs lists and says so."""
    log = runs.log("log.csv", _without(rows(), "clicks", "query"))
    with pytest.raises(UsageError, match="tally_lacks_lists"):
        runs.again(runs.save("tally", log), metrics=("ndkl",))
    with pytest.raises(UsageError, match="tally_lacks_cascade"):
        runs.again(runs.save("other", log), browsing=("cascade:0.9,0.1",))


def test_a_damaged_or_foreign_folder_is_refused(runs: Runs, rows: Rows, tmp_path: Path) -> None:
    """A changed byte, a missing file, another schema and any other folder are each an error."""
    tally = runs.save("tally", runs.log("log.csv", rows()))

    def refused(change: Callable[[Path], object]) -> str:
        other = tmp_path / "other"
        shutil.copytree(tally, other)
        change(other)
        with pytest.raises((DataError, UsageError)) as caught:
            runs.again(other)
        shutil.rmtree(other, ignore_errors=True)
        return caught.value.code

    def turned(folder: Path) -> None:
        held = bytearray((folder / "cells.parquet").read_bytes())
        held[len(held) // 2] ^= 1
        (folder / "cells.parquet").write_bytes(held)

    def versioned(folder: Path) -> None:
        said = json.loads((folder / "tally.json").read_text())
        said["account"]["schema_version"] = "999"
        (folder / "tally.json").write_text(json.dumps(said))

    assert refused(turned) == "tally_damaged"

    def piped(name: str) -> Callable[[Path], None]:
        def change(folder: Path) -> None:
            (folder / name).unlink()
            os.mkfifo(folder / name)

        return change

    if hasattr(os, "mkfifo"):  # neither is waited for
        assert refused(piped("tally.json")) == "tally_foreign"
        assert refused(piped("shown.parquet")) == "tally_damaged"
    assert refused(lambda folder: (folder / "shown.parquet").unlink()) == "tally_damaged"
    assert refused(versioned) == "tally_schema"
    assert refused(lambda folder: (folder / "tally.json").write_text("[]")) == "tally_foreign"
    assert refused(lambda folder: (folder / "tally.json").write_text('{"a"')) == "tally_foreign"
    assert refused(shutil.rmtree) == "tally_missing"


def test_an_earlier_tally_is_replaced_only_by_force(runs: Runs, rows: Rows, tmp_path: Path) -> None:
    """A folder that is there stays as it is; force replaces a tally and nothing else."""
    log = runs.log("log.csv", rows(20))
    tally = runs.save("tally", log)
    before = {path.name: path.read_bytes() for path in tally.iterdir()}
    with pytest.raises(UsageError, match="tally_exists"):
        runs.save("tally", log)
    (tmp_path / "mine").mkdir()
    with pytest.raises(UsageError, match="tally_not_ours"):
        runs.save("mine", log, force=True)
    runs.save("tally", log, force=True)
    assert {path.name: path.read_bytes() for path in tally.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "mine", "tally"]


@pytest.mark.parametrize("requests", [40, 2_100])
def test_a_large_file_with_whole_numbers_for_ids(
    runs: Runs, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, requests: int
) -> None:
    """Read in place, with numbers beside its ids: what is saved has names alone, as ever."""
    monkeypatch.setattr(clean, "MANY", 1)
    size = requests * 4
    place = np.arange(size) % 4
    listing = (np.arange(size) * 7 + place) % 24
    held = pa.table(
        {
            "request": np.arange(size) // 4 + 10**12,
            "position": place + 1,
            "listing": listing - 12,
            "seller": listing % 8,
            "locality": np.where(listing % 8 < 3, "rural", "urban"),
        }
    )
    log = str(tmp_path / "log.parquet")
    pq.write_table(held, log)
    assert told(runs.again(runs.save("tally", log))) == told(runs.fresh(log))
