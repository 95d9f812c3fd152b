"""The ratio within strata: Mantel and Haenszel's, and the plain one where there is one stratum."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.inference.permutation import draw, permutation_ratio
from fairshelf.audits.inference.strata import stratified_ratio


def _market(seed: int, size: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    protected = rng.random(size) < 0.4
    strata = rng.integers(0, 3, size)
    units = 1.0 + rng.poisson(3, size)
    return units * np.exp(rng.normal(0, 0.6, size)), units, strata, protected


@pytest.mark.parametrize("seed", range(4))
def test_one_stratum_is_the_plain_ratio(seed: int) -> None:
    """With a single stratum value, interval and p-value are those of the plain test."""
    exposure, units, _, protected = _market(seed)
    plan = draw(protected, None, 499, np.random.default_rng(1))
    plain = permutation_ratio(exposure, units, plan, hypotheses=(0.8,))
    within = stratified_ratio(
        (exposure, units), np.zeros(exposure.size, dtype=int), plan, hypotheses=(0.8,)
    )
    assert within.value == pytest.approx(plain.value)
    assert (within.low, within.high) == pytest.approx((plain.low, plain.high), rel=1e-5)
    assert (within.p_value, within.p_at) == (plain.p_value, plain.p_at)
    assert within.se == pytest.approx(plain.se)


def test_the_value_is_that_of_mantel_and_haenszel() -> None:
    """Weighted sums over the strata, worked out by a loop."""
    exposure, units, strata, protected = _market(7)
    above = below = 0.0
    for code in range(3):
        ours, theirs = (strata == code) & protected, (strata == code) & ~protected
        n_ours, n_theirs = units[ours].sum(), units[theirs].sum()
        above += exposure[ours].sum() * n_theirs / (n_ours + n_theirs)
        below += exposure[theirs].sum() * n_ours / (n_ours + n_theirs)
    plan = draw(protected, strata, 199, np.random.default_rng(1))
    found = stratified_ratio((exposure, units), strata, plan)
    assert found.value == pytest.approx(above / below)
    assert (found.low or 0) <= above / below <= (found.high or np.inf)
    assert None not in (found.low, found.high)


def test_a_gap_between_strata_is_not_one_within() -> None:
    """Sellers of a poorer stratum, equal within it: raw far below 1, within about 1."""
    rng = np.random.default_rng(5)
    strata = np.repeat([0, 1], [100, 100])
    protected = rng.random(200) < np.where(strata == 0, 0.8, 0.2)
    exposure = np.where(strata == 0, 1.0, 6.0) * np.exp(rng.normal(0, 0.5, 200))
    ones = np.ones(200)
    raw = permutation_ratio(exposure, ones, draw(protected, None, 499, rng))
    within = stratified_ratio((exposure, ones), strata, draw(protected, strata, 499, rng))
    assert raw.high is not None
    assert raw.high < 0.6
    assert within.low is not None
    assert within.high is not None
    assert within.low < 1 < within.high
    assert within.value == pytest.approx(1, abs=0.15)


def test_the_interval_covers_within_strata() -> None:
    """Over 200 markets of strata with levels of their own the 95% interval holds the ratio .7."""
    held = 0
    for seed in range(200):
        rng = np.random.default_rng([11, seed])
        strata = np.repeat([0, 1, 2], [12, 24, 36])
        protected = rng.random(72) < np.array([0.5, 0.3, 0.2])[strata]
        level = np.array([1.0, 3.0, 10.0])[strata]
        exposure = level * np.where(protected, 0.7, 1.0) * np.exp(rng.normal(0, 0.7, 72))
        found = stratified_ratio((exposure, np.ones(72)), strata, draw(protected, strata, 199, rng))
        held += (found.low or 0) <= 0.7 <= (found.high or np.inf)
    assert 183 <= held <= 198


def test_strata_of_one_group_tell_nothing() -> None:
    """A stratum without the reference neither moves nor counts; without any other there is none."""
    exposure, units, strata, protected = _market(3)
    alone = np.where(protected & (strata == 2), 9, strata)
    plan = draw(protected, alone, 199, np.random.default_rng(0))
    kept = alone != 9
    told = stratified_ratio((exposure, units), alone, plan)
    part = draw(protected[kept], alone[kept], 199, np.random.default_rng(0))
    assert told.value == pytest.approx(
        stratified_ratio((exposure[kept], units[kept]), alone[kept], part).value
    )
    apart = stratified_ratio((exposure, units), protected.astype(int), plan)
    assert (apart.value, apart.note) == (None, "no_denominator")
