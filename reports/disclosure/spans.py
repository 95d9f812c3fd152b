"""What follows from what is published: sums of groups, and ratios between two of them.

A group is a set of sellers, and whatever is summed over it (impressions, attention, listings, the
sellers themselves) is one amount for each cell of sellers alike in all labels. The whole and each
published group tell one linear combination of these amounts; a ratio between two groups tells
another, in which neither group's own amount need be known. What lies in the span of all of them
can be worked out exactly, whatever else is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Group = tuple[str, str]
"""Attribute and level."""

Contrast = tuple[str, str, str]
"""Attribute, level and reference level."""

CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of sellers alike in all labels: the sellers of each, and which cells a group has.

    ``sizes`` has shape (cells,); ``of`` gives each group's indicator, of the same shape.
    """

    sizes: Floats
    of: dict[Group, Floats]

    def sellers(self, group: Group) -> int:
        """Count the sellers of a group."""
        return int(self.sizes @ self.of[group])

    def amounts(self, empties: Iterable[frozenset[Group]]) -> list[Floats]:
        """Give amounts that ratios may be of: any, and ones of which some groups have none.

        No simple relation holds between the amounts of different cells, as none does in data. A
        group that holds nothing has the ratio 0, which tells its amount.
        """
        places = np.arange(1, self.sizes.size + 1)
        usual: Floats = self.sizes * np.exp(np.sin(places**2.0))
        told = [usual]
        for groups in empties:
            having = [1 - self.of[group] for group in groups if group in self.of]
            told.append(np.prod([usual, *having], axis=0))
        return told


@dataclass(frozen=True, slots=True)
class Published:
    """The groups whose sums are published, and the pairs whose ratios are."""

    sums: frozenset[Group]
    ratios: frozenset[Contrast]

    def without(self, piece: Group | Contrast) -> Published:
        """Give the rest where one piece is given up."""
        return Published(self.sums - {piece}, self.ratios - {piece})

    def plus(self, piece: Group | Contrast) -> Published:
        """Give all of this and one piece more."""
        if len(piece) == 2:  # noqa: PLR2004 - attribute and level
            return Published(self.sums | {piece}, self.ratios)
        return Published(self.sums, self.ratios | {piece})


@dataclass(frozen=True, slots=True)
class Leak:
    """A group that can be worked out, and the published pieces it follows from.

    ``group`` is None for a set of sellers that is no group.
    """

    group: Group | None
    pieces: tuple[Group | Contrast, ...]


def first_leak(
    cells: Cells,
    published: Published,
    amounts: Iterable[Floats],
    closed: Iterable[Group],
    least: int,
) -> Leak | None:
    """Find a closed group, or a set of fewer than ``least`` sellers, that can be worked out.

    Parameters
    ----------
    cells
        All groups.
    published
        What an attacker has.
    amounts
        What may be summed: an amount for each cell.
    closed
        Groups that must not follow from it.
    least
        Sellers that the difference of two known groups must have.

    Returns
    -------
    None where nothing leaks, or nothing that is given up could help.
    """
    closed = sorted(closed)
    if not cells.of:
        return None
    for amount in amounts:
        known = _Known(cells, published, amount)
        for group in closed:
            if known.holds(cells.of[group]) and (pieces := known.used(cells.of[group])):
                return Leak(group, pieces)
        rest = _small_difference(cells, known, closed, least)
        if rest is not None and (pieces := known.used(rest)):
            return Leak(None, pieces)
    return None


def _small_difference(
    cells: Cells, known: _Known, closed: list[Group], least: int
) -> Floats | None:
    """Give what one known group has and another within it has not, where that is too few."""
    groups = [one for name, one in cells.of.items() if name not in closed and known.holds(one)]
    inner = np.stack([*groups, np.ones(cells.sizes.size)])
    for outer in inner:
        rest = outer - inner
        few = rest @ cells.sizes
        found = np.flatnonzero((rest.min(axis=1) >= 0) & (few > 0) & (few < least))
        if found.size:
            small: Floats = rest[found[0]]
            return small
    return None


class _Known:
    """The span of what is published."""

    def __init__(self, cells: Cells, published: Published, amount: Floats) -> None:
        self.pieces: list[Group | Contrast] = []
        rows = [np.ones(cells.sizes.size)]
        for group in sorted(published.sums):
            self.pieces.append(group)
            rows.append(cells.of[group])
        for name, level, reference in sorted(published.ratios):
            ours, theirs = (cells.of[name, one] for one in (level, reference))
            if {(name, level), (name, reference)} <= published.sums:
                continue
            row = (theirs @ amount) * ours - (ours @ amount) * theirs
            if np.abs(row).max() > 0:
                self.pieces.append((name, level, reference))
                rows.append(row / np.abs(row).max())
        self.rows = np.stack(rows, axis=1)
        basis, strength, _ = np.linalg.svd(self.rows, full_matrices=False)
        self.basis = basis[:, strength > CLOSE * strength[0]]

    def holds(self, target: Floats) -> bool:
        """Tell whether a group's sums follow."""
        rest = target - self.basis @ (self.basis.T @ target)
        return bool(np.abs(rest).max() < CLOSE)

    def used(self, target: Floats) -> tuple[Group | Contrast, ...]:
        """Give the pieces from which a group's sums follow."""
        weights, *_ = np.linalg.lstsq(self.rows, target, rcond=None)
        used = np.abs(weights[1:]) > CLOSE
        return tuple(piece for piece, one in zip(self.pieces, used, strict=True) if one)
