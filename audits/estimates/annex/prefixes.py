"""Tests on every prefix of a list: FA*IR and its hypergeometric form, as shares of lists."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.annex.lists import begin, notes_on_lists
from fairshelf.audits.estimates.closed import beside, with_interval
from fairshelf.audits.inference.linear import Influences
from fairshelf.audits.metrics import fair_adjusted, hypergeometric_sequential

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

    from fairshelf.audits.estimates.annex.lists import Lists

FAIR_ALPHA = 0.1
"""Level of FA*IR, the authors' own (Zehlike et al. 2017)."""

MOST_PATTERNS = 500
"""Orders of a list that the hypergeometric test is worked out for; with more it is left out."""


@cache
def _fair_table(depth: int, share: float) -> Codes:
    return fair_adjusted(depth, share, FAIR_ALPHA).table


def prefix_tests(ctx: Context, grouping: Grouping, lists: Lists) -> list[Estimate]:
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
        table = _fair_table(depth, share)
        passed = (np.cumsum(member, axis=1) >= table).all(axis=1)
        start = begin(ctx, grouping, "fa_ir", **fixed, value=float(passed.mean()))
        found = _of_requests(ctx, start, np.asarray(passed, dtype=np.float64))
        told.append(found if table.any() else _powerless(found))
        patterns, back = np.unique(member, axis=0, return_inverse=True)
        if len(patterns) > MOST_PATTERNS:
            continue
        by_pattern = np.array([hypergeometric_sequential(one) for one in patterns], dtype=float)
        p_values: Floats = by_pattern[back.reshape(-1)]
        kept = np.asarray(p_values >= FAIR_ALPHA, dtype=np.float64)
        start = begin(ctx, grouping, "hyper_fa_ir", **fixed, value=float(kept.mean()))
        found = _of_requests(ctx, start, kept)
        if p_values.size == 1:
            found = replace(found, p_value=float(p_values[0]))
        told.append(found if _could_fail(patterns) else _powerless(found))
    return told


def _could_fail(patterns: NDArray[np.bool_]) -> bool:
    """Say whether the listings of any list, the group's all put last, would fail the test."""
    worst = np.unique(np.sort(patterns, axis=1), axis=0)
    return any(hypergeometric_sequential(one) < FAIR_ALPHA for one in worst)


def _powerless(found: Estimate) -> Estimate:
    """Mark a share of lists that pass a test which no list could fail."""
    return replace(found, note=beside("cannot_fail", found.note))


def _of_requests(ctx: Context, start: Estimate, values: Floats) -> Estimate:
    """Give a share of lists an interval for this log only; sellers' labels are not what varies."""
    if ctx.question != "log":
        return replace(start, note=notes_on_lists(ctx, "by_lists_only"))
    mean = float(values.mean())
    spread = Influences(requests=(values - mean) / values.size)
    return with_interval(ctx, start, spread, ctx.arrays.sellers, "logit")
