"""A key for the seller of every row, also where a row names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.checks.keys import without_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

STAND_IN = "\u0001"
"""Begins the key of a row that names no seller: its listing, or its labels, stand in."""


def by_labels(table: ir.Table, columns: Sequence[str]) -> ir.Table:
    """Let the labels that rows carry stand for their sellers: no row names one."""
    parts = [table[name].fill_null("") for name in columns]
    key = parts[0]
    for part in parts[1:]:
        key = key + STAND_IN + part
    return without_keys(table, "seller").mutate(seller=ibis.literal(STAND_IN) + key)


def by_listing(table: ir.Table) -> ir.Table:
    """Let the listing of a row that names no seller stand for it."""
    listing = table.listing.fill_null("") if "listing" in table.columns else ibis.literal("")
    seller = table.seller.fill_null(ibis.literal(STAND_IN) + listing)
    return without_keys(table.mutate(seller=seller), "seller")


def rows_in(table: ir.Table) -> int:
    """Count the rows of a log: a saved tally's table of sellers has a column for their number."""
    counted = table["_rows"].sum() if "_rows" in table.columns else table.count()
    return int(counted.to_pyarrow().as_py() or 0)


def without(rows: ir.Table, column: str) -> int:
    """Count the rows that tell nothing in a column; 0 where there is no such column."""
    if column not in rows.columns:
        return 0
    return int(rows.filter(rows[column].isnull()).count().to_pyarrow().as_py())
