"""How often the intervals of AWRF and NDKL hold the truth where sellers compete for places.

    python benchmarks/list_coverage.py [PLATFORMS]

On each platform sellers of a group and three times as many of a reference compete in 100 lists for
10 places, each list by appeal and chance. Sellers' appeal has spread s beside a chance of spread 1;
the group's mean lies g lower. The truth is the figure's mean over the platforms of a row, drawn
with new sellers each time. Per list and pooled AWRF, and NDKL; nominal 95%; in brackets how often
there is an interval, where that is not always.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.annex.distance import _awrf_slope, ndkl_per_list
from fairshelf.audits.estimates.annex.lists import EDGE, Lists
from fairshelf.audits.estimates.annex.without import awrf_without, ndkl_without
from fairshelf.audits.inference.influence import summed_by
from fairshelf.audits.inference.linear import Influences, linear_interval, rescaled
from fairshelf.audits.metrics import awrf, awrf_per_list
from fairshelf.audits.tally import Rankings

if TYPE_CHECKING:
    from fairshelf.audits.inference.linear import Scale

REQUESTS, PLACES = 100, 10
GROUPS = (5, 6, 8, 10, 20, 60)
NAMES = ("AWRF per list", "AWRF pooled", "NDKL")


def platform(rng: np.random.Generator, group: int, spread: float, gap: float) -> Lists:
    """Draw sellers, and the lists that they make."""
    sellers = 4 * group
    appeal = rng.normal(0, spread, sellers) - gap * (np.arange(sellers) < group)
    order = np.argsort(-(appeal + rng.normal(0, 1, (REQUESTS, sellers))), axis=1)[:, :PLACES]
    seller = order.ravel()
    request = np.repeat(np.arange(REQUESTS), PLACES)
    rank = np.tile(np.arange(1, PLACES + 1), REQUESTS)
    rows = Rankings(request, rank, seller, None, None, {}, REQUESTS, whole=True, not_ranked=0)
    return Lists(
        rows,
        (seller >= group).astype(np.int64),
        rank,
        np.full(REQUESTS, PLACES),
        np.array([0.25, 0.75]),
        1.0 / np.log2(rank + 1.0),
    )


def intervals(lists: Lists, group: int) -> list[tuple[float, float, float]]:
    """Give value, low and high of the three figures; NaN bounds where the engine gives none."""
    sellers = 4 * group
    request, fewer = lists.rows.request, (1 - 1 / sellers) ** 0.5
    counted = np.bincount(request * 2 + lists.group, weights=lists.weight, minlength=2 * REQUESTS)
    held = counted.astype(np.float64).reshape(REQUESTS, 2)
    told = []
    each, ndkl = awrf_per_list(held, lists.target), ndkl_per_list(lists)
    figures: tuple[tuple[np.ndarray, np.ndarray, Scale], ...] = (
        (each, awrf_without(lists, each), "logit"),
        (ndkl, ndkl_without(lists, ndkl), "log"),
    )
    for values, change, scale in figures:
        moved = summed_by(change / REQUESTS, lists.rows.seller, sellers)
        spread = ((moved.mean() - moved) * fewer, (values - values.mean()) / REQUESTS)
        told.append(_told(float(values.mean()), spread, group, scale))
    pooled = held.sum(axis=0)
    share = (pooled / pooled.sum())[None, :]
    slope = _awrf_slope(share, lists.target)[0]
    by_row = lists.weight * ((slope - float(share[0] @ slope)) / pooled.sum())[lists.group]
    spread = (
        summed_by(by_row, lists.rows.seller, sellers),
        np.bincount(request, weights=by_row).astype(np.float64),
    )
    told.insert(1, _told(awrf(pooled, lists.target), spread, group, "logit"))
    return told


def _told(
    value: float, spread: tuple[np.ndarray, np.ndarray], group: int, scale: Scale
) -> tuple[float, float, float]:
    parts = [rescaled(part, value, scale) for part in spread]
    found = linear_interval(value, Influences(*parts), df=group - 1, level=0.95, scale=scale)
    if scale == "logit" and found.se > EDGE:
        return value, float("nan"), float("nan")
    return value, found.low, found.high


def main() -> None:
    """Print the table."""
    platforms = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(f"| s, g | sellers | {' | '.join(NAMES)} |\n|---|---|---|---|---|")
    for spread in (0.3, 1.0):
        for gap in (0.0, 0.5, 1.0):
            for group in GROUPS:
                rng = np.random.default_rng(group)
                told = np.array(
                    [intervals(platform(rng, group, spread, gap), group) for _ in range(platforms)]
                )
                truth = told[:, :, 0].mean(axis=0)
                there = ~np.isnan(told[:, :, 1])
                held = (told[:, :, 1] <= truth) & (truth <= told[:, :, 2])
                cells = [
                    ("-" if not some.any() else f"{one[some].mean():.0%}")
                    + ("" if some.all() else f" ({some.mean():.0%})")
                    for one, some in zip(held.T, there.T, strict=True)
                ]
                row = " | ".join(cells)
                print(f"| {spread:g}, {gap:g} | {group} / {3 * group} | {row} |", flush=True)


if __name__ == "__main__":
    main()
