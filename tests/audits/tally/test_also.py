"""What is counted beside the core: margins, covariates, whole lists, cascades, clicks."""

from __future__ import annotations

from collections import defaultdict

import ibis
import numpy as np
import pyarrow as pa
import pytest

from fairshelf.audits.browsing import parse
from fairshelf.audits.errors import DataError
from fairshelf.audits.metrics import cascade_weights
from fairshelf.audits.tally import Also, SideTables, Tally, empirical_bias, tally, with_cascades
from fairshelf.audits.tally.margins import period_of
from fairshelf.audits.tally.rankings import UNNAMED, rankings

LISTS, LONG = 40, 6


def _log(seed: int = 3) -> dict[str, list[object]]:
    rng = np.random.default_rng(seed)
    rows: dict[str, list[object]] = defaultdict(list)
    for request in range(LISTS):
        for position, listing in enumerate(rng.permutation(12)[:LONG], start=1):
            rows["request"].append(f"q{request:02}")
            rows["query"].append(f"word{request % 7}")
            rows["position"].append(position)
            rows["listing"].append(f"l{listing:02}")
            rows["seller"].append(f"s{listing % 5}")
            rows["impressions"].append(int(rng.integers(1, 3)))
            rows["clicks"].append(int(rng.integers(0, 2)))
            rows["relevance"].append(int(rng.integers(0, 3)) * 500_000)
            rows["price"].append(int(listing) * 1_000_000)
            rows["sponsored"].append(int(rng.integers(0, 2)) if request else None)
            rows["time"].append(f"2026/3/{1 + request % 3} 10:00")
    return dict(rows)


def _side(catalogue: pa.Table | None = None) -> SideTables:
    names = pa.array([f"s{n}" for n in range(5)])
    return SideTables(
        names, np.zeros((5, 1), int), np.ones(5, bool), catalogue, has_seller_table=False
    )


def _tally(log: dict[str, list[object]], also: Also, catalogue: pa.Table | None = None) -> Tally:
    con = ibis.duckdb.connect()
    held = con.create_table("log", pa.table(log))
    return tally(con, held, _side(catalogue), requests_known=True, has_listing=True, also=also)


def test_margins_split_the_sellers_counts() -> None:
    """Each margin adds up to the counts by seller; a row without a value stands under ""."""
    log = _log()
    counted = _tally(log, Also(margins=("sponsored", "period", "surface")))
    assert list(counted.margins) == ["sponsored", "period"]
    sponsored = counted.margins["sponsored"]
    assert sponsored.values == ("", "0", "1")
    assert counted.margins["period"].values == ("2026-03-01", "2026-03-02", "2026-03-03")
    whole = counted.by_seller.total(counted.by_seller.impressions, 5)
    for margin in counted.margins.values():
        parted = margin.by_seller(margin.counts.impressions.astype(float), 5)
        assert parted.sum(axis=0) == pytest.approx(whole)
    wanted = sum(
        int(str(held))
        for held, flag, seller in zip(
            log["impressions"], log["sponsored"], log["seller"], strict=True
        )
        if flag == 1 and seller == "s2"
    )
    assert sponsored.by_seller(sponsored.counts.impressions.astype(float), 5)[2, 2] == wanted


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01"),
        ("2026/3/1", "2026-03-01"),
        ("2026年3月1日 08:00", "2026-03-01"),
        ("20260301", "2026-03-01"),
        ("2026.12.31", "2026-12-31"),
        ("20260301123000", "2026-03-01"),
        ("at 2026-3-9", "2026-03-09"),
        ("2026-12-311", "2026-12-31"),
        ("2026-13-01", None),
        ("2026-00-10", None),
        ("2026-03-0", None),
        ("1899-03-01", None),
        ("2026-003-01", None),
        ("1772359200", None),
        ("1712101545123", None),
        ("morning", None),
    ],
)
def test_days_are_read_as_they_are_written(written: str, day: str | None) -> None:
    """A day is told from the forms that exports use; what is no date is none."""
    con = ibis.duckdb.connect()
    rows = con.create_table("t", pa.table({"time": [written]}))
    assert rows.select(day=period_of(rows.time)).to_pyarrow().column("day")[0].as_py() == day


def test_covariates_come_from_the_catalogue_or_else_the_log() -> None:
    """The catalogue's word holds, never-shown listings too; the log's is a mean by listing."""
    log = _log()
    from_log = _tally(log, Also(covariates=("price",))).listings
    assert from_log is not None
    assert from_log.numbers["price"] == pytest.approx(np.arange(12.0))
    catalogue = pa.table(
        {
            "listing": [f"l{n:02}" for n in range(14)],
            "price": [None, *(float(n) for n in range(1, 14))],
            "category": ["tea", *(["rice"] * 12), None],
        }
    )
    told = _tally(log, Also(covariates=("price", "category", "rating")), catalogue).listings
    assert told is not None
    assert np.isnan(told.numbers["price"][0])
    assert told.numbers["price"][13] == 13
    assert told.words["category"].tolist() == ["tea", *(["rice"] * 12), ""]


def test_whole_lists_are_the_log_in_order() -> None:
    """Lists come sorted by request and position, with sums, queries and listing numbers."""
    log = _log()
    held = _tally(log, Also(rankings=True)).rankings
    assert held is not None
    assert (held.lists, held.whole, held.not_ranked) == (LISTS, True, 0)
    assert held.position.tolist() == list(range(1, LONG + 1)) * LISTS
    assert held.seller.tolist() == [int(str(name)[1:]) for name in log["seller"]]
    assert held.listing is not None
    assert held.listing.tolist() == [int(str(name)[1:]) for name in log["listing"]]
    assert held.sums["relevance"].tolist() == [int(str(r)) / 1e6 for r in log["relevance"]]
    assert held.query is not None
    assert [held.query[0] == held.query[n] for n in (7, 14, 1)] == [True, True, False]


def test_two_rows_at_one_place_are_no_ranking() -> None:
    """A request in which two rows share a position is left out and counted."""
    log = _log()
    log["position"][1] = 1
    held = _tally(log, Also(rankings=True)).rankings
    assert held is not None
    assert (held.lists, held.not_ranked) == (LISTS - 1, 1)


def test_a_sample_takes_whole_queries_by_the_seed() -> None:
    """A sample holds every list of the queries it takes, and another seed takes others."""
    con = ibis.duckdb.connect()
    rows = con.create_table("log", pa.table(_log()))
    rows = rows.mutate(seller_id=rows.seller.substr(1).cast("int32"))
    taken = [rankings(con, rows, None, seed, most=80) for seed in (0, 0, 1, 2, 3)]
    for held in taken:
        assert not held.whole
        assert held.request.size <= 80
        assert held.query is not None
        counts = np.bincount(held.query)
        assert set(counts[counts > 0]) <= {5, 6}  # 40 requests over 7 words
    assert taken[0].seller.tolist() == taken[1].seller.tolist()
    assert len({tuple(held.seller.tolist()) for held in taken}) > 1


@pytest.mark.parametrize("blank", ["", None])
def test_a_sample_takes_requests_that_tell_no_query_one_by_one(blank: str | None) -> None:
    """Half the requests tell no query: they are no one unit, too large for any sample."""
    con = ibis.duckdb.connect()
    log = _log()
    log["query"] = [
        blank if int(str(request)[1:]) % 2 else query
        for request, query in zip(log["request"], log["query"], strict=True)
    ]
    rows = con.create_table("log", pa.table(log))
    rows = rows.mutate(seller_id=rows.seller.substr(1).cast("int32"))
    for seed in range(3):
        held = rankings(con, rows, None, seed, most=150)
        assert held.query is not None
        assert 150 - 6 * LONG < held.request.size <= 150
        alone = int((held.query == UNNAMED).sum())
        assert 0 < alone < 20


def test_a_cascade_is_that_of_each_list() -> None:
    """Attention put on the rows equals the function on each list, times the row's weight."""
    log = _log()
    con = ibis.duckdb.connect()
    held = con.create_table("log", pa.table(log))
    model = parse("cascade:0.9,1")
    told = with_cascades(con, held, [model]).order_by(["request", "position"]).to_pyarrow()
    relevance = np.array([int(str(r)) / 1e6 for r in log["relevance"]]).reshape(LISTS, LONG)
    weight = np.array(log["impressions"]).reshape(LISTS, LONG)
    wanted = np.stack([cascade_weights(row, 0.9, 1.0) for row in relevance]) * weight
    assert told.column(model.name).to_numpy() / 1e6 == pytest.approx(wanted.ravel(), abs=2e-6)
    counted = tally(
        con,
        with_cascades(con, held, [model]),
        _side(),
        requests_known=True,
        has_listing=True,
    )
    assert counted.by_seller.attention(model).sum() == pytest.approx(wanted.sum(), abs=1e-3)


def test_a_cascade_without_what_it_needs_is_refused() -> None:
    """Neither relevance nor clicks, or relevance above 1: a clear error."""
    log = _log()
    con = ibis.duckdb.connect()
    bare = con.create_table("bare", pa.table({"request": ["a"], "position": [1]}))
    with pytest.raises(DataError, match="cascade_needs"):
        with_cascades(con, bare, [parse("cascade")])
    log["relevance"][0] = 5_000_000
    wide = con.create_table("wide", pa.table(log))
    with pytest.raises(DataError, match="cascade_range"):
        with_cascades(con, wide, [parse("cascade")])


def test_bias_is_estimated_within_listings() -> None:
    """A log whose better listings stand higher gives the curve that was planted."""
    rng = np.random.default_rng(5)
    true = np.array([1.0, 0.5, 0.25])
    rows: dict[str, list[object]] = defaultdict(list)
    for _ in range(6000):
        order = np.argsort(-(np.arange(3) / 3 + rng.normal(0, 0.5, 3)))
        for position, listing in enumerate(order):
            appeal = (0.2, 0.4, 0.8)[int(listing)]
            rows["listing"].append(f"l{listing}")
            rows["query"].append("tea")
            rows["position"].append(position + 1)
            rows["impressions"].append(1)
            rows["clicks"].append(int(rng.random() < appeal * true[position]))
    con = ibis.duckdb.connect()
    found = empirical_bias(con.create_table("log", pa.table(dict(rows))))
    assert found.weights == pytest.approx(true, rel=0.1)
