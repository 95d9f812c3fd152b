"""A log summed over its requests: what sellers and listings are counted from, in far fewer rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from fairshelf.audits.checks.hold import hold
from fairshelf.audits.checks.keys import by_key, seller_is_listing
from fairshelf.audits.checks.stage import BAD, FILE, OFF, RESTORED
from fairshelf.audits.columns.canonical import SELLER_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.stage import Source

MICRO_SUMS = ("attention", "relevance", "revenue")
WHOLE_SUMS = ("clicks", "orders")
PER_IMPRESSION = ("attention", "relevance")
"""Told of one impression, whatever number of them a row stands for."""
ROWS = "_rows"
MARKED = "_marked"
CASCADE = "cascade:"
"""Columns of attention that a cascade put on the rows begin with this."""


def summed(columns: Iterable[str]) -> tuple[str, ...]:
    """Give the columns that are summed, cascades first, then those in millionths."""
    held = tuple(columns)
    cascades = tuple(name for name in held if name.startswith(CASCADE))
    named = tuple(name for name in (*MICRO_SUMS, *WHOLE_SUMS) if name in held)
    return (*cascades, *named)


def grouped(rows: ir.Table, keys: Sequence[str], **more: ir.Value) -> ir.Table:
    """Sum impressions (one a row, where they are not told) and other sums by some keys; lazy."""
    single = "impressions" not in rows.columns
    return rows.group_by(list(keys)).aggregate(
        **more,
        impressions=rows.count() if single else rows.impressions.sum(),
        **{name: rows[name].sum() for name in summed(rows.columns)},
    )


def weighed(rows: ir.Table) -> ir.Table:
    """Count what is told of one impression (attention, relevance) as often as the row was shown.

    Clicks, orders and revenue are told of all impressions of a row already. For sums only: what
    looks at a list once takes the rows as they are.
    """
    if "impressions" not in rows.columns:
        return rows
    named = [name for name in PER_IMPRESSION if name in rows.columns]
    return rows.mutate(**{name: rows[name] * rows.impressions for name in named})


def marks(rows: ir.Table) -> list[str]:
    """Name the columns that say of a row that something in it was mended or left out."""
    return [RESTORED, *(OFF + name for name in rows.columns if OFF + name in rows.columns)]


def by_all(rows: ir.Table, sources: Sequence[Source]) -> list[str]:
    """Name what a log is summed by: the listing, its seller, what is said of sellers, position."""
    own = [name for source in sources for name, _ in source.detection.extras]
    told = [name for name in dict.fromkeys((*SELLER_COLUMNS, *own)) if name in rows.columns]
    return list(dict.fromkeys(("listing", "seller", *told, "position")))


def shortened(con: Any, rows: ir.Table, sources: Sequence[Source]) -> ir.Table | None:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Sum a log by listing, seller, what it says of sellers, and position; held by the engine.

    Parameters
    ----------
    con
        The Ibis backend that holds ``rows``.
    rows
        All rows as :func:`fairshelf.audits.checks.stage.staged` gives them.
    sources
        The files.

    Returns
    -------
    ibis Table or None
        ``listing``, ``seller`` (with their numbers, where rows have them; the text is then made
        when it is asked for), the sellers' own columns, ``position`` and ``_file``;
        ``impressions`` and sums (:func:`weighed`); ``_rows``, how many rows they are of;
        ``_marked``, whether one of those bears any mark. None where the log names no listings, and
        for candidates of a model, of whom nothing is counted yet.
    """
    candidates = any(source.detection.features for source in sources)
    if candidates or not {"listing", "position"} <= set(rows.columns):
        return None
    if "seller" not in rows.columns:
        rows = seller_is_listing(rows)
    rows = weighed(rows)
    keys = by_all(rows, sources)
    if len(sources) > 1:
        keys.append(FILE)
    marked = ibis.or_(*(rows[name] for name in (BAD, *marks(rows))))
    held, texts = by_key(rows, keys)
    found = grouped(rows, held, **{ROWS: rows.count(), MARKED: marked.any()})
    if len(sources) == 1:
        found = found.mutate(**{FILE: ibis.literal(sources[0].place, "int32")})
    return hold(con, found).mutate(**texts)
