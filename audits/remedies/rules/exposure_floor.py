"""An exposure floor: the smallest change of a list that gives the group its share of attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.remedies.rules.blocks import by_block, placed, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ROUNDING = 1e-12
"""Shares of attention this near are equal."""

CELLS = 4_000_000
"""Pairs of candidates that are in memory at once."""


def exposure_floor(lists: Lists, attention: Floats, share: float) -> Ints:
    """Rank again so that the protected group has its share of each list's attention.

    The floor of a request is ``share`` times the group's share of its candidates: 1 asks for
    parity, 0.8 for four fifths of it. Neighbours are swapped, an unprotected candidate with the
    protected one right below it, one swap after another, always where the two scores differ
    least, and among equals where they stand nearest in the list, then highest; it ends with the
    swap that reaches the floor. Where no order reaches it, the whole group ends on top.

    What that minimises: a swap of neighbours costs, per unit of attention it hands to the group,
    the difference of the two scores. All pairs whose scores differ by less than some amount are
    swapped, no other: the list is the one that the smallest sufficient constant added to the
    group's scores makes, request by request. No lottery over lists with at least the attention
    reached has a higher attention-weighted score, by the duality of Lagrange.

    Cost: every pair of candidates of a list is looked at, 20 candidates 190 pairs.

    Parameters
    ----------
    lists
        The candidates.
    attention
        Attention by place, from the top, never rising, shape (m,); 0 beyond.
    share
        Share of parity, 0 or more.

    Returns
    -------
    New ranks, shape (n,).

    Raises
    ------
    UsageError
        ``remedy_too_low``, ``remedy_attention_rises``.
    """
    within("exposure_floor", "share", share, 0.0, np.inf)

    def rule(rows: Ints) -> Ints:
        weight = placed(attention, rows.shape[1])
        protected = lists.protected[rows]
        floor = floors(protected, weight, share)
        rank = np.broadcast_to(np.arange(1, rows.shape[1] + 1), rows.shape).copy()
        short = (protected @ weight) < floor
        if short.any():
            rank[short] = _raised(lists.score[rows[short]], protected[short], weight, floor[short])
        return rank

    return by_block(lists, rule, CELLS)


def floors(protected: Bools, weight: Floats, share: float) -> Floats:
    """Give the attention that the group is to have in each list, shape (b,).

    Parameters
    ----------
    protected
        shape (b, L).
    weight
        Attention of each place, shape (L,).
    share
        Share of parity.
    """
    total = weight.sum()
    return np.asarray(share * protected.mean(axis=1) * total - ROUNDING * total, dtype=np.float64)


def _raised(score: Floats, protected: Bools, weight: Floats, floor: Floats) -> Ints:
    """Make the fewest swaps that reach the floor; by halving, as each swap adds attention."""
    turn, swaps = _turns(score, protected)
    low, high = np.zeros_like(swaps), swaps
    while (low < high).any():
        middle = (low + high) // 2
        rank = _after(turn, middle)
        reached = (weight[rank - 1] * protected).sum(axis=1) >= floor
        high = np.where(reached, middle, high)
        low = np.where(reached, low, np.minimum(middle + 1, high))
    return _after(turn, low)


def _turns(score: Floats, protected: Bools) -> tuple[NDArray[np.int32], Ints]:
    """Give each list's swaps numbers from 0, in a square of (who stands above, who below).

    Pairs that are not to be swapped have the highest number. The second is how many swaps there
    are. Pairs are laid out by distance before they are sorted by score: a pair becomes neighbours
    only after the nearer pairs in between.
    """
    requests, length = score.shape
    above, below = np.triu_indices(length, 1)
    near = np.lexsort((above, below - above))
    above, below = above[near], below[near]
    swapped = ~protected[:, above] & protected[:, below]
    loss = np.where(swapped, score[:, above] - score[:, below], np.inf)
    order = np.argsort(loss, axis=1, kind="stable")
    turn = np.full((requests, length * length), np.iinfo(np.int32).max, dtype=np.int32)
    numbers = np.arange(above.size, dtype=np.int32)[None, :]
    np.put_along_axis(turn, (above * length + below)[order], numbers, axis=1)
    return turn.reshape(requests, length, length), swapped.sum(axis=1)


def _after(turn: NDArray[np.int32], swaps: Ints) -> Ints:
    """Give the ranks after the first ``swaps`` swaps of each list."""
    done = turn < swaps[:, None, None]
    moved = done.sum(axis=2) - done.sum(axis=1)
    return np.asarray(np.arange(1, turn.shape[1] + 1) + moved, dtype=np.int64)
