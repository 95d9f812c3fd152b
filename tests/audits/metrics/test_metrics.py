"""Metrics on arrays: hand-worked values, identities, and the cases where nothing is defined."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.metrics import (
    BY_NAME,
    CATALOGUE,
    FunnelCounts,
    coverage,
    exposure_funnel,
    exposure_ratio,
    gini,
    lorenz,
    per_unit,
    representation_ratio,
    share,
    top_share,
    topk_impact_ratio,
)

AMOUNTS = st.lists(st.floats(0, 1e6), min_size=2, max_size=40).map(np.array)
POSITIVE = st.floats(0.01, 1e4)


def test_catalogue_names_and_codes_are_unique() -> None:
    """No two metrics share a code or a name."""
    assert len(BY_NAME) == len(CATALOGUE) == len({metric.code for metric in CATALOGUE})


def test_gini_by_hand() -> None:
    """(1, 2, 3, 4) has Gini .25; equal amounts 0; one of four with all .75."""
    assert gini(np.array([4.0, 1.0, 3.0, 2.0])) == pytest.approx(0.25)
    assert gini(np.ones(7)) == pytest.approx(0)
    assert gini(np.array([0, 0, 0, 5.0])) == pytest.approx(0.75)


@given(AMOUNTS.filter(lambda x: x.sum() > 1e-3))
def test_gini_is_the_mean_absolute_difference(amounts: np.ndarray) -> None:
    """Gini equals the mean absolute difference over twice the mean."""
    pairs = np.abs(amounts[:, None] - amounts[None, :]).sum()
    wanted = pairs / (2 * amounts.size**2 * amounts.mean())
    assert gini(amounts) == pytest.approx(wanted, abs=1e-12)


def test_nothing_shown_is_undefined() -> None:
    """Concentration of nothing is NaN, never 0."""
    nothing = np.zeros(4)
    assert math.isnan(gini(nothing))
    assert math.isnan(top_share(nothing, "5"))
    assert np.isnan(lorenz(nothing)[1]).all()
    assert np.isnan(share(nothing)).all()
    assert math.isnan(coverage(0, 0))


def test_top_share_by_hand() -> None:
    """The top two of (5, 3, 1, 1) hold .8, the top half the same, the top eighth a quarter."""
    amounts = np.array([1.0, 5.0, 1.0, 3.0])
    assert top_share(amounts, "2") == pytest.approx(0.8)
    assert top_share(amounts, "50%") == pytest.approx(0.8)
    assert top_share(amounts, "12.5%") == pytest.approx(0.25)
    assert top_share(amounts, "9") == pytest.approx(1)


@given(AMOUNTS.filter(lambda x: x.sum() > 1e-3), st.floats(1, 99))
def test_top_share_is_the_lorenz_curve_from_above(amounts: np.ndarray, top: float) -> None:
    """What the top p% hold and what the rest hold add up to everything."""
    units, held = lorenz(amounts, points=amounts.size + 1)
    below = np.interp(1 - top / 100, units, held)
    assert top_share(amounts, f"{top}%") == pytest.approx(1 - below, abs=1e-9)


@given(st.lists(POSITIVE, min_size=4, max_size=4), st.lists(POSITIVE, min_size=4, max_size=4))
def test_funnel_multiplies_to_the_exposure_ratio(ours: list[float], theirs: list[float]) -> None:
    """Reach times frequency times placement is the exposure ratio, exactly."""
    funnel = exposure_funnel(FunnelCounts(*ours), FunnelCounts(*theirs))
    whole = exposure_ratio(ours[3], ours[0], theirs[3], theirs[0])
    assert funnel.reach * funnel.frequency * funnel.placement == pytest.approx(whole)


@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_exposure_ratio_is_antisymmetric(e: float, n: float, f: float, m: float) -> None:
    """Exchanging group and reference inverts the ratio."""
    assert exposure_ratio(e, n, f, m) * exposure_ratio(f, m, e, n) == pytest.approx(1)


def test_exposure_ratio_at_the_edges() -> None:
    """Units without exposure give 0; no units, or a reference without exposure, give NaN."""
    assert exposure_ratio(0, 3, 2, 2) == 0
    assert math.isnan(exposure_ratio(0, 0, 2, 2))
    assert math.isnan(exposure_ratio(1, 1, 0, 2))
    assert math.isnan(topk_impact_ratio(0.2, 0.0))


def test_representation_ratio_by_hand() -> None:
    """A fifth of the attention for half of the listings is .4; a group without units is NaN."""
    got = representation_ratio(np.array([1.0, 4.0, 0.0]), np.array([5.0, 5.0, 0.0]))
    np.testing.assert_allclose(got[:2], [0.4, 1.6])
    assert math.isnan(got[2])
    assert math.isnan(per_unit(np.array([1.0]), np.array([0.0]))[0])
