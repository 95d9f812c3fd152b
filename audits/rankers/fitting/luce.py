"""The Plackett-Luce model of observed orders, linear in the features, fitted by Newton's method.

The listing at each place is chosen among those not yet placed, with odds ``exp(x'b)``. Its
likelihood is that of a Cox model stratified by request, with places for times. Sources: Plackett,
Applied Statistics 24 (1975), 193-202; Cox, JRSS B 34 (1972), 187-220 (the partial likelihood).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.rankers.fitting.lists import blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.rankers.fitting.lists import Lists

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

RIDGE = 1e-4
"""Penalty ``RIDGE * choices * b^2 / 2``: a trace of it, so that a coefficient always has an end."""

MOST_STEPS = 60
HALVINGS = 30
TOLERANCE = 1e-9
FARTHEST = 15.0
"""A coefficient (per standard deviation) beyond which a feature is said to settle the order."""


@dataclass(frozen=True, slots=True, eq=False)
class Luce:
    """A fitted linear Plackett-Luce model.

    Attributes
    ----------
    weights
        Coefficients, shape (d,).
    bread
        The penalised information at the optimum, shape (d, d).
    loglik
        Log-likelihood without the penalty.
    choices
        Places filled, the last of each list not counted.
    settled
        Whether the steps came to rest.
    """

    weights: Floats
    bread: Floats
    loglik: float
    choices: int
    settled: bool


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Lists side by side, shape (lists, longest) each, and what is left at each place.

    ``index`` points into the lists' arrays, -1 at the end of shorter ones. ``odds`` are
    ``exp(x'b)`` up to a factor of their list, ``left`` their sums over those not yet placed, and
    ``mean`` (lists, longest, d) the mean features of those, weighted by odds. ``chosen``: whether
    an entry was put at its place; candidates that were not shown never were.
    """

    index: Integers
    x: Floats
    odds: Floats
    left: Floats
    mean: Floats
    chosen: NDArray[np.bool_]

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Where there is an entry."""
        return self.index >= 0


def block_at(index: Integers, lists: Lists, x: Floats, weights: Floats) -> Block:
    """Work out what is left at each place of some lists."""
    filled = index >= 0
    rows = np.where(filled[..., None], x[index], 0.0)
    score = np.where(filled, rows @ weights, -np.inf)
    odds = np.exp(score - score.max(axis=1, keepdims=True))
    left = from_the_end(odds)
    safe = np.where(filled, left, 1.0)
    mean = from_the_end(odds[..., None] * rows) / safe[..., None]
    return Block(index, rows, odds, safe, mean, filled & lists.shown[index])


def from_the_end(values: Floats) -> Floats:
    """Sum from each place to the end of its list, along axis 1."""
    return np.flip(np.cumsum(np.flip(values, axis=1), axis=1), axis=1)


def _derivatives(lists: Lists, x: Floats, weights: Floats) -> tuple[float, Floats, Floats]:
    loglik, width = 0.0, x.shape[1]
    slope, curve = np.zeros(width), np.zeros((width, width))
    for index in blocks(lists):
        at = block_at(index, lists, x, weights)
        filled, chosen = at.filled, at.chosen
        loglik += float((np.log(at.odds[chosen]) - np.log(at.left[chosen])).sum())
        slope += (at.x[chosen] - at.mean[chosen]).sum(axis=0)
        share = at.odds * np.cumsum(np.where(chosen, 1 / at.left, 0.0), axis=1)
        entries, means = at.x[filled], at.mean[chosen]
        curve += entries.T @ (share[filled][:, None] * entries) - means.T @ means
    return loglik, slope, curve


def fit_luce(lists: Lists, x: Floats, ridge: float = RIDGE) -> Luce:
    """Fit the model to observed orders.

    Parameters
    ----------
    lists
        The orders.
    x
        Features of the lists' entries, in their order, shape (n, d); scaled alike.
    ridge
        The penalty per choice.

    Returns
    -------
    Luce
    """
    choices = max(int(lists.shown.sum()) - lists.count, 1)
    penalty = ridge * choices
    weights = np.zeros(x.shape[1])
    loglik, slope, curve = _derivatives(lists, x, weights)
    goal, settled = loglik, x.shape[1] == 0
    for _ in range(MOST_STEPS):
        if settled:
            break
        bread = curve + penalty * np.eye(weights.size)
        gradient = slope - penalty * weights
        step = np.linalg.solve(bread, gradient)
        gain = float(gradient @ step)
        tried, reached = weights, goal
        for halving in range(HALVINGS):
            tried = weights + step / 2**halving
            loglik, slope, curve = _derivatives(lists, x, tried)
            reached = loglik - penalty * float(tried @ tried) / 2
            if reached >= goal - 1e-12 * abs(goal):
                break
        weights, goal = tried, reached
        settled = gain < TOLERANCE * max(1.0, choices)
    bread = curve + penalty * np.eye(weights.size)
    return Luce(weights, bread, loglik, choices, settled)
