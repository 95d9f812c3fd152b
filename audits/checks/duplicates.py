"""Rows that say again what another row has said: found, counted and set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.checks import engine
from fairshelf.audits.checks.keys import by_key
from fairshelf.audits.checks.requests import distinct
from fairshelf.audits.checks.stage import FILE
from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.engines.own import speaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

_BITS = 40
KEYS = ("request", "position", "listing")
"""What makes two rows of a log of single impressions the same row."""


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
        return tuple(dict.fromkeys((*KEYS, *columns)))
    return KEYS


def keyed_by_position(columns: Sequence[str]) -> bool:
    """Say whether a log with a request id and these columns has one row for each position shown."""
    return keys_of(columns, "request") == KEYS and {"request", "position"} <= set(columns)


def by_request(rows: ir.Table) -> ir.Table:
    """Give each request its number of rows, and the sum of two to the power of their positions.

    Returns
    -------
    ibis Table
        ``request`` (with its number, where rows have one), ``n`` and ``total``, to which
        positions outside 0 to 40 add nothing; lazy.
    """
    name = speaker(rows)
    fits = rows.position.between(0, _BITS)
    power = ibis.ifelse(fits, _power(ibis.ifelse(fits, rows.position, 0), name), 0)
    keys, texts = by_key(rows, ["request"])
    return rows.group_by(keys).agg(n=rows.count(), total=power.sum()).mutate(**texts)


def numbered_through(requests: ir.Table, base: int = 1) -> bool:
    """Say whether every request shows the positions ``base`` to ``base + n - 1`` once each.

    n powers of two add up to the sum of these n only if they are the same.

    Parameters
    ----------
    requests
        As :func:`by_request` gives them.
    base
        What positions count from: 0 or 1.
    """
    name = speaker(requests)
    most = ibis.least(requests.n, _BITS)
    full = (requests.n <= _BITS) & (
        requests.total == _power(most + base, name) - _power(ibis.literal(base), name)
    )
    broken = requests.filter(~full.fill_null(engine.NEVER)).select("n")
    return not broken.limit(1).to_pyarrow().num_rows


def any_repeated(rows: ir.Table, keys: Sequence[str], count: int, *, through: bool = False) -> bool:
    """Say whether two rows agree in all keys; cheap, and sure when it says no.

    Parameters
    ----------
    rows
        The used rows.
    keys
        As :func:`keys_of` gives them.
    count
        How many rows there are.
    through
        Whether it is known that positions number each request through.
    """
    if not keys or (through and keys == KEYS):
        return False
    return distinct(rows, keys) < count


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


def differing(rows: ir.Table, keys: Sequence[str], others: Sequence[str]) -> tuple[int, list[str]]:
    """Count the sets of repeated rows that do not say the same, and name what they differ in.

    Parameters
    ----------
    rows
        Rows with a ``listing``.
    keys
        As :func:`keys_of` gives them.
    others
        Columns to compare; a cell without a value differs from one with a value.

    Returns
    -------
    count, columns
        How many sets of rows that agree in ``keys`` differ in any of ``others``, and in which.
    """
    if not others:
        return 0, []
    named = rows.filter(rows.listing.notnull())
    size = named.count()
    told = {
        f"_{place}": (named[name].min() != named[name].max()).fill_null(engine.NEVER)
        | ((named[name].count() > 0) & (named[name].count() < size))
        for place, name in enumerate(others)
    }
    sets = named.group_by(list(keys)).agg(**told)
    any_of = ibis.or_(*(sets[one] for one in told))
    counts = {one: ibis.ifelse(sets[one], 1, 0).sum() for one in told}
    found = sets.agg(_any=ibis.ifelse(any_of, 1, 0).sum(), **counts).to_pyarrow().to_pylist()[0]
    columns = [name for place, name in enumerate(others) if found[f"_{place}"]]
    return int(found["_any"] or 0), columns
