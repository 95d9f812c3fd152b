"""The tally against counts made one row at a time."""

from __future__ import annotations

from collections import Counter

import ibis
import numpy as np
import pyarrow as pa
import pytest

from fairshelf.audits.browsing import parse
from fairshelf.audits.tally import SideTables, Tally, tally
from fairshelf.audits.tally.shards import MAX_SHARDS, shard_of

ROWS = 4000


def _log(seed: int, requests: int) -> dict[str, list[object]]:
    rng = np.random.default_rng(seed)
    listing = rng.integers(0, 120, ROWS)
    return {
        "request": [f"q{n}" for n in rng.integers(0, requests, ROWS)],
        "position": (rng.integers(0, 15, ROWS) + 1).tolist(),
        "listing": [f"l{n:03}" for n in listing],
        "seller": [f"s{n % 30:02}" for n in listing],
        "impressions": rng.integers(1, 4, ROWS).tolist(),
        "clicks": rng.integers(0, 2, ROWS).tolist(),
        "relevance": (rng.integers(0, 1_000_000, ROWS)).tolist(),
    }


def _counted(log: dict[str, list[object]], order: np.ndarray | None = None) -> Tally:
    table = pa.table(log)
    if order is not None:
        table = table.take(pa.array(order))
    con = ibis.duckdb.connect()
    held = con.create_table("log", table)
    names = [f"s{n:02}" for n in range(32)]
    labels = np.array([[n % 3, n % 2] for n in range(32)])
    catalogue = pa.table(
        {
            "listing": [f"l{n:03}" for n in range(130)],
            "seller": [f"s{n % 30:02}" for n in range(130)],
            "relevance": [n / 130 for n in range(130)],
        }
    )
    side = SideTables(pa.array(names), labels, np.ones(32, bool), catalogue, has_seller_table=True)
    return tally(con, held, side, requests_known=True, has_listing=True)


@pytest.fixture(scope="module")
def log() -> dict[str, list[object]]:
    """Give a log of 200 requests."""
    return _log(1, 200)


@pytest.fixture(scope="module")
def counted(log: dict[str, list[object]]) -> Tally:
    """Give its tally."""
    return _counted(log)


def test_sellers_by_position(log: dict[str, list[object]], counted: Tally) -> None:
    """Impressions by seller and position equal a count row by row."""
    wanted: Counter[tuple[int, int]] = Counter()
    for seller, position, weight in zip(
        log["seller"], log["position"], log["impressions"], strict=True
    ):
        wanted[int(str(seller)[1:]), int(str(position))] += int(str(weight))
    rows = counted.by_seller
    got = {
        (int(key), int(place)): int(held)
        for key, place, held in zip(rows.key, rows.position, rows.impressions, strict=True)
    }
    assert got == dict(wanted)


def test_every_table_holds_every_impression(log: dict[str, list[object]], counted: Tally) -> None:
    """Cells, sellers, listings and pairs each add up to the whole log."""
    total = sum(int(str(weight)) for weight in log["impressions"])
    assert counted.listings is not None
    assert counted.pairs is not None
    tables = (
        counted.by_seller,
        counted.cells.counts,
        counted.listings.counts,
        counted.pairs.counts,
    )
    assert [int(table.impressions.sum()) for table in tables] == [total] * 4
    clicks = sum(int(str(click)) for click in log["clicks"])
    assert [int(table.sums["clicks"].sum()) for table in tables] == [clicks] * 4


def test_amounts_come_back_from_millionths(log: dict[str, list[object]], counted: Tally) -> None:
    """Relevance is held in whole millionths and told in its own unit, of every impression."""
    micro = sum(
        int(str(part)) * int(str(weight))
        for part, weight in zip(log["relevance"], log["impressions"], strict=True)
    )
    wanted = micro / 1e6
    assert counted.by_seller.sums["relevance"].sum() == pytest.approx(wanted, rel=1e-12)


def test_listings_never_shown_are_there(counted: Tally) -> None:
    """Catalogue listings without an impression stand in the table with first position 0."""
    assert counted.listings is not None
    assert counted.listings.seller.size == 130
    assert int((counted.listings.first_position == 0).sum()) == 10
    assert counted.listings.in_catalogue.all()


def test_first_position_is_the_best(log: dict[str, list[object]], counted: Tally) -> None:
    """The first position of a listing is the smallest it ever held."""
    best: dict[str, int] = {}
    for listing, position in zip(log["listing"], log["position"], strict=True):
        best[str(listing)] = min(best.get(str(listing), 99), int(str(position)))
    assert counted.listings is not None
    got = counted.listings.first_position[: len(best)]
    assert got.tolist() == [best[name] for name in sorted(best)]


def test_row_order_changes_nothing(log: dict[str, list[object]], counted: Tally) -> None:
    """Any order of the rows gives the same tables to the last bit."""
    other = _counted(log, np.random.default_rng(5).permutation(ROWS))
    for ours, theirs in (
        (counted.by_seller, other.by_seller),
        (counted.cells.counts, other.cells.counts),
    ):
        for name in ("key", "position", "impressions"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
        np.testing.assert_array_equal(ours.sums["relevance"], theirs.sums["relevance"])


def test_few_requests_are_their_own_shards(counted: Tally) -> None:
    """Up to two thousand requests each request is a shard."""
    assert (counted.requests, counted.shards) == (200, 200)


def test_many_requests_are_folded_from_md5() -> None:
    """Above two thousand the shard is the first five hex digits of md5 modulo two thousand."""
    from hashlib import md5

    names = [f"r{n}" for n in range(5000)]
    con = ibis.duckdb.connect()
    log = con.create_table("log", pa.table({"request": names * 2}))
    table, requests, shards = shard_of(con, log)
    assert table is not None
    got = {row["request"]: row["shard"] for row in table.to_pyarrow().to_pylist()}
    assert (requests, shards) == (5000, MAX_SHARDS)
    assert got == {
        name: int(md5(name.encode(), usedforsecurity=False).hexdigest()[:5], 16) % MAX_SHARDS
        for name in names
    }


def test_attention_under_two_models(counted: Tally) -> None:
    """Under ``uniform`` attention is impressions; under ``top:3`` only the first three count."""
    rows = counted.by_seller
    np.testing.assert_array_equal(rows.attention(parse("uniform")), rows.impressions)
    first = rows.attention(parse("top:3"))
    np.testing.assert_array_equal(first > 0, rows.position <= 3)
