"""Sellers and catalogue beside the log: who is who, what label each carries, what was joined."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.checks import sellers_from_log
from fairshelf.audits.checks.keys import key
from fairshelf.audits.checks.records import Known
from fairshelf.audits.columns.canonical import SELLER_COLUMNS
from fairshelf.audits.errors import DataError
from fairshelf.audits.groups import label_sellers
from fairshelf.audits.pipeline.spelling import MOST_NAMES, alike, not_listed, turning
from fairshelf.audits.results import Joins, Message
from fairshelf.audits.tally import SideTables
from fairshelf.audits.tally.owners import STAND_IN, by_labels, by_listing

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from fairshelf.audits.checks.records import CleanLog, CleanSide
    from fairshelf.audits.config import Settings
    from fairshelf.audits.groups import Labels
    from fairshelf.audits.results import Fact
    from fairshelf.audits.tally import Tally

MADE_FROM = {
    "locality": ("region_code", "address"),
    "size": (
        "employees",
        "annual_revenue",
        "assets",
        "balance_sheet",
        "investment",
        "currency",
        "sector",
    ),
}
"""The columns an attribute can be labelled from where it has none of its own."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The log with a seller on every row, what is known of those sellers, and the joins.

    ``known`` has a row for each seller of ``tables``, with the columns that say something of it;
    ``still`` is what was found out of the log before and still holds.
    """

    log: ir.Table
    tables: SideTables
    labels: tuple[Labels, ...]
    joins: Joins
    known: pa.Table
    notices: tuple[Message, ...] = ()
    still: Known = field(default_factory=Known)


def join_sides(
    con: Backend,
    log: CleanLog,
    sellers: CleanSide | None,
    catalogue: CleanSide | None,
    settings: Settings,
    also: tuple[str, ...] = (),
    *,
    without_seller: int | None = None,
) -> Sides:
    """Bring the log, the sellers and the catalogue together.

    Parameters
    ----------
    con
        The engine that holds the log.
    log
        The clean log.
    sellers, catalogue
        The clean tables beside it, where given.
    settings
        Attributes and standards.
    also
        Further columns of sellers to take out of the log, where it has them.
    without_seller
        Rows that name no seller, where a seller stands in on each of them already.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.groups.label_sellers` and ``sellers_from_log``;
        ``sellers_match_nothing``: the table has none of the sellers of the log.
    """
    carried = _carried(log, sellers, settings, also)
    rows_without_seller = 0
    if log.seller_is == "seller":
        seller = log.table[key("seller") if key("seller") in log.table.columns else "seller"]
        rows_without_seller = int(log.table.filter(seller.isnull()).count().to_pyarrow().as_py())
    table = _with_seller(log, carried, rows_without_seller)
    still = log.known if table is log.table else replace(log.known, short=None, plain=None)
    log = replace(log, table=table, known=still)
    seen, notices = _seen(con, log, carried, settings)
    known = _all_sellers(seen, sellers, catalogue)
    labels = label_sellers(known, settings.attributes, settings.standard)
    codes = np.stack([label.codes for label in labels], axis=1).astype(np.int64)
    names = known.column("seller").combine_chunks()
    same = alike(names.to_pylist()) if len(names) <= MOST_NAMES else None
    notices = (*notices, *(one for one in (same, turning(names)) if one))
    in_table = np.ones(len(names), dtype=bool)
    if sellers is not None:
        listed = sellers.table.column("seller").combine_chunks()
        in_table = pc.is_in(names, value_set=listed).to_numpy(zero_copy_only=False)
    tables = SideTables(
        seller=names,
        labels=codes,
        in_table=in_table,
        catalogue=catalogue.table if catalogue is not None else None,
        has_seller_table=sellers is not None,
    )
    if without_seller is not None:
        rows_without_seller = without_seller
    joins = _joins(log, seen, known, sellers, rows_without_seller)
    if joins.log_sellers_without_row and sellers is not None:
        notices = (*notices, not_listed(seen["seller"], sellers.table["seller"]))
    return Sides(table, tables, labels, joins, known, notices, still)


def _carried(
    log: CleanLog, sellers: CleanSide | None, settings: Settings, also: tuple[str, ...]
) -> list[str]:
    """Name the columns of the log that say something of its sellers and are needed.

    Where attributes are named, only what they are made from; nothing that the seller table says.
    """
    columns = dict.fromkeys((*SELLER_COLUMNS, *settings.attributes))
    asked = {
        part.strip().split(":")[0]
        for name in (*settings.attributes, *settings.standard)
        for part in name.split("*")
    }
    if settings.attributes:
        made_from = {column for name in asked for column in (name, *MADE_FROM.get(name, ()))}
        columns = {name: None for name in (*columns, *also) if name in {*made_from, *also}}
    told = set(sellers.table.column_names) if sellers is not None else set()
    return [name for name in columns if name in log.columns and name not in told]


def _seen(
    con: Backend, log: CleanLog, carried: list[str], settings: Settings
) -> tuple[pa.Table, tuple[Message, ...]]:
    """Take the sellers out of the log; what differs from row to row is no seller's property.

    A column that was not asked for (such as where each product ships from) is then left out and
    it is said; for one that was, or that labels by itself, the contradiction is an error.
    """
    firm = {*settings.attributes, "locality", "region_code", "size"}
    notices: list[Message] = []
    columns = list(carried)
    while True:
        try:
            return sellers_from_log(con, log, tuple(columns)), tuple(notices)
        except DataError as error:
            column = str(error.facts.get("column"))
            if error.code != "conflicting_labels" or column in firm or column not in columns:
                raise
            columns.remove(column)
            facts: dict[str, Fact] = {"column": column, "sellers": int(error.facts["count"])}
            notices.append(Message("column_differs_within_sellers", facts))


def _with_seller(log: CleanLog, carried: list[str], missing: int) -> ir.Table:
    """Put a key on every row: the seller, else its listing, else the labels it carries."""
    if log.seller_is == "none":
        return by_labels(log.table, carried)
    return by_listing(log.table) if missing else log.table


def _all_sellers(
    seen: pa.Table, sellers: CleanSide | None, catalogue: CleanSide | None
) -> pa.Table:
    """Give one row per seller of any table, sorted by name: the seller table's word goes first."""
    names = [seen.column("seller")]
    if sellers is not None:
        names.append(sellers.table.column("seller"))
    if catalogue is not None and "seller" in catalogue.table.column_names:
        names.append(catalogue.table.column("seller"))
    chunks = [chunk.cast(pa.string()) for column in names for chunk in column.chunks]
    every = pc.unique(pa.chunked_array(chunks, type=pa.string())).drop_null()
    every = every.take(pc.array_sort_indices(every))
    columns: dict[str, pa.Array] = {"seller": every}
    for source in (sellers.table if sellers is not None else None, seen):
        if source is None:
            continue
        place = pc.index_in(
            every, value_set=source.column("seller").combine_chunks().cast(pa.string())
        )
        for name in source.column_names:
            if name not in columns:
                columns[name] = source.column(name).combine_chunks().take(place)
    return pa.table(columns)


def _joins(
    log: CleanLog,
    seen: pa.Table,
    known: pa.Table,
    sellers: CleanSide | None,
    rows_without_seller: int,
) -> Joins:
    stand_ins = pc.sum(pc.starts_with(seen.column("seller"), pattern=STAND_IN)).as_py() or 0
    named = len(seen) - int(stand_ins)
    if log.seller_is == "none":
        return Joins(seller_is="none", sellers_in_log=0, rows_without_seller=log.used)
    if sellers is None:
        return Joins(log.seller_is, named, rows_without_seller)
    listed = sellers.table.column("seller").combine_chunks()
    found = pc.sum(pc.is_in(seen.column("seller"), value_set=listed)).as_py() or 0
    if named and not found and len(listed):
        mine = pc.filter(seen["seller"], pc.invert(pc.starts_with(seen["seller"], STAND_IN)))
        examples = {"log": mine[0].as_py(), "table": listed[0].as_py()}
        raise DataError("sellers_match_nothing", sellers=named, **examples)
    return Joins(
        seller_is=log.seller_is,
        sellers_in_log=named,
        rows_without_seller=rows_without_seller,
        sellers_in_table=len(listed),
        log_sellers_without_row=named - int(found),
        sellers_never_shown=len(known) - len(seen),
        repeated_seller_rows=sellers.repeated,
    )


def with_listings(
    sides: Sides, counts: Tally, catalogue: CleanSide | None, names: ir.Table
) -> Joins:
    """Complete the account of the joins with the listings; ``names`` has them as ``listing``.

    Raises
    ------
    DataError
        ``catalogue_matches_nothing``: the catalogue has none of the listings that were shown.
    """
    if counts.listings is None:
        return sides.joins
    shown, listed = counts.listings.shown, counts.listings.in_catalogue
    if shown.any() and not (shown & listed).any() and catalogue is not None:
        mine = names.listing.min().to_pyarrow().as_py() if "listing" in names.columns else ""
        examples = {"log": mine or "", "table": catalogue.table["listing"][0].as_py()}
        raise DataError("catalogue_matches_nothing", listings=int(shown.sum()), **examples)
    joins = replace(sides.joins, listings_in_log=int(shown.sum()))
    if catalogue is None:
        return joins
    return replace(
        joins,
        listings_in_catalogue=int(listed.sum()),
        log_listings_without_row=int((shown & ~listed).sum()),
        listings_never_shown=int((listed & ~shown).sum()),
        repeated_catalogue_rows=catalogue.repeated,
    )
