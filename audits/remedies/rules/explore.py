"""Slots for new sellers: chance decides which good enough newcomer is shown there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.remedies.rules.blocks import blocks, by_block, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]


def explore(
    lists: Lists, fresh: Bools, places: Ints, quantile: float, rng: np.random.Generator
) -> Ints:
    """Rank again with good enough newcomers in given places, drawn by lot.

    Slot by slot from the top, one of the eligible candidates that stand there or below is drawn,
    each with the same chance, and moved up; those it passes sink by one place. Nobody is moved
    down into a slot, and a slot for which nobody is left stays as it is. At most as many newcomers
    move up as there are slots.

    Parameters
    ----------
    lists
        The candidates.
    fresh
        Whether the seller is new, shape (n,).
    places
        The slots, places from 1, shape (s,); those beyond the end of a list do nothing.
    quantile
        Gate: of its list's worth (score, where no worth is known) a candidate must have at least
        this quantile, 0 to 1.
    rng
        Draws.

    Returns
    -------
    New ranks, shape (n,).

    Raises
    ------
    UsageError
        ``remedy_bad_value``, ``remedy_too_low``.
    """
    slots = np.unique(places)
    if slots.size:
        within("explore", "places", float(slots[0]), 1.0, np.inf)
    able = eligible(lists, fresh, quantile)

    def rule(rows: Ints) -> Ints:
        requests, length = rows.shape
        rank = np.broadcast_to(np.arange(1, length + 1), rows.shape).copy()
        left = able[rows].copy()
        line = np.arange(requests)
        for slot in slots[slots <= length]:
            ticket = np.where(left & (rank >= slot), rng.random(rows.shape), -1.0)
            drawn = ticket.argmax(axis=1)
            some = ticket[line, drawn] >= 0
            upto = np.where(some, rank[line, drawn], 0)[:, None]
            rank += (rank >= slot) & (rank < upto)
            rank[line[some], drawn[some]] = slot
            left[line[some], drawn[some]] = False
        return rank

    return by_block(lists, rule)


def eligible(lists: Lists, fresh: Bools, quantile: float) -> Bools:
    """Tell which newcomers pass the gate, shape (n,); parameters as in :func:`explore`.

    The quantile is the smallest value that at least this share of the list does not exceed, so
    that it is always somebody's value and equal lists have equal gates.
    """
    within("explore", "quantile", quantile, 0.0, 1.0)
    value = lists.score if lists.worth is None else lists.worth
    able = np.zeros(lists.seller.size, dtype=np.bool_)
    for rows in blocks(lists.start):
        gate = np.quantile(value[rows], quantile, axis=1, keepdims=True, method="inverted_cdf")
        able[rows] = fresh[rows] & (value[rows] >= gate)
    return able
