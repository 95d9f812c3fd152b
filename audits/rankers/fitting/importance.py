"""What a surrogate loses without a factor, and how its order moves with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.rankers.fitting.design import Features
from fairshelf.audits.rankers.fitting.lists import blocks
from fairshelf.audits.rankers.fitting.measures import by_list, mean_of
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fairshelf.audits.rankers.fitting.lists import Lists
    from fairshelf.audits.rankers.fitting.measures import Mean
    from fairshelf.audits.stages import Stages

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

REPEATS = 20
"""Shuffles of each factor (Breiman, Machine Learning 45 (2001), 5-32)."""

STEPS = 9
TALLEST = 0.95
"""Curves run between this quantile of a factor and its opposite: no single listing is drawn."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Where listings would stand, by the surrogate, were a factor of theirs another.

    ``points``: (value or level, share of the other listings of the request they would stand above).
    """

    factor: str
    points: tuple[tuple[float | str, float], ...]


def importance(
    lists: Lists,
    features: Features,
    score: Callable[[Features], Floats],
    unit: Integers,
    rng: np.random.Generator,
    level: float = 0.95,
    stage: Stages = QUIET,
) -> dict[str, Mean]:
    """Give the loss of pairs in the right order when a factor is shuffled within each list.

    Parameters
    ----------
    lists
        Held-out lists.
    features
        Of their entries.
    score
        The surrogate.
    unit
        What each list belongs to, shape (lists,).
    rng
        Shuffles.
    level
        Coverage of the intervals, which take other lists for what could have been otherwise.
    stage
        Told how many factors are done.
    """
    whole = by_list(lists, score(features), 1)["pairs"]
    number = lists.number()
    orders = [np.lexsort((rng.random(number.size), number)) for _ in range(REPEATS)]
    told = {}
    for factor in stage.each(features.names, "factors"):
        values: Any = features.numbers.get(factor)
        values = features.words[factor] if values is None else values
        scores = _scored(features, score, factor, [values[order] for order in orders])
        lost = [whole - by_list(lists, one, 1)["pairs"] for one in scores]
        told[factor] = mean_of(np.mean(lost, axis=0), unit, level)
    return told


def _scored(
    features: Features, score: Callable[[Features], Floats], factor: str, values: list[Any]
) -> list[Floats]:
    """Give the scores were a factor one thing or another, all of them asked for at once."""
    many = len(values)
    numbers = {name: np.tile(held, many) for name, held in features.numbers.items()}
    words = {name: np.tile(held, many) for name, held in features.words.items()}
    (numbers if factor in numbers else words)[factor] = np.concatenate(values)
    return np.split(score(Features(numbers, words, features.groups)), many)


def curve(
    lists: Lists,
    features: Features,
    score: Callable[[Features], Floats],
    factor: str,
    levels: tuple[str, ...] = (),
) -> Curve:
    """Set a factor to one value after another and see which share of the others is then beaten.

    The idea of partial dependence (Friedman, Annals of Statistics 29 (2001), 1189-1232), told in
    places instead of scores.

    Parameters
    ----------
    lists, features, score
        As for :func:`importance`.
    factor
        The factor.
    levels
        The levels to go through where it is words.
    """
    before = score(features)
    values: list[float | str] = list(levels)
    if factor in features.numbers:
        known = features.numbers[factor][np.isfinite(features.numbers[factor])]
        grid = np.quantile(known, np.linspace(1 - TALLEST, TALLEST, STEPS), method="nearest")
        values = sorted(set(grid.tolist()))
    kind = np.float64 if factor in features.numbers else object
    columns = [np.full(lists.size, value, dtype=kind) for value in values]
    scores = _scored(features, score, factor, columns) if columns else []
    told = [_beaten(lists, before, after) for after in scores]
    return Curve(factor, tuple(zip(values, told, strict=True)))


def _beaten(lists: Lists, before: Floats, after: Floats) -> float:
    """Give the mean share of the other entries of its list that an entry stands above."""
    total = 0.0
    for index in blocks(lists):
        filled = index >= 0
        old = np.where(filled, before[index], np.nan)
        new = np.where(filled, after[index], np.nan)
        length = filled.sum(axis=1)
        for place in range(index.shape[1]):
            mine = new[:, place, None]
            others = filled.copy()
            others[:, place] = False
            won = ((mine > old) & others).sum(axis=1) + ((mine == old) & others).sum(axis=1) / 2
            total += float((np.where(filled[:, place], won, 0) / (length - 1)).sum())
    return total / lists.size
