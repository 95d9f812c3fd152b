"""The tables that figures are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.results import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Cell
    from fairshelf.audits.tally import Tally

EACH = 25
"""Lists no deeper than this show every position; deeper ones are binned below it."""

EDGES = (1, 2, 3, 4, 6, 11, 21, 51, 101, 201, 501, 1001, 2001, 5001, 10001, 100001)


def exposure_by_position(
    tally: Tally, groupings: Sequence[Grouping], cutoffs: tuple[int, ...]
) -> Table:
    """Give each group's share of the impressions at each position, or bin of positions.

    Parameters
    ----------
    tally
        The counts.
    groupings
        Attributes to show.
    cutoffs
        Depths at which a bin must end.

    Returns
    -------
    Table
        ``attribute, group, position`` (a label such as ``11-20``), ``impressions, share,
        sellers`` (of all groups at these positions).
    """
    counts = tally.cells.counts
    deepest = int(counts.position.max())
    starts = _starts(deepest, cutoffs)
    binned = np.searchsorted(starts, counts.position, side="right") - 1
    sellers = _sellers_at(tally, starts)
    rows: list[tuple[Cell, ...]] = []
    for grouping in groupings:
        code = grouping.label_code[tally.cells.label][counts.key]
        shape = (len(starts), len(grouping.levels))
        table = np.zeros(shape)
        np.add.at(table, (binned, code), counts.impressions)
        totals = table.sum(axis=1)
        for place in np.flatnonzero(totals):
            label = _label(starts, int(place), deepest)
            for level, held in zip(grouping.levels, table[place], strict=True):
                if table[:, grouping.levels.index(level)].sum() > 0:
                    share = round(float(held / totals[place]), 9)
                    rows.append(
                        (grouping.name, level, label, int(held), share, int(sellers[place]))
                    )
    columns = ("attribute", "group", "position", "impressions", "share", "sellers")
    return Table(columns, tuple(rows))


def _sellers_at(tally: Tally, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the sellers seen at each bin of positions, shape (bins,)."""
    rows = tally.by_seller
    place = np.searchsorted(starts, rows.position, side="right") - 1
    # sorted by seller and position: a pair that is not the one before it is a new one
    new = np.ones(place.size, dtype=bool)
    new[1:] = (np.diff(rows.key) != 0) | (np.diff(place) != 0)
    return np.bincount(place[new], minlength=len(starts))


def label_cells(groupings: Sequence[Grouping]) -> Table:
    """Count the sellers of each distinct combination of all labels; for disclosure control."""
    codes = np.stack([grouping.code for grouping in groupings], axis=1)
    distinct, counts = np.unique(codes, axis=0, return_counts=True)
    rows: list[tuple[Cell, ...]] = []
    for combination, count in zip(distinct, counts, strict=True):
        levels = (g.levels[int(code)] for g, code in zip(groupings, combination, strict=True))
        rows.append((int(count), *levels))
    return Table(("sellers", *(grouping.name for grouping in groupings)), tuple(rows))


def dominance(ctx: Context, groupings: Sequence[Grouping]) -> Table:
    """Give the shares of each group's attention that its one and two largest sellers hold."""
    exposure = ctx.amounts[ctx.models[0].name].seller
    rows: list[tuple[Cell, ...]] = []
    for grouping in groupings:
        for place, level in enumerate(grouping.levels):
            held = np.sort(exposure[grouping.code == place])[::-1]
            if held.sum() > 0:
                largest, two = (round(float(held[:n].sum() / held.sum()), 6) for n in (1, 2))
                rows.append((grouping.name, level, largest, two))
    return Table(("attribute", "group", "largest", "two_largest"), tuple(rows))


def _starts(deepest: int, cutoffs: tuple[int, ...]) -> NDArray[np.int64]:
    if deepest <= EACH:
        return np.arange(1, deepest + 1)
    edges = {edge for edge in EDGES if edge <= deepest}
    edges |= {depth + 1 for depth in cutoffs if depth < deepest}
    return np.array(sorted(edges))


def _label(starts: NDArray[np.int64], place: int, deepest: int) -> str:
    first = int(starts[place])
    last = int(starts[place + 1]) - 1 if place + 1 < len(starts) else deepest
    return str(first) if first == last else f"{first}-{last}"
