"""What sellers without a label could do to a ratio."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from fairshelf.audits.metrics import exposure_ratio
from fairshelf.audits.sensitivity.bounds import unknown_bounds


def _ratio(exposure: np.ndarray, units: np.ndarray, label: np.ndarray) -> float:
    sums = [float(part[label == side].sum()) for side in (0, 1) for part in (exposure, units)]
    return exposure_ratio(*sums)


@pytest.mark.parametrize("seed", range(20))
def test_the_range_is_that_of_every_assignment(seed: int) -> None:
    """Lowest and highest are those of a search over all labellings, or just beyond them."""
    rng = np.random.default_rng(seed)
    exposure = rng.lognormal(0, 1.5, 14)
    units = rng.integers(1, 5, 14).astype(float)
    label = np.array([0] * 4 + [1] * 4 + [2] * 6)
    found = unknown_bounds(exposure, units, label == 0, label == 1, label == 2)
    tried = [
        _ratio(exposure, units, np.concatenate([label[:8], choice]))
        for choice in product((0, 1, 2), repeat=6)
    ]
    assert 0.98 * min(tried) < found.lowest <= min(tried) * (1 + 1e-12)
    assert 1.02 * max(tried) > found.highest >= max(tried) * (1 - 1e-12)
    sides = [np.where(label == 2, side, label) for side in (0, 1)]
    assert found.all_group == pytest.approx(_ratio(exposure, units, sides[0]))
    assert found.all_reference == pytest.approx(_ratio(exposure, units, sides[1]))
    assert found.value == pytest.approx(_ratio(exposure, units, label))


@pytest.mark.parametrize("seed", range(5))
def test_no_assignment_of_lumpy_sellers_is_beyond_the_bounds(seed: int) -> None:
    """Sellers of very unequal size, wanted by both groups: bounds hold, and are mostly reached."""
    rng = np.random.default_rng(seed)
    reached = 0
    for _ in range(60):
        exposure = rng.lognormal(0, 1.5, 8)
        units = np.ceil(rng.lognormal(0, 1.5, 8))
        label = np.array([0, 0, 1, 1, 2, 2, 2, 2])
        found = unknown_bounds(exposure, units, label == 0, label == 1, label == 2)
        tried = [
            _ratio(exposure, units, np.concatenate([label[:4], choice]))
            for choice in product((0, 1, 2), repeat=4)
        ]
        assert found.lowest <= min(tried) * (1 + 1e-12)
        assert found.highest >= max(tried) * (1 - 1e-12)
        reached += found.lowest > min(tried) * (1 - 1e-9)
    assert reached >= 50


def test_without_unknown_sellers_there_is_nothing_to_bound() -> None:
    """With every seller labelled all five numbers are the ratio: (1/2) / (3/1) = 1/6."""
    exposure, units = np.array([1.0, 3.0]), np.array([2.0, 1.0])
    group = np.array([True, False])
    found = unknown_bounds(exposure, units, group, ~group, np.zeros(2, bool))
    numbers = (found.value, found.all_group, found.all_reference, found.lowest, found.highest)
    assert numbers == pytest.approx((1 / 6,) * 5)
