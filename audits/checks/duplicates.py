"""Rows that say again what another row has said: found, counted and set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.checks import engine
from fairshelf.audits.checks.requests import distinct
from fairshelf.audits.checks.stage import FILE
from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.engines.own import speaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

_BITS = 40
_KEYS = ("request", "position", "listing")


def keys_of(columns: Sequence[str], kind: str) -> tuple[str, ...]:
    """Say what makes two rows the same row; empty where the log cannot say.

    Under a request id (or a query that stands for one) it is the same listing at the same
    position. Rows with a weight are sums of many impressions, so there only rows that agree in
    every column are the same.

    Parameters
    ----------
    columns
        The columns the log has.
    kind
        What stands for a request.
    """
    if kind not in {"request", "query"} or "listing" not in columns:
        return ()
    if "impressions" in columns:
        return tuple(dict.fromkeys((*_KEYS, *columns)))
    return _KEYS


def any_repeated(rows: ir.Table, keys: Sequence[str], count: int, *, ordered: bool = True) -> bool:
    """Say whether two rows agree in all keys; cheap, and sure when it says no.

    ``count`` is how many rows there are; ``ordered`` says whether positions may number each request
    through, which is cheapest to see.
    """
    if not keys:
        return False
    if ordered and keys == _KEYS and _dense(rows):
        return False
    return distinct(rows, keys) < count


def _dense(rows: ir.Table) -> bool:
    """Say whether every request shows the positions 1 to n once each.

    n powers of two add up to 2**n - 1 only if they are all different.
    """
    name = speaker(rows)
    fits = rows.position <= _BITS
    power = ibis.ifelse(fits, _power(ibis.ifelse(fits, rows.position - 1, 0), name), 0)
    sums = rows.group_by("request").agg(n=rows.count(), total=power.sum())
    full = (sums.n <= _BITS) & (sums.total == _power(ibis.least(sums.n, _BITS), name) - 1)
    broken = sums.filter(~full.fill_null(engine.NEVER)).select("n")
    return not broken.limit(1).to_pyarrow().num_rows


def _power(places: ir.IntegerValue, name: str) -> ir.NumericValue:
    """Give two to the power of a number of places: DuckDB shifts, which is cheaper.

    The others would shift a one of 32 bits. Their powers are floats, which hold a sum of 40 such
    powers exactly.
    """
    if name == "duckdb":
        return ibis.literal(1, "int64") << places
    return ibis.literal(2.0, "float64").pow(places)


def repeated(rows: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Give every row but the first of those that agree in all keys.

    Parameters
    ----------
    rows
        Rows with ``_file`` and ``_row``.
    keys
        The columns to compare; nulls agree with nulls, but a row without a listing has no double.
    """
    named = rows.filter(rows.listing.notnull())
    nth = ibis.row_number().over(group_by=list(keys), order_by=[FILE, ROW])
    counted = named.mutate(nth=nth)
    return counted.filter(counted.nth > 0).select(FILE, ROW, "listing")
