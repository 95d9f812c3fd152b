"""The tail diagnostic fires where intervals fail, and hardly anywhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from fairshelf.audits.inference.tails import tail_diagnostic, tail_thresholds

MARKETS = 300
"""Simulated markets per case: a rate is known to 1.7 points (10%) or less."""


def rate(sellers: tuple[int, int], sigma: tuple[float, float], zeros: tuple[float, float]) -> float:
    """Give how often the diagnostic fires among lognormal sellers, some with nothing."""
    rng = np.random.default_rng(0)
    protected = np.arange(sum(sellers)) < sellers[0]
    spread, empty = np.where(protected, *sigma), np.where(protected, *zeros)
    fired = 0
    for _ in range(MARKETS):
        exposure = np.exp(spread * rng.standard_normal(protected.size))
        exposure *= rng.random(protected.size) >= empty
        fired += tail_diagnostic(exposure, protected).fires
    return fired / MARKETS


@pytest.mark.parametrize("sellers", [(10, 40), (20, 60), (60, 200)])
@pytest.mark.parametrize("sigma", [(2.0, 0.5), (1.5, 0.5), (0.5, 1.5)])
def test_it_fires_where_one_group_is_far_more_spread_out(
    sellers: tuple[int, int], sigma: tuple[float, float]
) -> None:
    """Log spreads of 1.5 or 2 against 0.5, where intervals cover 67 to 93%, are caught."""
    assert rate(sellers, sigma, (0, 0)) >= 0.9


def test_it_fires_where_many_more_sellers_have_nothing() -> None:
    """70% against 30% of sellers without exposure, 40 against 160 sellers, is caught."""
    assert rate((40, 160), (1.0, 1.0), (0.7, 0.3)) >= 0.9


@pytest.mark.parametrize("sellers", [(10, 40), (20, 60), (60, 200)])
@pytest.mark.parametrize("sigma", [0.5, 2.0])
@pytest.mark.parametrize("zeros", [0.0, 0.4])
def test_it_rarely_fires_on_tails_that_are_alike(
    sellers: tuple[int, int], sigma: float, zeros: float
) -> None:
    """Heavy or light, with zeros or without: alike tails fire in less than 10% of markets."""
    assert rate(sellers, (sigma, sigma), (zeros, zeros)) < 0.1


def test_it_tells_why() -> None:
    """Each reason is named by itself, both by both."""
    quantiles = stats.norm.ppf((np.arange(60) + 0.5) / 60)
    protected = np.repeat([True, False], 60)
    wide, narrow = np.exp(2 * quantiles), np.exp(0.5 * quantiles)
    sparse = np.where(np.arange(60) % 2 == 0, narrow, 0.0)
    cases = {
        (): (narrow, narrow),
        ("spread",): (wide, narrow),
        ("zeros",): (sparse, narrow),
        ("spread", "zeros"): (wide * (sparse > 0), narrow),
    }
    for reasons, groups in cases.items():
        told = tail_diagnostic(np.concatenate(groups), protected)
        assert (told.reasons, told.fires) == (reasons, bool(reasons))


def test_the_unit_and_the_ratio_of_the_groups_do_not_matter() -> None:
    """A group with a hundredth of the other's exposure has the same tail."""
    rng = np.random.default_rng(1)
    exposure, protected = rng.lognormal(0, 1, 50), np.arange(50) < 15
    one = tail_diagnostic(exposure, protected)
    other = tail_diagnostic(np.where(protected, exposure / 100, exposure * 1e6), protected)
    assert other.reasons == one.reasons
    assert other.protected.log_sd == pytest.approx(one.protected.log_sd)
    assert other.reference.effective_sellers == pytest.approx(one.reference.effective_sellers)


def test_the_record_says_how_heavy_each_tail_is() -> None:
    """Zeros, log spread, top share and effective sellers are those of their definitions."""
    told = tail_diagnostic(
        np.array([0.0, 1, np.e, np.e**2, 2, 2]), np.array([1, 1, 1, 1, 0, 0], dtype=bool)
    )
    total = 1 + np.e + np.e**2
    assert told.protected.sellers == 4
    assert told.protected.zeros == 0.25
    assert told.protected.log_sd == pytest.approx(1.0)
    assert told.protected.top_share == pytest.approx(np.e**2 / total)
    assert told.protected.effective_sellers == pytest.approx(total**2 / (1 + np.e**2 + np.e**4))
    assert told.reference.log_sd is None
    assert told.reference.effective_sellers == pytest.approx(2)


@pytest.mark.parametrize(
    "exposure",
    [[0.0] * 12, [3.0] * 12, [0.0] * 6 + [1.0, 2, 3, 4, 5, 6], [7.0] + [0.0] * 11],
)
def test_empty_and_equal_groups_give_an_answer(exposure: list[float]) -> None:
    """Nothing at all, all the same, or one seller with everything raise no error."""
    told = tail_diagnostic(np.array(exposure), np.arange(12) < 6)
    assert told.protected.sellers == told.reference.sellers == 6
    assert told.fires == ("zeros" in told.reasons)


def test_equal_sellers_against_spread_out_ones_fire() -> None:
    """A group without any spread is unlike one with a large spread."""
    exposure = np.concatenate([np.ones(10), np.exp(np.linspace(-3, 3, 20))])
    assert tail_diagnostic(exposure, np.arange(30) < 10).reasons == ("spread",)


def test_sellers_the_ratio_is_not_over_are_left_out() -> None:
    """Never-shown sellers are zeros per seller and nothing at all per impression."""
    exposure = np.where(np.arange(80) < 20, 0.0, 1.0 + np.arange(80) % 7)
    protected = np.arange(80) < 30
    assert tail_diagnostic(exposure, protected).reasons == ("zeros",)
    told = tail_diagnostic(exposure, protected, denominator=exposure * 2)
    assert (told.reasons, told.protected.sellers, told.protected.zeros) == ((), 10, 0.0)
    nobody = tail_diagnostic(exposure, np.arange(80) < 20, denominator=exposure)
    assert (nobody.fires, nobody.protected.sellers) == (False, 0)


def test_thresholds_can_be_given() -> None:
    """Thresholds that nothing reaches silence the diagnostic; the standards' are read once."""
    exposure = np.concatenate([np.ones(10), np.exp(np.linspace(-3, 3, 20))])
    deaf = replace(tail_thresholds(), spread_difference=99.0, zero_difference=2.0)
    assert not tail_diagnostic(exposure, np.arange(30) < 10, deaf).fires
    assert tail_thresholds() is tail_thresholds()
