"""Amounts split so that they add up to the last digit: shares in whole grains of a power of two."""

from __future__ import annotations

from math import frexp, ldexp
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FINENESS = 40
"""A total holds up to 2 ** 40 grains: any sum of them is exact in 64-bit numbers."""


def grain_of(total: float) -> float:
    """Give the grain in which parts of a total are counted, about a millionth of a millionth of it.

    A power of two, so that multiples of it are added and subtracted without rounding; 0 where the
    total is 0.
    """
    return ldexp(1.0, frexp(total)[1] - FINENESS) if total > 0 else 0.0


def in_grains(amounts: Floats, grain: float) -> Floats:
    """Round amounts down to whole grains, shape as given."""
    return np.floor(amounts / grain) * grain if grain > 0 else np.zeros(amounts.shape)


def apportioned(amount: float, weights: Floats, grain: float) -> Floats:
    """Split an amount in proportion to weights, in whole grains that sum to it exactly.

    Grains left over after rounding down go to the largest remainders, the earlier first (Hamilton's
    method).

    Parameters
    ----------
    amount
        Whole grains, 0 or more, not above the total the grain is of.
    weights
        0 or more, shape (n,).
    grain
        From :func:`grain_of`.

    Returns
    -------
    shape (n,); zeros where there is nothing to split, or no weight to split it by.
    """
    total = weights.sum()
    if amount <= 0 or total <= 0:
        return np.zeros(weights.shape)
    exact = amount / grain * (weights / total)
    whole = np.floor(exact)
    left = round(amount / grain - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:left]] += 1
    return np.asarray(whole * grain)
