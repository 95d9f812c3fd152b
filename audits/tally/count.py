"""Count a clean log into the small tables, with Ibis expressions only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from fairshelf.audits.checks.hold import hold
from fairshelf.audits.checks.keys import by_key, is_key, join_by
from fairshelf.audits.checks.records import Known
from fairshelf.audits.checks.short import ROWS, grouped, summed
from fairshelf.audits.checks.stage import scale_of
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.stages import QUIET
from fairshelf.audits.tally.fetch import counts_by, fetched
from fairshelf.audits.tally.margins import margin, margin_of_listings
from fairshelf.audits.tally.owners import without
from fairshelf.audits.tally.parts import Parts, parts_of
from fairshelf.audits.tally.plain import plain_cells
from fairshelf.audits.tally.rankings import rankings
from fairshelf.audits.tally.records import Cells, Listings, Margin, Pairs, Tally
from fairshelf.audits.tally.shards import MAX_SHARDS, folded_shard, shard_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend
    from numpy.typing import NDArray

    from fairshelf.audits.stages import Stages
    from fairshelf.audits.tally.records import Rankings

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


@dataclass(frozen=True, slots=True)
class Also:
    """What is counted beside the core.

    ``margins``: further dimensions, of those the log has; ``covariates``: columns that describe
    listings; ``rankings``: whether whole lists are fetched, and ``seed`` what a sample of them is
    drawn by; ``stage``: told how far it is.
    """

    margins: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    rankings: bool = False
    seed: int = 0
    stage: Stages = QUIET


def tally(
    con: Backend,
    log: ir.Table | Parts,
    side: SideTables,
    *,
    requests_known: bool,
    has_listing: bool,
    known: Known | None = None,
    also: Also | None = None,
) -> Tally:
    """Count a log.

    Parameters
    ----------
    con
        The engine that holds ``log``.
    log
        The used rows, as :class:`fairshelf.audits.checks.records.CleanLog` describes them, with no
        null ``seller``; or the parts of a saved tally.
    side
        Sellers in sorted order with their labels, and the catalogue.
    requests_known
        Whether ``request`` tells requests apart.
    has_listing
        Whether ``listing`` is filled.
    known
        What is known of ``log`` already.
    also
        What else is wanted; None for nothing.

    Returns
    -------
    Tally
    """
    also = also or Also()
    parts = (
        log
        if isinstance(log, Parts)
        else parts_of(log, known or Known(), also.margins, also.covariates)
    )
    label_table, label = np.unique(side.labels, axis=0, return_inverse=True)
    label = label.reshape(-1).astype(np.int64)
    sellers = _sellers(con, side, label)
    shard, requests, shards = _shards(con, parts, requests_known=requests_known)
    if parts.shards is None:
        placed = _placed(parts.cells, sellers, shard, shards)
    else:
        placed = join_by(parts.cells, sellers, "seller")
    cells = None
    if parts.plain is not None and shard is not None:
        cells = plain_cells(parts.plain, side.seller, label, shard, also.stage)
    cell_counts, cell_keys = cells or counts_by(placed, ("shard", "label_id"))
    if has_listing:
        shown = parts.listings if parts.names is None else parts.names
        names = _listing_numbers(con, shown, side)
        few = _by_listing(con, parts.listings, sellers, names)
        place = None if side.catalogue is None else _catalogue_ids(names, side.catalogue)
        listings = _listings(few, _rows(names), side, place)
        numbers, words = _covariates(parts, (names, len(listings.seller)), side, place, also)
        listings = replace(listings, numbers=numbers, words=words)
        by_seller, _ = counts_by(few, ("seller_id",))
    else:
        names = listings = None
        by_seller, _ = counts_by(placed, ("seller_id",))
    return Tally(
        sellers=len(label),
        label=label,
        labels=label_table.astype(np.int64),
        requests=requests,
        shards=shards,
        by_seller=by_seller,
        cells=Cells(cell_counts, cell_keys["shard"], cell_keys["label_id"]),
        listings=listings,
        pairs=_pairs(placed, requests, parts),
        in_table=side.in_table,
        has_catalogue=side.catalogue is not None,
        has_seller_table=side.has_seller_table,
        margins=_margins(parts, sellers, listings, also.margins),
        rankings=_rankings(con, parts, sellers, names, also) if requests_known else None,
        unrated=_untold(parts, "relevance", parts.unrated),
        unweighed=_untold(parts, "attention", parts.unweighed),
    )


def _untold(parts: Parts, column: str, missing: int | None) -> float | None:
    """Give the share of rows that tell nothing in a column; None where all do."""
    rows = parts.rankings
    if missing is None:
        missing = 0 if rows is None else without(rows, column)
    return missing / _all_rows(parts) if missing else None


def _all_rows(parts: Parts) -> int:
    return _rows(parts.cells) if parts.rows is None else parts.rows


def _shards(
    con: Backend, parts: Parts, *, requests_known: bool
) -> tuple[ir.Table | None, int | None, int]:
    """Give requests their shards, and count both; no table where rows have a shard already."""
    if parts.shards is not None:
        return (None, *parts.shards)
    return shard_of(con, parts.cells, parts.requests) if requests_known else (None, None, 1)


def _margins(
    parts: Parts, sellers: ir.Table, listings: Listings | None, wanted: tuple[str, ...]
) -> dict[str, Margin]:
    """Count the margins that the log has, or its listings."""
    told = {}
    for name in wanted:
        if listings is not None and name in listings.words:
            told[name] = margin_of_listings(listings, name)
        elif name in parts.margins:
            told[name] = margin(join_by(parts.margins[name], sellers, "seller"), name)
    return told


def _rankings(
    con: Backend, parts: Parts, sellers: ir.Table, names: ir.Table | None, also: Also
) -> Rankings | None:
    log = parts.rankings
    if not also.rankings or log is None:
        return None
    wanted = {"request", "position", "listing", "seller", "query", "relevance", "clicks"}
    rows = log.select(n for n in log.columns if n in wanted or is_key(n))
    return rankings(con, rows, names, also.seed, sampled=parts.sampled, sellers=sellers)


def _covariates(
    parts: Parts,
    listings: tuple[ir.Table, int],
    side: SideTables,
    listed: NDArray[np.int64] | None,
    also: Also,
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.object_]]]:
    """Give the listings' covariates: the catalogue's, else the log's (means; the first word).

    ``listings`` are the table that numbers them and their count; ``listed`` are the numbers of
    the catalogue's, where there is one.
    """
    numbers: dict[str, NDArray[np.float64]] = {}
    words: dict[str, NDArray[np.object_]] = {}
    names, size = listings
    catalogue = side.catalogue
    for name in also.covariates:
        if catalogue is not None and listed is not None and name in catalogue.column_names:
            place = listed
            values = catalogue.column(name).to_pylist()
        elif catalogue is None and name in parts.covariates:
            few = parts.covariates[name].inner_join(names, "listing")
            arrow = few.order_by("listing_id").to_pyarrow()
            place = arrow.column("listing_id").to_numpy().astype(np.int64)
            values = arrow.column("value").to_pylist()
            if name in BY_NAME and BY_NAME[name].kind in {"amount", "share"}:
                scale = scale_of(name)
                values = [None if value is None else value / scale for value in values]
        else:
            continue
        if any(isinstance(value, str) for value in values):
            words[name] = np.full(size, "", dtype=object)
            words[name][place] = [value or "" for value in values]
        else:
            numbers[name] = np.full(size, np.nan)
            numbers[name][place] = [np.nan if value is None else value for value in values]
    return numbers, words


def _rows(table: ir.Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def _sellers(con: Backend, side: SideTables, label: NDArray[np.int64]) -> ir.Table:
    """Give the engine the sellers with their numbers and label ids."""
    numbers = pa.table(
        {
            "seller": side.seller,
            "seller_id": pa.array(np.arange(len(label), dtype=np.int32)),
            "label_id": pa.array(label.astype(np.int32)),
        }
    )
    return con.create_table("fairshelf_sellers", numbers, temp=True, overwrite=True)


def _placed(log: ir.Table, sellers: ir.Table, shard: ir.Table | None, shards: int) -> ir.Table:
    """Put the shard, the seller's number and the label id on every row; lazy."""
    placed = join_by(log, sellers, "seller")
    if shard is None:
        told = folded_shard(placed.request) if shards > 1 else ibis.literal(0, "int32")
        return placed.mutate(shard=told)
    return join_by(placed, shard, "request")


def _by_listing(con: Backend, log: ir.Table, sellers: ir.Table, names: ir.Table) -> ir.Table:
    """Count by listing, seller and position once; the names become numbers after that.

    A log that is summed over its requests already is as short as that, or nearly so.
    """
    keys, _ = by_key(log, ["listing", "seller", "position"])
    counts = ("impressions", *summed(log.columns))
    few = log.select(*keys, *counts) if ROWS in log.columns else grouped(log, keys)
    numbered = join_by(join_by(few, sellers, "seller"), names, "listing")
    kept = numbered.select("seller_id", "listing_id", "position", *counts)
    return hold(con, kept, "fairshelf_by_listing")


def _pairs(placed: ir.Table, requests: int | None, parts: Parts) -> Pairs | None:
    if requests is None or not 1 < requests <= MAX_SHARDS:
        return None
    if _all_rows(parts) > MAX_PAIR_ROWS:
        return None
    counts, keys = counts_by(placed, ("shard", "seller_id"))
    return Pairs(counts, keys["shard"], keys["seller_id"])


def _listing_numbers(con: Backend, log: ir.Table, side: SideTables) -> ir.Table:
    shown = log.select("listing").distinct()
    if side.catalogue is not None:
        listed = con.create_table(
            "fairshelf_listed", side.catalogue.select(["listing"]), temp=True, overwrite=True
        )
        shown = shown.union(listed, distinct=True)
    numbered = shown.mutate(listing_id=ibis.row_number().over(order_by=shown.listing).cast("int32"))
    return hold(con, numbered, "fairshelf_listings")


def _listings(
    few: ir.Table, size: int, side: SideTables, listed: NDArray[np.int64] | None
) -> Listings:
    counts, _ = counts_by(few, ("listing_id",))
    owner = fetched(
        few.group_by("listing_id").aggregate(seller_id=few.seller_id.min()), ["listing_id"]
    )
    seller = np.full(size, -1, dtype=np.int64)
    seller[owner["listing_id"]] = owner["seller_id"]
    first = np.zeros(size, dtype=np.int64)
    reverse = slice(None, None, -1)  # sorted by position: written last, the first position stays
    first[counts.key[reverse]] = counts.position[reverse]
    in_catalogue = np.ones(size, dtype=bool)
    merit = np.full(size, np.nan)
    if side.catalogue is not None and listed is not None:
        in_catalogue[:] = False
        in_catalogue[listed] = True
        seller[listed] = _catalogue_sellers(side, seller[listed])
        if "relevance" in side.catalogue.column_names:
            merit[listed] = side.catalogue.column("relevance").to_numpy(zero_copy_only=False)
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
