"""How well scores tell an observed order: pairs, Kendall's tau, NDCG; by list, and on average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from fairshelf.audits.rankers.fitting.lists import blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.rankers.fitting.lists import Lists

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

PAIRS = 4_000_000
"""Pairs worked on at once."""

MEASURES = ("pairs", "tau", "ndcg")


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over lists with its interval; ``units`` are what could have been others."""

    value: float
    low: float | None
    high: float | None
    units: int


def by_list(lists: Lists, score: Floats, cutoff: int) -> dict[str, Floats]:
    """Measure each list.

    ``pairs`` is the share of pairs in which the higher score stands higher, ties counting one
    half. ``tau`` is Kendall's tau-b (Biometrika 33 (1945), 239-251). ``ndcg`` is the normalised
    discounted cumulative gain of the order by score (Jarvelin and Kekalainen, ACM TOIS 20 (2002),
    422-446) at the cut-off k, where the listing the platform put at place r <= k is worth k + 1 -
    r and all others nothing: whether what stood on top is put on top. Equal scores share the mean
    of their places' discounts.

    Parameters
    ----------
    lists
        The observed orders.
    score
        Of the lists' entries, the higher the better, shape (n,).
    cutoff
        k.

    Returns
    -------
    Measure -> shape (lists,), in their order. NaN for tau where all scores are equal.
    """
    first = np.argsort(np.argsort(lists.starts[:-1]))
    told = {name: np.full(lists.count, np.nan) for name in MEASURES}
    number = lists.number()
    width = int(lists.lengths().max(initial=1))
    for index in blocks(lists, max(width, PAIRS // max(width, 1))):
        filled = index >= 0
        values = np.where(filled, score[index], np.nan)
        here = first[number[index[:, 0]]]
        placed = filled & lists.shown[index]
        told["pairs"][here], told["tau"][here] = _pairs(values, filled, placed)
        told["ndcg"][here] = _ndcg(values, filled, placed, cutoff)
    return told


def _pairs(
    values: Floats, filled: NDArray[np.bool_], placed: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Compare each entry that has a place with all below it; those without one come last."""
    right, tied, both = (np.zeros(values.shape[0]) for _ in range(3))
    for place in range(values.shape[1] - 1):
        rest = values[:, place + 1 :]
        there = filled[:, place + 1 :] & placed[:, place, None]
        mine = values[:, place, None]
        right += (there & (mine > rest)).sum(axis=1)
        tied += (there & (mine == rest)).sum(axis=1)
        both += there.sum(axis=1)
    untied = both - tied
    with np.errstate(invalid="ignore", divide="ignore"):
        tau = (2 * right - untied) / np.sqrt(untied * both)
    return _over(right + tied / 2, both), tau


def _ndcg(
    values: Floats, filled: NDArray[np.bool_], placed: NDArray[np.bool_], cutoff: int
) -> Floats:
    length = placed.sum(axis=1)
    place = np.arange(values.shape[1])
    gain = np.where(placed & (place < cutoff), np.minimum(cutoff, length)[:, None] - place, 0)
    gain = np.maximum(gain, 0).astype(np.float64)
    discount = np.where(place < cutoff, 1 / np.log2(place + 2.0), 0.0)
    ranked = np.where(filled, values, -np.inf)
    order = np.argsort(-ranked, axis=1, kind="stable")
    ascending = np.take_along_axis(ranked, order, axis=1)
    new = np.concatenate(
        (np.ones((values.shape[0], 1), dtype=bool), ascending[:, 1:] != ascending[:, :-1]), axis=1
    )
    group = np.cumsum(new, axis=1) - 1 + np.arange(values.shape[0])[:, None] * values.shape[1]
    there = np.take_along_axis(filled, order, axis=1)
    flat, size = group.ravel(), values.size
    weight = np.bincount(flat, weights=(discount * there).ravel(), minlength=size)
    many = np.bincount(flat, weights=there.ravel(), minlength=size)
    mean = np.where(many > 0, weight / np.maximum(many, 1), 0.0)[group]
    got = (mean * np.take_along_axis(gain, order, axis=1)).sum(axis=1)
    return _over(got, (gain * discount).sum(axis=1))


def _over(got: Floats, best: Floats) -> Floats:
    """Divide; NaN where a list holds nothing that was shown."""
    return np.where(best > 0, got / np.where(best > 0, best, 1.0), np.nan)


def by_chance(lists: Lists, cutoff: int) -> dict[str, Floats]:
    """Give what a random order scores on average, in closed form, shape (lists,) each."""
    length = lists.lengths().astype(np.float64)
    place = np.arange(cutoff)
    discount = 1 / np.log2(place + 2.0)
    within = place[None, :] < length[:, None]
    placed = np.add.reduceat(lists.shown.astype(np.float64), lists.starts[:-1])
    gain = np.where(
        place[None, :] < placed[:, None], np.minimum(cutoff, placed)[:, None] - place, 0.0
    )
    summed = np.where(within, discount, 0.0).sum(axis=1)
    ndcg = _over(gain.sum(axis=1) / length * summed, (gain * discount).sum(axis=1))
    return {"pairs": np.full(lists.count, 0.5), "tau": np.zeros(lists.count), "ndcg": ndcg}


def mean_of(values: Floats, unit: Integers, level: float = 0.95) -> Mean:
    """Average over lists, with Student's t interval over units of lists.

    Parameters
    ----------
    values
        One for each list, NaN where there is none, shape (lists,).
    unit
        What each list belongs to (its query, where one is asked many times), shape (lists,).
    level
        Coverage.
    """
    known = np.isfinite(values)
    values, unit = values[known], unit[known]
    if values.size == 0:
        return Mean(float("nan"), None, None, 0)
    mean = float(values.mean())
    _, code = np.unique(unit, return_inverse=True)
    sums = np.bincount(code.ravel(), weights=values - mean)
    count = int(sums.size)
    if count < 2:  # noqa: PLR2004 - one has no spread
        return Mean(mean, None, None, count)
    se = float(np.sqrt(count / (count - 1) * np.square(sums).sum())) / values.size
    reach = float(stdtrit(count - 1, 0.5 + level / 2)) * se
    return Mean(mean, mean - reach, mean + reach, count)
