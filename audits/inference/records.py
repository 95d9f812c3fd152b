"""What the methods of this room hand back: an estimate with its interval and its tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

RatioNote = Literal[
    "unbounded",
    "reference_zero",
    "protected_zero",
    "both_zero",
    "no_sellers",
    "no_denominator",
    "few_sellers",
]


@dataclass(frozen=True, slots=True)
class RatioInterval:
    """A ratio of two groups, protected over reference, with its interval.

    Attributes
    ----------
    value
        The ratio; 0 where the protected group has nothing, None where the reference has nothing.
    low, high
        Bounds of the interval; None on a side that has no bound.
    p_value
        Two-sided p-value of parity (ratio 1).
    p_at
        Two-sided p-value of each ratio that was asked for. Whatever lies outside the interval has
        a p-value below ``1 - level``.
    se
        Standard error of the log ratio; None where there is none.
    permutations
        Labellings the test used, the observed one included; 0 for an exact formula.
    method
        ``permutation`` or ``exact``.
    note
        Why a side or everything is missing: ``unbounded`` (the data cannot rule out any larger or
        smaller ratio on the side that is None), ``protected_zero``, ``reference_zero``,
        ``both_zero``, ``no_sellers`` (a group is empty), ``no_denominator`` (a group's denominator
        sums to zero), ``few_sellers`` (a group has too few sellers for any interval).
    """

    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    p_at: dict[float, float] = field(default_factory=dict)
    se: float | None = None
    permutations: int = 0
    method: Literal["permutation", "exact"] = "permutation"
    note: RatioNote | None = None
