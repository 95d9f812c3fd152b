"""How strong a remedy must be, and what it costs, for a ratio to reach a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.remedies.points import Ranged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Curve:
    """One remedy at rising strengths; the first is the present order or the weakest tried.

    Attributes
    ----------
    strength
        Rising, shape (k,).
    ratio
        Exposure ratio at each, shape (k,).
    cost
        What it costs (utility lost against the present), shape (k,).
    low, high
        Paired interval of the cost, NaN where there is none, shape (k,); None for none at all.
    """

    strength: Floats
    ratio: Floats
    cost: Floats
    low: Floats | None = None
    high: Floats | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a remedy first reaches a target.

    ``strength`` and ``cost`` are None where no strength that was tried does. ``nearest`` is the
    ratio that came nearest to the target. The interval is that of the cost at this strength; that
    the strength itself is an estimate is not in it.
    """

    target: float
    strength: float | None
    cost: Ranged | None
    nearest: float


def reaching(curve: Curve, target: float) -> Reached:
    """Find the least strength at which the ratio reaches a target, between those tried.

    The logarithm of the ratio, the cost and the ends of its interval are taken as straight lines
    from one strength to the next. A target below 1 is reached from below, one above 1 from above
    (a ratio past it towards parity has reached it); parity itself where the ratio crosses 1.

    Parameters
    ----------
    curve
        The remedy; strengths with a ratio that is not a positive number are passed over.
    target
        Above 0.

    Raises
    ------
    ValueError
        A target that is no positive number, or strengths that do not rise.
    """
    if not (np.isfinite(target) and target > 0):
        message = f"a ratio cannot reach {target}"
        raise ValueError(message)
    if (np.diff(curve.strength) <= 0).any():
        message = "the strengths of a remedy must rise"
        raise ValueError(message)
    kept = np.flatnonzero(np.isfinite(curve.ratio) & (curve.ratio > 0))
    if not kept.size:
        return Reached(target, None, None, float("nan"))
    short = _short_of(curve.ratio[kept], target)
    nearest = float(curve.ratio[kept[np.abs(short).argmin()]])
    place = _crossing(short)
    if place is None:
        return Reached(target, None, None, nearest)
    strength, cost, low, high = (
        _at(column, kept, place) for column in (curve.strength, curve.cost, curve.low, curve.high)
    )
    return Reached(target, strength, None if cost is None else Ranged(cost, low, high), nearest)


def _short_of(ratio: Floats, target: float) -> Floats:
    """Give how far each ratio is short of the target on the log scale, 0 or less once reached."""
    if target > 1:
        return np.asarray(np.log(ratio / target))
    short = np.asarray(np.log(target / ratio))
    return short if target < 1 or short[0] >= 0 else -short


def _crossing(short: Floats) -> tuple[int, float] | None:
    """Give the row before the target is first reached, and what part of the way to the next."""
    there = np.flatnonzero(short <= 0)
    if not there.size:
        return None
    first = int(there[0])
    if first == 0:
        return 0, 0.0
    return first - 1, float(short[first - 1] / (short[first - 1] - short[first]))


def _at(column: Floats | None, kept: Ints, place: tuple[int, float]) -> float | None:
    """Read a column between two of the rows kept; None where it does not say."""
    if column is None:
        return None
    row, part = place
    first = column[kept[row]]
    told = float(first if part == 0 else first + part * (column[kept[row + 1]] - first))
    return told if np.isfinite(told) else None
