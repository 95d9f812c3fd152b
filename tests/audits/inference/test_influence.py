"""Influences against numerical derivatives of the weighted estimates, and the jackknife."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.inference.influence import (
    gini_influence,
    log_ratio_influence,
    ratio_influence,
    summed_by,
    top_share_influence,
)

if TYPE_CHECKING:
    from collections.abc import Callable

STEP = 1e-5
"""Half the step of a central difference: its error is of the order of the step squared."""


def derivative(estimate: Callable[[np.ndarray], float], units: int) -> np.ndarray:
    """Move one unit's weight up and down and see how the weighted estimate follows."""
    moved = []
    for unit in range(units):
        up, down = np.ones(units), np.ones(units)
        up[unit] += STEP
        down[unit] -= STEP
        moved.append((estimate(up) - estimate(down)) / (2 * STEP))
    return np.array(moved)


def weighted_gini(amounts: np.ndarray, weights: np.ndarray) -> float:
    """Give half the weighted mean absolute difference over the mean."""
    apart = np.abs(amounts[:, None] - amounts[None, :])
    return float(weights @ apart @ weights / (2 * weights.sum() * (weights @ amounts)))


def weighted_top_share(amounts: np.ndarray, weights: np.ndarray, top: float) -> float:
    """Give the share of the largest ``top`` of the weight, part of a unit counting as a part."""
    order = np.argsort(-amounts)
    before = np.cumsum(weights[order]) - weights[order]
    counted = np.clip(top * weights.sum() - before, 0, weights[order])
    return float(counted @ amounts[order] / (weights @ amounts))


@pytest.fixture
def amounts() -> np.ndarray:
    """Give 60 heavy-tailed amounts, a fifth of them nothing."""
    rng = np.random.default_rng(0)
    return rng.lognormal(0, 1.2, 60) * (rng.random(60) > 0.2)


def test_ratio_influence_is_the_derivative(amounts: np.ndarray) -> None:
    """The influence on a mean per denominator is its derivative by the unit's weight."""
    base = np.arange(1.0, 61.0)
    by_steps = derivative(lambda w: float((w @ amounts) / (w @ base)), 60)
    assert ratio_influence(amounts, base) == pytest.approx(by_steps, abs=1e-9)


def test_influence_on_a_share_is_the_derivative(amounts: np.ndarray) -> None:
    """The influence on a group's share is its derivative, also for the others' sellers."""
    member = np.arange(60) % 3 == 0
    by_steps = derivative(lambda w: float((w @ (amounts * member)) / (w @ amounts)), 60)
    assert ratio_influence(amounts * member, amounts) == pytest.approx(by_steps, abs=1e-9)


def test_log_ratio_influence_is_the_derivative(amounts: np.ndarray) -> None:
    """The sellers' influences on ln R are its derivatives, of both signs' groups."""
    base, protected = np.arange(1.0, 61.0), np.arange(60) < 17

    def log_ratio(w: np.ndarray) -> float:
        ours, theirs = w * protected, w * ~protected
        return float(
            np.log((ours @ amounts / (ours @ base)) / (theirs @ amounts / (theirs @ base)))
        )

    by_steps = derivative(log_ratio, 60)
    assert log_ratio_influence(amounts, base, protected) == pytest.approx(by_steps, abs=1e-8)


def test_gini_influence_is_the_derivative(amounts: np.ndarray) -> None:
    """The linearised Gini is the derivative of the weighted one; ties share theirs."""
    influence = gini_influence(amounts)
    by_steps = derivative(lambda w: weighted_gini(amounts, w), 60)
    assert influence == pytest.approx(by_steps, abs=1e-8)
    assert np.ptp(influence[amounts == 0]) == pytest.approx(0, abs=1e-15)


def test_gini_error_agrees_with_leaving_one_seller_out(amounts: np.ndarray) -> None:
    """The linearised standard error is within 5% of the delete-one jackknife's."""
    left = np.array([weighted_gini(np.delete(amounts, i), np.ones(59)) for i in range(60)])
    jackknife = np.sqrt(59 / 60 * np.square(left - left.mean()).sum())
    assert np.sqrt(np.square(gini_influence(amounts)).sum()) == pytest.approx(jackknife, rel=0.05)


def test_top_share_influence_is_the_derivative(amounts: np.ndarray) -> None:
    """The linearised top tenth is the one-sided derivatives' mean away from the threshold."""
    held = amounts.copy()
    order = np.argsort(-held)
    held[order[6]] = held[order[5]]  # the sixth and seventh tie: the threshold is one number
    influence = top_share_influence(held, 0.1)
    by_steps = derivative(lambda w: weighted_top_share(held, w, 0.1), 60)
    assert influence == pytest.approx(by_steps, abs=1e-8)
    assert influence.sum() == pytest.approx(0, abs=1e-12)


def test_top_share_error_agrees_with_leaving_one_seller_out() -> None:
    """The linearised error of the top tenth of 400 sellers is near the jackknife's."""
    held = np.random.default_rng(3).lognormal(0, 1, 400)
    left = np.array(
        [weighted_top_share(np.delete(held, i), np.ones(399), 0.1) for i in range(held.size)]
    )
    jackknife = np.sqrt(399 / 400 * np.square(left - left.mean()).sum())
    error = np.sqrt(np.square(top_share_influence(held, 0.1)).sum())
    assert error == pytest.approx(jackknife, rel=0.05)


@pytest.mark.parametrize("top", [1e-9, 1.0])
def test_the_top_is_at_least_one_unit_and_at_most_all(amounts: np.ndarray, top: float) -> None:
    """The smallest top is the largest unit; the share of all is 1 whoever is drawn."""
    influence = top_share_influence(amounts, top)
    assert np.isfinite(influence).all()
    if top == 1.0:
        assert influence == pytest.approx(np.zeros(60), abs=1e-12)


def test_units_of_the_data_do_not_matter(amounts: np.ndarray) -> None:
    """Gini and top share have the same influences in cents as in yuan."""
    assert gini_influence(amounts * 100) == pytest.approx(gini_influence(amounts))
    assert top_share_influence(amounts * 100, 0.1) == pytest.approx(
        top_share_influence(amounts, 0.1)
    )


def test_listings_are_summed_by_their_seller() -> None:
    """Sums by cluster keep clusters without units as zeros."""
    summed = summed_by(np.array([1.0, 2.0, -4.0]), np.array([2, 0, 2]), 4)
    assert summed.tolist() == [2.0, 0.0, -3.0, 0.0]
