"""What was planted, computed: expected exposure ratios under the rule of the sample.

The ratio is that of expectations. Exposure (1/log2(1 + position)) and listings of a group are
summed over many fresh platforms, each drawn and ranked anew, and only then divided:
(sum of E_group / sum of N_group) / (sum of E_rest / sum of N_rest), N counting every listing of
the catalogue, shown or not. For a label drawn apart from everything the rule reads, both means
have the same expectation, so that ratio is exactly 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.sample_data import market, ranking

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELS = ("rural", "minority")


@dataclass(frozen=True, slots=True)
class Expected:
    """One expected ratio and how well it is known.

    ``error`` is the Monte-Carlo standard error of ``ratio`` (delta method over platforms);
    ``spread`` the standard deviation, from one platform to the next, of the log of the ratio
    found on a single platform: what one sample of this size misses the truth by.
    """

    ratio: float
    error: float
    spread: float


@dataclass(frozen=True, slots=True)
class Averages:
    """One label's expected ratio over all positions and over unpaid ones only."""

    everything: Expected
    organic: Expected


def tally(
    platform: market.Platform, pages: ranking.Pages, *, organic: bool = False
) -> NDArray[np.float64]:
    """Sum exposure and listings of each label, shape (labels, 4).

    The columns are exposure and listings of the group, then of everyone else; ``organic`` leaves
    out the exposure of advertisements.
    """
    weight = 1 / np.log2(2 + np.arange(ranking.PAGE))
    if organic:
        weight = np.where(pages.sponsored, 0, weight)
    weights = np.broadcast_to(weight, pages.listing.shape)
    exposure = np.bincount(
        pages.listing.ravel(), weights.ravel(), minlength=platform.listings.seller.size
    )
    rows = []
    for label in (platform.sellers.rural, platform.sellers.minority):
        inside = label[platform.listings.seller]
        rows.append(
            (exposure[inside].sum(), inside.sum(), exposure[~inside].sum(), (~inside).sum())
        )
    return np.array(rows, dtype=float)


def ratio(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give exposure per listing of the group over that of everyone else; last axis is reduced."""
    in_exposure, in_listings, out_exposure, out_listings = np.moveaxis(sums, -1, 0)
    return np.asarray((in_exposure / in_listings) / (out_exposure / out_listings))


def average(
    rule: ranking.Rule, platforms: int, requests: int, rng: np.random.Generator
) -> dict[str, Averages]:
    """Average over fresh platforms.

    Parameters
    ----------
    rule
        The rule they rank by.
    platforms, requests
        How many platforms, and requests on each.
    rng
        The source of randomness.
    """
    sums = np.zeros((2, platforms, len(LABELS), 4))
    for number in range(platforms):
        platform = market.draw(rng)
        pages = ranking.show(platform, rule, requests, rng)
        sums[0, number] = tally(platform, pages)
        sums[1, number] = tally(platform, pages, organic=True)
    return {
        label: Averages(_expected(sums[0, :, column]), _expected(sums[1, :, column]))
        for column, label in enumerate(LABELS)
    }


def _expected(sums: NDArray[np.float64]) -> Expected:
    mean = sums.mean(axis=0)
    pooled = float(ratio(mean))
    influence = (sums / mean - 1) @ np.array([1, -1, -1, 1])
    error = pooled * float(influence.std(ddof=1)) / float(np.sqrt(len(sums)))
    return Expected(pooled, error, float(np.log(ratio(sums)).std(ddof=1)))
