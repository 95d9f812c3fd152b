"""Selection rates held against the best group's, in the manner of employment rules.

The four-fifths rule of thumb (29 CFR 1607.4(D)) and New York City's impact ratio (6 RCNY 5-301,
Local Law 144) are rules on hiring. They are benchmarks here and no law for sellers; the latter sets
no pass mark. A ratio is never told alone: interval, test and practical size stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOUR_FIFTHS = 0.8
SMALL_PART = 0.02
"""A category under 2% of the data may be left out of the ratio, with rate and number shown."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One category: its number, its rate, its ratio to the best rate, and what is said of it.

    ``ratio`` is None for a category left out for its size, and where no category has a rate.
    ``below`` tells whether the ratio is under four fifths.
    """

    category: str
    count: int
    rate: float
    ratio: float | None
    below: bool
    left_out: bool


def impact_ratios(
    counts: Mapping[str, int], rates: Mapping[str, float], *, small: float = SMALL_PART
) -> tuple[Benchmark, ...]:
    """Hold each category's rate against the highest.

    Parameters
    ----------
    counts
        Members of each category (sellers, listings, candidates).
    rates
        Selection or scoring rate of each category, 0 to 1.
    small
        Share of all members below which a category is left out of the comparison.

    Returns
    -------
    In the order of ``counts``; categories without members are left out altogether.
    """
    total = sum(counts.values())
    known = {name: count for name, count in counts.items() if count > 0 and name in rates}
    compared = [rates[name] for name, count in known.items() if count >= small * total]
    best = max(compared, default=0.0)
    told = []
    for name, count in known.items():
        left_out = count < small * total
        ratio = rates[name] / best if best > 0 and not left_out else None
        below = ratio is not None and ratio < FOUR_FIFTHS
        told.append(Benchmark(name, count, rates[name], ratio, below, left_out))
    return tuple(told)


def scoring_rates(scores: Floats, categories: Sequence[str]) -> dict[str, float]:
    """Give each category's share of scores above the median of all (6 RCNY 5-300).

    Parameters
    ----------
    scores, categories
        Score and category of each member, shape (n,).
    """
    above = scores > np.median(scores)
    names = np.asarray(categories)
    return {str(name): float(above[names == name].mean()) for name in dict.fromkeys(categories)}
