"""Which groups are withheld: the small, the dominated, and those that would give them away.

A group is a set of sellers, and so a sum over the distinct combinations of all labels (``results.
tables["label_cells"]``). A withheld group could be worked out from published ones exactly if its
indicator lies in their linear span (totals and other definitions included), and a group of fewer
than k sellers lies open where one published group less another is that small. Groups are withheld
beside the first ones until neither is so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.results import Results
    from fairshelf.reports.disclosure.rules import Rules

    Floats = NDArray[np.float64]

Group = tuple[str, str]
"""Attribute and level."""

CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Withheld:
    """Groups that are withheld, by reason.

    ``small`` and ``dominated`` give nothing at all; ``beside`` are groups whose shares and counts
    would give those away, but whose ratios to other groups may stand.
    """

    small: frozenset[Group]
    dominated: frozenset[Group]
    beside: frozenset[Group]

    @property
    def closed(self) -> frozenset[Group]:
        """Groups of which nothing is told."""
        return self.small | self.dominated

    @property
    def summed(self) -> frozenset[Group]:
        """Groups of which no share and no count is told."""
        return self.closed | self.beside

    def touches(self, attribute: str | None) -> bool:
        """Tell whether any group of an attribute is withheld."""
        return any(one == attribute for one, _ in self.summed)


def withheld(results: Results, limits: Rules) -> Withheld:
    """Decide which groups are withheld.

    Parameters
    ----------
    results
        The full results of an audit.
    limits
        The thresholds.
    """
    if results.joins.seller_is == "none":
        return Withheld(frozenset(), frozenset(), frozenset())
    small = {
        (record.name, level.level)
        for record in results.groups
        for level in record.levels
        if level.sellers and level.sellers < limits.k
    }
    dominated = _dominated(results, limits) - small
    beside = _beside(results, small | dominated, limits)
    return Withheld(frozenset(small), frozenset(dominated), frozenset(beside))


def _dominated(results: Results, limits: Rules) -> set[Group]:
    table = results.tables.get("dominance")
    return {
        (str(attribute), str(group))
        for attribute, group, largest, two_largest in (table.rows if table else ())
        if float(largest or 0) > limits.largest or float(two_largest or 0) > limits.two_largest
    }


def _beside(results: Results, closed: set[Group], limits: Rules) -> set[Group]:
    """Withhold groups until nothing that is withheld follows from what is not."""
    cells, sizes = indicators(results)
    closed = {group for group in closed if group in cells}
    beside: set[Group] = set()
    references = {(record.name, record.reference) for record in results.groups}
    sellers = {group: float(sizes @ vector) for group, vector in cells.items()}
    declared = {record.name for record in results.groups if record.declared}

    def price(group: Group) -> tuple[object, ...]:
        """Order what is given up first: undeclared, reference, unknown, then the smallest."""
        name, level = group
        return (name in declared, group not in references, level != "unknown", sellers[group])

    while True:
        open_ = [g for g in cells if g not in closed and g not in beside and sellers[g] > 0]
        found = _leak(cells, sizes, closed, open_, limits)
        if found is None:
            return beside
        beside.add(min(found, key=price))


def _leak(
    cells: dict[Group, Floats],
    sizes: Floats,
    closed: set[Group],
    open_: list[Group],
    limits: Rules,
) -> list[Group] | None:
    """Give the published groups of which one must go, or None where nothing leaks."""
    whole = np.ones(sizes.size)
    for one in sorted(closed):
        rows = [whole, *(cells[group] for group in open_)]
        weights, *_ = np.linalg.lstsq(np.stack(rows, axis=1), cells[one], rcond=None)
        if np.abs(np.stack(rows, axis=1) @ weights - cells[one]).max() < CLOSE:
            used = [g for g, weight in zip(open_, weights[1:], strict=True) if abs(weight) > CLOSE]
            own = [g for g in used if not _implied(cells, whole, open_, g)]
            return own or used or None
    everything = [(None, whole), *((group, cells[group]) for group in open_)]
    for outer, large in everything:
        for group in open_:
            rest = large - cells[group]
            if group != outer and rest.min() >= 0 and 0 < float(sizes @ rest) < limits.k:
                return [group] if outer is None else [group, outer]
    return None


def _implied(cells: dict[Group, Floats], whole: Floats, open_: list[Group], group: Group) -> bool:
    """Tell whether a group follows from the other published ones: hiding it hides nothing."""
    others = np.stack([whole, *(cells[one] for one in open_ if one != group)], axis=1)
    weights, *_ = np.linalg.lstsq(others, cells[group], rcond=None)
    return bool(np.abs(others @ weights - cells[group]).max() < CLOSE)


def indicators(results: Results) -> tuple[dict[Group, Floats], Floats]:
    """Give each group's indicator over the label cells, and the sellers of each cell.

    Results without label cells (of no sellers) have none.
    """
    table = results.tables.get("label_cells")
    if table is None:
        return {}, np.empty(0)
    names = table.columns[1:]
    sizes = np.array([float(row[0] or 0) for row in table.rows])
    cells: dict[Group, Floats] = {}
    for place, name in enumerate(names, start=1):
        levels = [str(row[place]) for row in table.rows]
        for level in dict.fromkeys(levels):
            cells[name, level] = np.array([float(one == level) for one in levels])
    return cells, sizes
