"""How sure the coefficients of an order are: sellers recur, and location is a seller's trait.

What could have been otherwise is which sellers there are, and who was luckier in each request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr, stdtrit

from fairshelf.audits.rankers.fitting.lists import blocks
from fairshelf.audits.rankers.fitting.luce import block_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.rankers.fitting.lists import Lists
    from fairshelf.audits.rankers.fitting.luce import Block, Luce

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

MOST_LEFT_OUT = 3_000
"""Sellers up to which each one's leverage is allowed for; beyond, it is next to nothing."""

ALL = 1 - 1e-9
"""A seller with at least this share of the odds at a place has nobody to be compared with."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Standard errors and intervals of coefficients, shape (d,) each; NaN where there is none.

    ``request`` and ``model`` are standard errors that take requests alone, or nothing but the
    model's own luck, for what could have been otherwise: both are too small, and for comparison.
    """

    se: Floats
    df: Floats
    low: Floats
    high: Floats
    p: Floats
    request: Floats
    model: Floats


def spread_of(lists: Lists, x: Floats, fitted: Luce, df: Floats, level: float = 0.95) -> Spread:
    """Give coefficients their standard errors and intervals.

    Per coefficient ``V = P + max(S - P', 0) + max(R - P, 0)``. ``P`` sums the squares of the
    influences of each (request, seller) pair, at each place divided by the root of one less the
    seller's share of the odds: under the model that is unbiased, in lists of any length. ``S`` and
    ``P'`` sum those of the sellers, and of the pairs, as a jackknife that takes the seller out of
    its requests: a seller's lasting appeal moves the places of its competitors too, and only so
    counts in full. ``R`` is by requests.

    Sources: score residuals, Lin and Wei, JASA 84 (1989), 1074-1078; the two ways of clustering,
    Cameron, Gelbach and Miller, JBES 29 (2011), 238-249; leverage, Bell and McCaffrey, Survey
    Methodology 28 (2002), 169-181. Their joining is ours: benchmarks/surrogate.py measures it.

    Parameters
    ----------
    lists, x, fitted
        As they were fitted.
    df
        Degrees of freedom of each coefficient, shape (d,): sellers less one, of the rarer side
        where a column is 0 or 1. Below 1 there is no interval.
    level
        Coverage.
    """
    seller = np.unique(lists.seller, return_inverse=True)[1].ravel()
    luck, left_out, lever = _residuals(lists, x, fitted, seller)
    inverse = np.linalg.inv(fitted.bread)
    luck, left_out = _moved((luck, left_out), lever, seller, fitted.bread)
    number = lists.number()
    pair = number * (int(seller.max(initial=0)) + 1) + seller
    count = int(seller.max(initial=0)) + 1
    lasting = _squares(left_out, seller) * (count - 1) / count - _squares(left_out, pair)
    pairs = _squares(luck, pair)
    requests = _squares(_plain(lists, x, fitted) @ inverse, number)
    variance = pairs + np.maximum(lasting, 0.0) + np.maximum(requests - pairs, 0.0)
    se = np.sqrt(variance)
    known = (df >= 1) & np.isfinite(se) & (se > 0)
    t = np.where(known, df, 1.0)
    reach = np.where(known, stdtrit(t, 0.5 + level / 2) * se, np.nan)
    ratio = np.abs(fitted.weights) / np.where(known, se, 1.0)
    return Spread(
        se=np.where(known, se, np.nan),
        df=df,
        low=fitted.weights - reach,
        high=fitted.weights + reach,
        p=np.where(known, 2 * stdtr(t, -ratio), np.nan),
        request=np.sqrt(requests),
        model=np.sqrt(np.diag(inverse)),
    )


def _residuals(
    lists: Lists, x: Floats, fitted: Luce, seller: Integers
) -> tuple[Floats, Floats, Floats]:
    """Give two kinds of score residuals and the roots of the entries' information, (n, d) each."""
    luck, left_out, lever = (np.zeros((lists.size, x.shape[1])) for _ in range(3))
    for index in blocks(lists):
        at = block_at(index, lists, x, fitted.weights)
        own = np.where(at.filled, seller[index], -1 - np.arange(index.shape[1]))
        told = _over_places(at, own)
        for held, found in zip((luck, left_out, lever), told, strict=True):
            held[index[at.filled]] = found[at.filled]
    return luck, left_out, lever


def _over_places(at: Block, own: Integers) -> tuple[Floats, Floats, Floats]:
    """Go through the places of some lists; arrays are (lists, longest, d)."""
    luck, left_out, squared = (np.zeros(at.x.shape) for _ in range(3))
    ascending = np.sort(own, axis=1)
    repeated = bool((ascending[:, 1:] == ascending[:, :-1]).any())
    for place in range(own.shape[1] - 1):
        filled_here = at.chosen[:, place]
        if not filled_here.any():
            break
        rest = slice(place, None)
        share = at.odds[:, rest] / at.left[:, place, None]
        share = np.where(filled_here[:, None], share, 0.0)
        of_seller = _summed(share, own[:, rest]) if repeated else share
        away = (at.x[:, rest] - at.mean[:, place, None]) * at.filled[:, rest, None]
        away *= filled_here[:, None, None]
        chosen = np.zeros(share.shape)
        chosen[:, 0] = 1.0
        others = np.where(of_seller < ALL, 1 - of_seller, 1.0)
        luck[:, rest] += ((chosen - share) / np.sqrt(others))[..., None] * away
        lost = np.where(own[:, rest] == own[:, place, None], 0.0, share / others)
        left_out[:, rest] += (chosen - lost)[..., None] * away
        squared[:, rest] += share[..., None] * np.square(away)
    return luck, left_out, np.sqrt(squared)


def _summed(share: Floats, own: Integers) -> Floats:
    """Sum shares over the entries of one seller in each list, (lists, entries)."""
    key = own + (own.min() < 0) * -own.min()
    key = key + np.arange(own.shape[0])[:, None] * (int(key.max()) + 1)
    _, code = np.unique(key, return_inverse=True)
    sums: Floats = np.bincount(code.ravel(), weights=share.ravel()).astype(np.float64)
    return sums[code.ravel()].reshape(share.shape)


def _plain(lists: Lists, x: Floats, fitted: Luce) -> Floats:
    """Give the score of each choice, (n, d)."""
    told = np.zeros((lists.size, x.shape[1]))
    for index in blocks(lists):
        at = block_at(index, lists, x, fitted.weights)
        told[index[at.chosen]] = (at.x - at.mean)[at.chosen]
    return told


def _moved(
    residuals: tuple[Floats, Floats], lever: Floats, seller: Integers, bread: Floats
) -> tuple[Floats, Floats]:
    """Give by how much entries move the coefficients, the seller's own information left out."""
    count = int(seller.max(initial=0)) + 1
    if count > MOST_LEFT_OUT:
        inverse = np.linalg.inv(bread)
        return residuals[0] @ inverse, residuals[1] @ inverse
    order = np.argsort(seller, kind="stable")
    ends = np.searchsorted(seller[order], np.arange(count + 1))
    moved = (np.zeros(lever.shape), np.zeros(lever.shape))
    for one in range(count):
        rows = order[ends[one] : ends[one + 1]]
        own = lever[rows]
        inverse = _inverse(bread - own.T @ own)
        for held, residual in zip(moved, residuals, strict=True):
            held[rows] = residual[rows] @ inverse
    return moved


def _inverse(matrix: Floats) -> Floats:
    """Invert what a seller leaves; endless where it held a column alone."""
    try:
        return np.asarray(np.linalg.inv(matrix))
    except np.linalg.LinAlgError:
        return np.full(matrix.shape, np.inf)


def _squares(moved: Floats, cluster: Integers) -> Floats:
    """Sum influences by cluster, and their squares over clusters, shape (d,)."""
    _, code = np.unique(cluster, return_inverse=True)
    sums = np.zeros((int(code.max(initial=0)) + 1, moved.shape[1]))
    np.add.at(sums, code.ravel(), moved)
    return np.asarray(np.square(sums).sum(axis=0))
