"""The studentised statistic of many ratios at once, against its labellings.

The statistic is ``(ln R - ln rho) / SE`` (Janssen 1997; Chung & Romano 2013). Each of the K pairs
is tried at a ratio of its own, so that a search through all of them takes as many calls as through
one; what is told of a pair does not depend on the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Protocol

import numpy as np

from fairshelf.audits.inference.sums import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fairshelf.audits.inference.labellings import PermutationPlan

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Rows = slice | Integers

SAME = 1e-9
"""Statistics this close (relatively) are ties, and a tie counts as extreme."""

AT_ONCE = 16_000
"""Statistics worked out together: few enough to stay in the processor's cache."""


class RatioSums(Protocol):
    """Sums per labelling from which studentised ratios follow for any rho."""

    def log_ratio(self, log_rho: Floats, which: Rows) -> tuple[Floats, Floats]:
        """Give ln R and its standard error per labelling, protected E divided by rho.

        ``log_rho`` has the shape (L,), ``which`` are the L pairs, what is given is (L, B).
        """


@dataclass(frozen=True, slots=True)
class Studentised:
    """K pairs under their real labels and under the plan's.

    Attributes
    ----------
    log_ratio, error
        ln R and its standard error under the real labels, in the units of the sums, shape (K,).
    centre
        ln R in the data's units, shape (K,).
    moved, plan
        The sums under the labellings, and the labellings.
    """

    log_ratio: Floats
    error: Floats
    centre: Floats
    moved: RatioSums
    plan: PermutationPlan

    @property
    def at_once(self) -> int:
        """Pairs whose statistics are worked out together."""
        return max(1, AT_ONCE // self.plan.permutations)

    def p_values(self, log_rho: Floats, which: Integers) -> Floats:
        """Give twice the smaller share of labellings at least as far out on one side, shape (L,).

        Random labellings are counted with the real one among them (Phipson & Smyth 2010), so that
        no p-value is 0; a labelling that leaves a group without exposure is far out on both sides.

        Parameters
        ----------
        log_rho
            The ratios to test, in the data's units, shape (L,).
        which
            The pair each is asked of, shape (L,).
        """
        trial, here, tie = self._real(log_rho, which)
        low, high = (here - tie)[:, None], (here + tie)[:, None]
        fewer = np.empty(which.size, dtype=np.int64)
        for part, statistics in self._moved(trial, which):
            nowhere = np.isnan(statistics)
            above = np.count_nonzero((statistics >= low[part]) | nowhere, axis=1)
            below = np.count_nonzero((statistics <= high[part]) | nowhere, axis=1)
            fewer[part] = np.minimum(above, below)
        permutations = self.plan.permutations
        if self.plan.exact:
            return np.minimum(1.0, 2 * fewer / permutations)
        return np.minimum(1.0, 2 * (fewer + 1) / (permutations + 1))

    def slacks(self, log_rho: Floats, which: Integers, count: int) -> Floats:
        """Say how far inside the ``count``-th farthest labelling of either side each one lies.

        It is not below zero exactly where the p-value is not below alpha (:func:`needed`), and it
        is continuous in rho: what a search for the edge can follow. Parameters and shape are those
        of :meth:`p_values`; it is in units of the statistic, infinite where nothing is too far.
        """
        trial, here, tie = self._real(log_rho, which)
        low, high = np.empty(which.size), np.empty(which.size)
        for part, statistics in self._moved(trial, which):
            statistics.sort(axis=1)  # faster than a partition at two places; nan comes last
            low[part], high[part] = _farthest(statistics, count)
        with np.errstate(invalid="ignore"):
            margin = np.fmin(high - (here - tie), (here + tie) - low)
            out = (low > here + tie) | (high < here - tie)
        margin[~out & ~np.isfinite(margin)] = np.inf
        return margin

    def _real(self, log_rho: Floats, which: Integers) -> tuple[Floats, Floats, Floats]:
        """Give ln rho in the units of the sums, the real labels' statistics and what ties."""
        trial = log_rho - (self.centre[which] - self.log_ratio[which])
        here = _studentised(self.log_ratio[which] - trial, self.error[which])
        return trial, here, np.where(np.isfinite(here), SAME * np.abs(here), 0.0)

    def _moved(self, trial: Floats, which: Integers) -> Iterator[tuple[slice, Floats]]:
        """Give the statistics of the labellings in parts, shape (l, B)."""
        for start in range(0, which.size, self.at_once):
            part = slice(start, start + self.at_once)
            pairs = which[part]
            # a single pair is looked at where it lies, several are gathered
            rows = slice(pairs[0], pairs[0] + 1) if pairs.size == 1 else pairs
            yield part, _studentised(*self.moved.log_ratio(trial[part], rows))


def needed(plan: PermutationPlan, alpha: float) -> int:
    """Count the labellings that must be as far out on the thinner side for p not below alpha."""
    if plan.exact:
        return ceil(alpha / 2 * plan.permutations - ROUNDING)
    return ceil(alpha / 2 * (plan.permutations + 1) - 1 - ROUNDING)


def _farthest(places: Floats, count: int) -> tuple[Floats, Floats]:
    """Give the ``count``-th lowest and highest of sorted statistics, shape (L, B) to (L,).

    nan, which stands last, is as extreme as can be on both sides. Where those alone are enough,
    the two lie infinitely far out; where all are too few, infinitely far on the other side.
    """
    if not np.isnan(places[:, -1]).any() and 0 < count <= places.shape[1]:
        return places[:, count - 1], places[:, -count]
    size = np.count_nonzero(~np.isnan(places), axis=1)
    left = count - (places.shape[1] - size)
    row = np.arange(len(places))
    beyond = np.where(left <= 0, np.inf, -np.inf)
    within = (left > 0) & (left <= size)
    low = np.where(within, places[row, np.where(within, left - 1, 0)], -beyond)
    high = np.where(within, places[row, np.where(within, size - left, 0)], beyond)
    return low, high


def _studentised(log_ratios: Floats, errors: Floats) -> Floats:
    """Divide by the error; nan where a labelling leaves a group without exposure."""
    size = np.abs(log_ratios)
    small = size < ROUNDING
    if small.any():
        log_ratios = np.where(small, 0.0, log_ratios)
    if errors.min() > 0 and size.max() < np.inf:
        return np.asarray(log_ratios / errors)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.where((log_ratios == 0) & (errors == 0), 0.0, log_ratios / errors)
    return np.where(np.isfinite(log_ratios), statistics, np.nan)
