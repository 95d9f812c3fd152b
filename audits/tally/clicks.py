"""Clicks by item and position: what position bias is estimated from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np

from fairshelf.audits.browsing import PositionBias, position_bias
from fairshelf.audits.errors import DataError
from fairshelf.audits.tally.fetch import fetched

if TYPE_CHECKING:
    import ibis.expr.types as ir


def empirical_bias(log: ir.Table) -> PositionBias:
    """Estimate position bias from a log's clicks; rows that tell none are passed over.

    Clicks are compared within a listing under one query where those repeat, else within a listing.

    Parameters
    ----------
    log
        The used rows, with ``clicks`` and ``listing``, perhaps ``query``.

    Raises
    ------
    DataError
        ``empirical_needs``: the log has no clicks or no listings. It has, and they cannot tell
        position from appeal: ``empirical_no_item_moves``, ``empirical_too_few_clicks``,
        ``empirical_not_connected``.
    """
    if not {"clicks", "listing"} <= set(log.columns):
        raise DataError("empirical_needs")
    log = log.filter(log.clicks.notnull())
    ways = [("query", "listing"), ("listing",)] if "query" in log.columns else [("listing",)]
    found = None
    for keys in ways:
        found = _bias(log, keys)
        if found.trouble is None:
            return found
    assert found is not None  # noqa: S101 - there is at least one way
    if found.trouble == "no_item_moves":
        raise DataError("empirical_no_item_moves")
    if found.trouble == "too_few_clicks":
        raise DataError("empirical_too_few_clicks", clicks=found.clicks, items=found.items)
    raise DataError("empirical_not_connected", clicks=found.clicks, items=found.items)


def _bias(log: ir.Table, keys: tuple[str, ...]) -> PositionBias:
    few = log.group_by([*keys, "position"]).aggregate(
        impressions=log.impressions.sum(), clicks=log.clicks.sum()
    )
    window = ibis.window(group_by=list(keys))
    moving = few.mutate(
        places=few.position.count().over(window), clicked=few.clicks.sum().over(window)
    )
    kept = moving.filter((moving.places > 1) & (moving.clicked > 0) & (moving.impressions > 0))
    numbered = kept.mutate(
        item=ibis.dense_rank().over(order_by=[kept[name] for name in keys])
    ).select("item", "position", "impressions", "clicks")
    columns = fetched(numbered, ["item", "position"])
    return position_bias(
        columns["item"],
        columns["position"],
        columns["impressions"].astype(np.float64),
        columns["clicks"].astype(np.float64),
    )
