"""Influences: by how much one more of a unit would move an estimate, to first order.

Units are sellers, requests, (request, seller) pairs or listings; influences of listings are summed
by their seller with :func:`summed_by`. Each builder gives one influence per unit; the sum of their
squares over independent units is the linearised variance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Integers = NDArray[np.integer]


def ratio_influence(numerator: Floats, denominator: Floats) -> Floats:
    """Give the influences on sum(numerator) / sum(denominator), shape (n,).

    Serves means (exposure per listing, attention per impression), shares of listings shown, and a
    group's share of a total (numerator 0 for other groups' sellers).
    """
    total = denominator.sum()
    return np.asarray((numerator - numerator.sum() / total * denominator) / total)


def log_ratio_influence(exposure: Floats, denominator: Floats, protected: Bools) -> Floats:
    """Give the sellers' influences on ln[(sum E_p / sum N_p) / (sum E_r / sum N_r)], shape (S,).

    The engine makes them from the tally (:mod:`fairshelf.audits.estimates.linearise`); these are
    for simulations and for holding that against.

    Parameters
    ----------
    exposure, denominator
        E and N of each seller of the two groups, shape (S,).
    protected
        True for the protected group's sellers, shape (S,).
    """
    influences = np.empty(exposure.shape)
    for members, sign in ((protected, 1.0), (~protected, -1.0)):
        mean = exposure[members].sum() / denominator[members].sum()
        scores = ratio_influence(exposure[members], denominator[members])
        influences[members] = sign * scores / mean
    return influences


def gini_influence(amounts: Floats) -> Floats:
    """Give the influences on the Gini coefficient sum((2i-n-1) x_(i)) / (n sum x), shape (n,).

    Langel & Tille 2013, "Variance estimation of the Gini index: revisiting a result several times
    published", the linearised variable; units that hold the same have the same influence.
    """
    n, total = amounts.size, amounts.sum()
    order = np.argsort(amounts, kind="stable")
    ascending = amounts[order]
    below = np.cumsum(ascending)
    distances = 2 * (np.arange(1, n + 1) * ascending - below) + total - n * ascending
    gini = distances.sum() / (2 * n * total)
    influences = np.empty(n)
    influences[order] = (distances - gini * (total + n * ascending)) / (n * total)
    return influences


def top_share_influence(amounts: Floats, top: float) -> Floats:
    """Give the influences on the share held by the largest part of the units, shape (n,).

    Parameters
    ----------
    amounts
        What each unit holds, shape (n,).
    top
        The part counted as largest, between 0 and 1 (0.1 for the top tenth); at least one unit.
        A fixed number k of units is k / n.

    Notes
    -----
    Langel & Tille 2011, the quantile share: the threshold moves with the units drawn, which is what
    the term in the threshold accounts for.
    """
    n, total = amounts.size, amounts.sum()
    held = max(1, min(n, round(top * n)))
    order = np.argsort(-amounts, kind="stable")[:held]
    threshold = amounts[order[-1]]
    largest = np.zeros(n, dtype=bool)
    largest[order] = True
    share = amounts[largest].sum() / total
    above = np.where(largest, amounts - threshold, 0.0)
    return np.asarray((above + held / n * threshold - share * amounts) / total)


def hhi_influence(amounts: Floats) -> Floats:
    """Give the influences on the Herfindahl-Hirschman index, shape (n,).

    Of ``n sum x^2 / (sum x)^2`` over n, n being held fixed.
    """
    total, squares, size = amounts.sum(), np.square(amounts).sum(), amounts.size
    index = squares / total**2
    return np.asarray(index / size + np.square(amounts) / total**2 - 2 * index * amounts / total)


def theil_influence(amounts: Floats) -> Floats:
    """Give the influences on Theil's T, ``sum x ln x / sum x - ln(mean x)``, shape (n,)."""
    total, size = amounts.sum(), amounts.size
    logs = amounts * np.log(np.where(amounts > 0, amounts, 1.0))
    return np.asarray((logs - logs.sum() / total * amounts - amounts) / total + 1.0 / size)


def theil_between_influence(amounts: Floats, groups: Integers) -> Floats:
    """Give the influences on the between part of Theil's T, shape (n,).

    With q a group's share of what there is and p its share of the units, a unit of group g with x
    adds ``x / sum x (ln(q_g / p_g) - T_b) - (q_g / p_g - 1) / n``.
    """
    total, size = amounts.sum(), amounts.size
    sums = np.bincount(groups, weights=amounts)
    over = np.zeros(sums.size)
    counts = np.bincount(groups)
    np.divide(sums / total, counts / size, out=over, where=counts > 0)
    logs = np.log(np.where(over > 0, over, 1.0))
    between = float((sums / total * logs).sum())
    return np.asarray(amounts / total * (logs[groups] - between) - (over[groups] - 1.0) / size)


def atkinson_influence(amounts: Floats) -> Floats:
    """Give the influences on Atkinson's index with aversion 0.5, shape (n,)."""
    total, size, roots = amounts.sum(), amounts.size, np.sqrt(amounts)
    level = roots.sum() ** 2 / (size * total)
    return np.asarray(-level * (2 * roots / roots.sum() - 1.0 / size - amounts / total))


def summed_by(influences: Floats, cluster: Integers, clusters: int) -> Floats:
    """Sum influences by cluster number 0 .. clusters-1, shape (clusters,)."""
    summed = np.zeros(clusters)
    np.add.at(summed, cluster, influences)
    return summed
