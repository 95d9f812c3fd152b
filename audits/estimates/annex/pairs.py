"""Pairs of listings in one list: which group's stands above, and how well pairs are ordered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr

from fairshelf.audits.estimates.annex.lists import (
    begin,
    from_below,
    notes_on_clicks,
    notes_on_lists,
    notes_on_relevance,
    summed_by_list,
)
from fairshelf.audits.estimates.closed import with_interval
from fairshelf.audits.inference.influence import summed_by
from fairshelf.audits.inference.linear import Influences
from fairshelf.audits.metrics import Pairs, pairwise_accuracy

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


MOST_WORK = 500_000_000
"""Comparisons of rows up to which pairs are counted for all groups at once."""


def accuracy(ctx: Context, grouping: Grouping, lists: Lists) -> list[Estimate]:
    """Estimate pairwise accuracy by group, from relevance, or from clicks where there is none."""
    held = lists.rows.sums
    told_of = (one for one in ("relevance", "clicks") if one in held)
    name = next((one for one in told_of if not np.isnan(held[one]).all()), None)
    if name is None:
        return []
    about = notes_on_clicks(lists.rows) if name == "clicks" else notes_on_relevance(lists.rows)
    note = notes_on_lists(ctx, *about)
    told = []
    for level, (overall, intra, inter) in _counted(grouping, lists, lists.rows.sums[name]):
        told += [
            begin(ctx, grouping, metric, group=level, value=one.share, note=note)
            for metric, one in (
                ("pairwise_accuracy", overall),
                ("pairwise_intra", intra),
                ("pairwise_inter", inter),
            )
            if one.pairs
        ]
    return told


def _counted(
    grouping: Grouping, lists: Lists, labels: NDArray[np.float64]
) -> list[tuple[str, tuple[Pairs, Pairs, Pairs]]]:
    """Count pairs in the right order by group of the better listing: all, own, others."""
    if int(lists.length.max()) * labels.size > MOST_WORK:
        found = {
            level: pairwise_accuracy(lists.rows.request, lists.rank, labels, lists.group == place)
            for place, level in enumerate(grouping.levels)
        }
        return [(level, (one.overall, one.intra, one.inter)) for level, one in found.items()]
    right, pairs = pairs_by_group(lists, labels, len(grouping.levels))
    told = []
    for place, level in enumerate(grouping.levels):
        own = Pairs(float(right[place, place]), int(pairs[place, place]))
        whole = Pairs(float(right[place].sum()), int(pairs[place].sum()))
        others = Pairs(whole.right - own.right, whole.pairs - own.pairs)
        told.append((level, (whole, own, others)))
    return told


def pairs_by_group(
    lists: Lists, labels: NDArray[np.float64], levels: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Count pairs of one list whose labels differ, by the groups of the better and the worse.

    A row whose label is NaN is in no pair. Every distance between two places is taken in turn, for
    all lists at once.

    Returns
    -------
    right, pairs
        Those with the better one above, and all; both of shape (levels, levels).
    """
    right, pairs = np.zeros((levels, levels)), np.zeros((levels, levels))
    request, group = lists.rows.request, lists.group
    for apart in range(1, int(lists.length.max())):
        same = request[:-apart] == request[apart:]
        above, below = labels[:-apart][same], labels[apart:][same]
        high, low = group[:-apart][same], group[apart:][same]
        for held, better, worse in ((above > below, high, low), (below > above, low, high)):
            place = better[held] * levels + worse[held]
            counted = np.bincount(place, minlength=levels**2).reshape(levels, levels)
            pairs += counted
            if better is high:
                right += counted
    return right, pairs
