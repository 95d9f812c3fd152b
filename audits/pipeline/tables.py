"""The tables that figures are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.results import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
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
        ``attribute, group, position`` (a label such as ``11-20``), ``impressions, share``.
    """
    counts = tally.cells.counts
    deepest = int(counts.position.max())
    starts = _starts(deepest, cutoffs)
    binned = np.searchsorted(starts, counts.position, side="right") - 1
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
                    rows.append((grouping.name, level, label, int(held), share))
    return Table(("attribute", "group", "position", "impressions", "share"), tuple(rows))


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
