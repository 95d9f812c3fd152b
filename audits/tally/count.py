"""Count a clean log into the small tables, with Ibis expressions only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from fairshelf.audits.tally.records import Cells, Counts, Listings, Pairs, Tally
from fairshelf.audits.tally.shards import MAX_SHARDS, shard_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend
    from numpy.typing import NDArray

MICRO_SUMS = ("attention", "relevance", "revenue")
WHOLE_SUMS = ("clicks", "orders")
MAX_PAIR_ROWS = 2_000_000
"""Above this many rows the pair term of two-way clustering is left out, which is conservative."""


@dataclass(frozen=True, slots=True)
class SideTables:
    """What is known of sellers and listings beside the log.

    ``seller``: names, sorted, shape (S,); ``labels``: levels per attribute, int64, shape (S, A);
    ``in_table``: bool, shape (S,); ``catalogue``: arrow columns ``listing``, ``seller`` and
    perhaps ``relevance`` (float64), or None.
    """

    seller: pa.Array
    labels: NDArray[np.int64]
    in_table: NDArray[np.bool_]
    catalogue: pa.Table | None
    has_seller_table: bool


def tally(
    con: Backend, log: ir.Table, side: SideTables, *, requests_known: bool, has_listing: bool
) -> Tally:
    """Count a log.

    Parameters
    ----------
    con
        The engine that holds ``log``.
    log
        The used rows, as :class:`fairshelf.audits.checks.records.CleanLog` describes them, with no
        null ``seller``.
    side
        Sellers in sorted order with their labels, and the catalogue.
    requests_known
        Whether ``request`` tells requests apart.
    has_listing
        Whether ``listing`` is filled.

    Returns
    -------
    Tally
    """
    label_table, label = np.unique(side.labels, axis=0, return_inverse=True)
    label = label.reshape(-1).astype(np.int64)
    coded, requests, shards, names = _coded(con, log, side, label, requests_known, has_listing)
    by_seller, _ = _count(coded, ("seller_id",))
    cell_counts, cell_keys = _count(coded, ("shard", "label_id"))
    listings = _listings(coded, names, side) if has_listing else None
    pairs = None
    if requests is not None and 1 < requests <= MAX_SHARDS and _rows(coded) <= MAX_PAIR_ROWS:
        pair_counts, pair_keys = _count(coded, ("shard", "seller_id"))
        pairs = Pairs(pair_counts, pair_keys["shard"], pair_keys["seller_id"])
    return Tally(
        sellers=len(label),
        label=label,
        labels=label_table.astype(np.int64),
        requests=requests,
        shards=shards,
        by_seller=by_seller,
        cells=Cells(cell_counts, cell_keys["shard"], cell_keys["label_id"]),
        listings=listings,
        pairs=pairs,
        in_table=side.in_table,
        has_catalogue=side.catalogue is not None,
        has_seller_table=side.has_seller_table,
    )


def _rows(table: ir.Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def _coded(
    con: Backend,
    log: ir.Table,
    side: SideTables,
    label: NDArray[np.int64],
    requests_known: bool,  # noqa: FBT001 - handed on from keywords
    has_listing: bool,  # noqa: FBT001 - handed on from keywords
) -> tuple[ir.Table, int | None, int, ir.Table | None]:
    """Replace names by numbers once, so that every later count groups by narrow integers."""
    numbers = pa.table(
        {
            "seller": side.seller,
            "seller_id": pa.array(np.arange(len(label), dtype=np.int32)),
            "label_id": pa.array(label.astype(np.int32)),
        }
    )
    sellers = con.create_table("fairshelf_sellers", numbers, temp=True, overwrite=True)
    coded = log.inner_join(sellers, "seller")
    requests: int | None = None
    shards = 1
    if requests_known:
        shard, requests, shards = shard_of(con, log)
        coded = coded.inner_join(shard, "request")
    else:
        coded = coded.mutate(shard=ibis.literal(0, "int32"))
    names = None
    keep = ["seller_id", "label_id", "shard", "position", "impressions"]
    if has_listing:
        names = _listing_numbers(con, log, side)
        coded = coded.inner_join(names, "listing")
        keep.append("listing_id")
    keep += [name for name in (*MICRO_SUMS, *WHOLE_SUMS) if name in log.columns]
    return (
        con.create_table("fairshelf_coded", coded.select(keep), temp=True, overwrite=True),
        requests,
        shards,
        names,
    )


def _listing_numbers(con: Backend, log: ir.Table, side: SideTables) -> ir.Table:
    shown = log.select("listing").distinct()
    if side.catalogue is not None:
        listed = con.create_table("fairshelf_listed", side.catalogue.select(["listing"]), temp=True)
        shown = shown.union(listed, distinct=True)
    numbered = shown.mutate(listing_id=ibis.row_number().over(order_by=shown.listing).cast("int32"))
    return con.create_table("fairshelf_listings", numbered, temp=True, overwrite=True)


def _count(coded: ir.Table, keys: tuple[str, ...]) -> tuple[Counts, dict[str, NDArray[np.int64]]]:
    """Group by keys and position; number the distinct keys in sorted order."""
    sums = [name for name in (*MICRO_SUMS, *WHOLE_SUMS) if name in coded.columns]
    grouped = coded.group_by([*keys, "position"]).aggregate(
        impressions=coded.impressions.sum(),
        **{name: coded[name].sum() for name in sums},
    )
    columns = _fetch(grouped, [*keys, "position"])
    if len(keys) == 1:
        key = columns[keys[0]]
        parts = {keys[0]: key}
    else:
        stacked = np.stack([columns[name] for name in keys], axis=1)
        distinct, key = np.unique(stacked, axis=0, return_inverse=True)
        key = key.reshape(-1).astype(np.int64)
        parts = {name: distinct[:, place] for place, name in enumerate(keys)}
    return _as_counts(columns, key, sums), parts


def _as_counts(
    columns: dict[str, NDArray[np.int64]], key: NDArray[np.int64], sums: list[str]
) -> Counts:
    scale = {name: 1e6 if name in MICRO_SUMS else 1.0 for name in sums}
    return Counts(
        key=key,
        position=columns["position"],
        impressions=columns["impressions"],
        sums={name: columns[name] / scale[name] for name in sums},
    )


def _fetch(table: ir.Table, order: list[str]) -> dict[str, NDArray[np.int64]]:
    """Bring a small table over, in an order that no engine or thread count can change."""
    arrow = table.order_by(order).to_pyarrow()
    return {
        name: np.ascontiguousarray(_whole(arrow.column(name)), dtype=np.int64)
        for name in arrow.column_names
    }


def _whole(column: Any) -> NDArray[np.int64]:  # noqa: ANN401 - pyarrow ships no types
    filled = (
        column.cast(pa.int64()) if column.null_count == 0 else column.cast(pa.int64()).fill_null(0)
    )
    return np.asarray(filled.to_numpy(), dtype=np.int64)


def _listings(coded: ir.Table, names: ir.Table | None, side: SideTables) -> Listings:
    counts, _ = _count(coded, ("listing_id",))
    owner = _fetch(
        coded.group_by("listing_id").aggregate(seller_id=coded.seller_id.min()), ["listing_id"]
    )
    assert names is not None  # noqa: S101 - listings are numbered whenever they are counted
    size = _rows(names)
    seller = np.full(size, -1, dtype=np.int64)
    seller[owner["listing_id"]] = owner["seller_id"]
    first = np.zeros(size, dtype=np.int64)
    reverse = slice(None, None, -1)  # sorted by position: written last, the first position stays
    first[counts.key[reverse]] = counts.position[reverse]
    in_catalogue = np.ones(size, dtype=bool)
    merit = np.full(size, np.nan)
    if side.catalogue is not None:
        in_catalogue[:] = False
        listing_id = _catalogue_ids(names, side.catalogue)
        in_catalogue[listing_id] = True
        seller[listing_id] = _catalogue_sellers(side, seller[listing_id])
        if "relevance" in side.catalogue.column_names:
            merit[listing_id] = side.catalogue.column("relevance").to_numpy(zero_copy_only=False)
    return Listings(seller, counts, first, in_catalogue, merit)


def _catalogue_ids(names: ir.Table, catalogue: pa.Table) -> NDArray[np.int64]:
    import pyarrow.compute as pc  # noqa: PLC0415 - only with a catalogue

    held = names.order_by("listing_id").to_pyarrow()
    found = pc.index_in(
        catalogue.column("listing").combine_chunks(),
        value_set=held.column("listing").combine_chunks(),
    )
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _catalogue_sellers(side: SideTables, shown: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each catalogue listing its seller: the catalogue's word, else the log's, else -1."""
    import pyarrow.compute as pc  # noqa: PLC0415 - only with a catalogue

    assert side.catalogue is not None  # noqa: S101 - the caller asked
    if "seller" not in side.catalogue.column_names:
        return shown
    found = pc.index_in(side.catalogue.column("seller").combine_chunks(), value_set=side.seller)
    numbers = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(numbers >= 0, numbers, shown)
