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
        No assignment of them gives a ratio below or above, those in neither included. The bounds
        are reached but where both groups would take one seller, who is then shared out.
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
    the other. Parts of a seller are allowed, so that these are bounds for whole ones.

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
    """Bound the ratio with a run of the unknown sellers from one end in each group.

    Each group's own best run is from opposite ends. Where they do not overlap, the bound is what
    that assignment gives. Where they do, the best way to share sellers out, parts of a seller
    allowed, is to cut the order at one place; no way to assign whole sellers gives a ratio beyond.
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
    return _cut(sums, np.asarray(ours), np.asarray(theirs), lowest=lowest)


def _cut(sums: list[tuple[float, float]], ours: Floats, theirs: Floats, *, lowest: bool) -> float:
    """Give the extreme ratio where the order of sellers is cut inside one of them.

    A part t of the seller goes to the group, the rest to the reference. Where the ratio has no
    slope in t stands the root of a quadratic; the ends 0 and 1 are tried, too.
    """
    e, u = np.abs(np.diff(ours, axis=0)).T
    a0, c0 = (np.array(sums[0]) + np.minimum(ours[:-1], ours[1:])).T
    b0, d0 = (np.array(sums[1]) + np.minimum(theirs[:-1], theirs[1:])).T
    mine, other = e * c0 - u * a0, e * d0 - u * b0
    square = e * u * (mine + other)
    slope = other * (a0 * u + c0 * e) - mine * (u * (b0 + e) + e * (d0 + u))
    rest = mine * (b0 + e) * (d0 + u) + other * a0 * c0
    with np.errstate(divide="ignore", invalid="ignore"):
        half = -(slope + np.copysign(np.sqrt(slope**2 - 4 * square * rest), slope)) / 2
        parts = np.stack([np.zeros_like(e), np.ones_like(e), half / square, rest / half])
        parts = np.where((parts >= 0) & (parts <= 1), parts, 0.0)
        first = (a0 + parts * e) / (c0 + parts * u)
        second = (b0 + (1 - parts) * e) / (d0 + (1 - parts) * u)
        found = first / second
    found = found[~np.isnan(found)]
    if not found.size:
        return float("nan")
    return float(found.min() if lowest else found.max())


def _mean(base: tuple[float, float], part: NDArray[np.float64]) -> float:
    units = base[1] + part[1]
    return float((base[0] + part[0]) / units) if units > 0 else float("nan")


def _over(first: float, second: float) -> float:
    return first / second if second > 0 else float("inf")
