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

AT_ONCE = 20_000
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
    shift
        ln R in the data's units less ``log_ratio``, shape (K,).
    moved, plan
        The sums under the labellings, and the labellings.
    """

    log_ratio: Floats
    error: Floats
    shift: Floats
    moved: RatioSums
    plan: PermutationPlan

    def p_values(self, log_rho: Floats, which: Integers) -> Floats:
        """Give twice the smaller share of labellings at least as far out on one side, shape (L,).

        Parameters
        ----------
        log_rho
            The ratios to test, in the data's units, shape (L,).
        which
            The pair each is asked of, shape (L,).
        """
        permutations = self.plan.permutations
        told = np.empty(which.size)
        for part, here, tie, statistics in self._statistics(log_rho, which):
            nowhere = np.isnan(statistics)
            above = ((statistics >= (here - tie)[:, None]) | nowhere).sum(axis=1)
            below = ((statistics <= (here + tie)[:, None]) | nowhere).sum(axis=1)
            fewer = np.minimum(above, below)
            told[part] = (
                2 * fewer / permutations
                if self.plan.exact
                else 2 * (fewer + 1) / (permutations + 1)
            )
        return np.minimum(told, 1.0)

    def slacks(self, log_rho: Floats, which: Integers, count: int) -> Floats:
        """Say how far inside the ``count``-th farthest labelling of either side each one lies.

        It is not below zero exactly where the p-value is not below alpha (:func:`needed`), and it
        is continuous in rho: what a search for the edge can follow. Parameters and shape are those
        of :meth:`p_values`.
        """
        told = np.empty(which.size)
        for part, here, tie, statistics in self._statistics(log_rho, which):
            statistics.sort(axis=1)  # faster than a partition at two places; nan comes last
            told[part] = _inside(statistics, here, tie, count)
        return told

    def _statistics(
        self, log_rho: Floats, which: Integers
    ) -> Iterator[tuple[slice, Floats, Floats, Floats]]:
        """Give the statistics of the real labels, what ties with them, and the others, in parts."""
        step = max(1, AT_ONCE // self.plan.permutations)
        for start in range(0, which.size, step):
            part = slice(start, start + step)
            pairs = which[part]
            trial = log_rho[part] - self.shift[pairs]
            here = _studentised(self.log_ratio[pairs] - trial, self.error[pairs])
            tie = np.where(np.isfinite(here), SAME * np.abs(here), 0.0)
            # a single pair is looked at where it lies, several are gathered
            rows = slice(pairs[0], pairs[0] + 1) if pairs.size == 1 else pairs
            yield part, here, tie, _studentised(*self.moved.log_ratio(trial, rows))


def needed(plan: PermutationPlan, alpha: float) -> int:
    """Count the labellings that must be as far out on the thinner side for p not below alpha."""
    if plan.exact:
        return ceil(alpha / 2 * plan.permutations - ROUNDING)
    return ceil(alpha / 2 * (plan.permutations + 1) - 1 - ROUNDING)


def _inside(places: Floats, here: Floats, tie: Floats, count: int) -> Floats:
    """Give the slack from sorted statistics, shape (L, B); nan, extreme on both sides, is last."""
    nowhere = np.zeros(len(places), dtype=np.int64)
    some = np.isnan(places[:, -1])
    nowhere[some] = np.isnan(places[some]).sum(axis=1)
    size = places.shape[1] - nowhere
    left = count - nowhere
    row = np.arange(len(places))
    within = (left > 0) & (left <= size)
    low = places[row, np.where(within, left - 1, 0)]
    high = places[row, np.where(within, size - left, 0)]
    with np.errstate(invalid="ignore"):
        above, below = high - (here - tie), (here + tie) - low
        margin = np.where(below < above, below, above)
        out = (low > here + tie) | (high < here - tie)
    margin[~out & ~np.isfinite(margin)] = np.inf
    margin[left > size] = -np.inf
    margin[left <= 0] = np.inf
    return margin


def _studentised(log_ratios: Floats, errors: Floats) -> Floats:
    """Divide by the error; nan where a labelling leaves a group without exposure."""
    small = np.abs(log_ratios) < ROUNDING
    if small.any():
        log_ratios = np.where(small, 0.0, log_ratios)
    if errors.min() > 0 and np.isfinite(log_ratios).all():
        return np.asarray(log_ratios / errors)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.where((log_ratios == 0) & (errors == 0), 0.0, log_ratios / errors)
    return np.where(np.isfinite(log_ratios), statistics, np.nan)
