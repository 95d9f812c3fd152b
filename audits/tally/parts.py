"""What a tally is counted from: the rows of a log, or counts of them that were made before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairshelf.audits.checks.keys import is_key
from fairshelf.audits.checks.short import CASCADE, summed, weighed
from fairshelf.audits.tally.margins import PERIOD

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from fairshelf.audits.checks.plain import Plain
    from fairshelf.audits.checks.records import Known

CORE = ("request", "position", "listing", "seller", "impressions")
"""Columns that are no sums and no further dimension."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Relations that hold a log's impressions and sums, each as fine as what is counted from it.

    For a log they are all its rows; a saved tally has a table for each. Rows may have the
    numbers of their ids beside them (:mod:`fairshelf.audits.checks.keys`).

    Attributes
    ----------
    cells
        ``request`` or ``shard``, ``seller``, ``position``, ``impressions`` (none where each row is
        one) and sums.
    listings
        ``listing``, ``seller``, ``position``, ``impressions`` and sums.
    names
        Distinct values of ``listing``; None to take them from ``listings``.
    margins
        Dimension -> ``seller``, ``position``, the dimension (``time`` for ``period``),
        ``impressions`` and sums.
    covariates
        Name -> ``listing`` and ``value``: the mean of the rows' numbers, or their first word.
    rankings
        Rows of whole lists, or of a sample; None where there are none.
    sampled
        Whether ``rankings`` are a sample already.
    requests
        Distinct values of ``request``, where they are known already.
    shards
        Number of requests and of shards where ``cells`` have ``shard``, else None.
    rows
        Number of rows of the log; None to count ``cells``.
    unrated
        How many of them tell no relevance; None to count ``rankings``, which are then all rows.
    unweighed
        The same of attention.
    plain
        What ``listings`` were summed up from where that was done without the engine: ``cells`` can
        then be counted so too.
    """

    cells: ir.Table
    listings: ir.Table
    names: ir.Table | None = None
    margins: Mapping[str, ir.Table] = field(default_factory=dict)
    covariates: Mapping[str, ir.Table] = field(default_factory=dict)
    rankings: ir.Table | None = None
    sampled: bool = False
    requests: ir.Table | None = None
    shards: tuple[int | None, int] | None = None
    rows: int | None = None
    unrated: int | None = None
    unweighed: int | None = None
    plain: Plain | None = None


def counted_columns(log: ir.Table) -> list[str]:
    """Name the columns of a log that are keys, impressions or sums."""
    wanted = {*CORE, *summed(tuple(log.columns))}
    return [n for n in log.columns if n in wanted or n.startswith(CASCADE) or is_key(n)]


def parts_of(
    log: ir.Table,
    known: Known,
    margins: tuple[str, ...],
    covariates: tuple[str, ...],
) -> Parts:
    """Take a log's rows for every part.

    Parameters
    ----------
    log
        The used rows, with no null ``seller``.
    known
        What is known of these rows already.
    margins, covariates
        What is wanted of each; what the log has not is passed over.
    """
    kept = counted_columns(log)
    counted = log if known.single else weighed(log)
    rows = counted.select(kept)
    cascades = any(name.startswith(CASCADE) for name in kept)
    columns = {name: "time" if name == PERIOD else name for name in margins}
    short = None if cascades else known.short
    return Parts(
        cells=rows.drop("impressions") if known.single else rows,
        listings=rows if short is None else short,
        names=known.distinct.get("listing"),
        margins={
            name: counted.select(*dict.fromkeys((*kept, column)))
            for name, column in columns.items()
            if column in log.columns
        },
        covariates={name: covariate(log, name) for name in covariates if name in log.columns},
        rankings=log,
        requests=known.distinct.get("request"),
        plain=None if short is None else known.plain,
    )


def covariate(log: ir.Table, name: str) -> ir.Table:
    """Give each listing the mean of a column of numbers, or the first word of one of words."""
    held = log[name].mean() if log[name].type().is_numeric() else log[name].min()
    return log.group_by("listing").aggregate(value=held)
