"""How far lists are from a target: AWRF, NDKL, skew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.annex.lists import (
    begin,
    begin_whole,
    fewest_sellers,
    mean_of_lists,
    steady,
    summed_by_list,
)
from fairshelf.audits.estimates.annex.without import awrf_without, ndkl_without
from fairshelf.audits.estimates.closed import with_interval
from fairshelf.audits.estimates.linearise import Coefficients, influences
from fairshelf.audits.inference.influence import summed_by
from fairshelf.audits.inference.linear import Influences
from fairshelf.audits.metrics import awrf, awrf_per_list, max_skew, min_skew, skew

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate

    Floats = NDArray[np.float64]

    from fairshelf.audits.estimates.annex.lists import Lists


def awrf_estimates(ctx: Context, grouping: Grouping, lists: Lists) -> list[Estimate]:
    """Estimate AWRF per list and pooled."""
    levels = lists.target.size
    place = lists.rows.request * levels + lists.group
    counted = np.bincount(place, weights=lists.weight, minlength=lists.rows.lists * levels)
    held = counted.astype(np.float64).reshape(lists.rows.lists, levels)
    browsing = ctx.models[0].name if ctx.models[0].weight is not None else "dcg"
    each = begin(ctx, grouping, "awrf", browsing=browsing, scope="per_list")
    values = awrf_per_list(held, lists.target)
    change = awrf_without(lists, values)
    told = [mean_of_lists(ctx, grouping, each, values, change, "logit")]
    told.append(_awrf_pooled(ctx, grouping, lists, browsing))
    return told


def _awrf_pooled(ctx: Context, grouping: Grouping, lists: Lists, browsing: str) -> Estimate:
    """Estimate AWRF of the shares of all attention, as ``exposure_share`` has them."""
    fewest = fewest_sellers(ctx, grouping)
    known = browsing in ctx.amounts
    if known:
        pooled = grouping.sums(ctx.amounts[browsing].seller)
    else:
        pooled = grouping.sums(summed_by(lists.weight, lists.rows.seller, ctx.arrays.sellers))
    with np.errstate(invalid="ignore", divide="ignore"):  # no attention at all: undefined, below
        share = (pooled / pooled.sum())[None, :]
        slope = _awrf_slope(share, lists.target)[0]
        by_level = (slope - float(share[0] @ slope)) / pooled.sum()
    fixed: dict[str, object] = {
        "browsing": browsing,
        "scope": "pooled",
        "value": awrf(pooled, lists.target),
    }
    if known:
        start = begin_whole(ctx, grouping, "awrf", **fixed)
        zero = np.zeros(by_level.size)
        spread = influences(ctx, grouping, browsing, Coefficients(by_level, zero, zero))
    else:
        start = begin(ctx, grouping, "awrf", **fixed)
        by_row = lists.weight * by_level[lists.group]
        sellers = summed_by(by_row, lists.rows.seller, ctx.arrays.sellers)
        spread = Influences(sellers, summed_by_list(by_row, lists))
    return steady(with_interval(ctx, start, spread, fewest, "logit"))


def _awrf_slope(shares: Floats, target: Floats) -> Floats:
    """Give the derivative of 1 - JSD (base 2) by each share, 0 where the share is 0."""
    middle = (shares + target) / 2
    out = np.zeros(shares.shape)
    np.divide(shares, middle, out=out, where=(shares > 0) & (middle > 0))
    logs = np.zeros(shares.shape)
    np.log2(out, out=logs, where=out > 0)
    return -logs / 2


def ndkl_per_list(lists: Lists) -> Floats:
    """Give NDKL of every list, shape (lists,)."""
    request, levels = lists.rows.request, lists.target.size
    starts = np.cumsum(lists.length) - lists.length
    discount = 1.0 / np.log2(lists.rank + 1.0)
    scale = np.bincount(request, weights=discount)[request]
    divergence = np.zeros(request.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        for level in range(levels):
            member = (lists.group == level).astype(np.float64)
            running = np.cumsum(member)
            before = np.concatenate([[0.0], running])[starts][request]
            share = (running - before) / lists.rank
            log = np.where(share > 0, np.log(share / lists.target[level]), 0.0)
            divergence += share * log
    values = np.bincount(request, weights=discount / scale * divergence)
    return values.astype(np.float64)


def ndkl_estimate(ctx: Context, grouping: Grouping, lists: Lists) -> Estimate:
    """Estimate NDKL, the mean over the lists."""
    values = ndkl_per_list(lists)
    start = begin(ctx, grouping, "ndkl", scope="per_list")
    return mean_of_lists(ctx, grouping, start, values, ndkl_without(lists, values), "log")


def skew_estimates(ctx: Context, grouping: Grouping, target: Floats) -> list[Estimate]:
    """Estimate the log of each group's share of the first k over its target."""
    told = []
    for depth in ctx.depths:
        held = ctx.arrays.topk_impressions[depth]
        counts = grouping.sums(held)
        values = skew(counts, target)
        for place, level in enumerate(grouping.levels):
            if np.isnan(values[place]):
                continue
            start = begin_whole(ctx, grouping, "skew", group=level, cutoff=str(depth))
            if not np.isfinite(values[place]):
                told.append(replace(start, note="absent_in_topk"))
                continue
            own = (grouping.code == place).astype(np.float64)
            spread = Influences(held * (own / counts[place] - 1.0 / counts.sum()))
            ratio = float(np.exp(values[place]))
            scaled = Influences(spread.sellers * ratio if spread.sellers is not None else None)
            fewest = min(int(own.sum()), int((1 - own).sum()))
            found = with_interval(ctx, replace(start, value=ratio), scaled, fewest, "log")
            told.append(_logged(found))
        worst = [("min_skew", min_skew(counts, target)), ("max_skew", max_skew(counts, target))]
        told += [
            begin_whole(ctx, grouping, name, cutoff=str(depth), value=value, note="of_worst_group")
            for name, value in worst
        ]
    return told


def _logged(found: Estimate) -> Estimate:
    """Carry an estimate of a ratio over to its logarithm."""
    value, low, high = (
        None if one is None or one <= 0 else float(np.log(one))
        for one in (found.value, found.low, found.high)
    )
    error = found.se / found.value if found.se is not None and found.value else None
    return replace(found, value=value, low=low, high=high, se=error)
