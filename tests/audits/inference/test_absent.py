"""The bound of an amount where one group holds nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom

from fairshelf.audits.inference.absent import FEWEST_HOLDING, amounts_bound, times_the_mean
from fairshelf.audits.inference.exact import exact_ratio
from fairshelf.audits.inference.permutation import PermutationPlan, draw

BOUNDS = (0.8, 1.25)


def _plan(ours: int, theirs: int) -> PermutationPlan:
    return draw(np.arange(ours + theirs) < ours, None, 99, np.random.default_rng(0))


def test_the_largest_beside_the_mean_of_those_who_hold_anything() -> None:
    """Of 30 holding 1 each and one holding 9, beside nine with nothing: 9 / (39 / 31), up."""
    exposure = np.array([1.0] * 30 + [9.0] + [0.0] * 9)
    assert times_the_mean(exposure, np.ones(40)) == pytest.approx(7.2)  # 7.153...
    assert times_the_mean(exposure[1:], np.ones(39)) == pytest.approx(7.2)  # 9 / (38 / 30) = 7.105
    assert times_the_mean(exposure[2:], np.ones(38)) is None
    assert FEWEST_HOLDING == 30


def test_per_listing_the_larger_of_both_readings_counts() -> None:
    """One seller of forty has its ten from one listing, the others theirs from four each."""
    exposure = np.array([10.0] + [8.0] * 39)
    units = np.array([1.0] + [4.0] * 39)
    assert times_the_mean(exposure, np.ones(40)) == pytest.approx(1.3)  # 10 / 8.05 = 1.24
    # per listing 10 against 322 / 157 = 2.05
    assert times_the_mean(exposure, units) == pytest.approx(4.9)


def test_the_bound_is_that_of_the_shares_times_the_largest() -> None:
    """High ends are multiplied, and a ratio of amounts is tested at its part of the shares."""
    exposure = np.array([0.0] * 100 + [1.0] * 40 + [5.0] * 10)
    told = amounts_bound((exposure, np.ones(150)), _plan(100, 50), level=0.95, hypotheses=BOUNDS)
    assert told is not None
    found, times = told
    shares = exact_ratio((0, 100), (50, 50), hypotheses=(0.8 / times,))
    assert shares.high is not None
    assert found.high == pytest.approx(shares.high * times)
    assert found.p_at[0.8] == pytest.approx(shares.p_at[0.8 / times])
    assert found.p_value == pytest.approx(2 * hypergeom.cdf(0, 150, 100, 50))


def test_a_reference_with_nothing_is_the_mirror() -> None:
    """The lower bound is one over the upper bound of the groups the other way round."""
    rng = np.random.default_rng(1)
    held = np.concatenate([np.zeros(80), rng.lognormal(0, 0.5, 60)])
    one = amounts_bound((held, np.ones(140)), _plan(80, 60), level=0.95, hypotheses=BOUNDS)
    other = amounts_bound((held[::-1], np.ones(140)), _plan(60, 80), level=0.95, hypotheses=BOUNDS)
    assert one is not None
    assert other is not None
    assert other[0].high is None
    assert other[0].low == pytest.approx(1 / (one[0].high or 0))
    assert other[0].p_at[1.25] == pytest.approx(one[0].p_at[0.8])


@pytest.mark.parametrize(
    "exposure",
    [
        np.array([1.0] + [0.0] * 99 + [1.0] * 50),
        np.array([0.0] * 100 + [1.0] * 49 + [5_000.0]),
        np.array([0.0] * 100 + [1.0] * 29 + [0.0] * 21),
        np.zeros(150),
    ],
    ids=["both hold", "one seller has all", "few hold", "nobody holds"],
)
def test_no_bound_is_told_where_none_excludes_parity(exposure: np.ndarray) -> None:
    """Where one seller holds nearly all, another of its kind may be missing by chance."""
    pair = (exposure, np.ones(150))
    assert amounts_bound(pair, _plan(100, 50), level=0.95, hypotheses=BOUNDS) is None


def test_sellers_as_large_as_the_largest_are_seldom_missed() -> None:
    """A group whose true ratio is 0.8, all of it with rare sellers of the other group's top size.

    Whether such a platform shows nothing of the group and yet is told to lie below 0.8 happens in
    at most 2.5% of logs: the chance of nothing times the share of told bounds.
    """
    rng = np.random.default_rng(2)
    ours, theirs, spread = 100, 200, 1.0
    largest = float(np.exp(spread * 2.576))  # one in 200 is larger
    rate = 0.8 * 0.4 * float(np.exp(spread**2 / 2)) / largest
    nothing = (1 - rate) ** ours
    told, runs = 0, 100
    for _ in range(runs):
        held = np.exp(rng.normal(0, spread, theirs)) * (rng.random(theirs) < 0.4)
        pair = (np.concatenate([np.zeros(ours), held]), np.ones(ours + theirs))
        found = amounts_bound(pair, _plan(ours, theirs), level=0.95, hypotheses=BOUNDS)
        told += found is not None and found[0].high is not None and found[0].high < BOUNDS[0]
    assert told / runs > 0.5
    assert nothing * told / runs < 0.025
