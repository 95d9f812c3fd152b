"""Fairness to the single listing: attention added up against what its relevance earns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AmortizedInequity:
    """Inequity of amortized attention.

    ``total`` is the sum over items, in [0, 2 Q]; ``per_list`` the same over Q, in [0, 2]; ``lists``
    is Q, and ``left_out`` counts the lists without relevance or attention, which have no target.
    """

    total: float
    per_list: float
    lists: int
    left_out: int


def iaa(
    lists: Integers, items: Integers, attention: Floats, relevance: Floats
) -> AmortizedInequity:
    """Give the inequity of amortized attention, ``sum_d |A_d - R_d|``.

    Attention and relevance are each scaled to sum to 1 within every list and then summed by item
    over the lists, so that unfairness of one list may be made good by another. 0 is fair; unsigned.
    The scale of relevance matters: adding a constant to it changes the value. Biega, Gummadi and
    Weikum (SIGIR 2018).

    Parameters
    ----------
    lists, items
        Code of the list and of the item of each impression, from 0, shape (n,).
    attention, relevance
        Attention and relevance of each impression, not negative, shape (n,).

    Returns
    -------
    NaN where no list has both attention and relevance.
    """
    if lists.size == 0:
        return AmortizedInequity(np.nan, np.nan, 0, 0)
    shown = np.bincount(lists) > 0
    given = np.bincount(lists, weights=attention)
    earned = np.bincount(lists, weights=relevance)
    usable = (given > 0) & (earned > 0)
    kept = usable[lists]
    count, left_out = int(usable.sum()), int((shown & ~usable).sum())
    if count == 0:
        return AmortizedInequity(np.nan, np.nan, 0, left_out)
    rows = lists[kept]
    gap = attention[kept] / given[rows] - relevance[kept] / earned[rows]
    total = float(np.abs(np.bincount(items[kept], weights=gap)).sum())
    return AmortizedInequity(total, total / count, count, left_out)
