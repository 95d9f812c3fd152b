"""The bound of an amount where one group holds nothing at all.

Of a group without any exposure the data tell how many of its sellers might hold some
(:mod:`fairshelf.audits.inference.exact`), and nothing of how much such a seller would hold: no test
bounds a mean without a word on its tail (Bahadur & Savage 1956). The word taken here is the weakest
that the data can give: none of them would hold more than the largest seller of the other group.
Each is then taken to be as large as that one, and not, as a bound of the shares of sellers alone
would have it, as large as the other group's mean.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from fairshelf.audits.inference.gap import ratio_intervals
from fairshelf.audits.inference.permutation import sums_note
from fairshelf.audits.inference.sums import ROUNDING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fairshelf.audits.inference.permutation import PermutationPlan
    from fairshelf.audits.inference.records import RatioInterval

    Floats = NDArray[np.float64]

FEWEST_HOLDING = 30
"""Sellers with exposure from which on the largest of them says how large one may be.

The largest of n sellers is exceeded by the next one with probability 1 / (n + 1), whatever their
law: about 3% from here on.
"""


def times_the_mean(exposure: Floats, denominator: Floats) -> float | None:
    """Say how many times the mean of those who hold anything the largest of them holds.

    Taken per seller and per unit of the denominator, of which the larger is told: a ratio per
    listing is bounded whether a seller's amount goes with its number of listings or not.

    Parameters
    ----------
    exposure, denominator
        Of the group's sellers, shape (s,); some exposure is above zero.

    Returns
    -------
    float or None
        1 or more, rounded up to two digits; None with fewer than :data:`FEWEST_HOLDING` sellers
        who hold anything.
    """
    counted = denominator > 0
    held, units = exposure[counted], denominator[counted]
    holding = held > 0
    if int(holding.sum()) < FEWEST_HOLDING:
        return None
    share = float(holding.mean())
    per_seller = held.max() / held.mean()
    per_unit = (held / units).max() / (held.sum() / units.sum())
    return _up(max(1.0, share * float(max(per_seller, per_unit))))


def _up(number: float) -> float:
    """Round up to two digits: what is told of the largest seller is no figure of its own."""
    step = 10.0 ** (floor(log10(number)) - 1)
    return round(ceil(number / step * (1 - ROUNDING)) * step, 6)


def amounts_bound(
    pair: tuple[Floats, Floats],
    plan: PermutationPlan,
    *,
    level: float,
    hypotheses: tuple[float, ...],
) -> tuple[RatioInterval, float] | None:
    """Bound the ratio of amounts of two groups of which one holds nothing.

    The exact interval of the shares of sellers who hold anything, each end and each hypothesis
    moved by :func:`times_the_mean` of the group that holds something, towards parity.

    Parameters
    ----------
    pair
        Exposure and denominator of each seller, shape (S,), in the order of ``plan.protected``.
    plan
        The labels of this contrast.
    level
        Coverage, 0.95 for 95%.
    hypotheses
        Ratios of amounts to test.

    Returns
    -------
    tuple of RatioInterval and float, or None
        The interval, whose ``p_value`` stays that of the labels meaning nothing, and how many
        times the mean the largest holds; None where both groups hold something or neither does,
        where too few sellers hold anything, or where the bound does not exclude parity.
    """
    exposure, denominator = pair
    note = sums_note(exposure, denominator, plan.protected)
    if note not in ("protected_zero", "reference_zero"):
        return None
    empty = note == "protected_zero"
    holds = ~plan.protected if empty else plan.protected
    times = times_the_mean(exposure[holds], denominator[holds])
    if times is None:
        return None
    moved = {rho: rho / times if empty else rho * times for rho in hypotheses}
    (found,) = ratio_intervals([pair], plan, level=level, hypotheses=tuple(moved.values()))
    high = None if found.high is None else found.high * times
    low = None if found.low is None else found.low / times
    if not (
        (empty and high is not None and high < 1) or (not empty and low is not None and low > 1)
    ):
        return None
    p_at = {rho: found.p_at[at] for rho, at in moved.items()}
    return replace(found, low=low, high=high, p_at=p_at), times
