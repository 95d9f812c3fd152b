"""A doubly stochastic matrix as a lottery over rankings (Birkhoff and von Neumann)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NOTHING = 1e-11
"""Chances up to here are rounding of the linear programme, not chances."""


@dataclass(frozen=True, slots=True)
class Lottery:
    """Rankings and their chances.

    Attributes
    ----------
    chance
        Chance of each ranking, above 0, summing to 1, largest first, shape (m,).
    rank
        Ranks from 1 of the candidates in each, shape (m, n).
    """

    chance: Floats
    rank: Ints


def lottery(matrix: Floats) -> Lottery:
    """Write a doubly stochastic matrix as a mixture of rankings.

    Greedy: the ranking with the highest product of chances that uses only chances above 0 is
    taken with the smallest of its chances, which empties at least one cell; then the next. Birkhoff
    (1946) says that there always is one, and at most ``(n - 1)^2 + 1`` are needed.

    Parameters
    ----------
    matrix
        Chance of each candidate at each place, shape (n, n); rows and columns sum to 1.

    Returns
    -------
    Lottery
        Its mean is the matrix, to the rounding that the matrix itself has.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - a quarter of a second

    left = np.where(matrix > NOTHING, matrix, 0.0)
    line = np.arange(left.shape[0])
    never = line.size * np.log(NOTHING) * 2.0 - 1.0  # one such cell is worse than any ranking
    chances, ranks = [], []
    while True:
        some = left > 0
        value = np.where(some, np.log(np.where(some, left, 1.0)), never)
        _, place = linear_sum_assignment(value, maximize=True)
        least = float(left[line, place].min())
        if least <= 0:
            break
        chances.append(least)
        ranks.append(place + 1)
        left[line, place] -= least
        left[left <= NOTHING] = 0.0
    chance = np.array(chances)
    order = np.argsort(-chance, kind="stable")
    return Lottery((chance / chance.sum())[order], np.array(ranks, dtype=np.int64)[order])


def mean(drawn: Lottery) -> Floats:
    """Give the chance of each candidate at each place, shape (n, n)."""
    size = drawn.rank.shape[1]
    told = np.zeros((size, size))
    line = np.arange(size)
    for chance, rank in zip(drawn.chance, drawn.rank, strict=True):
        told[line, rank - 1] += chance
    return told


def sample(drawn: Lottery, rng: np.random.Generator) -> Ints:
    """Draw a ranking: ranks from 1, shape (n,)."""
    return np.asarray(drawn.rank[rng.choice(drawn.chance.size, p=drawn.chance)], dtype=np.int64)
