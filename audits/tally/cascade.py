"""Attention in a cascade, put on every row before it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.checks.hold import hold
from fairshelf.audits.checks.records import MICRO
from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from fairshelf.audits.browsing import BrowsingModel


def with_cascades(con: Backend, log: ir.Table, models: Sequence[BrowsingModel]) -> ir.Table:
    """Put a column of attention on a log for each cascade among the models.

    ``p ** (r - 1) * prod_{j above} (1 - u rel_j)`` times the row's impressions, in millionths, as
    :func:`fairshelf.audits.metrics.cascade_weights` has it for one list. Relevance is the log's
    ``relevance``, in [0, 1]; without it a click is relevance 1.

    Raises
    ------
    DataError
        ``cascade_needs``: requests are not told apart, or there is neither relevance nor clicks.
        ``cascade_range``: relevance is not between 0 and 1.
    """
    wanted = [model for model in models if model.cascade is not None]
    if not wanted:
        return log
    has = set(log.columns)
    if "request" not in has or not has & {"relevance", "clicks"}:
        raise DataError("cascade_needs", model=wanted[0].name)
    if "relevance" in has:
        relevance = log.relevance.fill_null(0) / MICRO
        bounds = log.aggregate(low=log.relevance.min(), high=log.relevance.max()).to_pyarrow()
        low, high = (bounds.column(name)[0].as_py() or 0 for name in ("low", "high"))
        if low < 0 or high > MICRO:
            raise DataError("cascade_range", low=low / MICRO, high=high / MICRO)
    else:
        clicked = log.clicks.fill_null(0) / log.impressions.cast("float64").nullif(0)
        relevance = ibis.least(clicked.fill_null(0.0), 1.0)
    told = log.mutate(_relevance=relevance.cast("float64"))
    for model in wanted:
        told = told.mutate(**{model.name: _attention(told, model)})
    return hold(con, told.drop("_relevance"), "fairshelf_cascade")


def _attention(rows: ir.Table, model: BrowsingModel) -> ir.IntegerValue:
    patience, satisfaction = model.cascade or (1.0, 0.0)
    left = 1.0 - satisfaction * rows._relevance  # noqa: SLF001 - a column of ours
    stops = left <= 0
    above = ibis.window(group_by="request", order_by=["position", "listing"], preceding=(None, 1))
    logs = ibis.ifelse(stops, 0.0, ibis.ifelse(stops, 1.0, left).ln())
    survived = logs.sum().over(above).fill_null(0.0).exp()
    stopped = ibis.ifelse(stops, 1, 0).sum().over(above).fill_null(0)
    depth = (rows.position - 1).cast("float64")
    attention = ibis.literal(patience).pow(depth) * ibis.ifelse(stopped > 0, 0.0, survived)
    whole = (attention * MICRO).round().cast("int64")
    return whole * rows.impressions
