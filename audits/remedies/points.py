"""A remedy at one strength, as a point: how far from parity it leaves a group, at what utility."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, nan

PRESENT = "present"
"""Name of the order as it is, among the points."""


@dataclass(frozen=True, slots=True)
class Ranged:
    """An estimate with its interval; ``low`` and ``high`` are None where none is known."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The interval, None where none is known."""
        if self.low is None or self.high is None:
            return None
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Point:
    """A remedy at one strength.

    Attributes
    ----------
    remedy, strength
        Name of the rule and how strongly it is applied, in its own unit.
    ratio
        Exposure ratio of the group against its reference, 1 at parity.
    utility
        What the order is worth to who searches, more being better; any unit, one for all points.
    """

    remedy: str
    strength: float
    ratio: Ranged
    utility: Ranged


def disparity(ratio: Ranged) -> Ranged:
    """Give the distance |ln ratio| to parity, with the interval that of the ratio carries over.

    It begins at 0 where the ratio's interval holds 1. Infinite at a ratio of 0, NaN where the ratio
    is undefined or negative.
    """
    bounds = ratio.bounds
    if bounds is None:
        return Ranged(_distance(ratio.value))
    ends = [_distance(end) for end in bounds]
    holds = bounds[0] <= 1 <= bounds[1]
    return Ranged(_distance(ratio.value), 0.0 if holds else min(ends), max(ends))


def _distance(ratio: float) -> float:
    if ratio == 0:
        return inf
    return abs(log(ratio)) if ratio > 0 else nan
