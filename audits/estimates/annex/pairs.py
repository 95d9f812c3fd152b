"""Pairs of listings in one list: which group's stands above, and how well pairs are ordered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr

from fairshelf.audits.estimates.annex.lists import begin, from_below, summed_by_list
from fairshelf.audits.estimates.closed import with_interval
from fairshelf.audits.inference.influence import summed_by
from fairshelf.audits.inference.linear import Influences
from fairshelf.audits.metrics import pairwise_accuracy

if TYPE_CHECKING:
    from fairshelf.audits.estimates.annex.lists import Lists
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate


def pairs_won(ctx: Context, grouping: Grouping, lists: Lists) -> list[Estimate]:
    """Estimate how often a group's listing stands above one of the reference in the same list."""
    told = []
    for level, reference in grouping.contrasts():
        ours, theirs = (
            (lists.group == grouping.levels.index(name)).astype(np.float64)
            for name in (level, reference)
        )
        won = ours * (from_below(theirs, lists) - theirs)
        inside = from_below(ours, lists)
        all_ours = np.bincount(lists.rows.request, weights=ours)[lists.rows.request]
        all_theirs = np.bincount(lists.rows.request, weights=theirs)[lists.rows.request]
        lost_to = theirs * (all_ours - inside)
        pairs = ours * all_theirs + theirs * all_ours
        whole = float((ours * all_theirs).sum())
        start = begin(ctx, grouping, "mixed_pairs_won", group=level, reference=reference)
        if whole == 0:
            told.append(replace(start, note="no_mixed_pair"))
            continue
        share = float(won.sum()) / whole
        by_row = (won + lost_to - share * pairs) / whole
        by_list = (won - share * ours * all_theirs) / whole
        spread = Influences(
            summed_by(by_row, lists.rows.seller, ctx.arrays.sellers),
            summed_by_list(by_list, lists),
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


def accuracy(ctx: Context, grouping: Grouping, lists: Lists) -> list[Estimate]:
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
            begin(ctx, grouping, metric, group=level, value=one.share, note=note)
            for metric, one in (
                ("pairwise_accuracy", found.overall),
                ("pairwise_intra", found.intra),
                ("pairwise_inter", found.inter),
            )
            if one.pairs
        ]
    return told
