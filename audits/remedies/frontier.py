"""The front of remedies: which points nothing beats, how far the present is from them, the knee.

Utility is to be large, the distance |ln ratio| of the group's exposure ratio to parity small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.remedies.points import disparity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.remedies.paired import Better
    from fairshelf.audits.remedies.points import Point, Ranged

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

FLAT = 1e-9
"""A knee that stands out from the chord by less than this (both axes 0 to 1) is none."""

LEAST_FOR_KNEE = 3
"""Points of a front from which on it can bend."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a point stands.

    Attributes
    ----------
    disparity
        |ln ratio| with its interval.
    dominated
        Another point is no worse in either respect and better in one, by the estimates.
    clearly
        Another point that is better in both respects by paired intervals
        (:func:`fairshelf.audits.remedies.paired.clearly_better`); None where none is.
    """

    disparity: Ranged
    dominated: bool
    clearly: Better | None


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the present point is from the front, by linear interpolation between its points.

    ``utility_gain`` is the utility that could be gained at the present disparity,
    ``disparity_gain`` by how much |ln ratio| could fall at the present utility; both are 0 on the
    front. Between two neighbours a front is reached by drawing one of the two orders by lot for
    each request: utility then follows the line exactly, the logarithm of the ratio nearly.
    """

    utility_gain: float
    disparity_gain: float


@dataclass(frozen=True, slots=True)
class Frontier:
    """The front of a set of points.

    Attributes
    ----------
    standings
        One for each point, in the order given.
    front
        Indices of the points nothing dominates, from the least to the largest disparity (and
        utility); of points that coincide the first.
    present
        Distance of the present point; None where it has no finite disparity or utility.
    knee
        Index of the point at which a further step towards parity begins to cost more; None where
        the front does not bend outwards.
    """

    standings: tuple[Standing, ...]
    front: tuple[int, ...]
    present: Distance | None
    knee: int | None


def frontier(
    points: Sequence[Point], present: int, better: Sequence[Better | None] | None = None
) -> Frontier:
    """Find the front of remedies and the place of what the platform does now.

    Points without a finite disparity and utility have no part in the front and dominate nothing.

    Parameters
    ----------
    points
        Remedies at their strengths, the present order among them.
    present
        Index of the present order.
    better
        For each point one that is better beyond doubt; none is where not given.
    """
    far = [disparity(point.ratio) for point in points]
    utility = np.array([point.utility.value for point in points])
    distance = np.array([one.value for one in far])
    beaten = dominated(utility, distance)
    clear = [None] * len(points) if better is None else better
    front = _ordered(utility, distance, beaten)
    return Frontier(
        standings=tuple(
            Standing(one, bool(by), clearly)
            for one, by, clearly in zip(far, beaten, clear, strict=True)
        ),
        front=tuple(int(one) for one in front),
        present=_from_front(utility, distance, front, present),
        knee=knee(utility, distance, front),
    )


def dominated(utility: Floats, distance: Floats) -> Bools:
    """Tell which points another is no worse than in both respects and better than in one, (n,).

    Pareto dominance. NaN and infinite points are neither dominated nor do they dominate.
    """
    finite = np.isfinite(utility) & np.isfinite(distance)
    with np.errstate(invalid="ignore"):
        no_worse = (utility[:, None] >= utility) & (distance[:, None] <= distance)
        better = (utility[:, None] > utility) | (distance[:, None] < distance)
    return np.asarray((no_worse & better & finite[:, None] & finite).any(axis=0))


def _ordered(utility: Floats, distance: Floats, beaten: Bools) -> Ints:
    """Give the indices of the front by rising disparity, points that coincide once."""
    left = np.flatnonzero(~beaten & np.isfinite(utility) & np.isfinite(distance))
    _, first = np.unique(distance[left], return_index=True)
    return left[first]


def _from_front(utility: Floats, distance: Floats, front: Ints, present: int) -> Distance | None:
    here, worth = distance[present], utility[present]
    if not (np.isfinite(here) and np.isfinite(worth)):
        return None
    best = np.interp(here, distance[front], utility[front])
    nearest = np.interp(worth, utility[front], distance[front])
    return Distance(float(max(best - worth, 0.0)), float(max(here - nearest, 0.0)))


def knee(utility: Floats, distance: Floats, front: Ints) -> int | None:
    """Give the point of a front that stands out most from the line between its ends.

    Kneedle without smoothing: both axes are brought to 0..1, and the point with the largest
    difference between the curve and the diagonal is taken (Satopaa, Albrecht, Irwin and Raghavan,
    ICDCS workshops 2011). It says where the trade-off turns, not what is right.

    Parameters
    ----------
    utility, distance
        Of all points, shape (n,).
    front
        Indices of the front by rising distance, shape (k,).

    Returns
    -------
    An index of a point; None with fewer than three points, or where none stands out.
    """
    if front.size < LEAST_FOR_KNEE:
        return None
    across, up = distance[front], utility[front]
    above = (up - up[0]) / (up[-1] - up[0]) - (across - across[0]) / (across[-1] - across[0])
    return int(front[above.argmax()]) if above.max() > FLAT else None
