"""Tallies of parts of a log, added up, are the tally of the whole log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairshelf.audits.errors import UsageError
from fairshelf.audits.tally.saved import fitting
from fairshelf.audits.tally.saved.folder import open_tally
from fairshelf.audits.tally.saved.merge import merge
from fairshelf.audits.tally.saved.place import made

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Runs = Any
    Row = dict[str, object]
    Rows = Callable[..., list[Row]]


def _tables(tally: Path) -> dict[str, list[dict[str, object]]]:
    """Give what the tables of a tally hold, the account of files and their heads aside."""
    names = [path.stem for path in sorted(tally.glob("*.parquet"))]
    return {
        name: pq.read_table(tally / f"{name}.parquet").to_pylist()
        for name in names
        if not name.startswith(("head", "rejects"))
    }


def _parts(
    runs: Runs, rows: Sequence[Row], part_of: Callable[[Row], object], **told: object
) -> list[Path]:
    """Save a tally for each part of a log."""
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(str(part_of(row)), []).append(row)
    return [
        runs.save(f"tally-{name}", runs.log(f"log-{name}.csv", part), **told)
        for name, part in sorted(parts.items())
    ]


@pytest.mark.parametrize(
    ("by", "browsing"),
    [("time", ("dcg", "cascade:0.8,0.5", "empirical")), ("seller", ("dcg", "rbp:0.7"))],
)
def test_days_and_shops_add_up_to_the_whole(
    runs: Runs, rows: Rows, by: str, browsing: tuple[str, ...]
) -> None:
    """Split by day or by shop, saved and added up, a log gives every estimate that it gave whole.

    Split by shop, most requests stand in both parts, and yet count once.
    """
    made_of = rows(40)
    wanted = {"attributes": {"locality": None}, "annex": by == "time", "browsing": browsing}
    whole = runs.fresh(runs.log("log.csv", made_of), **wanted).results
    tallies = _parts(
        runs,
        made_of,
        lambda row: str(row[by])[:10] > ("2026-03-08" if by == "time" else "s09"),
        **wanted,
    )
    again = runs.again(runs.merge("sum", *tallies), **wanted).results
    assert whole.estimates
    assert whole.tables
    for name in ("estimates", "findings", "tables", "rows", "groups", "joins"):
        assert getattr(again, name) == getattr(whole, name)
    assert [one.name for one in again.inputs] == ["log-False.csv", "log-True.csv"]
    sides: dict[str, set[object]] = {}
    for row in made_of:
        sides.setdefault(str(row["request"]), set()).add(str(row["seller"]) > "s09")
    expected = [sum(len(seen) == 2 for seen in sides.values())] if by == "seller" else []
    shared = [n for n in again.notices if n.code == "merged_requests_shared"]
    assert [n.facts["requests"] for n in shared] == expected


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_split_by_request_adds_up(
    runs: Runs, rows: Rows, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """However requests are dealt out to parts, every table of the sum is that of the whole."""
    runs.folder = tmp_path_factory.mktemp("split")
    made_of = rows(data.draw(st.integers(3, 8)), data.draw(st.integers(0, 9)))
    requests = sorted({str(row["request"]) for row in made_of})
    deal = data.draw(
        st.lists(st.integers(0, 1), min_size=len(requests), max_size=len(requests)).filter(
            lambda dealt: len(set(dealt)) > 1
        )
    )
    part = dict(zip(requests, deal, strict=True))
    tallies = _parts(runs, made_of, lambda row: part[str(row["request"])], annex=True)
    whole = runs.save("whole", runs.log("log.csv", made_of), annex=True)
    assert _tables(runs.merge("sum", *tallies)) == _tables(whole)


def test_requests_are_folded_when_they_become_too_many(runs: Runs, rows: Rows) -> None:
    """Two tallies of fewer than 2,001 requests have the shards of a log that has more."""
    made_of = rows(2_004)
    tallies = _parts(runs, made_of, lambda row: str(row["request"]) > "r1200")
    whole = runs.save("whole", runs.log("log.csv", made_of))
    held = runs.merge("sum", *tallies)
    assert _tables(held) == _tables(whole)
    once_more = runs.save("more", runs.log("more.csv", rows(3, request="another", seed=7)))
    account = open_tally(runs.merge("all", held, once_more)).account
    assert (account.requests, account.shards) == (2_005, 2_000)


def test_rows_set_aside_add_up(runs: Runs, rows: Rows) -> None:
    """Rejected rows, doubles, unreadable cells and rows without a seller are those of the whole."""
    made_of = rows(20)
    made_of[3]["position"] = "first"
    made_of[70]["position"] = ""
    made_of[5]["relevance"], made_of[90]["relevance"] = "much", "little"
    made_of[8]["seller"] = ""
    made_of.insert(10, dict(made_of[9]))
    tallies = _parts(runs, made_of, lambda row: str(row["request"]) > "r0009")
    summed = open_tally(runs.merge("sum", *tallies))
    whole = open_tally(runs.save("whole", runs.log("log.csv", made_of)))
    names = ("read", "rejected", "duplicate", "without_seller", "requests")
    for name in names:
        assert getattr(summed.account, name) == getattr(whole.account, name)
    assert (whole.account.rejected, whole.account.duplicate) == (2, 1)
    reasons = [sorted(saved.rejects()["reason"].to_pylist()) for saved in (summed, whole)]
    assert reasons[0] == reasons[1] == ["duplicate", "missing", "not_a_number"]
    counts = [
        [n.facts["count"] for n in saved.account.notices if n.code == "values_left_out"]
        for saved in (summed, whole)
    ]
    assert counts == [[2], [2]]


def test_a_sum_of_samples_is_the_sample_of_the_sum(
    runs: Runs, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole lists that are drawn from two drawn parts are those drawn from all, and so again."""
    made_of = rows(60)
    tallies = _parts(runs, made_of, lambda row: str(row["request"]) > "r0040", annex=True)
    whole = runs.save("whole", runs.log("log.csv", made_of), annex=True)
    monkeypatch.setattr(fitting, "FEWEST", 1)
    drawn = [_drawn(runs, f"drawn-{place}", [tally]) for place, tally in enumerate(tallies)]
    expected = _drawn(runs, "expected", [whole])
    mixed = [tallies[0], drawn[1]]
    sums = [_drawn(runs, f"sum-{n}", parts) for n, parts in enumerate((drawn, tallies, mixed))]
    lists = [_tables(tally)["lists"] for tally in (expected, *sums)]
    assert 0 < len(lists[0]) <= 60
    assert lists[0] == lists[1] == lists[2]
    assert len({open_tally(tally).account.bound for tally in (expected, *sums)}) == 1
    assert {open_tally(tally).account.lists for tally in sums} == {"sample"}


def _drawn(runs: Runs, name: str, tallies: Sequence[Path]) -> Path:
    """Add tallies up with at most 60 rows of whole lists."""
    con = ibis.duckdb.connect()
    place: Path = runs.folder / name
    with made(place, force=False) as folder:
        merge(con, [open_tally(tally) for tally in tallies], folder, 60)
    return place


@pytest.mark.parametrize(
    ("change", "told", "code"),
    [
        ({"price": 3}, {}, "tally_differs_columns"),
        ({}, {"attributes": {"locality": None, "brand": None}}, "tally_differs_columns"),
    ],
)
def test_what_does_not_fit_is_not_added(
    runs: Runs, rows: Rows, change: dict[str, object], told: dict[str, Any], code: str
) -> None:
    """Tallies that hold other counts are refused, and the error names what only one holds."""
    first = runs.save("first", runs.log("first.csv", rows(5)))
    made_of = [{**row, "impressions": 1, **change} if change else row for row in rows(5, 2)]
    second = runs.save("second", runs.log("second.csv", made_of), **told)
    with pytest.raises(UsageError) as caught:
        runs.merge("sum", first, second)
    assert caught.value.code == code
    assert caught.value.facts["held"] != caught.value.facts["expected"]
    assert not (runs.folder / "sum").exists()


def test_pages_of_other_lengths_do_not_add_up(runs: Runs, rows: Rows) -> None:
    """Positions over pages of six and of eight results are not the same positions."""
    pages = [[{**row, "page": 1 + n // 60} for n, row in enumerate(rows(20, s))] for s in (1, 2)]
    tallies = [
        runs.save(f"t{size}", runs.log(f"log{size}.csv", made_of), page_size=size)
        for size, made_of in zip((6, 8), pages, strict=True)
    ]
    with pytest.raises(UsageError, match="tally_differs_positions"):
        runs.merge("sum", *tallies)


def test_one_file_does_not_count_twice(runs: Runs, rows: Rows) -> None:
    """A tally is not added to another of the same file, nor to nothing."""
    log = runs.log("log.csv", rows(5))
    first, second = runs.save("first", log), runs.save("second", log)
    with pytest.raises(UsageError, match="tally_same_file"):
        runs.merge("sum", first, second)
    with pytest.raises(UsageError, match="merge_needs_two"):
        runs.merge("sum", first)
