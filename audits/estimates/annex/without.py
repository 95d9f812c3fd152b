"""What becomes of each list's AWRF and NDKL when one of its rows is taken out and the rest move up.

That is what leaving a seller out does. A weight on the row, as closed forms have it, says something
else where a list holds few of a group: at a share of nothing the divergence has no slope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.annex.lists import from_below
from fairshelf.audits.metrics import awrf_per_list

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.estimates.annex.lists import Lists

    Floats = NDArray[np.float64]


def awrf_without(lists: Lists, values: Floats) -> Floats:
    """Give the change of its list's AWRF without each row, shape (n,).

    Parameters
    ----------
    lists
        Rows by list and place; those below a row that is taken out have the weight of the place
        above their own.
    values
        AWRF of each list, shape (lists,).
    """
    request = lists.rows.request
    above = np.where(lists.rank > 1, np.concatenate([[0.0], lists.weight[:-1]]), 0.0)
    left = np.empty((request.size, lists.target.size))
    for level in range(lists.target.size):
        member = (lists.group == level).astype(np.float64)
        there, moved = member * lists.weight, member * above
        whole = np.bincount(request, weights=there, minlength=lists.rows.lists)[request]
        left[:, level] = whole - from_below(there, lists) + from_below(moved, lists) - moved
    with np.errstate(divide="ignore", invalid="ignore"):
        change = awrf_per_list(np.maximum(left, 0.0), lists.target) - values[request]
    return np.where(lists.length[request] > 1, change, 0.0)


def ndkl_without(lists: Lists, values: Floats) -> Floats:
    """Give the change of its list's NDKL without each row, shape (n,).

    Parameters
    ----------
    lists
        Rows by list and place.
    values
        NDKL of each list, shape (lists,).
    """
    request, rank = lists.rows.request, lists.rank
    starts = (np.cumsum(lists.length) - lists.length)[request]
    discount, shorter = 1.0 / np.log2(rank + 1.0), np.maximum(rank - 1, 1)
    discount_above = np.where(rank > 1, 1.0 / np.log2(np.maximum(rank, 2.0)), 0.0)
    whole, fewer = np.zeros(request.size), np.zeros(request.size)
    gains = np.empty((request.size, lists.target.size))
    for level, target in enumerate(lists.target):
        running = np.cumsum((lists.group == level).astype(np.float64))
        count = running - np.concatenate([[0.0], running])[starts]
        whole += _term(count / rank, target)
        own = _term(count / shorter, target)
        fewer += own
        gains[:, level] = _term(np.maximum(count - 1, 0.0) / shorter, target) - own
    there = discount * whole
    held = np.bincount(request, weights=there, minlength=lists.rows.lists)[request]
    before = held - from_below(there, lists)
    after = np.empty(request.size)
    for level in range(lists.target.size):
        moved = discount_above * (fewer + gains[:, level])
        mine = lists.group == level
        after[mine] = (from_below(moved, lists) - moved)[mine]
    scale = np.bincount(request, weights=discount)[request]
    scale -= 1.0 / np.log2(lists.length[request] + 1.0)
    long = lists.length[request] > 1
    change = np.zeros(request.size)
    np.divide(before + after, scale, out=change, where=long)
    return np.where(long, change - values[request], 0.0)


def _term(share: Floats, target: float) -> Floats:
    """Give ``p ln(p / t)``, 0 where p is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share > 0, share * np.log(share / target), 0.0)
