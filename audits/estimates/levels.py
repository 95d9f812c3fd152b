"""Estimates of single groups: shares, averages, representation, reach."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.browsing import parse
from fairshelf.audits.estimates import linearise
from fairshelf.audits.estimates.amounts import IMPRESSIONS
from fairshelf.audits.estimates.closed import with_interval
from fairshelf.audits.estimates.context import bare, few
from fairshelf.audits.inference.exact import exact_ratio
from fairshelf.audits.inference.influence import ratio_influence
from fairshelf.audits.inference.linear import Influences
from fairshelf.audits.metrics import per_unit, representation_ratio, share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.browsing import BrowsingModel
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate

    Floats = NDArray[np.float64]


def level_estimates(ctx: Context, grouping: Grouping) -> list[Estimate]:
    """Estimate everything that describes one level of an attribute, ``unknown`` included."""
    told: list[Estimate] = []
    present = grouping.sums(ctx.arrays.impressions) + grouping.sums(np.ones(ctx.arrays.sellers))
    for place, level in enumerate(grouping.levels):
        if present[place] > 0:
            told += _shares(ctx, grouping, place, level)
            told += _representation(ctx, grouping, place, level)
            told += _topk(ctx, grouping, place, level)
            told += _reach(ctx, grouping, place, level)
    return told


def _start(ctx: Context, grouping: Grouping, level: str, metric: str, **more: Any) -> Estimate:  # noqa: ANN401 - the fields of an Estimate
    counts = ctx.counts(grouping, level)
    return bare(metric, attribute=grouping.name, group=level, **counts, **more)


def _smaller(ctx: Context, grouping: Grouping, place: int) -> int:
    """Count the sellers of a level or of all others, whichever are fewer."""
    own = int((grouping.code == place).sum())
    return min(own, ctx.arrays.sellers - own)


def _shares(ctx: Context, grouping: Grouping, place: int, level: str) -> list[Estimate]:
    uniform = parse("uniform")
    start = _start(ctx, grouping, level, "impression_share")
    told = [_share(ctx, grouping, place, start, uniform)]
    impressions = grouping.sums(ctx.arrays.impressions)
    for model in ctx.models:
        amount = grouping.sums(ctx.arrays.attention[model.name])
        start = _start(ctx, grouping, level, "exposure_share", browsing=model.name)
        told.append(_share(ctx, grouping, place, start, model))
        mean = per_unit(amount, impressions)[place]
        start = _start(
            ctx, grouping, level, "attention_per_impression", browsing=model.name, value=float(mean)
        )
        if impressions[place] > 0:
            coefficients = linearise.mean_coefficients(amount, impressions, place)
            spread = linearise.influences(ctx, grouping, model.name, coefficients)
            sellers = int((grouping.code == place).sum())
            start = with_interval(ctx, start, spread, sellers, "log")
        told.append(start)
    return told


def _share(
    ctx: Context, grouping: Grouping, place: int, start: Estimate, model: BrowsingModel
) -> Estimate:
    amount = grouping.sums(ctx.amounts[model.name].seller)
    estimate = replace(start, value=float(share(amount)[place]))
    if amount.sum() <= 0:
        return replace(estimate, note="nothing_shown")
    coefficients = linearise.share_coefficients(amount, place)
    spread = linearise.influences(ctx, grouping, model.name, coefficients)
    return with_interval(ctx, estimate, spread, _smaller(ctx, grouping, place), "logit")


def _representation(ctx: Context, grouping: Grouping, place: int, level: str) -> list[Estimate]:
    told = []
    for baseline, units in ctx.units.items():
        start = _start(ctx, grouping, level, "representation_ratio", baseline=baseline)
        told += [
            _represented(ctx, grouping, place, replace(start, browsing=model.name), units)
            for model in (ctx.models if baseline == ctx.primary else ctx.models[:1])
            if (baseline, model.name) != ("shown", IMPRESSIONS)  # a share over itself
        ]
    return told


def _represented(
    ctx: Context, grouping: Grouping, place: int, start: Estimate, units: Floats
) -> Estimate:
    model, baseline = str(start.browsing), str(start.baseline)
    amount, by_level = grouping.sums(ctx.amounts[model].under(baseline)), grouping.sums(units)
    value = float(representation_ratio(amount, by_level)[place])
    estimate = replace(start, value=value)
    if not (amount[place] > 0 and by_level[place] > 0 and value > 0):
        return estimate
    shown = baseline == "shown"
    coefficients = linearise.log_representation_coefficients(
        amount, by_level, place, over_impressions=shown
    )
    spread = linearise.influences(
        ctx, grouping, model, coefficients, None if shown else units, baseline
    )
    sellers = _smaller(ctx, grouping, place)
    return with_interval(ctx, estimate, _times(spread, value), sellers, "log")


def _times(spread: Influences, value: float) -> Influences:
    """Carry influences on a logarithm back to the value."""
    parts = (spread.sellers, spread.requests, spread.pairs)
    return Influences(*(None if part is None else part * value for part in parts))


def _topk(ctx: Context, grouping: Grouping, place: int, level: str) -> list[Estimate]:
    told = []
    for depth in ctx.depths:
        model = parse(f"top:{depth}")
        start = _start(ctx, grouping, level, "topk_share", cutoff=str(depth))
        estimate = _share(ctx, grouping, place, start, model)
        if estimate.value == 0:
            estimate = _absent_share(ctx, grouping, place, depth, estimate)
        told.append(estimate)
        told += _selection(ctx, grouping, place, level, depth)
    return told


def _absent_share(
    ctx: Context, grouping: Grouping, place: int, depth: int, estimate: Estimate
) -> Estimate:
    """Bound the top-k share of a group that holds none, by the exact test against all others."""
    own = grouping.code == place
    held = ctx.arrays.topk_impressions[depth] > 0
    sellers = int(own.sum())
    if not ctx.has_sellers or ctx.question == "log" or ctx.tally.requests != 1:
        return replace(estimate, note="no_spread")  # the contrast's own interval says how far
    if few(min(sellers, int((~own).sum()))) == "too_few_sellers":
        return replace(estimate, note="too_few_sellers")
    found = exact_ratio(
        (0, sellers), (int((held & ~own).sum()), int((~own).sum())), level=ctx.level
    )
    if found.high is None:
        return estimate
    relative = found.high * sellers
    return replace(
        estimate,
        low=0.0,
        high=relative / (relative + (~own).sum()),
        level=ctx.level,
        method="hypergeometric",
        question="sellers",
        note=few(sellers),
    )


def _selection(
    ctx: Context, grouping: Grouping, place: int, level: str, depth: int
) -> list[Estimate]:
    """Estimate the share of a level's listings, and of its sellers, seen in the first k."""
    metric, cutoff = "topk_selection_rate", str(depth)
    told = []
    if depth in ctx.arrays.topk_listings:
        units, baseline = listing_units(ctx)
        fixed = {"cutoff": cutoff, "scope": "listings", "baseline": baseline}
        start = _start(ctx, grouping, level, metric, **fixed)
        selected = ctx.arrays.topk_listings[depth]
        told.append(_rate(ctx, grouping, place, start, selected, units))
    if ctx.tally.has_seller_table:
        fixed = {"cutoff": cutoff, "scope": "sellers", "baseline": "sellers"}
        start = _start(ctx, grouping, level, metric, **fixed)
        held = (ctx.arrays.topk_impressions[depth] > 0).astype(np.float64)
        told.append(_rate(ctx, grouping, place, start, held, np.ones(ctx.arrays.sellers)))
    return told


def listing_units(ctx: Context) -> tuple[Floats, str]:
    """Give the listings per seller that could be selected, and what they are counted over."""
    if ctx.arrays.catalogue_listings is not None:
        return ctx.arrays.catalogue_listings, "catalogue"
    shown = ctx.arrays.shown_listings
    assert shown is not None  # noqa: S101 - there are top-k listings, so there are listings
    return shown, "shown"


def _reach(ctx: Context, grouping: Grouping, place: int, level: str) -> list[Estimate]:
    """Estimate coverage: the share of what could be shown that was."""
    told = []
    if ctx.arrays.catalogue_listings is not None and ctx.arrays.shown_listings is not None:
        start = _start(ctx, grouping, level, "coverage", scope="listings", baseline="catalogue")
        units = ctx.arrays.catalogue_listings
        told.append(_rate(ctx, grouping, place, start, ctx.arrays.shown_listings, units))
    if ctx.tally.has_seller_table:
        start = _start(ctx, grouping, level, "coverage", scope="sellers", baseline="sellers")
        units = np.ones(ctx.arrays.sellers)
        told.append(_rate(ctx, grouping, place, start, ctx.arrays.shown, units))
    return told


def _rate(
    ctx: Context, grouping: Grouping, place: int, start: Estimate, part: Floats, units: Floats
) -> Estimate:
    """Estimate a share of units with sellers as clusters and requests held fixed."""
    own = grouping.code == place
    value = float(per_unit(grouping.sums(part), grouping.sums(units))[place])
    estimate = replace(start, value=value)
    if ctx.question == "log":
        return replace(estimate, note="census")
    if not np.isfinite(value) or not ctx.has_sellers:
        return estimate
    sellers = int(own.sum())
    influence = ratio_influence(part[own], units[own]) * (sellers / max(sellers - 1, 1)) ** 0.5
    return with_interval(ctx, estimate, Influences(sellers=influence), sellers, "logit")
