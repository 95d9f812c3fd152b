"""Tests on one list: whether every prefix has enough protected items.

FA*IR (Zehlike et al., CIKM 2017) takes items from an infinite pool with share p; its
hypergeometric form (Cartier van Dissel et al., FAccT 2025) from the finite pool of candidates,
which is what a product search has. All probabilities are exact, by dynamic programming.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

TIE = 1e-12  # probabilities this near are equal: sums in another order must not break a tie


def _binomial(depth: int, share: float) -> Floats:
    """Give P(X <= c) after i draws, shape (depth, depth + 1), rows i = 1..depth."""
    mass = _undrawn(depth)
    rows = np.empty((depth, depth + 1))
    for row in rows:
        mass = _drawn(mass, np.full(mass.shape, share))
        row[:] = np.cumsum(mass)
    return rows


def _hypergeometric(draw: int, protected: int, pool: int, depth: int) -> Floats:
    """Give, by the count drawn so far, P(draw number ``draw`` + 1 is protected)."""
    left = np.maximum(protected - np.arange(depth + 1), 0)
    return np.minimum(left / (pool - draw), 1.0)


def _undrawn(depth: int) -> Floats:
    """Give the distribution of the count before any draw."""
    mass = np.zeros(depth + 1)
    mass[0] = 1.0
    return mass


def _drawn(mass: Floats, chance: Floats) -> Floats:
    """Draw once more: ``chance`` is that of a protected item by the count drawn so far."""
    after = mass * (1.0 - chance)
    after[1:] += (mass * chance)[:-1]
    return after


def fair_table(depth: int, share: float, alpha: float) -> Integers:
    """Give FA*IR's m-table: the least number of protected items that each prefix must have.

    ``m(i)`` is the smallest m with ``P(Binomial(i, p) <= m) >= alpha``.

    Parameters
    ----------
    depth
        Length of the list, k.
    share
        Target share of the protected group, p.
    alpha
        Significance of the test of each single prefix.

    Returns
    -------
    shape (k,), not falling.
    """
    return _table(_binomial(depth, share), alpha)


def _table(cumulative: Floats, alpha: float) -> Integers:
    return np.asarray((cumulative < alpha * (1.0 - TIE)).sum(axis=1), dtype=np.int64)


def fair_fail_probability(table: Integers, share: float) -> float:
    """Give the probability that a fair list breaks the table at any prefix, the last included.

    Items are drawn independently, protected with probability p. Exact: the mass below ``m(i)`` is
    taken out at each i. It exceeds the alpha of a single prefix: at k = 50, p = .4 and alpha = .1,
    28% of fair lists fail.

    Parameters
    ----------
    table
        Least number of protected items by prefix, shape (k,).
    share
        Share of the protected group, p.

    Returns
    -------
    In [0, 1]; 0 for a table of zeros.
    """
    mass = _undrawn(table.size)
    failed = 0.0
    for least in table:
        mass = _drawn(mass, np.full(mass.shape, share))
        failed += float(mass[:least].sum())
        mass[:least] = 0.0
    return failed


@dataclass(frozen=True, slots=True)
class FairTest:
    """FA*IR adjusted for its many prefixes.

    ``alpha`` is the level of each prefix, ``table`` the m-table of shape (k,) that goes with it,
    ``fail_probability`` what share of fair lists it fails, never above the level asked for.
    """

    alpha: float
    table: Integers
    fail_probability: float


def fair_adjusted(depth: int, share: float, alpha: float) -> FairTest:
    """Give the strictest FA*IR test that fails at most ``alpha`` of the fair lists.

    The table changes only where the level passes a value of the binomial distribution function,
    so that the largest level at most ``alpha`` is found exactly, by bisection over those values.
    The authors' search takes the nearest probability instead, which may lie above ``alpha``.

    Parameters
    ----------
    depth, share
        Length of the list k and target share p.
    alpha
        Share of fair lists that may fail.
    """
    cumulative = _binomial(depth, share)
    levels = np.unique(np.append(cumulative[cumulative < alpha], alpha))
    low, high = 0, levels.size - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fair_fail_probability(_table(cumulative, levels[middle]), share) <= alpha:
            low = middle
        else:
            high = middle - 1
    table = _table(cumulative, levels[low])
    return FairTest(float(levels[low]), table, fair_fail_probability(table, share))


def fair_passes(protected: Flags, table: Integers) -> bool:
    """Tell whether every prefix of a list has the protected items that the table asks for.

    Parameters
    ----------
    protected
        Whether the item at each position from the top is protected, shape (k,).
    table
        Least number by prefix, shape (k,): :func:`fair_table`, or the one of :func:`fair_adjusted`.
    """
    return bool((np.cumsum(protected) >= table).all())


def mean_prefix_probability(protected: Flags, share: float) -> float:
    """Give the mean over prefixes of ``P(Binomial(i, p) <= protected among the first i)``.

    Range [0, 1], higher is more protected items; no p-value. Raj and Ekstrand (SIGIR 2022) make
    one number of FA*IR in this way. NaN for an empty list.
    """
    if protected.size == 0:
        return float("nan")
    rows = _binomial(protected.size, share)
    return float(rows[np.arange(protected.size), np.cumsum(protected)].mean())


def hypergeometric_topk(found: int, depth: int, protected: int, pool: int) -> float:
    """Give P(at most ``found`` protected among the first k) when the order is random.

    A one-sided p-value: small where the protected group is short. Equals
    ``scipy.stats.hypergeom.cdf(found, pool, protected, depth)``.

    Parameters
    ----------
    found, depth
        Protected items among the first k, and k; never more than the pool is drawn.
    protected, pool
        Protected items among the candidates, and candidates.

    Returns
    -------
    In [0, 1]; 1 where nothing could be short: k = 0, no protected candidate, or the whole pool.
    """
    mass = _undrawn(depth)
    for draw in range(min(depth, pool)):
        mass = _drawn(mass, _hypergeometric(draw, protected, pool, depth))
    return float(min(mass[: found + 1].sum(), 1.0))


def hypergeometric_sequential(
    listed: Flags, protected: int | None = None, pool: int | None = None
) -> float:
    """Give the p-value of the worst prefix, adjusted for having looked at every prefix.

    ``P(min_i F_i <= the least F_i seen)`` under a random order of the pool, F_i being
    :func:`hypergeometric_topk` of prefix i. Exact. Values within 1e-12 are ties and count as
    equal: comparing floats as they are loses them (.729 in place of .8 on an alternating list).

    Parameters
    ----------
    listed
        Whether the item at each position from the top is protected, shape (k,).
    protected, pool
        Protected candidates and candidates; those of the list itself where not given.

    Returns
    -------
    NaN for an empty list.
    """
    depth = listed.size
    if depth == 0:
        return float("nan")
    inside = int(listed.sum()) if protected is None else protected
    total = depth if pool is None else pool
    chances = [_hypergeometric(draw, inside, total, depth) for draw in range(depth)]
    mass = _undrawn(depth)
    tails = np.empty((depth, depth + 1))
    for row, chance in zip(tails, chances, strict=True):
        mass = _drawn(mass, chance)
        row[:] = np.cumsum(mass)
    least = tails[np.arange(depth), np.cumsum(listed)].min()
    mass = _undrawn(depth)
    as_bad = 0.0
    for row, chance in zip(tails, chances, strict=True):
        mass = _drawn(mass, chance)
        worse = row <= least + TIE
        as_bad += float(mass[worse].sum())
        mass[worse] = 0.0
    return min(as_bad, 1.0)
