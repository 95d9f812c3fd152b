"""Rows that say again what another row has said: found, counted and set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.checks.requests import distinct
from fairshelf.audits.checks.stage import FILE
from fairshelf.audits.columns.raw import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

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


def any_repeated(rows: ir.Table, keys: Sequence[str]) -> bool:
    """Say whether two rows agree in all keys; cheap, and sure when it says no."""
    if not keys:
        return False
    count = rows.count().to_pyarrow().as_py()
    return distinct(rows, keys) < count


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
    return named.mutate(_nth=nth).filter(ibis._._nth > 0).select(FILE, ROW, "listing")  # noqa: SLF001 - the name of a column
