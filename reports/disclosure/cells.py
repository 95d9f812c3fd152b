"""Which groups are withheld: the small, the dominated, and those that would give them away.

From what is published no withheld group can be worked out, and no set of fewer than k sellers as
the difference of two groups (:mod:`fairshelf.reports.disclosure.spans`). What is given up for that
beside the first ones: sums of groups that nothing is compared with, then sums of compared groups,
whose ratios to each other stand, then ratios.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.reports.disclosure.compared import contrasts, empties, indicators
from fairshelf.reports.disclosure.spans import Published, first_leak

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.disclosure.rules import Rules
    from fairshelf.reports.disclosure.spans import Cells, Contrast, Group, Leak


@dataclass(frozen=True, slots=True)
class Withheld:
    """Groups and comparisons that are withheld, by reason.

    ``small`` and ``dominated`` give nothing at all; ``beside`` are groups whose own figures would
    give those away, but whose ratios to other such groups may stand; ``apart`` are comparisons
    that would.
    """

    small: frozenset[Group]
    dominated: frozenset[Group]
    beside: frozenset[Group] = frozenset()
    apart: frozenset[Contrast] = frozenset()

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

    def shuts(self, attribute: object, group: object, reference: object = None) -> bool:
        """Tell whether nothing may be said of a group, or of its comparison with a reference."""
        pair = {(attribute, group), (attribute, reference)}
        return bool(pair & self.closed) or (attribute, group, reference) in self.apart

    def hides(self, attribute: object, group: object, reference: object = None) -> bool:
        """Tell whether a group, or its reference, is withheld beside others."""
        return bool({(attribute, group), (attribute, reference)} & self.beside)


def withheld(results: Results, limits: Rules) -> Withheld:
    """Decide which groups and comparisons are withheld.

    Parameters
    ----------
    results
        The full results of an audit.
    limits
        The thresholds.
    """
    if results.joins.seller_is == "none":
        return Withheld(frozenset(), frozenset())
    small = {
        (record.name, level.level)
        for record in results.groups
        for level in record.levels
        if level.sellers and level.sellers < limits.k
    }
    dominated = _dominated(results, limits) - small
    first = Withheld(frozenset(small), frozenset(dominated))
    return _with_others(results, first, limits)


def _dominated(results: Results, limits: Rules) -> set[Group]:
    table = results.tables.get("dominance")
    return {
        (str(attribute), str(group))
        for attribute, group, largest, two_largest in (table.rows if table else ())
        if float(largest or 0) > limits.largest or float(two_largest or 0) > limits.two_largest
    }


def _with_others(results: Results, first: Withheld, limits: Rules) -> Withheld:
    """Give up one thing after another until nothing that is withheld follows from the rest."""
    cells = indicators(results)
    closed = {group for group in first.closed if group in cells.of}
    groups = frozenset(g for g in cells.of if g not in closed and cells.sellers(g) > 0)
    ratios = frozenset(
        (name, one, two)
        for name, one, two in contrasts(results)
        if {(name, one), (name, two)} <= groups
    )
    left = Published(groups, ratios)
    amounts = cells.amounts(empties(results))
    given_up: list[Group | Contrast] = []
    while (leak := first_leak(cells, left, amounts, closed, limits.k)) is not None:
        given_up.append(_cheapest(leak, left, results, cells))
        left = left.without(given_up[-1])
    for piece in reversed(given_up):  # what was given up early may no longer be needed
        if first_leak(cells, left.plus(piece), amounts, closed, limits.k) is None:
            left = left.plus(piece)
    return Withheld(first.small, first.dominated, groups - left.sums, ratios - left.ratios)


def _cheapest(leak: Leak, left: Published, results: Results, cells: Cells) -> Group | Contrast:
    """Choose what is given up first.

    What was not declared; sums of intersections, then of the attribute of the group that leaks;
    ratios in the same order; last what is told of other attributes. Among these groups that nothing
    is compared with, then the reference, then the smaller ones.
    """
    declared = {record.name for record in results.groups if record.declared}
    references = {(record.name, record.reference) for record in results.groups}
    compared = {(name, one) for name, *pair in left.ratios for one in pair}

    def price(piece: Group | Contrast) -> tuple[object, ...]:
        crossed, ratio = "*" in piece[0], len(piece) > 2  # noqa: PLR2004 - attribute and level
        own = leak.group is None or piece[0] == leak.group[0]
        group = (piece[0], piece[1])
        return (
            piece[0] in declared,
            not (crossed or own),
            ratio if crossed or own else not ratio,
            not crossed,
            group in compared,
            group not in references,
            cells.sellers(group),
            piece,
        )

    return min(leak.pieces, key=price)
