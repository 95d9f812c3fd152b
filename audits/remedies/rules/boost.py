"""A boost: the protected group's scores raised, the list sorted again."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import UsageError
from fairshelf.audits.metrics.ratios import exposure_ratio
from fairshelf.audits.remedies.rules.blocks import attention_of, placed, resorted, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

STEPS = 40
"""Halvings of the search: the boost is found to a 2^40th of the spread of the scores."""


def boost(lists: Lists, strength: float) -> Ints:
    """Rank again with a constant added to the scores of the protected group.

    Parameters
    ----------
    lists
        The candidates.
    strength
        What is added, 0 or more, in units of the score; 0 leaves every list as it is.

    Returns
    -------
    New ranks, shape (n,); equal scores keep their present order.

    Raises
    ------
    UsageError
        ``remedy_too_low``.
    """
    within("boost", "strength", strength, 0.0, np.inf)
    return resorted(lists, lists.score + strength * lists.protected)


def multiply(lists: Lists, factor: float) -> Ints:
    """Rank again with the scores of the protected group multiplied by a factor.

    Parameters
    ----------
    lists
        The candidates, with scores of 0 or more: a negative one would fall.
    factor
        1 or more; 1 leaves every list as it is.

    Returns
    -------
    New ranks, shape (n,).

    Raises
    ------
    UsageError
        ``remedy_too_low``, ``remedy_negative_score``.
    """
    within("multiply", "factor", factor, 1.0, np.inf)
    if lists.score.size and lists.score.min() < 0:
        raise UsageError("remedy_negative_score", lowest=float(lists.score.min()))
    return resorted(lists, np.where(lists.protected, factor * lists.score, lists.score))


@dataclass(frozen=True, slots=True)
class Boost:
    """A boost that was looked for.

    ``strength`` is the boost, ``ratio`` the exposure ratio it reaches, ``reached`` whether that is
    the target or more.
    """

    strength: float
    ratio: float
    reached: bool


def boost_for(lists: Lists, attention: Floats, target: float) -> Boost:
    """Find the smallest boost with which the group's exposure ratio reaches a target.

    The ratio is attention per candidate of the protected group over that of the others, summed
    over all requests. It never falls as the boost grows and moves in steps, so that the ratio
    reached lies a step above the target. Where even the whole group on top falls short, the boost
    that brings it there is given, not reached.

    Parameters
    ----------
    lists
        The candidates.
    attention
        Attention by place, never rising, shape (m,).
    target
        The ratio wanted.

    Returns
    -------
    Boost
        ``ratio`` is NaN where one of the groups is empty.

    Raises
    ------
    UsageError
        ``remedy_attention_rises``.
    """
    longest = int(np.diff(lists.start).max(initial=0))
    weight = placed(attention, longest)
    ours = int(lists.protected.sum())

    def ratio(strength: float) -> float:
        got = attention_of(boost(lists, strength), weight)
        mine, others = float(got[lists.protected].sum()), float(got[~lists.protected].sum())
        if mine > 0 and others == 0 and ours < lists.seller.size:
            return inf  # the whole group stands above all others, who have no attention left
        return exposure_ratio(mine, ours, others, lists.seller.size - ours)

    present = ratio(0.0)
    if not present < target:
        return Boost(0.0, present, reached=present >= target)
    low, high = 0.0, _spread(lists)
    most = ratio(high)
    if not most >= target:
        return Boost(high, most, reached=False)
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = ratio(middle)
        if found >= target:
            high, most = middle, found
        else:
            low = middle
    return Boost(high, most, reached=True)


def _spread(lists: Lists) -> float:
    """Give a boost that puts the whole group on top of every list."""
    filled = np.diff(lists.start) > 0
    first, last = lists.start[:-1][filled], lists.start[1:][filled] - 1
    widest = float((lists.score[first] - lists.score[last]).max(initial=0.0))
    return widest * 2 + 1.0
