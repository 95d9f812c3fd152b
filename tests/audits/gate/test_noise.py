"""The interval of a difference is that of the literature, and covers what it says."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.gate.noise import difference
from fairshelf.audits.results import Estimate


def estimate(value: float, low: float | None, high: float | None) -> Estimate:
    """Give an estimate with an interval."""
    return Estimate("k", "ndcg", value=value, low=low, high=high)


def test_by_hand() -> None:
    """0.85 (0.83 to 0.88) less 0.90 (0.85 to 0.95): squares of the distances are added."""
    found = difference(estimate(0.85, 0.83, 0.88), estimate(0.90, 0.85, 0.95), 1.0, 0.0)
    assert found.value == pytest.approx(-0.05)
    assert found.low == pytest.approx(-0.05 - (0.02**2 + 0.05**2) ** 0.5)
    assert found.high == pytest.approx(-0.05 + (0.03**2 + 0.05**2) ** 0.5)


def test_a_factor_scales_the_baseline_and_its_noise() -> None:
    """Against 0.9 times the baseline, its distances shrink by the same factor."""
    found = difference(estimate(0.80, 0.70, 0.90), estimate(1.00, 0.80, 1.20), 0.9, 0.0)
    assert found.value == pytest.approx(-0.10)
    assert found.low == pytest.approx(-0.10 - (0.1**2 + 0.18**2) ** 0.5)


def test_the_same_figures_have_no_noise_between_them() -> None:
    """Where nothing moved but the end of a float, a margin of 0 is kept and not left open."""
    for last in (0.0, 1e-15):
        found = difference(estimate(0.85, 0.8, 0.9), estimate(0.85 + last, 0.8, 0.9), 1.0, -0.005)
        assert (found.low, found.value, found.high) == (0.005, 0.005, 0.005)
    moved = difference(estimate(0.85, 0.8, 0.9), estimate(0.85 + 1e-6, 0.8, 0.9), 1.0, -0.005)
    assert moved.low != moved.high


def test_an_open_side_stays_open() -> None:
    """An interval without an upper end gives a difference without one, and the other way round."""
    found = difference(estimate(1.0, 0.5, None), estimate(1.0, 0.9, 1.1), 1.0, 0.0)
    assert found.high is None
    assert found.low is not None
    turned = difference(estimate(1.0, 0.9, 1.1), estimate(1.0, 0.5, None), 1.0, 0.0)
    assert turned.low is None
    assert turned.high is not None


@pytest.mark.parametrize(("correlation", "least"), [(0.0, 0.93), (0.8, 0.99)])
def test_it_covers_and_errs_on_the_long_side(correlation: float, least: float) -> None:
    """Independent figures are covered at 95%; those that move together more often than that."""
    rng = np.random.default_rng(5)
    noise = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], 4_000)
    held = 0
    for one, other in noise:
        found = difference(
            estimate(3 + one, 3 + one - 1.96, 3 + one + 1.96),
            estimate(2 + other, 2 + other - 1.96, 2 + other + 1.96),
            1.0,
            0.0,
        )
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 1 <= found.high
    assert held / len(noise) >= least
