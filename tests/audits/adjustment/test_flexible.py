"""The gap adjusted by forests: what no formula holds equal, found; what is not there, not found."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.adjustment.design import design
from fairshelf.audits.adjustment.flexible import flexible_gap
from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from fairshelf.audits.adjustment.design import Design


def _platform(effect: float) -> tuple[np.ndarray, np.ndarray, Design]:
    """Make a platform whose attention goes with price far off any line; rural ones are dearer."""
    rng = np.random.default_rng(2)
    seller = np.repeat(np.arange(150), 8)
    group = seller < 60
    price = rng.normal(0, 1, 1200) + 0.8 * group
    level = np.where(np.abs(price) < 1, 6.0, 1.0)
    exposure = level * np.exp(rng.normal(0, 0.2, 150))[seller] + effect * group + 4
    return exposure, seller, design(group, {"price": price}, {})


def test_forests_hold_equal_what_a_line_cannot() -> None:
    """The raw gap is far below 0; with price learnt, the interval holds 0."""
    exposure, seller, columns = _platform(0.0)
    ours = columns.matrix[:, 1] > 0
    assert exposure[ours].mean() < 0.92 * exposure[~ours].mean()
    found = flexible_gap(exposure, seller, columns, np.random.default_rng(0))
    assert found is not None
    assert found.low < 0 < found.high


def test_a_gap_that_is_there_is_found() -> None:
    """A true difference of -2 in units of the mean lies within the interval, 0 outside."""
    exposure, seller, columns = _platform(-2.0)
    found = flexible_gap(exposure, seller, columns, np.random.default_rng(0))
    assert found is not None
    truth = -2 / exposure.mean()
    assert found.low < truth < found.high < 0
    assert 0 < found.robustness_value < 1


def test_the_same_generator_gives_the_same_gap() -> None:
    """Folds and forests come from the generator, nothing from the global one."""
    exposure, seller, columns = _platform(-1.0)
    one, two = (flexible_gap(exposure, seller, columns, np.random.default_rng(5)) for _ in "ab")
    assert one == two


def test_few_sellers_or_nothing_to_hold_equal_give_none() -> None:
    """Nine sellers of a group, or no covariate: no gap is told."""
    exposure, seller, columns = _platform(-1.0)
    rng = np.random.default_rng(0)
    few = seller >= 51
    kept = design(seller[few] < 60, {"price": columns.matrix[few, 2]}, {})
    assert flexible_gap(exposure[few], seller[few], kept, rng) is None
    assert flexible_gap(exposure, seller, design(seller < 60, {}, {}), rng) is None


def test_a_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without DoubleML one clear error names the extra."""
    exposure, seller, columns = _platform(0.0)
    monkeypatch.setitem(sys.modules, "doubleml", None)
    with pytest.raises(UsageError, match="missing_extra"):
        flexible_gap(exposure, seller, columns, np.random.default_rng(0))
