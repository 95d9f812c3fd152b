"""The simulations of the benchmarks rest on what they say they do."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def scripts(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let a test import the benchmarks as the scripts they are."""
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    return root / "benchmarks"


@pytest.fixture
def calibration(scripts: Path) -> ModuleType:
    """Give the benchmark of intervals and outcomes."""
    assert scripts.is_dir()
    return import_module("calibration")


def test_the_row_bootstrap_is_that_of_fairlearn(calibration: ModuleType) -> None:
    """The row bootstrap of numpy and of fairlearn's MetricFrame give the same interval."""
    rng = np.random.default_rng(3)
    order, ours = calibration.ranked(calibration.FAIRLEARN[0], rng)
    theirs = np.log(calibration.fairlearn_bootstrap(order, ours, 0, 500))
    here = np.log(calibration.row_bootstrap(order, ours, rng, 4000))
    width = here[1] - here[0]
    assert np.abs(theirs - here).max() < 0.12 * width


def test_fresh_platforms_are_told_apart(scripts: Path) -> None:
    """On three fresh sample platforms the planted gap is found and the null is not."""
    assert scripts.is_dir()
    outcomes = import_module("fresh_seeds").outcomes
    for seed in (1, 2, 3):
        found = outcomes(seed)
        planted, _ = found["locality:CN-NBS-URC"]
        null, _ = found["ethnic_minority_region"]
        assert (planted.outcome, planted.direction) in (
            ("disparity", "lower"),
            ("material_disparity", "lower"),
        )
        assert null.outcome in ("inconclusive", "no_material_disparity")
