"""The simulated power: its size is the level, it grows with gap and sellers, and a closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from fairshelf.audits.power import Design, Power, _exposure, _shift, enough, power


def test_without_a_gap_it_is_the_level() -> None:
    """A ratio so near 1 that it is none is "seen" on its side in about 2.5% of platforms."""
    (found,) = power(
        [Design(15, 45, 50, 10, 0.8)], 0.9999, np.random.default_rng(0), replicates=300
    )
    assert found.found <= 0.055


def test_it_grows_with_the_gap_and_the_sellers() -> None:
    """A gap of a half is seen more often than one of .8, and with more sellers more often."""
    rng = np.random.default_rng(1)
    few, many = Design(8, 24, 60, 10, 0.8), Design(40, 120, 60, 10, 0.8)
    small = power([few, many], 0.8, rng, replicates=80)
    large = power([few, many], 0.5, rng, replicates=80)
    assert large[0].found > small[0].found
    assert large[1].found > large[0].found
    assert large[1].found > 0.75


def test_it_is_near_the_normal_approximation() -> None:
    """Large groups: the power of a z-test with the delta-method error of ln R."""
    design = Design(150, 150, 80, 10, 0.7)
    rng = np.random.default_rng(2)
    gap = 0.8
    (found,) = power([design], gap, rng, replicates=200)
    logs = []
    shift = _shift(design, gap, rng)
    for _ in range(150):
        exposure, ours = _exposure(design, shift, rng)
        logs.append(np.log(exposure[ours].mean() / exposure[~ours].mean()))
    expected = float(norm.cdf(-1.96 - np.log(gap) / np.std(logs)))
    assert found.found == pytest.approx(expected, abs=0.12)


def test_the_planted_ratio_is_met() -> None:
    """The appeal is shifted until the expected exposure ratio is the one asked for."""
    design = Design(30, 90, 100, 10, 1.0)
    rng = np.random.default_rng(3)
    shift = _shift(design, 0.6, rng)
    sums = np.zeros(2)
    for _ in range(200):
        exposure, ours = _exposure(design, shift, rng)
        sums += (exposure[ours].mean(), exposure[~ours].mean())
    assert sums[0] / sums[1] == pytest.approx(0.6, rel=0.1)


def test_the_cheapest_design_that_is_enough() -> None:
    """The fewest pages times sellers among those that reach the power, or None."""
    designs = [Design(10, 40, 100, 20, 1), Design(20, 80, 50, 20, 1), Design(40, 160, 50, 20, 1)]
    powers = [
        Power(one, 0.7, found, 0, 0) for one, found in zip(designs, (0.9, 0.85, 0.95), strict=True)
    ]
    assert enough(powers, 0.8) in powers[:2]
    assert enough(powers, 0.93) == powers[2]
    assert enough(powers, 0.99) is None


def test_the_same_generator_gives_the_same_power() -> None:
    """Nothing but the generator decides."""
    design = [Design(8, 24, 30, 10, 1.0)]
    one, two = (power(design, 0.5, np.random.default_rng(4), replicates=20) for _ in "ab")
    assert one == two
