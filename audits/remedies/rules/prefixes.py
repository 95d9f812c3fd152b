"""Merge two groups by present order so that every prefix has at least so many of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.remedies.rules.blocks import by_block, ranks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Least = Callable[[int], Ints]
    """Length of a list -> least number in its prefixes 1..length, rising by 1 at most."""

ROUNDING = 1e-9
"""A product of a share and a depth this near below a whole number is that number: 0.29 * 100."""


def merged(lists: Lists, least: Least, rest: Least | None = None) -> Ints:
    """Rank in present order, except where a prefix would have too few of a group.

    Within a group the order stays. As a minimum rises by one at most from a prefix to the next,
    taking the best candidate wherever no minimum is due never makes a later one unattainable: no
    list that holds the minima has a better candidate at the first place where the two differ.
    Where a group has fewer candidates than a minimum asks, all of them stand that high.

    Parameters
    ----------
    lists
        The candidates.
    least, rest
        Minima of the protected group, and of the others (none where not given); the two together
        never above the depth.

    Returns
    -------
    New ranks, shape (n,).
    """

    def rule(rows: Ints) -> Ints:
        length = rows.shape[1]
        floor = least(length)
        other = np.zeros(length, dtype=np.int64) if rest is None else rest(length)
        return ranks(_merged(lists.protected[rows], floor, other))

    return by_block(lists, rule)


def _merged(protected: Bools, floor: Ints, other: Ints) -> Ints:
    """Give the order, shape (b, L), place by place for all requests at once."""
    requests, length = protected.shape
    queue = np.argsort(~protected, axis=1, kind="stable")  # the protected ones, then the others
    have = protected.sum(axis=1)
    line = np.arange(requests)
    taken = np.zeros(requests, dtype=np.int64)
    order = np.empty((requests, length), dtype=np.int64)
    for place in range(length):
        passed = place - taken
        any_ours, any_rest = taken < have, passed < length - have
        ours = queue[line, np.minimum(taken, length - 1)]
        theirs = queue[line, np.minimum(have + passed, length - 1)]
        due = taken < floor[place]
        theirs_due = passed < other[place]
        take = any_ours & (~any_rest | due | (~theirs_due & (ours < theirs)))
        order[:, place] = np.where(take, ours, theirs)
        taken += take
    return order


def share_least(share: float) -> Least:
    """Give the minima ``floor(share * k)``: rounded down, as Geyik et al. define feasible lists.

    Rounded up, a share of 0.3 would claim the first place of every list.
    """

    def least(length: int) -> Ints:
        depth = np.arange(1, length + 1)
        return np.asarray(np.floor(share * depth + ROUNDING), dtype=np.int64)

    return least
