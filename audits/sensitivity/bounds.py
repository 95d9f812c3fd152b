"""What sellers without a label could do to a ratio: all of them on one side, then on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.metrics import exposure_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class UnknownBounds:
    """The ratio with the unknown sellers left out, and its range over who they could be.

    Attributes
    ----------
    value
        Without them.
    all_group, all_reference
        All of them in the group; all of them in the reference.
    lowest, highest
        The least and the largest ratio that any assignment of them gives, those in neither
        included.
    sellers
        How many they are.
    """

    value: float
    all_group: float
    all_reference: float
    lowest: float
    highest: float
    sellers: int


def unknown_bounds(
    exposure: Floats, units: Floats, group: Bools, reference: Bools, unknown: Bools
) -> UnknownBounds:
    """Bound an exposure ratio over the labels that sellers without one could have.

    Each group's mean is a ratio of sums, so that the least ratio takes into the group those whose
    attention per unit lies below its mean and into the reference those above its own: sorted by
    attention per unit, the extreme assignments give a lower part to one group and an upper part to
    the other, and all such splits are tried.

    Parameters
    ----------
    exposure, units
        Attention and units of each seller, shape (S,).
    group, reference, unknown
        Who is labelled what, shape (S,).
    """
    sums = [(float(exposure[mask].sum()), float(units[mask].sum())) for mask in (group, reference)]
    open_to = np.flatnonzero(unknown & (units > 0))
    order = open_to[np.argsort(exposure[open_to] / units[open_to], kind="stable")]
    until = np.concatenate([[[0.0, 0.0]], np.cumsum(np.stack([exposure, units], 1)[order], 0)])
    whole = until[-1]

    def ratio(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
        return exposure_ratio(
            sums[0][0] + ours[0],
            sums[0][1] + ours[1],
            sums[1][0] + theirs[0],
            sums[1][1] + theirs[1],
        )

    nothing = np.zeros(2)
    lows = [until[: part + 1][-1] for part in range(len(until))]
    highs = [whole - part for part in until]
    least = _extreme(sums, lows, highs, lowest=True)
    most = _extreme(sums, highs, lows, lowest=False)
    return UnknownBounds(
        value=ratio(nothing, nothing),
        all_group=ratio(whole, nothing),
        all_reference=ratio(nothing, whole),
        lowest=least,
        highest=most,
        sellers=int(unknown.sum()),
    )


def _extreme(
    sums: list[tuple[float, float]],
    ours: list[NDArray[np.float64]],
    theirs: list[NDArray[np.float64]],
    *,
    lowest: bool,
) -> float:
    """Give the extreme ratio with a run of the unknown sellers from one end in each group.

    The runs overlap nowhere: the best split into (group, neither, reference) is found by taking
    each group's own best run, which are from opposite ends; where they would overlap, every split
    point is tried.
    """
    pick = min if lowest else max
    mine = [_mean(sums[0], part) for part in ours]
    other = [_mean(sums[1], part) for part in theirs]
    size = len(ours) - 1
    best_mine, best_other = mine.index(pick(mine)), other.index((max if lowest else min)(other))
    taken = best_mine if lowest else size - best_mine
    left = size - best_other if lowest else best_other
    if taken + left <= size:
        return _over(mine[best_mine], other[best_other])
    return pick(_over(mine[place], other[place]) for place in range(size + 1))


def _mean(base: tuple[float, float], part: NDArray[np.float64]) -> float:
    units = base[1] + part[1]
    return float((base[0] + part[0]) / units) if units > 0 else float("nan")


def _over(first: float, second: float) -> float:
    return first / second if second > 0 else float("inf")
