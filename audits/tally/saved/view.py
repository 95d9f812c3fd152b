"""A saved tally as an audit with certain settings would have counted it from the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
from ibis.util import gen_name

from fairshelf.audits.checks.short import CASCADE
from fairshelf.audits.tally.margins import PERIOD
from fairshelf.audits.tally.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Collection

    import ibis.expr.types as ir

    from fairshelf.audits.tally.saved.folder import Saved


@dataclass(frozen=True, slots=True)
class View:
    """The parts of a tally, and clicks by listing and position where they were counted."""

    parts: Parts
    moves: ir.Table | None


def owners(con: Any, saved: Saved) -> ir.Table:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Give the sellers as rows that say of each what its rows in the log did.

    Two rows a seller, with the greatest and the least of all that is said of it, so that what
    differs from row to row still does. ``_rows`` counts the seller's rows, once. Where the log
    names no sellers, ``seller`` is null and the labels stand for it.
    """
    told = con.read_parquet(str(saved.path("owners")), table_name=gen_name("tally"))
    name = ibis.null("string") if saved.account.seller_is == "none" else told.seller
    ends = [
        told.select(
            _owner=told.owner,
            seller=name,
            _rows=told["_rows"] if end == "max" else ibis.literal(0, "int64"),
            **{fact: told[f"{end} {fact}"] for fact in saved.account.facts},
        )
        for end in ("max", "min")
    ]
    return ibis.union(*ends)


def parts_for(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    saved: Saved,
    keyed: ir.Table,
    columns: Collection[str],
    cascades: Collection[str],
) -> View:
    """Give what a tally is counted from.

    Parameters
    ----------
    con
        A DuckDB of this machine.
    saved
        The tally.
    keyed
        The table of :func:`owners` with a seller on every row.
    columns
        The columns that the audit would read of the log; no others are looked at.
    cascades
        Names of the cascades that were asked for.
    """
    account = saved.account
    sums = [s for s in account.sums if s in (cascades if s.startswith(CASCADE) else columns)]
    names = con.read_parquet(str(saved.path("listings")), table_name=gen_name("tally"))
    sellers = keyed.select("seller", owner=keyed["_owner"]).distinct()

    def table(name: str) -> ir.Table:
        return con.read_parquet(str(saved.path(name)), table_name=gen_name("tally"))

    def owned(rows: ir.Table) -> ir.Table:
        return rows.inner_join(sellers, "owner").drop("owner")

    def listed(rows: ir.Table) -> ir.Table:
        found = names.select("listing", "listing_id")
        return rows.inner_join(found, "listing_id").drop("listing_id")

    cells, shown = table("cells"), table("shown")
    core = ("owner", "position", "impressions", *sums)
    margins = {}
    for name in account.margins:
        column = "time" if name == PERIOD else name
        if column in columns:
            rows = table(f"margin.{name}")
            margins[name] = owned(rows.select(*core, **{column: rows[f"_{name}"]}))
    parts = Parts(
        cells=owned(cells.select(*core, "shard")),
        listings=listed(owned(shown.select(*core, "listing_id"))),
        names=names.select("listing"),
        margins=margins,
        covariates=_covariates(saved, names, columns),
        rankings=listed(owned(_some(table("lists"), columns))) if account.lists != "none" else None,
        sampled=account.lists == "sample",
        shards=(account.requests, account.shards),
        rows=account.used,
        unrated=account.without_relevance if "relevance" in columns else 0,
        unweighed=account.without_attention or 0,
    )
    moves = listed(_some(table("moves"), columns)) if account.moves else None
    return View(parts, moves if "clicks" in columns else None)


def _some(rows: ir.Table, columns: Collection[str]) -> ir.Table:
    """Leave out the columns of a log that an audit would not have read."""
    hidden = {"query", "relevance", "clicks"} - set(columns)
    return rows.select(name for name in rows.columns if name not in hidden)


def _covariates(saved: Saved, names: ir.Table, columns: Collection[str]) -> dict[str, ir.Table]:
    account = saved.account
    means = {
        name: names[f"sum {name}"].cast("float64") / names[f"count {name}"].nullif(0)
        for name in account.numbers
    }
    words = {name: names[f"word {name}"] for name in account.words}
    return {
        name: names.select("listing", value=value)
        for name, value in {**means, **words}.items()
        if name in columns
    }
