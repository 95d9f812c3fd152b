"""Whole lists, row by row: the log where it is small, else a sample that a seeded hash chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np

from fairshelf.audits.checks.hold import hold
from fairshelf.audits.checks.keys import by_key, join_by
from fairshelf.audits.engines.own import hexdigest
from fairshelf.audits.tally.fetch import fetched
from fairshelf.audits.tally.records import Rankings

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend
    from numpy.typing import NDArray

MOST_ROWS = 2_000_000
"""Rows of a sample; a log with no more is taken whole."""

UNNAMED = -1
"""The number of a query that the log does not tell: two such lists are no repeats of one query."""

UNIT, ALONE = "_unit", "\x1f"
"""The column of units, and what a request that tells no query begins with there."""

TOLD = "_told_"
"""Begins the name of the column that says whether a row tells its relevance or its clicks."""

MICRO_SUMS = ("relevance",)
WHOLE_SUMS = ("clicks",)


def rankings(
    con: Backend,
    rows: ir.Table,
    names: ir.Table | None,
    seed: int,
    most: int = MOST_ROWS,
    *,
    sampled: bool = False,
    sellers: ir.Table | None = None,
) -> Rankings:
    """Fetch whole lists.

    Where the log is larger than ``most`` rows, whole queries (requests that tell none) are
    chosen by the smallest md5 of the seed and their name: a bottom-k sample, the same on every
    engine, and samples of two logs merge.

    Parameters
    ----------
    con
        The engine.
    rows
        Log rows with ``request``, ``position``, ``seller`` or ``seller_id``, perhaps ``listing``
        and ``query``.
    names
        Listings with their numbers, ``listing`` and ``listing_id``; None where there are none.
    seed
        What the sample is drawn by.
    most
        Rows to take at most.
    sampled
        Whether ``rows`` are a sample already.
    sellers
        ``seller`` and ``seller_id`` of every seller, put beside what is chosen; None where rows
        have the number.
    """
    chosen, whole = (rows, False) if sampled else sample(con, rows, seed, most)
    if sellers is not None:
        chosen = join_by(chosen, sellers, "seller")
    numbered = chosen.mutate(request_id=ibis.dense_rank().over(order_by=chosen.request))
    keep = ["request_id", "position", "seller_id"]
    if names is not None:
        numbered = numbered.inner_join(names, "listing")
        keep.append("listing_id")
    if "query" in numbered.columns:
        named = numbered["query"].fill_null("")
        number = ibis.dense_rank().over(order_by=named)
        numbered = numbered.mutate(query_id=ibis.ifelse(named == "", UNNAMED, number))
        keep.append("query_id")
    sums = [name for name in (*MICRO_SUMS, *WHOLE_SUMS) if name in numbered.columns]
    told = {TOLD + name: ibis.ifelse(numbered[name].notnull(), 1, 0) for name in sums}
    numbered = numbered.mutate(**told) if told else numbered
    keep += [*told, *sums]
    order: list[str] = [
        name for name in ("request_id", "position", "listing_id", "seller_id") if name in keep
    ]
    return _as_rankings(fetched(numbered.select(keep), order), whole=whole)


def sample(con: Backend, rows: ir.Table, seed: int, most: int = MOST_ROWS) -> tuple[ir.Table, bool]:
    """Choose the rows that are fetched, and say whether they are all there are."""
    size = int(rows.count().to_pyarrow().as_py())
    if size <= most:
        return rows, True
    running = _running(con, rows, seed)
    taken = running.filter(running.until <= most)
    named, unit = _units(rows)
    chosen = named.semi_join(taken, by_key(named, [unit])[0])
    return chosen.select(rows.columns), False


def left_out(con: Backend, rows: ir.Table, seed: int, most: int = MOST_ROWS) -> str | None:
    """Give the mark of the first unit that no longer fits into a sample; None where all fit."""
    running = _running(con, rows, seed)
    first = running.filter(running.until > most).mark.min().to_pyarrow().as_py()
    return None if first is None else str(first)


def marked_below(rows: ir.Table, seed: int, bound: str) -> ir.Table:
    """Keep the rows of units whose mark is below a bound."""
    named, unit = _units(rows)
    return named.filter(mark_of(named[unit], seed) < bound).select(rows.columns)


def _units(rows: ir.Table) -> tuple[ir.Table, str]:
    """Name what a sample is drawn of: queries, and each request by itself that tells none."""
    if "query" not in rows.columns:
        return rows, "request"
    query = rows["query"].fill_null("")
    alone = ibis.literal(ALONE) + rows["request"].cast("string")
    return rows.mutate(**{UNIT: ibis.ifelse(query == "", alone, query)}), UNIT


def mark_of(unit: ir.StringValue, seed: int) -> ir.StringValue:
    """Give the md5 of a seed and a unit's name; the smallest marks are taken."""
    return hexdigest(ibis.literal(f"{seed}|") + unit.fill_null(""))


def _running(con: Backend, rows: ir.Table, seed: int) -> ir.Table:
    """Count the rows of units in the order of their marks, up to and with each."""
    rows, unit = _units(rows)
    keys, texts = by_key(rows, [unit])
    counted = rows.group_by(keys).aggregate(rows=rows.count()).mutate(**texts)
    ordered = hold(con, counted.mutate(mark=mark_of(counted[unit], seed)), "fairshelf_units")
    before = ibis.window(order_by=["mark", unit], preceding=None, following=0)
    return ordered.mutate(until=ordered.rows.sum().over(before))


def _as_rankings(columns: dict[str, NDArray[np.int64]], *, whole: bool) -> Rankings:
    request, position = columns["request_id"], columns["position"]
    same = (np.diff(request) == 0) & (np.diff(position) == 0)
    broken = np.unique(request[1:][same])
    kept = ~np.isin(request, broken)
    _, first, code = np.unique(request[kept], return_index=True, return_inverse=True)
    query = columns["query_id"][kept][first] if "query_id" in columns else None
    sums = {
        name: np.where(
            columns[TOLD + name][kept] > 0,
            columns[name][kept] / (1e6 if name in MICRO_SUMS else 1.0),
            np.nan,
        )
        for name in (*MICRO_SUMS, *WHOLE_SUMS)
        if name in columns
    }
    return Rankings(
        request=code.reshape(-1).astype(np.int64),
        position=position[kept],
        seller=columns["seller_id"][kept],
        listing=columns["listing_id"][kept] if "listing_id" in columns else None,
        query=query,
        sums=sums,
        lists=int(first.size),
        whole=whole,
        not_ranked=int(broken.size),
    )
