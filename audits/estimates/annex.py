"""The annex: metrics of whole lists and of pairs, for those who know them by name.

They are made from :class:`fairshelf.audits.tally.Rankings`, the log itself or a sample of whole
queries. Intervals are closed-form: the influence of a seller is the derivative of the metric with
respect to a weight on all its rows, that of a request its distance from the mean. The target is
held fixed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr

from fairshelf.audits.browsing import parse
from fairshelf.audits.estimates.closed import with_interval
from fairshelf.audits.estimates.context import bare
from fairshelf.audits.inference.influence import summed_by
from fairshelf.audits.inference.linear import Influences
from fairshelf.audits.inference.multiple import benjamini_hochberg
from fairshelf.audits.metrics import (
    awrf,
    awrf_per_list,
    fair_adjusted,
    hypergeometric_sequential,
    iaa,
    max_skew,
    min_skew,
    pairwise_accuracy,
    skew,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate
    from fairshelf.audits.tally import Rankings

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

FAIR_ALPHA = 0.1
"""Level of FA*IR, the authors' own (Zehlike et al. 2017)."""

MOST_PATTERNS = 500
"""Orders of a list that the hypergeometric test is worked out for; with more it is left out."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Whole lists seen from one attribute.

    ``group``: level of each row, shape (n,); ``rank``: place within its list from 1, shape (n,);
    ``length``: shape (lists,); ``target``: share of the units by level, shape (levels,).
    """

    rows: Rankings
    group: Codes
    rank: Codes
    length: Codes
    target: Floats
    weight: Floats


def annex_estimates(ctx: Context, grouping: Grouping) -> list[Estimate]:
    """Estimate the annex metrics of one attribute; nothing without whole lists.

    Parameters
    ----------
    ctx, grouping
        The audit and the attribute.
    """
    rows = ctx.tally.rankings
    if rows is None or rows.lists == 0 or not ctx.has_sellers:
        return []
    lists = _lists(ctx, grouping, rows)
    told = [*_awrf(ctx, grouping, lists), _ndkl(ctx, grouping, lists)]
    told += _skews(ctx, grouping, lists.target)
    told += _pairs_won(ctx, grouping, lists)
    told += _accuracy(ctx, grouping, lists)
    told += _prefix_tests(ctx, grouping, lists)
    return told


def _lists(ctx: Context, grouping: Grouping, rows: Rankings) -> Lists:
    starts = np.flatnonzero(np.diff(rows.request, prepend=-1))
    length = np.diff(np.append(starts, rows.request.size))
    units = grouping.sums(ctx.units[ctx.primary])
    model = ctx.models[0] if ctx.models[0].weight is not None else parse("dcg")
    assert model.weight is not None  # noqa: S101 - dcg has one
    return Lists(
        rows,
        grouping.code[rows.seller],
        np.arange(rows.request.size) - starts[rows.request] + 1,
        length,
        units / units.sum(),
        model.weight(rows.position),
    )


def _start(ctx: Context, grouping: Grouping, metric: str, **more: object) -> Estimate:
    rows = ctx.tally.rankings
    assert rows is not None  # noqa: S101 - the caller looked
    fixed = {
        "attribute": grouping.name,
        "baseline": ctx.primary,
        "sellers": ctx.arrays.sellers,
        "requests": rows.lists,
        "impressions": int(rows.request.size),
        "note": None if rows.whole else "from_sample",
    }
    return bare(metric, **{**fixed, **more})


def _fewest(ctx: Context, grouping: Grouping) -> int:
    """Count the sellers of the smallest group that is there at all."""
    counts = grouping.sums(np.ones(ctx.arrays.sellers))
    return int(counts[counts > 0].min())


def _mean_of_lists(
    ctx: Context, grouping: Grouping, start: Estimate, values: Floats, by_row: Floats, scale: str
) -> Estimate:
    """Give a mean over lists its interval from the influences of sellers and of lists."""
    rows = ctx.tally.rankings
    assert rows is not None  # noqa: S101 - the caller looked
    known = np.isfinite(values)
    if not known.all():
        return replace(start, value=float(values.mean()), note="undefined_in_some_lists")
    mean = float(values.mean())
    sellers = summed_by(by_row / rows.lists, rows.seller, ctx.arrays.sellers)
    spread = Influences(sellers, (values - mean) / rows.lists)
    estimate = replace(start, value=mean)
    fewest = _fewest(ctx, grouping)
    if scale == "logit":
        return steady(with_interval(ctx, estimate, spread, fewest, "logit"))
    return with_interval(ctx, estimate, spread, fewest, "log")


def _awrf(ctx: Context, grouping: Grouping, lists: Lists) -> list[Estimate]:
    levels = lists.target.size
    place = lists.rows.request * levels + lists.group
    counted = np.bincount(place, weights=lists.weight, minlength=lists.rows.lists * levels)
    held = counted.astype(np.float64).reshape(lists.rows.lists, levels)
    shares = held / held.sum(axis=1, keepdims=True)
    slope = _awrf_slope(shares, lists.target)
    inside = (
        slope[lists.rows.request, lists.group] - (shares * slope).sum(axis=1)[lists.rows.request]
    )
    by_row = lists.weight / held.sum(axis=1)[lists.rows.request] * inside
    browsing = ctx.models[0].name if ctx.models[0].weight is not None else "dcg"
    each = _start(ctx, grouping, "awrf", browsing=browsing, scope="per_list")
    values = awrf_per_list(held, lists.target)
    told = [_mean_of_lists(ctx, grouping, each, values, by_row, "logit")]
    pooled = held.sum(axis=0)
    value = awrf(pooled, lists.target)
    share = (pooled / pooled.sum())[None, :]
    whole = _awrf_slope(share, lists.target)[0]
    by_row = lists.weight / pooled.sum() * (whole[lists.group] - float(share[0] @ whole))
    start = _start(ctx, grouping, "awrf", browsing=browsing, scope="pooled", value=value)
    sellers = summed_by(by_row, lists.rows.seller, ctx.arrays.sellers)
    spread = Influences(sellers, _by_list(by_row, lists))
    told.append(steady(with_interval(ctx, start, spread, _fewest(ctx, grouping), "logit")))
    return told


def _by_list(by_row: Floats, lists: Lists) -> Floats:
    summed = np.bincount(lists.rows.request, weights=by_row, minlength=lists.rows.lists)
    return summed.astype(np.float64)


EDGE = 1.5
"""Standard error of the log odds from which on a share is at the edge of its range."""


def steady(found: Estimate) -> Estimate:
    """Take away the interval of a share so near 0 or 1 that its log odds have no normal spread."""
    value, error = found.value, found.se
    if value is None or error is None or found.low is None or not 0 < value < 1:
        return found
    if error / (value * (1 - value)) <= EDGE:
        return found
    return replace(
        found,
        low=None,
        high=None,
        level=None,
        method=None,
        df=None,
        question=None,
        note="at_its_edge",
    )


def _awrf_slope(shares: Floats, target: Floats) -> Floats:
    """Give the derivative of 1 - JSD (base 2) by each share, 0 where the share is 0."""
    middle = (shares + target) / 2
    out = np.zeros(shares.shape)
    np.divide(shares, middle, out=out, where=(shares > 0) & (middle > 0))
    logs = np.zeros(shares.shape)
    np.log2(out, out=logs, where=out > 0)
    return -logs / 2


def ndkl_per_list(lists: Lists) -> tuple[Floats, Floats]:
    """Give NDKL of every list, and what a weight on each row would move it by.

    The item at rank j of group g adds ``sum_{k >= j} d_k / (Z k) (ln(p_gk / t_g) - KL_k)``, d being
    the discount and Z its sum.

    Returns
    -------
    values, by_row
        Shape (lists,) and (n,).
    """
    request, levels = lists.rows.request, lists.target.size
    starts = np.cumsum(lists.length) - lists.length
    discount = 1.0 / np.log2(lists.rank + 1.0)
    scale = np.bincount(request, weights=discount)[request]
    divergence, own = np.zeros(request.size), np.zeros(request.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        for level in range(levels):
            member = (lists.group == level).astype(np.float64)
            running = np.cumsum(member)
            before = np.concatenate([[0.0], running])[starts][request]
            share = (running - before) / lists.rank
            log = np.where(share > 0, np.log(share / lists.target[level]), 0.0)
            divergence += share * log
        for level in range(levels):
            member = lists.group == level
            running = np.cumsum(member.astype(np.float64))
            before = np.concatenate([[0.0], running])[starts][request]
            share = (running - before) / lists.rank
            log = np.where(share > 0, np.log(share / lists.target[level]), 0.0)
            term = discount / scale / lists.rank * (log - divergence)
            own[member] = _from_below(term, lists)[member]
    values = np.bincount(request, weights=discount / scale * divergence)
    return values.astype(np.float64), own


def _from_below(term: Floats, lists: Lists) -> Floats:
    """Sum a term over the places from each row down to the end of its list."""
    running = np.cumsum(term)
    ends = running[np.cumsum(lists.length) - 1][lists.rows.request]
    return np.asarray(ends - running + term)


def _ndkl(ctx: Context, grouping: Grouping, lists: Lists) -> Estimate:
    values, by_row = ndkl_per_list(lists)
    start = _start(ctx, grouping, "ndkl", scope="per_list")
    return _mean_of_lists(ctx, grouping, start, values, by_row, "log")


def _skews(ctx: Context, grouping: Grouping, target: Floats) -> list[Estimate]:
    """Estimate the log of each group's share of the first k over its target."""
    told = []
    for depth in ctx.depths:
        held = ctx.arrays.topk_impressions[depth]
        counts = grouping.sums(held)
        values = skew(counts, target)
        for place, level in enumerate(grouping.levels):
            if np.isnan(values[place]):
                continue
            start = _start(ctx, grouping, "skew", group=level, cutoff=str(depth))
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
            _start(ctx, grouping, name, cutoff=str(depth), value=value, note="of_worst_group")
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


def _pairs_won(ctx: Context, grouping: Grouping, lists: Lists) -> list[Estimate]:
    """Estimate how often a group's listing stands above one of the reference in the same list."""
    told = []
    for level, reference in grouping.contrasts():
        ours, theirs = (
            (lists.group == grouping.levels.index(name)).astype(np.float64)
            for name in (level, reference)
        )
        won = ours * (_from_below(theirs, lists) - theirs)
        inside = _from_below(ours, lists)
        all_ours = np.bincount(lists.rows.request, weights=ours)[lists.rows.request]
        all_theirs = np.bincount(lists.rows.request, weights=theirs)[lists.rows.request]
        lost_to = theirs * (all_ours - inside)
        pairs = ours * all_theirs + theirs * all_ours
        whole = float((ours * all_theirs).sum())
        start = _start(ctx, grouping, "mixed_pairs_won", group=level, reference=reference)
        if whole == 0:
            told.append(replace(start, note="no_mixed_pair"))
            continue
        share = float(won.sum()) / whole
        by_row = (won + lost_to - share * pairs) / whole
        by_list = (won - share * ours * all_theirs) / whole
        spread = Influences(
            summed_by(by_row, lists.rows.seller, ctx.arrays.sellers),
            _by_list(by_list, lists),
        )
        fewest = ctx.sellers_in(grouping, level, reference)
        start = replace(start, value=share)
        told.append(_tested(with_interval(ctx, start, spread, fewest, "logit")))
    return told


def _tested(found: Estimate) -> Estimate:
    """Test a share of pairs against one half, on the scale of its interval."""
    value, error, df = found.value, found.se, found.df
    if value is None or error is None or df is None or not 0 < value < 1 or error == 0:
        return found
    distance = abs(np.log(value / (1 - value))) * value * (1 - value) / error
    return replace(found, p_value=float(2 * stdtr(df, -distance)))


def _accuracy(ctx: Context, grouping: Grouping, lists: Lists) -> list[Estimate]:
    """Estimate pairwise accuracy by group, from relevance, or from clicks where there is none."""
    name = next((one for one in ("relevance", "clicks") if one in lists.rows.sums), None)
    if name is None:
        return []
    labels = lists.rows.sums[name]
    told = []
    for place, level in enumerate(grouping.levels):
        members = lists.group == place
        if not members.any():
            continue
        found = pairwise_accuracy(lists.rows.request, lists.rank, labels, members)
        note = "labels_from_clicks" if name == "clicks" else None
        told += [
            _start(ctx, grouping, metric, group=level, value=one.share, note=note)
            for metric, one in (
                ("pairwise_accuracy", found.overall),
                ("pairwise_intra", found.intra),
                ("pairwise_inter", found.inter),
            )
            if one.pairs
        ]
    return told


@cache
def _fair_table(depth: int, share: float) -> Codes:
    return fair_adjusted(depth, share, FAIR_ALPHA).table


def _prefix_tests(ctx: Context, grouping: Grouping, lists: Lists) -> list[Estimate]:
    """Estimate the share of lists that pass FA*IR, and its hypergeometric form, by group."""
    told = []
    depth = min(ctx.depths[0], int(lists.length.max()))
    long = lists.length >= depth
    rows = long[lists.rows.request] & (lists.rank <= depth)
    if not long.any():
        return []
    group = lists.group[rows].reshape(-1, depth)
    for level, _ in grouping.contrasts():
        place = grouping.levels.index(level)
        share = float(lists.target[place])
        member = group == place
        if not 0 < share < 1:
            continue
        fixed = {"group": level, "cutoff": str(depth)}
        passed = (np.cumsum(member, axis=1) >= _fair_table(depth, share)).all(axis=1)
        start = _start(ctx, grouping, "fa_ir", **fixed, value=float(passed.mean()))
        told.append(_of_requests(ctx, start, np.asarray(passed, dtype=np.float64)))
        patterns, back = np.unique(member, axis=0, return_inverse=True)
        if len(patterns) > MOST_PATTERNS:
            continue
        by_pattern = np.array([hypergeometric_sequential(one) for one in patterns], dtype=float)
        p_values: Floats = by_pattern[back.reshape(-1)]
        kept = np.asarray(p_values >= FAIR_ALPHA, dtype=np.float64)
        start = _start(ctx, grouping, "hyper_fa_ir", **fixed, value=float(kept.mean()))
        found = _of_requests(ctx, start, kept)
        if p_values.size == 1:
            found = replace(found, p_value=float(p_values[0]))
        told.append(found)
    return told


def _of_requests(ctx: Context, start: Estimate, values: Floats) -> Estimate:
    """Give a share of lists an interval for this log only; sellers' labels are not what varies."""
    if ctx.question != "log":
        return replace(start, note="by_lists_only")
    mean = float(values.mean())
    spread = Influences(requests=(values - mean) / values.size)
    return with_interval(ctx, start, spread, ctx.arrays.sellers, "logit")


def individual_estimates(ctx: Context) -> list[Estimate]:
    """Estimate fairness to the single listing, where the log tells relevance."""
    rows = ctx.tally.rankings
    if rows is None or rows.listing is None or "relevance" not in rows.sums or rows.lists == 0:
        return []
    model = ctx.models[0] if ctx.models[0].weight is not None else parse("dcg")
    assert model.weight is not None  # noqa: S101 - dcg has one
    _, item = np.unique(rows.listing, return_inverse=True)
    weight = model.weight(rows.position)
    found = iaa(rows.request, item.reshape(-1), weight, np.maximum(rows.sums["relevance"], 0.0))
    return [
        bare(
            "iaa",
            browsing=model.name,
            scope="per_list",
            value=found.per_list,
            requests=found.lists,
            impressions=int(rows.request.size),
            note=None if rows.whole else "from_sample",
        )
    ]


ANNEX = (
    *("awrf", "ndkl", "skew", "min_skew", "max_skew", "fa_ir", "hyper_fa_ir", "mixed_pairs_won"),
    *("pairwise_accuracy", "pairwise_intra", "pairwise_inter", "iaa", "hhi", "theil", "atkinson"),
    "theil_between_share",
)
"""Metrics that stand outside the policy set."""


def with_bh(estimates: list[Estimate]) -> list[Estimate]:
    """Adjust the annex's p-values for their number (Benjamini and Hochberg 1995)."""
    tested = [
        place
        for place, one in enumerate(estimates)
        if one.metric in ANNEX and one.p_value is not None
    ]
    if not tested:
        return estimates
    values = benjamini_hochberg([estimates[place].p_value or 0.0 for place in tested])
    told = list(estimates)
    for place, value in zip(tested, values, strict=True):
        told[place] = replace(told[place], p_adjusted=float(value))
    return told
